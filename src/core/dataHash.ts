/** What names the data a head was trained on: two runs with one hash saw the same preferences in the same order. */
import type { PreferencePair } from './preference.ts';
import { textHash } from './textHash.ts';

/** Hash of all of a pair that training and its figures depend on; where the pair is kept does not matter. */
export function pairHash(pair: PreferencePair): string {
  const { prompt, chosen, rejected, strength, targetMargin, shownFirst = null } = pair;
  return textHash(JSON.stringify([prompt, chosen, rejected, strength, targetMargin, shownFirst]));
}

/** @param hashes `pairHash` of every pair in training order */
export function dataHash(hashes: readonly string[]): string {
  return textHash(hashes.join(''));
}
