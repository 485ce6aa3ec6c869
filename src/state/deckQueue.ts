/**
 * The order in which a deck's pairs are asked. Round by round: every prompt comes once, in shuffled order, before any
 * comes a second time, each time with a pair of responses not asked before. The order follows from the seed alone,
 * so it needs no storage and survives a reload.
 */
import type { Comparison } from '../core/preference.ts';
import { createRandom } from '../core/random.ts';
import type { Deck, DeckPrompt } from './loadDeck.ts';
import { newComparison, userPrompt } from './newComparison.ts';

/** Every pair of different responses to one prompt, in the order of asking. */
export function deckComparisons(deck: Deck, seed: number): Comparison[] {
  const random = createRandom(seed);
  const pairsOf = new Map(
    deck.prompts.map((prompt) => [prompt, random.shuffle(pairsOfPrompt(deck, prompt))]),
  );
  const rounds = Math.max(0, ...[...pairsOf.values()].map((pairs) => pairs.length));
  const ordered: Comparison[] = [];
  for (let round = 0; round < rounds; round++) {
    for (const prompt of random.shuffle([...deck.prompts])) {
      const pair = pairsOf.get(prompt)?.[round];
      if (pair) ordered.push(pair);
    }
  }
  return ordered;
}

function pairsOfPrompt(deck: Deck, { prompt, responses }: DeckPrompt): Comparison[] {
  const source = { kind: 'deck', deck: deck.id } as const;
  return responses.flatMap((one, index) =>
    responses.slice(index + 1).map((other) => newComparison(userPrompt(prompt), one, other, source)),
  );
}
