import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { CURVE_PARTS, fitLearningCurve, isEnoughForCurve } from '../../src/core/learningCurve.ts';
import { createRandom } from '../../src/core/random.ts';

const single = (pairs: number): Uint32Array => Uint32Array.from({ length: pairs }, (_, pair) => pair);
const powerLaw = (size: number): number => 0.7 - 0.5 * size ** (-1 / 3);

/** Outcomes of pairs in prompts of three that tend to go right or wrong together; surer with every quarter. */
function drawnOutcomes(pairs: number, seed: number): Float64Array[] {
  const random = createRandom(seed);
  const outcomes = Array.from({ length: CURVE_PARTS }, () => new Float64Array(pairs));
  for (let pair = 0; pair < pairs; pair += 3) {
    const ease = 0.3 * random.normal();
    for (let i = pair; i < Math.min(pairs, pair + 3); i++) {
      const draw = random.next();
      outcomes.forEach((right, step) => (right[i] = draw < 0.5 + 0.04 * step + ease ? 1 : 0));
    }
  }
  return outcomes;
}

describe('a learning curve', () => {
  test('that follows the power law is carried on along it, without doubt where all pairs are alike', () => {
    const judgments = 300;
    const outcomes = Array.from({ length: CURVE_PARTS }, (_, step) =>
      new Float64Array(90).fill(powerLaw((judgments * (step + 1)) / CURVE_PARTS)),
    );
    const { points, forecasts } = fitLearningCurve(outcomes, single(90), judgments);
    expect(points.map((point) => point.judgments)).toEqual([75, 150, 225, 300]);
    expect(forecasts.map((forecast) => forecast.judgments)).toEqual([20, 100, 300]);
    for (const { judgments: more, gain, low, high } of forecasts) {
      expect(gain).toBeCloseTo(powerLaw(judgments + more) - powerLaw(judgments), 12);
      expect(high - low).toBeCloseTo(0, 12);
    }
  });

  test('that falls promises nothing, and admits that it may rise', () => {
    const falling = drawnOutcomes(120, 3).reverse();
    for (const { gain, low, high } of fitLearningCurve(falling, single(120), 120).forecasts) {
      expect([gain, low]).toEqual([0, 0]);
      expect(high).toBeGreaterThan(0);
    }
  });

  test('is forecast no further than twice the judgments, and more for more', () => {
    fc.assert(
      fc.property(fc.integer({ min: 40, max: 400 }), fc.nat(999), (judgments, seed) => {
        const { forecasts } = fitLearningCurve(drawnOutcomes(60, seed), single(60), judgments);
        expect(forecasts[0].judgments).toBe(20);
        expect(forecasts.at(-1)!.judgments).toBe(judgments);
        forecasts.slice(1).forEach((forecast, index) => {
          expect(forecast.judgments).toBeGreaterThan(forecasts[index].judgments);
          // Where nothing is gained, what is left is rounding.
          expect(forecast.gain).toBeGreaterThanOrEqual(forecasts[index].gain - 1e-12);
        });
      }),
    );
  });

  test('has the interval that resampling prompts gives', () => {
    const prompts = 60;
    const outcomes = drawnOutcomes(3 * prompts, 5);
    const promptOfPair = Uint32Array.from({ length: 3 * prompts }, (_, pair) => Math.floor(pair / 3));
    const random = createRandom(6);
    const gains = Array.from({ length: 2000 }, () => {
      const drawn = Array.from({ length: prompts }, () => random.integer(prompts));
      const rows = drawn.flatMap((prompt) => [3 * prompt, 3 * prompt + 1, 3 * prompt + 2]);
      const resampled = outcomes.map((right) => Float64Array.from(rows, (row) => right[row]));
      return fitLearningCurve(resampled, promptOfPair, 200).forecasts[0].gain;
    }).sort((one, other) => one - other);
    const { gain, high } = fitLearningCurve(outcomes, promptOfPair, 200).forecasts[0];
    expect(high - gain).toBeCloseTo(gains[1949] - gain, 3);
    expect((high - gain) / (gains[1949] - gain)).toBeGreaterThan(0.85);
    expect((high - gain) / (gains[1949] - gain)).toBeLessThan(1.15);
  });
});

test.each([
  [39, 39, false],
  [40, 40, true],
  [200, 9, false],
  [60, 10, true],
])('%i pairs over %i prompts are enough for a curve: %s', (pairs, prompts, isEnough) => {
  expect(isEnoughForCurve(single(pairs).map((pair) => pair % prompts))).toBe(isEnough);
});
