import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  accuracy,
  bestRuler,
  expectedCalibrationError,
  logLoss,
  reliability,
  rulerCues,
  rulers,
  wilson,
} from '../../src/core/evaluation.ts';
import { fitInverseTemperature } from '../../src/core/calibration.ts';
import { createRandom } from '../../src/core/random.ts';
import { sigmoid } from '../../src/core/bradleyTerry.ts';

describe("Wilson's interval", () => {
  // Reference values from the closed form evaluated in another language (float64).
  test.each([
    [0, 10, 0, 0.2775327998628892],
    [5, 10, 0.236593090512564, 0.7634069094874361],
    [89, 120, 0.6567146994175665, 0.8116260368133936],
    [1, 1, 0.20654931437723745, 1],
  ])('%i of %i is %f to %f', (successes, n, low, high) => {
    expect(wilson(successes, n).low).toBeCloseTo(low, 9);
    expect(wilson(successes, n).high).toBeCloseTo(high, 9);
  });

  test('says nothing about nothing', () =>
    expect(wilson(0, 0)).toEqual({ value: 0.5, low: 0, high: 1, n: 0 }));

  test('holds its value and stays within 0 and 1', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 500 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (n, share) => {
          const { value, low, high } = wilson(share * n, n);
          expect(low).toBeGreaterThanOrEqual(0);
          expect(high).toBeLessThanOrEqual(1);
          expect(value).toBeGreaterThanOrEqual(low - 1e-12);
          expect(value).toBeLessThanOrEqual(high + 1e-12);
        },
      ),
    );
  });
});

describe('accuracy', () => {
  test('an equal reward counts one half', () => expect(accuracy([1, -1, 0, 2]).value).toBe(0.625));
});

describe('log loss and calibration error', () => {
  test('a head that knows nothing loses ln 2 and is not surprised', () => {
    expect(logLoss([0, 0, 0])).toBeCloseTo(Math.LN2, 12);
    expect(expectedCalibrationError([0, 0])).toBe(0);
  });

  test('a certain head that is wrong half the time is off by one half', () =>
    expect(expectedCalibrationError([50, -50, 50, -50])).toBeCloseTo(0.5, 9));

  test('bins hold every pair once', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: -9, max: 9, noNaN: true }), { minLength: 1 }), (margins) => {
        expect(reliability(margins).reduce((sum, bin) => sum + bin.observed.n, 0)).toBe(margins.length);
      }),
    );
  });

  test('the fitted temperature undoes an over-confident scale', () => {
    const random = createRandom(3);
    const margins = Array.from({ length: 4000 }, () => {
      const truth = random.normal();
      return (random.next() < sigmoid(truth) ? 1 : -1) * truth * 4;
    });
    const t = fitInverseTemperature(margins);
    expect(t).toBeGreaterThan(0.2);
    expect(t).toBeLessThan(0.3);
    expect(expectedCalibrationError(margins, t)).toBeLessThan(0.03);
    expect(expectedCalibrationError(margins)).toBeGreaterThan(0.1);
  });

  test('temperature stays 1 without margins and hedges on margins that are noise', () => {
    expect(fitInverseTemperature([])).toBe(1);
    const noise = Array.from({ length: 200 }, (_, i) => (i % 2 === 0 ? 2 : -2));
    expect(fitInverseTemperature(noise)).toBeLessThan(0.2);
  });
});

describe('rulers', () => {
  const pairs = [
    { chosen: 'a longer answer', rejected: 'short', shownFirst: 'chosen' as const },
    { chosen: 'tiny', rejected: 'much longer text', shownFirst: 'chosen' as const },
    { chosen: 'same', rejected: 'size', shownFirst: 'rejected' as const },
    { chosen: 'longer than that', rejected: 'that' },
    { chosen: '\u{1F600}\u{1F600}', rejected: 'abc' },
  ];

  test('agree with the person as often as they do, ties left out and counted', () => {
    const [longer, shorter, left, right] = rulers(rulerCues(pairs));
    expect(longer).toMatchObject({ value: 0.5, n: 4, undecided: 1 });
    expect(shorter).toMatchObject({ value: 0.5, n: 4, undecided: 1 });
    expect(left.value).toBeCloseTo(2 / 3, 12);
    expect(right.value).toBeCloseTo(1 / 3, 12);
    expect(left.undecided).toBe(2);
  });

  test('the best ruler is the one that agrees most, and none where none decided', () => {
    expect(bestRuler(rulers(rulerCues(pairs)))?.name).toBe('left');
    expect(bestRuler(rulers(rulerCues([{ chosen: 'xx', rejected: 'yy' }])))).toBeUndefined();
  });
});

test('the best ruler is not one that decided hardly a pair', () => {
  const cues = { longer: new Int8Array(400).fill(1).fill(-1, 0, 150), first: new Int8Array(400) };
  cues.first[7] = 1;
  expect(bestRuler(rulers(cues))).toMatchObject({ name: 'longer', n: 400 });
});
