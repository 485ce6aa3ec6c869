/**
 * The last look at what a device hands back, before it becomes a head: a graphics device in trouble gives zeros, or
 * numbers that are none, and says nothing.
 */
import { PalateError } from '../core/palateError.ts';
import type { HeadParameters } from '../core/rewardHead.ts';
import type { FittedColumns } from './foldColumns.ts';
import { scoreCandidates } from './scoreCandidates.ts';
import type { TrainingData } from './trainingData.ts';

/** Pairs whose margins the processor reckons once more. */
const LOOKED_AT = 64;
/** Logits, and share of the margin: a device's own rounding stays below a hundredth of it. */
const TOLERANCE = 0.02;

/** @throws PalateError `diverged` */
export function requireSound(
  { parameters, foldParameters, margins, layout, strengthOfFold }: FittedColumns,
  covariance: Float32Array | undefined,
  data: TrainingData,
): void {
  const numbers = [...[parameters, ...foldParameters].flatMap(numbersOf), margins, covariance ?? []];
  if (numbers.some((array) => !array.every(Number.isFinite))) {
    throw new PalateError('diverged', 'Training met a number that is not finite. Nothing was kept.');
  }
  const column = layout.folds * layout.strengths + strengthOfFold[layout.folds];
  const pairs = data.rows.chosen.length;
  for (let pair = 0; pair < pairs; pair += Math.ceil(pairs / LOOKED_AT)) {
    const told = margins[pair * layout.columns + column];
    const reckoned = marginOf(parameters, data, pair);
    if (Math.abs(told - reckoned) <= TOLERANCE * (1 + Math.abs(reckoned))) continue;
    throw new PalateError(
      'diverged',
      'The weights of the head do not give its own margins. Nothing was kept.',
    );
  }
}

function numbersOf(parameters: HeadParameters): Float32Array[] {
  if (parameters.kind === 'linear') return [parameters.weights];
  return [parameters.hiddenWeights, parameters.hiddenBias, parameters.outputWeights];
}

function marginOf(
  parameters: HeadParameters,
  { features, dimension, rows }: TrainingData,
  pair: number,
): number {
  const [chosen, rejected] = [rows.chosen[pair], rows.rejected[pair]].map((row) => {
    return scoreCandidates(
      parameters,
      features.subarray(row * dimension, (row + 1) * dimension),
      dimension,
    )[0];
  });
  return chosen - rejected;
}
