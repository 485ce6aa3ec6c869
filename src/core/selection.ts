/**
 * Which pairs to ask next. All strategies work on difference vectors and the posterior of a linear head, choose a
 * batch at a time (a pair that says the same as one just chosen is worth less), and leave room for random controls:
 * only what was drawn blindly may be counted in a headline figure.
 */
import { log } from './elementary.ts';
import { sigmoid } from './bradleyTerry.ts';
import { dot, timesVector } from './linearAlgebra.ts';
import type { LinearPosterior } from './posterior.ts';
import type { Random } from './random.ts';

export type AskingStrategy = 'random' | 'uncertainty' | 'bald' | 'd-optimal';

export interface Question {
  /** Row of the pool. */
  readonly row: number;
  /** Drawn blindly, whatever the strategy. */
  readonly isControl: boolean;
}

export interface SelectionOptions {
  readonly strategy: AskingStrategy;
  readonly count: number;
  /** Share of the batch drawn at random, in expectation. */
  readonly controlShare: number;
}

/**
 * Share of questions drawn at random, by how many were so far: all at first, when nothing is known; half until there are
 * enough for a figure; then the least that keeps the figure honest.
 */
export function controlShare(controls: number): number {
  if (controls < 10) return 1;
  return controls < 20 ? 0.5 : 0.2;
}

/**
 * The next questions, in the order to ask them.
 * @param pool `[rows, dimension]` difference vectors of the pairs not asked yet, in any orientation
 */
export function chooseQuestions(
  pool: Float64Array,
  posterior: LinearPosterior,
  { strategy, count, controlShare }: SelectionOptions,
  random: Random,
): Question[] {
  const state = openPool(pool, posterior);
  const questions: Question[] = [];
  for (let asked = 0; asked < Math.min(count, state.rows); asked++) {
    const isControl = strategy === 'random' || random.next() < controlShare;
    const row = isControl ? state.drawFree(random) : state.best(strategy);
    questions.push({ row, isControl });
    state.take(row);
  }
  return questions;
}

interface PoolState {
  readonly rows: number;
  drawFree(random: Random): number;
  best(strategy: AskingStrategy): number;
  /** Takes the row out, and lowers every variance by what its answer will tell (a rank-one update). */
  take(row: number): void;
}

function openPool(pool: Float64Array, posterior: LinearPosterior): PoolState {
  const { dimension, mean } = posterior;
  const rows = pool.length / dimension;
  const covariance = posterior.covariance.slice();
  const margins = timesVector(pool, mean, dimension);
  const variances = Float64Array.from({ length: rows }, (_, row) =>
    dot(pool, row * dimension, timesRow(covariance, pool, row * dimension, dimension), 0, dimension),
  );
  const isTaken = new Uint8Array(rows);
  const worth = {
    random: () => 0,
    uncertainty: (row: number) => -Math.abs(margins[row]),
    bald: (row: number) => expectedInformation(margins[row], variances[row]),
    'd-optimal': (row: number) => slope(margins[row]) * variances[row],
  };
  return {
    rows,
    drawFree(random) {
      const free: number[] = [];
      isTaken.forEach((taken, row) => taken === 0 && free.push(row));
      return free[random.integer(free.length)];
    },
    best(strategy) {
      let [best, bestWorth] = [-1, -Infinity];
      for (let row = 0; row < rows; row++) {
        if (isTaken[row] === 1) continue;
        const value = worth[strategy](row);
        if (value > bestWorth) [best, bestWorth] = [row, value];
      }
      return best;
    },
    take(row) {
      isTaken[row] = 1;
      const along = timesRow(covariance, pool, row * dimension, dimension);
      const curvature = slope(margins[row]);
      const factor = curvature / (1 + curvature * dot(pool, row * dimension, along, 0, dimension));
      for (let other = 0; other < rows; other++) {
        const overlap = dot(pool, other * dimension, along, 0, dimension);
        variances[other] = Math.max(0, variances[other] - factor * overlap * overlap);
      }
      for (let i = 0; i < dimension; i++) {
        for (let j = 0; j < dimension; j++) covariance[i * dimension + j] -= factor * along[i] * along[j];
      }
    },
  };
}

/** σ·(1 − σ). */
function slope(margin: number): number {
  const p = sigmoid(margin);
  return p * (1 - p);
}

function timesRow(matrix: Float64Array, vector: Float64Array, at: number, dimension: number): Float64Array {
  return Float64Array.from({ length: dimension }, (_, i) =>
    dot(matrix, i * dimension, vector, at, dimension),
  );
}

/** Gauss-Hermite nodes and weights for averages over a standard normal, nine points (Abramowitz and Stegun, 25.4.46). */
const NODES = [0, 0.723551018752838, 1.468553289216668, 2.266580584531843, 3.190993201781528].map(
  (node) => node * Math.SQRT2,
);
const WEIGHTS = [
  0.720235215606051, 0.432651559002556, 0.088474527394377, 0.004943624275537, 0.0000396069772633,
].map((weight) => weight / Math.sqrt(Math.PI));

/**
 * Bits that an answer is expected to tell about the weights: entropy of the averaged answer less the average entropy
 * (BALD; Houlsby and others, 2011).
 */
export function expectedInformation(margin: number, variance: number): number {
  const deviation = Math.sqrt(variance);
  let probability = 0;
  let entropy = 0;
  for (let node = 0; node < NODES.length; node++) {
    for (let sign = node === 0 ? 1 : -1; sign <= 1; sign += 2) {
      const p = sigmoid(margin + sign * deviation * NODES[node]);
      probability += WEIGHTS[node] * p;
      entropy += WEIGHTS[node] * binaryEntropy(p);
    }
  }
  return Math.max(0, binaryEntropy(probability) - entropy);
}

function binaryEntropy(p: number): number {
  if (p <= 0 || p >= 1) return 0;
  return -(p * log(p) + (1 - p) * log(1 - p)) / Math.LN2;
}
