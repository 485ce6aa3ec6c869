/**
 * Whether the person judges differently than before: the latest pairs agree clearly less with heads that had not seen
 * them than the earlier ones do. Only pairs drawn by chance are looked at, since those a head asks for are harder.
 */
import { accuracy, type Proportion } from './evaluation.ts';
import type { PreferencePair } from './preferencePairs.ts';

export interface Drift {
  readonly before: Proportion;
  readonly lately: Proportion;
}

/** Pairs that count as the latest, and how many earlier ones there must be. */
const LATEST = 20;
const LEAST_EARLIER = 40;
/** Standard errors of the difference: looked at after every judgment, two would be crossed by chance now and then. */
const THRESHOLD = 3;

/**
 * @param margins `[pairs]`, held-out margins of the pairs, logits
 * @param pairs in the order of judging
 * @returns undefined where nothing speaks for a change
 */
export function driftOf(
  margins: ArrayLike<number>,
  pairs: readonly Pick<PreferencePair, 'isControl' | 'shownFirst'>[],
): Drift | undefined {
  // What came from a file has no order in time.
  const here = pairs.flatMap(({ isControl, shownFirst }, pair) =>
    isControl && shownFirst !== undefined ? [margins[pair]] : [],
  );
  if (here.length < LATEST + LEAST_EARLIER) return undefined;
  const [before, lately] = [accuracy(here.slice(0, -LATEST)), accuracy(here.slice(-LATEST))];
  const all = accuracy(here).value;
  const error = Math.sqrt(all * (1 - all) * (1 / before.n + 1 / lately.n));
  return before.value - lately.value > THRESHOLD * error ? { before, lately } : undefined;
}
