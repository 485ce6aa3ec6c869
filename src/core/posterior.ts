/**
 * What a linear head knows and how well: the posterior of its weights under the prior w ~ N(0, I), by Laplace's
 * approximation at its mode (MacKay, 1992). Newton's method, exact for these convex problems; from the weights of a
 * moment ago one or two steps are enough.
 */
import { sigmoid, softplus } from './bradleyTerry.ts';
import {
  addScaled,
  choleskyInPlace,
  choleskyInverse,
  choleskySolve,
  dot,
  weightedGram,
} from './linearAlgebra.ts';
import type { RewardHead } from './rewardHead.ts';

export interface LinearPosterior {
  readonly dimension: number;
  /** `[dimension]`, the mode. */
  readonly mean: Float64Array<ArrayBuffer>;
  /** `[dimension, dimension]`, symmetric: the inverse of the Hessian at the mode. */
  readonly covariance: Float64Array<ArrayBuffer>;
}

/** Labelled differences: `preferred` is 1 where the row's own sign is right, ½ for a tie. */
export interface LabelledRows {
  /** `[rows, dimension]`, row-major: chosen − rejected. */
  readonly differences: Float64Array;
  readonly dimension: number;
  /** `[rows]`, weight in the likelihood; 1 where left out. */
  readonly weights?: ArrayLike<number>;
  /** `[rows]`, probability that the row should have been on the positive side; 1 where left out. */
  readonly preferred?: ArrayLike<number>;
  /** `[rows]`, demanded margins in logits; 0 where left out. */
  readonly targetMargins?: ArrayLike<number>;
  /** Precision of the prior w ~ N(0, I / precision); 1 where left out. */
  readonly precision?: number;
}

const MOST_STEPS = 50;
/** Newton's decrement squared: below it the objective is right to 1e-10 nats. */
const TOLERANCE = 1e-10;

/** @param start `[dimension]`, weights to begin with; zeros where left out */
export function fitPosterior(data: LabelledRows, start?: Float64Array): LinearPosterior {
  const { dimension } = data;
  const mean = start?.slice() ?? new Float64Array(dimension);
  let value = objective(data, mean);
  for (let step = 0; step < MOST_STEPS; step++) {
    const { gradient, hessian } = derivatives(data, mean);
    choleskyInPlace(hessian, dimension);
    const direction = gradient.slice();
    choleskySolve(hessian, dimension, direction);
    const decrement = dot(gradient, 0, direction, 0, dimension);
    if (decrement < TOLERANCE) break;
    value = descend(data, mean, direction, decrement, value);
  }
  return posteriorAt(data, mean);
}

/** The posterior around a mode that is known already. @param mean `[dimension]` */
function posteriorAt(data: LabelledRows, mean: Float64Array<ArrayBuffer>): LinearPosterior {
  return posteriorOfHessian(derivatives(data, mean).hessian, mean);
}

const ROWS_OF_SLICE = 2_000;

/** The same, a slice of rows after the other: whoever asks can do something else in between. */
export function* posteriorInSlices(
  { differences, dimension, weights, targetMargins, precision = 1 }: Omit<LabelledRows, 'preferred'>,
  mean: Float64Array<ArrayBuffer>,
): Generator<undefined, LinearPosterior> {
  const hessian = new Float64Array(dimension * dimension);
  const rows = differences.length / dimension;
  for (let from = 0; from < rows; from += ROWS_OF_SLICE) {
    const until = Math.min(rows, from + ROWS_OF_SLICE);
    const slice = {
      differences: differences.subarray(from * dimension, until * dimension),
      dimension,
      weights: weights && Array.from({ length: until - from }, (_, row) => weights[from + row]),
      targetMargins:
        targetMargins && Array.from({ length: until - from }, (_, row) => targetMargins[from + row]),
      precision: 0,
    };
    addScaled(hessian, 0, derivatives(slice, mean).hessian, 0, 1, hessian.length);
    yield;
  }
  for (let i = 0; i < dimension; i++) hessian[i * dimension + i] += precision;
  return posteriorOfHessian(hessian, mean);
}

/** @param hessian `[dimension, dimension]`, right on and below the diagonal; overwritten */
function posteriorOfHessian(hessian: Float64Array, mean: Float64Array<ArrayBuffer>): LinearPosterior {
  const dimension = mean.length;
  choleskyInPlace(hessian, dimension);
  return { dimension, mean, covariance: choleskyInverse(hessian, dimension) };
}

/** mean −= t·direction for the longest of t = 1, ½, ¼ … that makes the objective smaller. @returns the objective */
function descend(
  data: LabelledRows,
  mean: Float64Array,
  direction: Float64Array,
  decrement: number,
  value: number,
): number {
  const before = mean.slice();
  for (let t = 1; t > 1e-6; t /= 2) {
    for (let i = 0; i < mean.length; i++) mean[i] = before[i] - t * direction[i];
    const next = objective(data, mean);
    if (next <= value - 1e-4 * t * decrement) return next;
  }
  mean.set(before);
  return value;
}

function objective(
  { differences, dimension, weights, preferred, targetMargins, precision = 1 }: LabelledRows,
  mean: Float64Array,
) {
  let sum = 0;
  for (let i = 0; i < dimension; i++) sum += 0.5 * precision * mean[i] * mean[i];
  const rows = differences.length / dimension;
  for (let row = 0; row < rows; row++) {
    const margin = dot(differences, row * dimension, mean, 0, dimension) - (targetMargins?.[row] ?? 0);
    const y = preferred?.[row] ?? 1;
    sum += (weights?.[row] ?? 1) * (softplus(-margin) + (1 - y) * margin);
  }
  return sum;
}

function derivatives(
  { differences, dimension, weights, preferred, targetMargins, precision = 1 }: LabelledRows,
  mean: Float64Array,
): { gradient: Float64Array; hessian: Float64Array } {
  const gradient = mean.map((weight) => precision * weight);
  const curvatures = new Float64Array(differences.length / dimension);
  for (let row = 0; row < curvatures.length; row++) {
    const weight = weights?.[row] ?? 1;
    const at = row * dimension;
    const p = sigmoid(dot(differences, at, mean, 0, dimension) - (targetMargins?.[row] ?? 0));
    addScaled(gradient, 0, differences, at, weight * (p - (preferred?.[row] ?? 1)), dimension);
    curvatures[row] = weight * p * (1 - p);
  }
  const hessian = weightedGram(differences, curvatures, dimension);
  for (let i = 0; i < dimension; i++) hessian[i * dimension + i] += precision;
  return { gradient, hessian };
}

/** Mean and variance of the margin of one difference row, logits and logits². */
export function marginOf(
  { dimension, mean, covariance }: LinearPosterior,
  difference: Float64Array,
  at = 0,
): { readonly mean: number; readonly variance: number } {
  let variance = 0;
  for (let i = 0; i < dimension; i++) {
    variance += difference[at + i] * dot(covariance, i * dimension, difference, at, dimension);
  }
  return { mean: dot(difference, at, mean, 0, dimension), variance: Math.max(0, variance) };
}

/**
 * Mean and variance of the rewards of some rows relative to their average, logits and logits²: a reward means something
 * only beside others.
 * @param features `[rows, dimension]`, row-major
 * @param rows each once
 */
export function rewardsAmong(
  posterior: LinearPosterior,
  features: ArrayLike<number>,
  rows: readonly number[],
): { readonly mean: number; readonly variance: number }[] {
  const { dimension } = posterior;
  const centre = new Float64Array(dimension);
  for (const row of rows) {
    for (let i = 0; i < dimension; i++) centre[i] += features[row * dimension + i] / rows.length;
  }
  return rows.map((row) =>
    marginOf(
      posterior,
      centre.map((average, i) => features[row * dimension + i] - average),
    ),
  );
}

/** What a finished head knows; undefined where it has no posterior. */
export function posteriorOf({
  parameters,
  covariance,
  dimension,
}: Pick<RewardHead, 'parameters' | 'covariance' | 'dimension'>): LinearPosterior | undefined {
  if (parameters.kind !== 'linear' || !covariance) return undefined;
  return {
    dimension,
    mean: Float64Array.from(parameters.weights),
    covariance: Float64Array.from(covariance),
  };
}
