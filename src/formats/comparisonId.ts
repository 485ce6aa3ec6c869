/**
 * The identity of a comparison: its prompt and its two responses, whichever way round. Two files that hold the same
 * pair give it the same id, so nothing is imported twice.
 */
import type { Message } from '../core/preference.ts';
import { textHash } from '../core/textHash.ts';

/** Id of prompt and pair as 32 hexadecimal digits; the same when the texts change places. */
export function comparisonId(prompt: readonly Message[], oneText: string, otherText: string): string {
  return textHash(
    JSON.stringify([prompt.map(({ role, content }) => [role, content]), ...inOrder(oneText, otherText)]),
  );
}

/**
 * Whether the first of two texts becomes side `a`. A bit of the id decides, on top of an order of the texts, so the
 * place says nothing about the verdict and is the same in every file that holds the pair.
 */
export function firstIsSideA(id: string, firstText: string, secondText: string): boolean {
  const bit = Number.parseInt(id[id.length - 1], 16) & 1;
  return firstText < secondText === (bit === 0);
}

function inOrder(one: string, other: string): [string, string] {
  return one < other ? [one, other] : [other, one];
}
