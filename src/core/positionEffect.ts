/**
 * Whether the person leans to one side of the screen, whatever stands there. Sides are shown at random and training
 * has no feature for the side, so such a leaning is noise to a head: it lowers its accuracy and does not enter its
 * rewards. It is worth saying all the same, because the person can do something about it.
 */
import { sigmoid } from './bradleyTerry.ts';
import { Z_95 } from './evaluation.ts';
import type { PreferencePair } from './preferencePairs.ts';

export interface PositionEffect {
  /** b in P(left is chosen) = σ(margin(left − right) + b), logits: above zero, the left is taken more often. */
  readonly value: number;
  /** Laplace's 95 % interval. */
  readonly low: number;
  readonly high: number;
  /** Pairs whose sides are known. */
  readonly n: number;
}

/** Newton's method from zero on a strictly convex function of one variable with bounded curvature: few steps do. */
const MOST_STEPS = 50;
const TOLERANCE = 1e-12;

/**
 * Fits b under the prior b ~ N(0, 1).
 * @param margins `[pairs]`, held-out and calibrated: r(chosen) − r(rejected), logits
 * @param pairs those of the margins, in their order; whose sides are unknown are left out
 */
export function positionEffect(
  margins: ArrayLike<number>,
  pairs: readonly Pick<PreferencePair, 'shownFirst'>[],
): PositionEffect {
  let [value, precision, n] = [0, 1, 0];
  for (let step = 0; step < MOST_STEPS; step++) {
    let gradient = value;
    [precision, n] = [1, 0];
    pairs.forEach(({ shownFirst }, pair) => {
      if (shownFirst === undefined) return;
      const towardsChosen = shownFirst === 'chosen' ? 1 : -1;
      const missed = sigmoid(-(margins[pair] + towardsChosen * value));
      gradient -= towardsChosen * missed;
      precision += missed * (1 - missed);
      n++;
    });
    const change = gradient / precision;
    // A whole step may overshoot where the curvature is small; the prior keeps the answer within reach of short ones.
    value -= Math.max(-1, Math.min(1, change));
    if (Math.abs(change) < TOLERANCE) break;
  }
  const half = Z_95 / Math.sqrt(precision);
  return { value, low: value - half, high: value + half, n };
}
