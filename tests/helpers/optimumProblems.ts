/** Problems of linear heads with the weights of their optimum, found independently (tests/fixtures/optimum). */
import { softplus } from '../../src/core/bradleyTerry.ts';
import type { LinearProblem } from '../../src/training/linearTensors.ts';
import optimum from '../fixtures/optimum/optimum.json' with { type: 'json' };

export interface OptimumProblem {
  readonly problem: LinearProblem;
  /** `[heads, dimension]`, row-major. */
  readonly weights: readonly number[];
}

export const OPTIMUM_PROBLEMS: readonly OptimumProblem[] = optimum.map((golden) => ({
  problem: {
    pairs: golden.pairs,
    dimension: golden.dimension,
    heads: golden.heads,
    differences: Float32Array.from(golden.differences),
    rowWeights: Float32Array.from(golden.rowWeights),
    lambdas: Float64Array.from(golden.lambdas),
    targetMargins: Float32Array.from(golden.targetMargins),
  },
  weights: golden.weights,
}));

/** Objective of every head in float64. */
export function objectivesAt(problem: LinearProblem, weights: ArrayLike<number>): number[] {
  const { pairs, dimension, heads, differences, rowWeights, lambdas, targetMargins } = problem;
  return Array.from({ length: heads }, (_, head) => {
    let sum = 0;
    for (let pair = 0; pair < pairs; pair++) {
      let margin = -(targetMargins?.[pair] ?? 0);
      for (let i = 0; i < dimension; i++) {
        margin += differences[pair * dimension + i] * weights[head * dimension + i];
      }
      sum += rowWeights[pair * heads + head] * softplus(-margin);
    }
    for (let i = 0; i < dimension; i++) sum += (lambdas[head] / 2) * weights[head * dimension + i] ** 2;
    return sum;
  });
}
