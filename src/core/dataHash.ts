/** What names the data a head was trained on: two runs with one hash saw the same preferences in the same order. */
import type { PreferencePair } from './preferencePairs.ts';
import type { SingleLabel } from './singleLabels.ts';
import { textHash } from './textHash.ts';

/**
 * Hash over all that training and its figures depend on: prompts, responses, verdicts, weights, demanded margins,
 * sides and whether chance asked, in training order, and the responses judged for themselves. Where the pairs are kept
 * does not matter.
 */
export function dataHash(pairs: readonly PreferencePair[], labels: readonly SingleLabel[] = []): string {
  return hashOf(pairs.map(pairHash), labels);
}

/**
 * `dataHash` for pairs that change one at a time: hashing every text at every judgment would be felt, and the texts
 * of a comparison never change, so the hash of each pair is remembered.
 */
export function createDataHasher(): typeof dataHash {
  const known = new Map<string, { readonly of: PreferencePair; readonly hash: string }>();
  const remembered = (pair: PreferencePair): string => {
    const entry = known.get(pair.comparisonId);
    if (entry && isSame(entry.of, pair)) return entry.hash;
    const hash = pairHash(pair);
    known.set(pair.comparisonId, { of: pair, hash });
    return hash;
  };
  return (pairs, labels = []) => hashOf(pairs.map(remembered), labels);
}

function hashOf(pairs: readonly string[], labels: readonly SingleLabel[]): string {
  const said = labels.map(({ prompt, response, isGood }) => JSON.stringify([prompt, response, isGood]));
  return textHash([...pairs, ...said].join(''));
}

function pairHash(pair: PreferencePair): string {
  const { prompt, chosen, rejected, weight, targetMargin, shownFirst = null, isControl } = pair;
  return textHash(JSON.stringify([prompt, chosen, rejected, weight, targetMargin, shownFirst, isControl]));
}

/** Of two pairs of one comparison: what a new judgment can change. */
function isSame(one: PreferencePair, other: PreferencePair): boolean {
  return (
    one.chosen === other.chosen &&
    one.rejected === other.rejected &&
    one.weight === other.weight &&
    one.shownFirst === other.shownFirst &&
    one.isControl === other.isControl
  );
}
