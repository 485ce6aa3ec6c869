/**
 * Labels that a head trained without them contradicts most clearly: candidates for a second look. Where labels are
 * wrong, they are among these more often than elsewhere; most of these are right all the same.
 */
import { sigmoid } from './bradleyTerry.ts';
import { Z_95 } from './evaluation.ts';

/** A label is doubtful from this many standard deviations of all margins on the wrong side. */
const THRESHOLD = 1;

/**
 * Rows whose held-out margin lies beyond one standard deviation on the wrong side.
 * @param margins `[rows]`, margins of pairs under heads that had not seen their prompts, logits
 */
export function doubtfulRows(margins: ArrayLike<number>): ReadonlySet<number> {
  const limit = doubtfulFrom(margins);
  return new Set(Array.from(margins, (_, row) => row).filter((row) => margins[row] < -limit));
}

export interface DoubtfulLabels {
  /** The most doubtful first. */
  readonly rows: readonly number[];
  /** The head gives the rejected response of each at least this probability. */
  readonly probability: number;
  /** How many rows would be doubtful, with 95 % interval, if chance drew the labels with the head's probabilities. */
  readonly byChance: { readonly value: number; readonly low: number; readonly high: number };
}

/**
 * The doubtful rows, beside how many there would be if every probability of the head were right. Then of all pairs
 * that it leans on as far, to whichever side, each is contradicted with probability σ(−|m|).
 * @param margins as of `doubtfulRows`, calibrated
 */
export function doubtfulLabels(margins: ArrayLike<number>): DoubtfulLabels {
  const limit = doubtfulFrom(margins);
  const rows = [...doubtfulRows(margins)].sort((one, other) => margins[one] - margins[other]);
  let [value, variance] = [0, 0];
  for (let row = 0; row < margins.length; row++) {
    if (Math.abs(margins[row]) <= limit) continue;
    const contradicted = sigmoid(-Math.abs(margins[row]));
    value += contradicted;
    variance += contradicted * (1 - contradicted);
  }
  const half = Z_95 * Math.sqrt(variance);
  return {
    rows,
    probability: sigmoid(limit),
    byChance: { value, low: Math.max(0, value - half), high: value + half },
  };
}

/** Logits on the wrong side from which a label is doubtful. */
function doubtfulFrom(margins: ArrayLike<number>): number {
  let [sum, squares] = [0, 0];
  for (let row = 0; row < margins.length; row++) {
    sum += margins[row];
    squares += margins[row] ** 2;
  }
  const mean = sum / margins.length;
  return THRESHOLD * Math.sqrt(Math.max(0, squares / margins.length - mean * mean));
}
