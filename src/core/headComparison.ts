/**
 * Two heads on the same pairs, none of which either had seen. Pair by pair they are right and wrong together most of the
 * time, so their difference is known much better than two separate intervals make it look.
 */
import { Z_95 } from './evaluation.ts';

export interface PairedDifference {
  /** Share of pairs that the one gets right and the other does not, less the reverse; in [−1, 1]. */
  readonly value: number;
  readonly low: number;
  readonly high: number;
  readonly n: number;
}

/**
 * Accuracy of `one` less that of `other`, with the 95 % interval of Agresti and Min (2005) for matched pairs: as if half
 * a pair more had been seen for each of the four ways in which two heads are right and wrong.
 * @param one `[pairs]`, held-out margins, logits; a margin of exactly zero counts one half
 * @param other `[pairs]`, of the same pairs in the same order
 */
export function pairedDifference(one: ArrayLike<number>, other: ArrayLike<number>): PairedDifference {
  const n = one.length;
  if (other.length !== n) {
    throw new RangeError(
      `Paired heads need the margins of the same pairs; there are ${n} and ${other.length}.`,
    );
  }
  let [sum, squares] = [0, 0];
  for (let pair = 0; pair < n; pair++) {
    const difference = rightness(one[pair]) - rightness(other[pair]);
    sum += difference;
    squares += difference ** 2;
  }
  const centre = sum / (n + 2);
  const half = Z_95 * Math.sqrt(((squares + 1) / (n + 2) - centre ** 2) / (n + 2));
  return {
    value: n === 0 ? 0 : sum / n,
    low: Math.max(-1, centre - half),
    high: Math.min(1, centre + half),
    n,
  };
}

function rightness(margin: number): number {
  return margin > 0 ? 1 : margin === 0 ? 0.5 : 0;
}

/** "+1.3 points (−0.8 to +3.4, n = 230)". */
export function differenceWords({ value, low, high, n }: PairedDifference): string {
  return `${points(value)} points (${points(low)} to ${points(high)}, n\u00a0=\u00a0${n.toLocaleString('en')})`;
}

/** Whether the difference is more than chance, as it is shown. */
export function isBeyondChance({ low, high }: PairedDifference): boolean {
  return Math.round(low * 1_000) > 0 || Math.round(high * 1_000) < 0;
}

function points(share: number): string {
  const tenths = Math.round(share * 1_000) / 10;
  const sign = tenths > 0 ? '+' : tenths < 0 ? '−' : '±';
  return `${sign}${Math.abs(tenths).toFixed(1)}`;
}
