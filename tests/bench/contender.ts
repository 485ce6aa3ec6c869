/**
 * What the benchmark asks of everybody: many Bradley-Terry heads over the same pair differences,
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

/** One way of solving a problem. A run starts at typed arrays and ends with weights in JavaScript. */
export interface Contender {
  readonly name: string;
  /** Compiles and warms up; not timed. */
  prepare(): Promise<void>;
  /** @returns float32 `[heads, dimension]`, row-major, after exactly this many iterations */
  solve(problem: Problem, iterations: number): Promise<Float32Array | Float64Array>;
}

/** Objective of every head in float64, whoever found the weights. */
export function objectives(problem: Problem, weights: Float32Array | Float64Array): Float64Array {
  const { pairs, dimension, heads, differences, rowWeights, lambdas } = problem;
  const result = new Float64Array(heads);
  const margins = new Float64Array(heads);
  for (let pair = 0; pair < pairs; pair++) {
    margins.fill(0);
    const row = differences.subarray(pair * dimension, (pair + 1) * dimension);
    for (let head = 0; head < heads; head++) {
      let margin = 0;
      const start = head * dimension;
      for (let column = 0; column < dimension; column++) margin += row[column] * weights[start + column];
      const weight = rowWeights[pair * heads + head];
      if (weight > 0) {
        result[head] += weight * (Math.max(-margin, 0) + Math.log1p(Math.exp(-Math.abs(margin))));
      }
    }
  }
  for (let head = 0; head < heads; head++) {
    let square = 0;
    for (let column = 0; column < dimension; column++) square += weights[head * dimension + column] ** 2;
    result[head] += 0.5 * lambdas[head] * square;
  }
  return result;
}

/** Largest relative excess over the optimum among the heads. */
export function worstGap(found: Float64Array, optimum: Float64Array): number {
  return found.reduce(
    (worst, value, head) => Math.max(worst, (value - optimum[head]) / Math.abs(optimum[head])),
    0,
  );
}
