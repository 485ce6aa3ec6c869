/** Labels that follow length, in part or alone, and what control makes of them. */
import { describe, expect, test } from 'vitest';
import { createCpuBackend } from '../../src/compute/cpuBackend.ts';
import type { LengthControl } from '../../src/core/lengthControl.ts';
import { lengthSentence } from '../../src/core/lengthSentence.ts';
import { createRandom } from '../../src/core/random.ts';
import type { HeadKind } from '../../src/core/rewardHead.ts';
import { mean } from '../../src/core/statistics.ts';
import { trainRewardHead } from '../../src/training/trainRewardHead.ts';
import type { TrainingData } from '../../src/training/trainingData.ts';

const DIMENSION = 6;

/**
 * Pairs of prompts of their own. Feature 0 tells length but for noise, feature 1 is content; every third pair is of
 * equal length. The first response wins if its length and `content` times its feature 1 say so; else a coin decides.
 */
function lengthData(pairs: number, content: number, seed = 5): TrainingData {
  const random = createRandom(seed);
  const features = Float32Array.from({ length: 2 * pairs * DIMENSION }, random.normal);
  const logLengths = Float32Array.from({ length: 2 * pairs }, () => 5 + random.normal());
  for (let pair = 0; pair < pairs; pair += 3) logLengths[2 * pair + 1] = logLengths[2 * pair];
  logLengths.forEach((length, row) => (features[row * DIMENSION] = length - 5 + 0.1 * random.normal()));
  const liking = (row: number): number => logLengths[row] + content * features[row * DIMENSION + 1];
  const firstWins = Array.from({ length: pairs }, (_, pair) => {
    const lead = liking(2 * pair) - liking(2 * pair + 1);
    return lead === 0 ? random.next() < 0.5 : lead > 0;
  });
  return {
    features,
    dimension: DIMENSION,
    logLengths,
    rows: {
      chosen: Uint32Array.from(firstWins, (wins, pair) => 2 * pair + (wins ? 0 : 1)),
      rejected: Uint32Array.from(firstWins, (wins, pair) => 2 * pair + (wins ? 1 : 0)),
    },
    promptOfPair: Uint32Array.from(firstWins, (_, pair) => pair),
    weights: new Float32Array(pairs).fill(1),
    targetMargins: new Float32Array(pairs),
    cues: { longer: new Int8Array(pairs), first: new Int8Array(pairs) },
    isControl: new Uint8Array(pairs).fill(1),
  };
}

const train = (data: TrainingData, lengthControl: LengthControl, headKind: HeadKind = 'linear') =>
  trainRewardHead(
    createCpuBackend(),
    data,
    { headKind, hasFixedPrior: true, seed: 1, lengthControl },
    { signal: { aborted: false }, yieldToEvents: () => Promise.resolve(), onProgress: () => undefined },
  );

describe('labels that follow length alone', () => {
  test('are named, and full control leaves a coin that knows nothing of length', async () => {
    const draws = await Promise.all(
      [5, 6, 7, 8, 9, 10, 11, 12].map((seed) => train(lengthData(200, 0, seed), 'full')),
    );
    const left = draws.map(({ trust }) => trust.length!.full);
    // One draw in eight lies outside its own interval; the means of eight have standard errors of .016 and .028.
    expect(Math.abs(mean(left.map(({ accuracy }) => accuracy.value)) - 0.5)).toBeLessThan(0.05);
    expect(Math.abs(mean(left.map(({ equalLengths }) => equalLengths.value)) - 0.5)).toBeLessThan(0.09);
    const said = draws.filter(({ trust }) => lengthSentence(trust.length!).startsWith('Nothing but length'));
    expect(said.length).toBeGreaterThanOrEqual(5);
    const [{ trust, length }] = draws;
    const { off, full } = trust.length!;
    expect(off.correlation).toBeGreaterThan(0.9);
    expect(length.slope).toBeGreaterThan(1);
    expect(Math.abs(full.correlation)).toBeLessThan(0.1);
    expect(full.equalLengths.n).toBeGreaterThan(66);
    expect(trust.accuracy).toEqual(full.accuracy);
  });
});

describe('labels that follow length and content', () => {
  const data = lengthData(300, 1);

  test('are told with less regard to length the more of it is taken out', async () => {
    const { trust } = await train(data, 'half');
    const { off, half, full } = trust.length!;
    expect(off.correlation).toBeGreaterThan(half.correlation);
    expect(half.correlation).toBeGreaterThan(Math.abs(full.correlation));
    expect(full.equalLengths.low).toBeGreaterThan(0.5);
    expect(trust.accuracy).toEqual(half.accuracy);
    expect(lengthSentence(trust.length!)).toContain('pays for longer answers');
  });

  test('give the same figures before and after, whichever control is in use', async () => {
    const [off, full] = [await train(data, 'off'), await train(data, 'full')];
    expect(off.trust.length).toEqual(full.trust.length);
    expect(off.parameters).toEqual(full.parameters);
    expect(off.length.slope).toBe(full.length.slope);
  });
});

test.each<HeadKind>(['linear', 'mlp'])(
  'without control a %s head comes out as if it knew no lengths',
  async (headKind) => {
    const data = lengthData(90, 1);
    const blind = { ...data, logLengths: new Float32Array(data.logLengths.length) };
    const [seen, unseen] = [await train(data, 'off', headKind), await train(blind, 'off', headKind)];
    const withoutFigures = ({ trust, ...rest }: typeof seen) => ({
      ...rest,
      length: undefined,
      trust: { ...trust, length: undefined },
    });
    expect(withoutFigures(seen)).toEqual(withoutFigures(unseen));
  },
);

test('only pairs that chance asked count in the figures', async () => {
  const data = lengthData(90, 1);
  const isControl = data.isControl.map((_, pair) => pair % 2);
  const { trust } = await train({ ...data, isControl }, 'off');
  expect(trust.length!.off.accuracy).toEqual(trust.accuracy);
  expect(trust.length!.full.accuracy.n).toBe(45);
});
