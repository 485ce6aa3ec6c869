/**
 * The learning curve of a linear head under the fixed prior: heads that leave a fold out and learn from one, two or three
 * quarters of the rest, judged on the same pairs as the heads on all of it. They are columns of one problem of their
 * own, so that the head itself does not depend on them and they may be solved less exactly.
 */
import type { Backend } from '../compute/backend.ts';
import {
  CURVE_PARTS,
  fitLearningCurve,
  isEnoughForCurve,
  type LearningCurve,
} from '../core/learningCurve.ts';
import { pairDifferences } from '../core/pairDifferences.ts';
import { assignFolds } from '../core/split.ts';
import { mean } from '../core/statistics.ts';
import type { FoldColumns } from './foldColumns.ts';
import { slopeOfColumn } from './heldOutLength.ts';
import type { Folds, TrainingData } from './trainingData.ts';
import { READBACK_EVERY, trainLinearHeads, type LinearOptions } from './trainLinearHeads.ts';

/** With more pairs nobody asks what twenty judgments are worth, and the curve would take longer than the rest. */
const MOST_PAIRS = 20_000;
/** Keeps the draw of the quarters apart from that of the folds. */
const OTHER_SEED = 0x9e37;
/**
 * Against 1e-6, two margins in ten thousand change their side at 1,000 pairs, none at 300, in half the time. Directions
 * to precondition are not worth looking for then.
 */
const OPTIONS = { maxIterations: 200, gradientTolerance: 1e-2, rank: 0 };

/**
 * Quarters a head learns from: `count` of them, from `from` on. One, two and three quarters, each as often as it fits
 * without overlap: a forecast for twenty judgments is then off by .26 points in place of .36 with one of each (root mean
 * square over two public sets, 50 to 600 judgments).
 */
export const PARTS = [1, 2, 3].flatMap((count) =>
  Array.from({ length: Math.floor(CURVE_PARTS / count) }, (_, run) => ({ from: run * count, count })),
);

/** Column `fold * PARTS.length + part`: which pairs it learns from, and with what weight. */
type PartColumns = Pick<FoldColumns, 'columns' | 'rowWeights'>;

/**
 * @param weights `[pairs]`, weight of every pair in the likelihood, above 0
 * @param quarterOfPair `[pairs]`, in [0, CURVE_PARTS), prompts whole
 */
export function partColumns(weights: Float32Array, folds: Folds, quarterOfPair: Uint8Array): PartColumns {
  const columns = folds.count * PARTS.length;
  const rowWeights = new Float32Array(weights.length * columns);
  for (let pair = 0; pair < weights.length; pair++) {
    const quarter = quarterOfPair[pair];
    for (let column = 0; column < columns; column++) {
      const { from, count } = PARTS[column % PARTS.length];
      const isHeldOut = Math.floor(column / PARTS.length) === folds.ofPair[pair];
      const isSeen = !isHeldOut && quarter >= from && quarter < from + count;
      rowWeights[pair * columns + column] = isSeen ? weights[pair] : 0;
    }
  }
  return { columns, rowWeights };
}

/**
 * @param heldOut `[pairs]`, held-out margins of the heads that learned from all other folds, of any scale
 * @param settings `lengthShare`: share of the slope on length that the head in use goes without
 * @returns undefined where too few pairs count for a curve, or there are so many that it tells nothing
 * @throws PalateError `cancelled`, `device-lost`, `diverged`
 */
export async function learnCurve(
  backend: Backend,
  data: TrainingData,
  folds: Folds,
  heldOut: Float32Array,
  settings: { readonly seed: number; readonly lengthShare: number },
  control: Pick<LinearOptions, 'signal' | 'yieldToEvents'>,
): Promise<LearningCurve | undefined> {
  const { promptOfPair, isControl } = data;
  const pairs = promptOfPair.length;
  const counted = Array.from(isControl.keys()).filter((pair) => isControl[pair] === 1);
  const promptOfCounted = Uint32Array.from(counted, (pair) => promptOfPair[pair]);
  if (!isEnoughForCurve(promptOfCounted) || pairs > MOST_PAIRS) return undefined;
  // Dealt like folds, so that a judgment more moves no pair to another quarter.
  const quarters = assignFolds(promptOfPair, CURVE_PARTS, settings.seed ^ OTHER_SEED);
  const layout = partColumns(data.weights, folds, quarters);
  const marginsOf = await trainParts(backend, data, layout, settings.lengthShare, control);
  const rightOfParts = (count: number): Float64Array =>
    Float64Array.from(counted, (pair) => mean(marginsOf(pair, folds.ofPair[pair], count).map(rightness)));
  const outcomes = Array.from({ length: CURVE_PARTS - 1 }, (_, step) => rightOfParts(step + 1));
  const rightOfAll = Float64Array.from(counted, (pair) => rightness(heldOut[pair]));
  return fitLearningCurve([...outcomes, rightOfAll], promptOfCounted, pairs);
}

/** @returns margins of a pair under the heads on `count` quarters that left `fold` out */
async function trainParts(
  backend: Backend,
  data: TrainingData,
  layout: PartColumns,
  lengthShare: number,
  control: Pick<LinearOptions, 'signal' | 'yieldToEvents'>,
): Promise<(pair: number, fold: number, count: number) => number[]> {
  const { columns } = layout;
  const problem = {
    differences: pairDifferences(data.features, data.dimension, data.rows),
    pairs: data.weights.length,
    dimension: data.dimension,
    heads: columns,
    rowWeights: layout.rowWeights,
    lambdas: new Float64Array(columns).fill(1),
    targetMargins: data.targetMargins,
  };
  const { margins } = await trainLinearHeads(backend, problem, {
    ...OPTIONS,
    readbackEvery: READBACK_EVERY[backend.kind],
    ...control,
    onProgress: () => undefined,
  });
  const lengthDifferences = pairDifferences(data.logLengths, 1, data.rows);
  const slopes = Array.from({ length: columns }, (_, column) =>
    lengthShare === 0 ? 0 : lengthShare * slopeOfColumn(margins, layout, column, lengthDifferences),
  );
  return (pair, fold, count) =>
    PARTS.flatMap((part, index) => {
      if (part.count !== count) return [];
      const column = fold * PARTS.length + index;
      return [margins[pair * columns + column] - slopes[column] * lengthDifferences[pair]];
    });
}

/** 1 where the margin is right, ½ where it is zero. */
function rightness(margin: number): number {
  return margin > 0 ? 1 : margin === 0 ? 0.5 : 0;
}
