import { expect, test } from 'vitest';
import { openSimdBackend } from '../../src/compute/simdBackend.ts';
import { trainLinearHeads, type LinearOptions } from '../../src/training/trainLinearHeads.ts';
import { objectivesAt, OPTIMUM_PROBLEMS } from '../helpers/optimumProblems.ts';
import { SIMD_FINGERPRINT, simdFingerprint } from '../helpers/simdFingerprint.ts';

const OPTIONS: LinearOptions = {
  maxIterations: 400,
  gradientTolerance: 1e-5,
  readbackEvery: 1,
  signal: { aborted: false },
  yieldToEvents: () => Promise.resolve(),
  onProgress: () => undefined,
};

test.each(OPTIMUM_PROBLEMS.map(({ problem, weights }, index) => [index, problem, weights] as const))(
  'training with SIMD ends within 2e-8 of the independent optimum of problem %i, its weights within 2e-4',
  async (_, problem, weights) => {
    const solution = await trainLinearHeads(await openSimdBackend(), problem, OPTIONS);
    expect(solution.converged).toBe(true);
    weights.forEach((weight, i) => expect(Math.abs(solution.weights[i] - weight)).toBeLessThan(2e-4));
    const best = objectivesAt(problem, weights);
    objectivesAt(problem, solution.weights).forEach((found, head) => {
      expect(found / best[head] - 1).toBeLessThan(2e-8);
    });
  },
);

test('training with SIMD comes out of Node as it always did, byte for byte', async () =>
  expect(await simdFingerprint()).toBe(SIMD_FINGERPRINT));
