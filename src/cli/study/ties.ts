/**
 * What ties teach: a head from preferences alone beside heads that saw ties too, each as half a preference in either
 * direction. Ties come in addition to the preferences: as many as the file has beside that many, or all it has for
 * training. Figures are on the preferences held out.
 */
import { fitInverseTemperature } from '../../core/calibration.ts';
import { timesVector } from '../../core/linearAlgebra.ts';
import { fitPosterior, type LabelledRows } from '../../core/posterior.ts';
import type { PreferencePair } from '../../core/preferencePairs.ts';
import { createRandom } from '../../core/random.ts';
import { assignFolds, FOLD_COUNT } from '../../core/split.ts';
import { mean } from '../../core/statistics.ts';
import { crossFittedMargins } from './crossFit.ts';
import { figuresOf, type Figures } from './learningCurve.ts';
import { rowsOf } from './rowsOf.ts';
import type { StudySplit } from './studySplit.ts';

export const TIE_LABELS = [50, 100, 300, 1000, Infinity] as const;
/** How ties enter: with what weight beside a preference's 1, and whether more than their share. */
export const TIE_WAYS = [
  { name: 'left out', weight: 0, all: false },
  { name: 'weight ½', weight: 0.5, all: false },
  { name: 'weight 1', weight: 1, all: false },
  { name: 'weight 1, all ties', weight: 1, all: true },
] as const;

export interface TieFigures extends Figures {
  /** Mean |margin| of the ties held out, calibrated, logits. */
  readonly tieMargin: number;
  /** The same of the preferences held out. */
  readonly preferenceMargin: number;
  /** Probability that a tie has the smaller |margin| of a tie and a preference held out. */
  readonly tieIsSmaller: number;
}

/**
 * One split of preferences and ties, by number of preferences, then way; undefined where the training part
 * is too small.
 */
export function figuresWithTies(
  split: StudySplit,
  ties: ReadonlySet<PreferencePair>,
  seed: number,
): (TieFigures[] | undefined)[] {
  const random = createRandom(300 + seed);
  const drawn = indicesBy(split.poolPairs.pairs, ties);
  random.shuffle(drawn.preferences);
  random.shuffle(drawn.ties);
  const share = drawn.ties.length / drawn.preferences.length;
  return TIE_LABELS.map((labels) => {
    if (labels !== Infinity && labels > drawn.preferences.length) return undefined;
    const preferences = drawn.preferences.slice(0, labels);
    return TIE_WAYS.map(({ weight, all }) => {
      const tied = all ? drawn.ties : drawn.ties.slice(0, Math.round(share * preferences.length));
      return figuresAt(split, ties, preferences, tied, weight, seed);
    });
  });
}

function figuresAt(
  { pool, test, dimension, poolPairs, testPairs }: StudySplit,
  ties: ReadonlySet<PreferencePair>,
  preferences: readonly number[],
  tied: readonly number[],
  weight: number,
  seed: number,
): TieFigures {
  const rows = [...preferences, ...tied];
  const isTie = (row: number): boolean => row >= preferences.length;
  const labelled: LabelledRows = {
    differences: rowsOf(pool, rows, dimension),
    dimension,
    weights: rows.map((_, row) => (isTie(row) ? weight : 1)),
    preferred: rows.map((_, row) => (isTie(row) ? 0.5 : 1)),
  };
  const promptOfRow = Uint32Array.from(rows, (index) => poolPairs.promptOfPair[index]);
  const folds = assignFolds(promptOfRow, FOLD_COUNT, seed);
  const held = crossFittedMargins(labelled, folds).subarray(0, preferences.length);
  const inverseTemperature = fitInverseTemperature(held);
  const margins = timesVector(test, fitPosterior(labelled).mean, dimension);
  const tested = indicesBy(testPairs.pairs, ties);
  const size = (index: number): number => Math.abs(inverseTemperature * margins[index]);
  const [tieSizes, preferenceSizes] = [tested.ties.map(size), tested.preferences.map(size)];
  return {
    ...figuresOf(
      Float64Array.from(tested.preferences, (index) => margins[index]),
      inverseTemperature,
    ),
    tieMargin: mean(tieSizes),
    preferenceMargin: mean(preferenceSizes),
    tieIsSmaller: shareSmaller(tieSizes, preferenceSizes),
  };
}

function indicesBy(
  pairs: readonly PreferencePair[],
  ties: ReadonlySet<PreferencePair>,
): { readonly preferences: number[]; readonly ties: number[] } {
  const all = [...pairs.keys()];
  return {
    preferences: all.filter((index) => !ties.has(pairs[index])),
    ties: all.filter((index) => ties.has(pairs[index])),
  };
}

/** Probability that one of the first is below one of the second, equal values by half (Mann and Whitney, 1947). */
export function shareSmaller(first: readonly number[], second: readonly number[]): number {
  const count = (one: number): number =>
    second.reduce((sum, other) => sum + (one < other ? 1 : one === other ? 0.5 : 0), 0);
  return mean(first.map((one) => count(one) / second.length));
}
