/** Heads on parts of the judgments: what they may see, and what their outcomes come to. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createCpuBackend } from '../../src/compute/cpuBackend.ts';
import type { LengthControl } from '../../src/core/lengthControl.ts';
import { createRandom } from '../../src/core/random.ts';
import type { HeadKind } from '../../src/core/rewardHead.ts';
import { assignFolds } from '../../src/core/split.ts';
import { partColumns, PARTS } from '../../src/training/heldOutCurve.ts';
import { trainRewardHead } from '../../src/training/trainRewardHead.ts';
import type { TrainingData } from '../../src/training/trainingData.ts';

describe('columns of parts', () => {
  const groups = fc
    .array(fc.integer({ min: 0, max: 40 }), { minLength: 5, maxLength: 90 })
    .map((numbers) => Uint32Array.from(numbers));

  test('never learn from their fold, and those of one size share no pair', () => {
    fc.assert(
      fc.property(groups, fc.integer(), (of, seed) => {
        const folds = { count: 5, ofPair: assignFolds(of, 5, seed) };
        const weights = new Float32Array(of.length).fill(2);
        const { columns, rowWeights } = partColumns(weights, folds, assignFolds(of, 4, seed + 1));
        const timesSeen = (pair: number, fold: number, count: number): number =>
          PARTS.filter((part, index) => {
            const weight = rowWeights[pair * columns + fold * PARTS.length + index];
            return part.count === count && weight === 2;
          }).length;
        for (let pair = 0; pair < of.length; pair++) {
          for (let fold = 0; fold < 5; fold++) {
            const times = [1, 2, 3].map((count) => timesSeen(pair, fold, count));
            const once = folds.ofPair[pair] === fold ? 0 : 1;
            expect(times.slice(0, 2)).toEqual([once, once]);
            expect(times[2]).toBeLessThanOrEqual(once);
          }
        }
      }),
    );
  });
});

/** Pairs of prompts of their own; features 0 to 19 decide, as often as `share` says. */
function data(pairs: number, dimension: number, share: number, seed: number): TrainingData {
  const random = createRandom(seed);
  const features = Float32Array.from({ length: 2 * pairs * dimension }, () => 0.3 * random.normal());
  const liking = (row: number): number =>
    features.subarray(row * dimension, row * dimension + 20).reduce((sum, value) => sum + value, 0);
  const wins = Array.from(
    { length: pairs },
    (_, pair) => liking(2 * pair) > liking(2 * pair + 1) === random.next() < share,
  );
  return {
    features,
    dimension,
    logLengths: Float32Array.from({ length: 2 * pairs }, random.normal),
    rows: {
      chosen: Uint32Array.from(wins, (first, pair) => 2 * pair + (first ? 0 : 1)),
      rejected: Uint32Array.from(wins, (first, pair) => 2 * pair + (first ? 1 : 0)),
    },
    promptOfPair: Uint32Array.from(wins, (_, pair) => pair),
    weights: new Float32Array(pairs).fill(1),
    targetMargins: new Float32Array(pairs),
    cues: { longer: new Int8Array(pairs), first: new Int8Array(pairs) },
    isControl: new Uint8Array(pairs).fill(1),
  };
}

interface Settings {
  readonly headKind?: HeadKind;
  readonly hasFixedPrior?: boolean;
  readonly lengthControl?: LengthControl;
}
const train = (of: TrainingData, settings: Settings = {}) =>
  trainRewardHead(
    createCpuBackend(),
    of,
    { headKind: 'linear', hasFixedPrior: true, lengthControl: 'off', seed: 3, ...settings },
    { signal: { aborted: false }, yieldToEvents: () => Promise.resolve(), onProgress: () => undefined },
  );

describe('the learning curve of a head', () => {
  test.each<LengthControl>(['off', 'full'])(
    'ends at the agreement that is told, with length control %s',
    async (lengthControl) => {
      const { trust } = await train(data(120, 20, 0.9, 1), { lengthControl });
      expect(trust.learningCurve!.points.at(-1)).toEqual({ judgments: 120, accuracy: trust.accuracy });
    },
  );

  test('rises where there is something to learn, and forecasts that it goes on', async () => {
    const { trust } = await train(data(200, 40, 0.95, 2));
    const { points, forecasts } = trust.learningCurve!;
    expect(points[3].accuracy.value - points[0].accuracy.value).toBeGreaterThan(0.05);
    expect(forecasts.at(-1)!.low).toBeGreaterThan(0);
  });

  test('stays at a half on coin flips, however well they are known by heart', async () => {
    const draws = await Promise.all([1, 2, 3, 4].map((seed) => train(data(100, 150, 0.5, seed))));
    for (let step = 0; step < 4; step++) {
      const values = draws.map(({ trust }) => trust.learningCurve!.points[step].accuracy.value);
      expect(Math.abs(values.reduce((sum, value) => sum + value, 0) / 4 - 0.5)).toBeLessThan(0.08);
    }
  });

  test('counts only the pairs that were drawn by chance, and leaves the head as it is', async () => {
    const all = data(120, 20, 0.9, 4);
    const half = { ...all, isControl: all.isControl.map((_, pair) => pair % 2) };
    const few = { ...all, isControl: all.isControl.map((_, pair) => (pair < 39 ? 1 : 0)) };
    const [withAll, withHalf, withFew] = await Promise.all([all, half, few].map((of) => train(of)));
    expect(withHalf.trust.learningCurve!.points[0].accuracy.n).toBe(60);
    expect(withHalf.trust.learningCurve!.forecasts.at(-1)!.judgments).toBe(120);
    expect(withFew.trust.learningCurve).toBeUndefined();
    expect(withFew.parameters).toEqual(withAll.parameters);
    expect(withFew.trust.margins).toEqual(withAll.trust.margins);
  });

  test.each<[string, Settings]>([
    ['a strength that is searched', { hasFixedPrior: false }],
    ['a hidden layer', { headKind: 'mlp' }],
  ])('is not drawn for %s', async (_, settings) => {
    const { trust } = await train(data(60, 20, 0.9, 5), settings);
    expect(trust.learningCurve).toBeUndefined();
  });
});
