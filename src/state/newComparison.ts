/** Comparisons made in the app: identified by what they say, so the same pair is never asked twice. */
import type { Comparison, ComparisonSource, Message } from '../core/preference.ts';
import { comparisonId, firstIsSideA } from '../formats/comparisonId.ts';

/** A single message of the person as a prompt. */
export function userPrompt(content: string): Message[] {
  return [{ role: 'user', content }];
}

/** A comparison of two responses; which becomes side `a` follows from their texts, not from their order. */
export function newComparison(
  prompt: readonly Message[],
  one: { readonly text: string },
  other: { readonly text: string },
  source: ComparisonSource,
): Comparison {
  const id = comparisonId(prompt, one.text, other.text);
  const [a, b] = firstIsSideA(id, one.text, other.text) ? [one, other] : [other, one];
  return { id, prompt, a: { text: a.text }, b: { text: b.text }, source };
}
