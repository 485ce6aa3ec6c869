/**
 * From heads that learned from a part of the judgments to the learning curve. Every head is judged on the fold that it
 * and the head on all other folds have not seen, so the points of the curve are about the same pairs.
 */
import {
  CURVE_PARTS,
  fitLearningCurve,
  isEnoughForCurve,
  type LearningCurve,
} from '../core/learningCurve.ts';
import { assignFolds } from '../core/split.ts';
import { hasParts, partColumn, PARTS, type FoldColumns } from './foldColumns.ts';
import { slopeOfColumn } from './heldOutLength.ts';

/** With more pairs nobody asks what twenty judgments are worth, and the columns would take longer than the rest. */
const MOST_PAIRS = 20_000;
/** Keeps the draw of the quarters apart from that of the folds. */
const OTHER_SEED = 0x9e37;

/**
 * Quarter in [0, CURVE_PARTS) of every pair, dealt like folds, so that a judgment more moves none; undefined where there
 * are too few pairs for a curve, or so many that it tells nothing.
 * @param isControl `[pairs]`, 1 where the pair counts in the figures
 */
export function curveQuarters(
  promptOfPair: Uint32Array,
  isControl: Uint8Array,
  seed: number,
): Uint8Array<ArrayBuffer> | undefined {
  const counted = promptOfPair.filter((_, pair) => isControl[pair] === 1);
  if (!isEnoughForCurve(counted) || promptOfPair.length > MOST_PAIRS) return undefined;
  return assignFolds(promptOfPair, CURVE_PARTS, seed ^ OTHER_SEED);
}

export interface CurvePairs {
  readonly foldOfPair: Uint8Array;
  readonly promptOfPair: Uint32Array;
  readonly isControl: Uint8Array;
  readonly lengthDifferences: Float32Array;
  /** Share of the slope on length that the head in use goes without. */
  readonly lengthShare: number;
}

/**
 * The curve over the pairs that count; undefined where no head learned from a part.
 * @param margins float32 `[pairs, columns]`, row-major
 */
export function assessCurve(
  margins: Float32Array,
  layout: FoldColumns,
  pairs: CurvePairs,
): LearningCurve | undefined {
  if (!hasParts(layout)) return undefined;
  const { isControl, promptOfPair } = pairs;
  const counted = Array.from(isControl.keys()).filter((pair) => isControl[pair] === 1);
  const outcomes = Array.from({ length: CURVE_PARTS }, (_, step) =>
    outcomesOf(margins, layout, pairs, step + 1, counted),
  );
  const promptOfCounted = Uint32Array.from(counted, (pair) => promptOfPair[pair]);
  return fitLearningCurve(outcomes, promptOfCounted, promptOfPair.length);
}

/** Columns that leave `fold` out and learn from `count` quarters of the rest. */
function columnsOf(layout: FoldColumns, fold: number, count: number): number[] {
  if (count === CURVE_PARTS) return [fold];
  return PARTS.flatMap((part, index) => (part.count === count ? [partColumn(layout, fold, index)] : []));
}

/** Of every counted pair, the share of the heads on `count` quarters that were right without its prompt. */
function outcomesOf(
  margins: Float32Array,
  layout: FoldColumns,
  { foldOfPair, lengthDifferences, lengthShare }: CurvePairs,
  count: number,
  counted: readonly number[],
): Float64Array {
  const headsOfFold = Array.from({ length: layout.folds }, (_, fold) =>
    columnsOf(layout, fold, count).map((column) => ({
      column,
      slope: lengthShare * slopeOfColumn(margins, layout, column, lengthDifferences),
    })),
  );
  return Float64Array.from(counted, (pair) => {
    const heads = headsOfFold[foldOfPair[pair]];
    const right = heads.reduce((sum, { column, slope }) => {
      const margin = margins[pair * layout.columns + column] - slope * lengthDifferences[pair];
      return sum + (margin > 0 ? 1 : margin === 0 ? 0.5 : 0);
    }, 0);
    return right / heads.length;
  });
}
