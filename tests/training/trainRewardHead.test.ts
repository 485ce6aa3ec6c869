import { describe, expect, test } from 'vitest';
import { createCpuBackend } from '../../src/compute/cpuBackend.ts';
import { positionEffect } from '../../src/core/positionEffect.ts';
import { createRandom } from '../../src/core/random.ts';
import type { HeadKind } from '../../src/core/rewardHead.ts';
import { mean } from '../../src/core/statistics.ts';
import { scoreCandidates } from '../../src/training/scoreCandidates.ts';
import { trainRewardHead, type TrainingControl } from '../../src/training/trainRewardHead.ts';
import type { TrainingData } from '../../src/training/trainingData.ts';
import { ruledPairs as data } from '../helpers/ruledPairs.ts';

const control = (signal = { aborted: false }): TrainingControl => ({
  signal,
  yieldToEvents: () => Promise.resolve(),
  onProgress: () => undefined,
});

const train = (headKind: HeadKind, of: TrainingData, hasFixedPrior = true) =>
  trainRewardHead(
    createCpuBackend(),
    of,
    { headKind, hasFixedPrior, seed: 4, lengthControl: 'off' },
    control(),
  );

describe.each<HeadKind>(['linear', 'mlp'])('a %s head', (kind) => {
  test('learns a rule and says so on pairs it has not seen', async () => {
    const { trust, parameters } = await train(kind, data(240, 5, 1));
    expect(parameters.kind).toBe(kind);
    expect(trust.accuracy.n).toBe(240);
    expect(trust.accuracy.low).toBeGreaterThan(0.8);
    expect(trust.logLoss).toBeLessThan(0.45);
  });

  test('claims nothing on coin flips', async () => {
    const { trust } = await train(kind, data(240, 20, 0.5));
    expect(trust.accuracy.low).toBeLessThan(0.5);
    expect(trust.accuracy.high).toBeGreaterThan(0.5);
    expect(trust.logLoss).toBeLessThan(Math.LN2 + 0.03);
  });

  test('comes out byte for byte alike from the same seed', async () => {
    expect(await train(kind, data(60, 4, 0.9))).toEqual(await train(kind, data(60, 4, 0.9)));
  });

  test('does not judge a fold by its own prompts', async () => {
    // Noise of a high dimension is fitted perfectly on what was seen and worthless on what was not.
    const noise = data(60, 300, 0.5);
    const { trust, parameters } = await train(kind, noise);
    const rewards = scoreCandidates(parameters, noise.features, noise.dimension);
    const fitted = noise.rows.chosen.filter((row, pair) => rewards[row] > rewards[noise.rows.rejected[pair]]);
    expect(fitted.length).toBeGreaterThan(55);
    expect(trust.accuracy.value).toBeLessThan(0.7);
  });
});

test('features without a prior get the strength that predicts best', async () => {
  const { trust, hyperparameters } = await train('linear', data(150, 40, 0.85), false);
  const curve = trust.strengthCurve!;
  const best = curve.reduce((least, trial) => (trial.logLoss < least.logLoss ? trial : least));
  expect(hyperparameters.lambda).toBeCloseTo(best.lambda * 150, 9);
});

test('the fixed prior searches no strength', async () => {
  const { trust, hyperparameters } = await train('linear', data(60, 4, 0.9));
  expect(trust.strengthCurve).toBeUndefined();
  expect(hyperparameters).toMatchObject({ lambda: 1, folds: 5 });
});

test.each([
  [5, 5],
  [0, 0],
  [3, 1],
])('%i pairs over %i prompts are too few, and the message counts them', async (pairs, prompts) => {
  const few = {
    ...data(pairs, 3, 1),
    promptOfPair: Uint32Array.from({ length: pairs }, (_, i) => i % prompts),
  };
  await expect(train('linear', few)).rejects.toMatchObject({
    code: 'too-few-pairs',
    message: expect.stringContaining(`there are ${pairs} over ${prompts}`) as string,
  });
});

test.each<HeadKind>(['linear', 'mlp'])('a cancelled %s run ends as cancelled', async (headKind) => {
  const run = trainRewardHead(
    createCpuBackend(),
    data(90, 6, 0.7),
    { headKind, hasFixedPrior: true, seed: 1, lengthControl: 'off' },
    control({ aborted: true }),
  );
  await expect(run).rejects.toMatchObject({ code: 'cancelled' });
});

describe('the bar for good enough', () => {
  /** Every response for itself, good where its reward under the rule is above this; prompts as of the pairs. */
  const withSingles = (of: TrainingData, isGood: (row: number) => boolean): TrainingData => {
    const { chosen, rejected } = of.rows;
    return {
      ...of,
      singles: {
        rows: Uint32Array.from([...chosen, ...rejected]),
        prompts: Uint32Array.from([...of.promptOfPair, ...of.promptOfPair]),
        isGood: Uint8Array.from([...chosen, ...rejected], (row) => (isGood(row) ? 1 : 0)),
      },
    };
  };

  test.each<HeadKind>(['linear', 'mlp'])(
    'of a %s head is drawn by heads that had not seen the prompt',
    async (kind) => {
      const ruled = data(240, 5, 1);
      const byRule = withSingles(ruled, (row) => ruled.features[row * ruled.dimension] > 0.3);
      const { bar } = await train(kind, byRule);
      expect(bar!.separation.low).toBeGreaterThan(0.7);
      expect(bar!.good + bar!.bad).toBe(480);
      // With more dimensions than pairs a head that had seen the labels' prompts could tell noise apart.
      const noise = data(60, 300, 0.5);
      const random = createRandom(3);
      const labels = noise.features.map(() => random.next());
      const { bar: drawn } = await train(
        kind,
        withSingles(noise, (row) => labels[row] > 0.5),
      );
      expect(drawn!.separation.low).toBeLessThan(0.5);
      expect(drawn!.separation.high).toBeGreaterThan(0.5);
    },
  );

  test('is not drawn without responses judged for themselves', async () => {
    expect((await train('linear', data(60, 4, 0.9))).bar).toBeUndefined();
  });
});

test('an MLP keeps the heads of its folds, a linear head has its posterior', async () => {
  const [linear, mlp] = [await train('linear', data(60, 4, 0.9)), await train('mlp', data(60, 4, 0.9))];
  expect([linear.members, mlp.members?.length]).toEqual([undefined, 5]);
  expect(new Set(mlp.members!.map(({ outputWeights }) => outputWeights.join())).size).toBe(5);
});

test('somebody who always takes the left teaches the head nothing, and is found out', async () => {
  const random = createRandom(8);
  // Sides are random, so whoever always takes the left chooses at random.
  const draws = await Promise.all(
    [1, 2, 3, 4, 5, 6, 7, 8].map((seed) => train('linear', data(200, 10, 0.5, seed))),
  );
  // One draw in eight lies outside its own interval; the mean of eight has a standard error of .016.
  expect(Math.abs(mean(draws.map(({ trust }) => trust.accuracy.value)) - 0.5)).toBeLessThan(0.05);
  const [{ trust }] = draws;
  const alwaysLeft = Array.from({ length: 200 }, () => ({ shownFirst: 'chosen' as const }));
  expect(positionEffect(trust.margins, alwaysLeft).low).toBeGreaterThan(0);
  const eitherSide = Array.from({ length: 200 }, () => ({
    shownFirst: random.next() < 0.5 ? ('chosen' as const) : ('rejected' as const),
  }));
  const fair = positionEffect(trust.margins, eitherSide);
  expect(fair.low).toBeLessThan(0);
  expect(fair.high).toBeGreaterThan(0);
});
