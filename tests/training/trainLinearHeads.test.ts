import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Backend } from '../../src/compute/backend.ts';
import { createCpuBackend } from '../../src/compute/cpuBackend.ts';
import { SCALAR } from '../../src/compute/layout.ts';
import { softplus } from '../../src/core/bradleyTerry.ts';
import { createRandom } from '../../src/core/random.ts';
import type { LinearProblem } from '../../src/training/linearTensors.ts';
import { trainLinearHeads, type LinearOptions } from '../../src/training/trainLinearHeads.ts';
import { OPTIMUM_PROBLEMS } from '../helpers/optimumProblems.ts';

const OPTIONS: LinearOptions = {
  maxIterations: 400,
  gradientTolerance: 1e-9,
  readbackEvery: 5,
  signal: { aborted: false },
  yieldToEvents: () => Promise.resolve(),
  onProgress: () => undefined,
};

function randomProblem(pairs: number, dimension: number, heads: number, seed: number): LinearProblem {
  const random = createRandom(seed);
  return {
    pairs,
    dimension,
    heads,
    differences: Float32Array.from({ length: pairs * dimension }, random.normal),
    rowWeights: Float32Array.from({ length: pairs * heads }, () => random.integer(3)),
    lambdas: Float64Array.from({ length: heads }, () => 10 ** (3 * random.next() - 2)),
  };
}

function objective(
  problem: LinearProblem,
  margins: Float32Array,
  weights: Float64Array,
  head: number,
): number {
  let sum = 0;
  for (let pair = 0; pair < problem.pairs; pair++) {
    const index = pair * problem.heads + head;
    sum += problem.rowWeights[index] * softplus(-margins[index]);
  }
  const own = weights.subarray(head * problem.dimension, (head + 1) * problem.dimension);
  return sum + (problem.lambdas[head] / 2) * own.reduce((square, w) => square + w * w, 0);
}

describe('linear heads on the CPU', () => {
  test.each(OPTIMUM_PROBLEMS.map((golden, index) => [index, golden] as const))(
    'reach the independent optimum of problem %i to 1e-5',
    async (_, { problem, weights }) => {
      const solution = await trainLinearHeads(createCpuBackend(), problem, OPTIONS);
      expect(solution.converged).toBe(true);
      weights.forEach((weight, i) => expect(Math.abs(solution.weights[i] - weight)).toBeLessThan(1e-5));
    },
  );

  test('give the margins of every pair, held out or not', async () => {
    const problem = randomProblem(23, 6, 3, 1);
    const { weights, margins } = await trainLinearHeads(createCpuBackend(), problem, OPTIONS);
    for (let pair = 0; pair < 23; pair++) {
      for (let head = 0; head < 3; head++) {
        let margin = 0;
        for (let i = 0; i < 6; i++) margin += problem.differences[pair * 6 + i] * weights[head * 6 + i];
        expect(margins[pair * 3 + head]).toBeCloseTo(margin, 4);
      }
    }
  });

  test('never end above where they started', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 30 }),
        fc.integer({ min: 1, max: 9 }),
        fc.integer({ min: 1, max: 5 }),
        fc.integer(),
        async (pairs, dimension, heads, seed) => {
          const problem = randomProblem(pairs, dimension, heads, seed);
          const options = { ...OPTIONS, maxIterations: 1 + (Math.abs(seed) % 7) };
          const { margins, weights } = await trainLinearHeads(createCpuBackend(), problem, options);
          for (let head = 0; head < heads; head++) {
            const zero = objective(
              problem,
              new Float32Array(margins.length),
              new Float64Array(weights.length),
              head,
            );
            expect(objective(problem, margins, weights, head)).toBeLessThanOrEqual(zero * (1 + 1e-6) + 1e-9);
          }
        },
      ),
      { numRuns: 40 },
    );
  });

  test('train each head as if it were alone', async () => {
    const problem = randomProblem(40, 5, 4, 9);
    const together = await trainLinearHeads(createCpuBackend(), problem, OPTIONS);
    const alone = await trainLinearHeads(
      createCpuBackend(),
      {
        ...problem,
        heads: 1,
        rowWeights: Float32Array.from({ length: 40 }, (_, pair) => problem.rowWeights[pair * 4 + 2]),
        lambdas: problem.lambdas.slice(2, 3),
      },
      OPTIONS,
    );
    alone.weights.forEach((weight, i) => expect(together.weights[2 * 5 + i]).toBeCloseTo(weight, 6));
  });

  test.each([
    ['separable pairs and a weak penalty', 1e-6],
    ['a penalty that allows next to nothing', 1e3],
  ])('stay finite on %s', async (_, lambda) => {
    const problem = {
      ...randomProblem(20, 40, 1, 3),
      rowWeights: new Float32Array(20).fill(1),
      lambdas: Float64Array.of(lambda),
    };
    const { weights } = await trainLinearHeads(createCpuBackend(), problem, OPTIONS);
    expect(weights.every(Number.isFinite)).toBe(true);
  });

  test.each([
    ['a loss that is not finite', 'loss', NaN, 'diverged'],
    ['a gradient that is not finite', 'gradientSquare', Infinity, 'diverged'],
    ['zeros for what it was given', 'roundoff', 0, 'device-lost'],
  ] as const)('are not made by a device that gives back %s', async (_, name, value, code) => {
    const twins = createCpuBackend();
    let reads = 0;
    const lying: Backend = {
      ...twins,
      async read(tensor) {
        const values = await twins.read(tensor);
        if (tensor.label === 'scalars' && ++reads === 3) values[SCALAR[name]] = value;
        return values;
      },
    };
    const run = trainLinearHeads(lying, randomProblem(20, 4, 1, 3), OPTIONS);
    await expect(run).rejects.toMatchObject({ code });
  });

  test('learn nothing from pairs that do not differ or do not count', async () => {
    const same = { ...randomProblem(5, 3, 1, 2), differences: new Float32Array(15) };
    expect([...(await trainLinearHeads(createCpuBackend(), same, OPTIONS)).weights]).toEqual([0, 0, 0]);
    const silent = { ...randomProblem(5, 3, 1, 2), rowWeights: new Float32Array(5) };
    expect([...(await trainLinearHeads(createCpuBackend(), silent, OPTIONS)).weights]).toEqual([0, 0, 0]);
  });

  test('come out byte for byte alike from the same problem', async () => {
    const problem = randomProblem(60, 7, 6, 5);
    const first = await trainLinearHeads(createCpuBackend(), problem, OPTIONS);
    const second = await trainLinearHeads(createCpuBackend(), problem, OPTIONS);
    expect(second.weights).toEqual(first.weights);
  });

  test('stop when cancelled and say so', async () => {
    const signal = { aborted: false };
    const run = trainLinearHeads(createCpuBackend(), randomProblem(50, 9, 2, 4), {
      ...OPTIONS,
      gradientTolerance: 0,
      signal,
      onProgress: () => (signal.aborted = true),
    });
    await expect(run).rejects.toMatchObject({ code: 'cancelled' });
  });

  test('report the held-out loss of the pairs with weight zero', async () => {
    const problem = randomProblem(30, 4, 2, 8);
    let last: { losses: Float64Array; heldOutLosses: Float64Array } | undefined;
    const { margins } = await trainLinearHeads(createCpuBackend(), problem, {
      ...OPTIONS,
      onProgress: (progress) => (last = progress),
    });
    for (let head = 0; head < 2; head++) {
      let heldOut = 0;
      for (let pair = 0; pair < 30; pair++) {
        if (problem.rowWeights[pair * 2 + head] === 0) heldOut += softplus(-margins[pair * 2 + head]);
      }
      expect(last!.heldOutLosses[head]).toBeCloseTo(heldOut, 3);
    }
  });
});
