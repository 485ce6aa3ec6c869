/**
 * The bundled deck: prompts with several answers each, so that a newcomer has something to judge at once. Loading it
 * is the only request the app makes after its own code, and it goes to the app's own origin.
 */

export interface DeckPrompt {
  readonly id: string;
  readonly kind: string;
  readonly prompt: string;
  readonly responses: readonly { readonly id: string; readonly text: string }[];
}

export interface Deck {
  readonly id: string;
  readonly title: string;
  readonly prompts: readonly DeckPrompt[];
}

/** Stands in when the deck cannot be had; everything but the bundled pairs works without it. */
export const EMPTY_DECK: Deck = { id: 'none', title: 'No deck', prompts: [] };

/** @throws Error when the deck cannot be fetched or is not one */
export async function loadDeck(address: string): Promise<Deck> {
  const response = await fetch(address);
  if (!response.ok) throw new Error(`The deck ${address} could not be loaded (status ${response.status}).`);
  const deck = (await response.json()) as Deck;
  if (!Array.isArray(deck.prompts)) throw new Error(`The file ${address} is not a deck: it has no prompts.`);
  return deck;
}
