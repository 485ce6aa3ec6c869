import { describe, expect, test } from 'vitest';
import type { ProblemSize } from '../../src/compute/backend.ts';
import { createCpuBackend } from '../../src/compute/cpuBackend.ts';
import { createRandom } from '../../src/core/random.ts';
import { estimateBasis, preconditionerRank } from '../../src/training/preconditioner.ts';
import type { LinearProblem } from '../../src/training/linearTensors.ts';
import { trainLinearHeads } from '../../src/training/trainLinearHeads.ts';

/** Coordinates of falling scale, unit rows, labels from a planted reward with one in ten flipped. */
function realisticProblem(pairs: number, dimension: number, heads: number): LinearProblem {
  const random = createRandom(11);
  const reward = Float64Array.from({ length: dimension }, (_, i) => random.normal() / Math.sqrt(i + 1));
  const differences = new Float32Array(pairs * dimension);
  for (let pair = 0; pair < pairs; pair++) {
    const row = Float64Array.from(reward, (_, i) => random.normal() / Math.sqrt(i + 1));
    const length = Math.hypot(...row);
    const margin = row.reduce((sum, value, i) => sum + value * reward[i], 0);
    const sign = margin > 0 === random.next() > 0.1 ? 1 : -1;
    row.forEach((value, i) => (differences[pair * dimension + i] = (sign * value) / length));
  }
  return {
    pairs,
    dimension,
    heads,
    differences,
    rowWeights: Float32Array.from({ length: pairs * heads }, () => (random.next() < 0.2 ? 0 : 1)),
    lambdas: Float64Array.from({ length: heads }, (_, head) => 10 ** (-5 + (head % 8) / 2) * pairs),
  };
}

const solve = (problem: LinearProblem, rank?: number) =>
  trainLinearHeads(createCpuBackend(), problem, {
    maxIterations: 1000,
    gradientTolerance: 1e-5,
    readbackEvery: 1,
    rank,
    signal: { aborted: false },
    yieldToEvents: () => Promise.resolve(),
    onProgress: () => undefined,
  });

describe('the preconditioner', () => {
  test('reaches the same optimum in at most half the iterations on a decaying spectrum', async () => {
    const problem = realisticProblem(600, 128, 16);
    const plain = await solve(problem, 0);
    const preconditioned = await solve(problem);
    expect(plain.converged && preconditioned.converged).toBe(true);
    expect(preconditioned.iterations).toBeLessThanOrEqual(plain.iterations / 2);
    preconditioned.margins.forEach((margin, i) => {
      expect(Math.abs(margin - plain.margins[i])).toBeLessThan(2e-3);
    });
  });

  test('finds the strongest directions with their second moments', async () => {
    const [pairs, dimension, rank] = [500, 40, 8];
    const random = createRandom(3);
    const scale = (i: number): number => 2 ** -i;
    const differences = Float32Array.from(
      { length: pairs * dimension },
      (_, at) => scale(at % dimension) * random.normal(),
    );
    const size: ProblemSize = { pairs, dimension, heads: rank };
    const basis = (await estimateBasis(createCpuBackend(), differences, size, rank))!;
    for (let k = 0; k < 5; k++) {
      // Direction k is coordinate k up to the sample's noise.
      expect(Math.abs(basis[k * dimension + k])).toBeGreaterThan(0.95);
      expect(basis[rank * dimension + k] / scale(k) ** 2).toBeGreaterThan(0.8);
      expect(basis[rank * dimension + k] / scale(k) ** 2).toBeLessThan(1.2);
    }
    expect(basis[rank * dimension + rank]).toBeLessThan(scale(rank) ** 2 / 10);
  });

  test('is left out where the spectrum is flat', async () => {
    const random = createRandom(4);
    const differences = Float32Array.from({ length: 600 * 40 }, random.normal);
    const size = { pairs: 600, dimension: 40, heads: 8 };
    expect(await estimateBasis(createCpuBackend(), differences, size, 8)).toBeUndefined();
  });

  test.each([
    [{ pairs: 2000, dimension: 384, heads: 48 }, 32],
    [{ pairs: 700, dimension: 384, heads: 48 }, 0],
    [{ pairs: 2000, dimension: 384, heads: 6 }, 0],
    [{ pairs: 2000, dimension: 20, heads: 48 }, 0],
  ])('of %o has rank %i', (size, rank) => {
    expect(preconditionerRank(size)).toBe(rank);
  });
});
