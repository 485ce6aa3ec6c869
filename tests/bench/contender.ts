/** What the benchmark asks of everybody, and how an answer is judged. */
import type { HiddenTrainer } from './hiddenProblem.ts';

/**
 * Many Bradley-Terry heads over the same pair differences,
 *   minimise over w_h   Σ_i rowWeights[i, h] · softplus(−x_i · w_h) + λ_h/2 · |w_h|²
 */
export interface Problem {
  readonly pairs: number;
  readonly dimension: number;
  readonly heads: number;
  /** float32 `[pairs, dimension]`, row-major. */
  readonly differences: Float32Array<ArrayBuffer>;
  /** float32 `[pairs, heads]`, row-major. */
  readonly rowWeights: Float32Array<ArrayBuffer>;
  /** `[heads]`, for a loss summed over pairs. */
  readonly lambdas: Float64Array<ArrayBuffer>;
}

/** Relative excess over the optimum at which a head counts as trained. */
export const TARGET_GAP = 1e-3;

/** `[heads, dimension]`, row-major. */
export type Weights = Float32Array | Float64Array;

/** Looks at the weights on the way; used to count iterations, never in a timed run. */
export interface Watch {
  readonly from: number;
  readonly every: number;
  /** @returns true when the run may end here */
  readonly seen: (iteration: number, weights: Weights) => boolean;
}

export interface SolveOptions {
  /** One of the contender's `rates`. */
  readonly rate?: number;
  readonly watch?: Watch;
}

/** One way of solving a problem. */
export interface Contender {
  readonly name: string;
  /** Learning rates to choose from; absent where the method finds its own steps. */
  readonly rates?: readonly number[];
  /** Compiles and warms up; not timed. */
  prepare(): Promise<void>;
  /** Starts at typed arrays and ends with weights in JavaScript, after exactly this many iterations. */
  solve(problem: Problem, iterations: number, options: SolveOptions): Promise<Weights>;
  /** The other task: a head with a hidden layer. */
  readonly trainHidden: HiddenTrainer;
  /**
   * The product `[rows, inner] · [inner, columns]` alone, its operands on the device already.
   * @returns milliseconds for `repeats` products and the reading of the last result
   */
  product(
    rows: number,
    columns: number,
    inner: number,
    data: Float32Array<ArrayBuffer>,
    repeats: number,
  ): Promise<number>;
}

/** Whether a step of the run is one the watch wants to see. */
export function isWatched(watch: Watch | undefined, iteration: number): watch is Watch {
  return watch !== undefined && iteration >= watch.from && iteration % watch.every === 0;
}

/** Objective of every head in float64, whoever found the weights. */
export function objectives(problem: Problem, weights: Weights): Float64Array {
  const { pairs, dimension, heads, differences, rowWeights, lambdas } = problem;
  const result = new Float64Array(heads);
  for (let pair = 0; pair < pairs; pair++) {
    const row = differences.subarray(pair * dimension, (pair + 1) * dimension);
    for (let head = 0; head < heads; head++) {
      const weight = rowWeights[pair * heads + head];
      if (weight === 0) continue;
      const margin = dot(row, weights, head * dimension);
      result[head] += weight * (Math.max(-margin, 0) + Math.log1p(Math.exp(-Math.abs(margin))));
    }
  }
  for (let head = 0; head < heads; head++) {
    const own = weights.subarray(head * dimension, (head + 1) * dimension);
    result[head] += 0.5 * lambdas[head] * dot(own, weights, head * dimension);
  }
  return result;
}

/** Four sums side by side, so that one addition does not wait for the other. */
function dot(row: Weights, weights: Weights, start: number): number {
  let [a, b, c, d] = [0, 0, 0, 0];
  for (let column = 0; column < row.length; column += 4) {
    a += row[column] * weights[start + column];
    b += row[column + 1] * weights[start + column + 1];
    c += row[column + 2] * weights[start + column + 2];
    d += row[column + 3] * weights[start + column + 3];
  }
  return a + b + (c + d);
}

/** Largest relative excess over the optimum among the heads. */
export function worstGap(found: Float64Array, optimum: Float64Array): number {
  return found.reduce((worst, value, head) => {
    const gap = (value - optimum[head]) / Math.abs(optimum[head]);
    return Number.isNaN(gap) ? Infinity : Math.max(worst, gap);
  }, 0);
}
