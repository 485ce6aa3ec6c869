/** Accuracy, and accuracy on length-balanced pairs, before and after length is taken out of the reward. */
import {
  LENGTH_CONTROLS,
  LENGTH_SHARE,
  lengthFigures,
  lengthSlope,
  logLength,
  withoutLength,
} from '../../core/lengthControl.ts';
import { timesVector } from '../../core/linearAlgebra.ts';
import { fitPosterior } from '../../core/posterior.ts';
import { createRandom } from '../../core/random.ts';
import type { PreferencePair } from '../../core/preferencePairs.ts';
import { rowsOf } from './rowsOf.ts';
import type { StudySplit } from './studySplit.ts';

export const LENGTH_LABELS = [100, 300, Infinity] as const;

export interface ControlFigures {
  readonly accuracy: number;
  readonly balanced: number;
  readonly correlation: number;
}

/** Figures of one split: by number of labels, then by control; undefined where the training part is too small. */
export function figuresUnderControl(split: StudySplit, seed: number): (ControlFigures[] | undefined)[] {
  const { pool, test, dimension, poolPairs, testPairs } = split;
  const poolLengths = lengthDifferences(poolPairs.pairs);
  const testLengths = lengthDifferences(testPairs.pairs);
  const order = createRandom(seed).shuffle(poolPairs.pairs.map((_, index) => index));
  return LENGTH_LABELS.map((labels) => {
    if (labels !== Infinity && labels > order.length) return undefined;
    const differences = rowsOf(pool, order.slice(0, labels), dimension);
    const { mean } = fitPosterior({ differences, dimension });
    const slope = lengthSlope(timesVector(pool, mean, dimension), poolLengths);
    const margins = timesVector(test, mean, dimension);
    return LENGTH_CONTROLS.map((control) => {
      const share = LENGTH_SHARE[control];
      const figures = lengthFigures(withoutLength(margins, testLengths, share * slope), testLengths);
      return {
        accuracy: figures.accuracy.value,
        balanced: figures.balanced ?? Number.NaN,
        correlation: figures.correlation,
      };
    });
  });
}

function lengthDifferences(pairs: readonly PreferencePair[]): Float64Array<ArrayBuffer> {
  return Float64Array.from(pairs, ({ chosen, rejected }) => logLength(chosen) - logLength(rejected));
}
