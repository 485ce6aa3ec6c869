import { beforeAll, describe, expect, test } from 'vitest';
import type { Backend } from '../../src/compute/backend.ts';
import { createCpuBackend } from '../../src/compute/cpuBackend.ts';
import { openSimdBackend } from '../../src/compute/simdBackend.ts';
import type { HeadKind, HeadParameters } from '../../src/core/rewardHead.ts';
import { USUAL_TUNING, type Answer, type Tuning, type WatchedStep } from '../../src/core/watchedTraining.ts';
import { MLP_OPTIONS, trainRewardHead } from '../../src/training/trainRewardHead.ts';
import { watchRewardHead } from '../../src/training/watchRewardHead.ts';
import { ruledPairs } from '../helpers/ruledPairs.ts';

const DATA = ruledPairs(150, 12, 0.85);
const control = { signal: { aborted: false }, yieldToEvents: () => Promise.resolve() };
const settings = (headKind: HeadKind) =>
  ({ headKind, hasFixedPrior: true, seed: 4, lengthControl: 'off' }) as const;

/** Watches a run to the step at which `answer` ends it. */
async function watch(
  headKind: HeadKind,
  answer: (step: WatchedStep) => Answer,
  tuning = USUAL_TUNING,
  backend = createCpuBackend(),
) {
  const steps: WatchedStep[] = [];
  const outcome = await watchRewardHead(backend, DATA, settings(headKind), {
    ...control,
    tuning,
    answer: (step) => {
      steps.push(step);
      return Promise.resolve(answer(step));
    },
  });
  return { outcome, steps };
}

const goOn = (change: Partial<Tuning> = {}): Answer => ({
  act: 'go-on',
  tuning: { ...USUAL_TUNING, ...change },
});
const keep: Answer = { act: 'keep' };

function expectClose(one: HeadParameters, other: HeadParameters, digits: number): void {
  if (one.kind !== 'linear' || other.kind !== 'linear') throw new Error('Not two linear heads.');
  one.weights.forEach((weight, i) => expect(weight).toBeCloseTo(other.weights[i], digits));
}

test.each<HeadKind>(['linear', 'mlp'])(
  'a %s head that is watched without a change is the one that training makes',
  async (kind) => {
    const trained = await trainRewardHead(createCpuBackend(), DATA, settings(kind), {
      ...control,
      onProgress: () => undefined,
    });
    const { outcome } = await watch(kind, ({ isUsualEnd }) => (isUsualEnd ? keep : goOn()));
    if (kind === 'mlp') {
      expect(outcome.parameters).toEqual(trained.parameters);
      expect(outcome.hyperparameters).toEqual(trained.hyperparameters);
    } else {
      expectClose(outcome.parameters, trained.parameters, 4);
      outcome.covariance!.forEach((entry, i) => expect(entry).toBeCloseTo(trained.covariance![i], 4));
      expect(outcome.hyperparameters.lambda).toBe(1);
    }
  },
);

test.each<HeadKind>(['linear', 'mlp'])(
  'every step of a %s head shows its figures, from knowing nothing on',
  async (kind) => {
    const { steps, outcome } = await watch(kind, ({ isDone }) => (isDone ? keep : goOn()));
    expect(steps.map(({ iteration }) => iteration)).toEqual(steps.map((_, index) => index));
    expect(steps[0].trust.accuracy.low).toBeLessThan(0.5);
    const last = steps.at(-1)!;
    expect(last.trust).toEqual(outcome.trust);
    expect(last.trust.accuracy.low).toBeGreaterThan(0.5);
    expect(last.trainingLoss).toBeLessThan(steps[0].trainingLoss);
    if (kind === 'mlp') return;
    expect(steps[0].trainingLoss).toBeCloseTo(Math.LN2, 9);
    expect(steps[0].heldOutLoss).toBeCloseTo(Math.LN2, 9);
    // Each step of a line search makes the objective smaller, and with it here the loss.
    for (const [index, step] of steps.entries()) {
      if (index > 0) expect(step.trainingLoss).toBeLessThanOrEqual(steps[index - 1].trainingLoss + 1e-3);
    }
  },
);

describe.each(['cpu', 'simd'] as const)('a strength that changes on the way (%s)', (name) => {
  let backend: Backend;
  beforeAll(async () => {
    backend = name === 'cpu' ? createCpuBackend() : await openSimdBackend();
  });

  test.each([
    ['in the middle', (step: WatchedStep) => step.iteration >= 3],
    ['at the optimum', (step: WatchedStep) => step.isDone],
    ['before the first step', () => true],
  ])('%s ends at the optimum of a fresh run at that strength', async (_, isTime) => {
    const fresh = await watch('linear', ({ isDone }) => (isDone ? keep : goOn({ lambda: 8 })), {
      ...USUAL_TUNING,
      lambda: 8,
    });
    let isChanged = false;
    const changed = await watch(
      'linear',
      (step) => {
        if (isChanged && step.isDone) return keep;
        isChanged ||= isTime(step);
        return goOn(isChanged ? { lambda: 8 } : {});
      },
      USUAL_TUNING,
      backend,
    );
    expectClose(changed.outcome.parameters, fresh.outcome.parameters, 3);
    expect(changed.outcome.hyperparameters.lambda).toBe(8);
    const usual = await watch('linear', ({ isDone }) => (isDone ? keep : goOn()));
    expect(usual.outcome.trust.logLoss).not.toBeCloseTo(changed.outcome.trust.logLoss, 3);
  });
});

test('the provenance says until when another tuning held', async () => {
  const linear = await watch('linear', ({ iteration }) =>
    iteration === 4 ? keep : goOn({ lambda: iteration < 2 ? 1 : 4 }),
  );
  expect(linear.outcome.hyperparameters).toEqual({
    iterations: 4,
    converged: 0,
    'lambda until 2': 1,
    lambda: 4,
    folds: 5,
  });
  const mlp = await watch('mlp', ({ iteration }) =>
    iteration === 4 ? keep : goOn({ learningRate: iteration < 3 ? 0.02 : 0, lambda: 7 }),
  );
  expect(mlp.outcome.hyperparameters).toEqual({
    ...MLP_OPTIONS,
    epochs: 4,
    'learningRate until 3': 0.02,
    learningRate: 0,
    folds: 5,
  });
});

test('a hidden layer takes a new rate from the next epoch: at 0 it stands still', async () => {
  const { steps } = await watch('mlp', ({ iteration }) =>
    iteration === 5 ? keep : goOn({ learningRate: iteration < 3 ? 0.01 : 0 }),
  );
  expect(steps[3].trainingLoss).not.toBe(steps[2].trainingLoss);
  expect(steps[4].trainingLoss).toBe(steps[3].trainingLoss);
  expect(steps[5].trust).toEqual(steps[3].trust);
});

test('a head that is kept before its optimum has no posterior', async () => {
  const { outcome } = await watch('linear', ({ iteration }) => (iteration === 2 ? keep : goOn()));
  expect(outcome.covariance).toBeUndefined();
});

test.each<HeadKind>(['linear', 'mlp'])('a %s head that is discarded ends as cancelled', async (kind) => {
  const run = watch(kind, ({ iteration }) => (iteration === 1 ? { act: 'discard' } : goOn()));
  await expect(run).rejects.toMatchObject({ code: 'cancelled' });
});
