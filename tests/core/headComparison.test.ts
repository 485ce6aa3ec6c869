import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { accuracy } from '../../src/core/evaluation.ts';
import { differenceWords, isBeyondChance, pairedDifference } from '../../src/core/headComparison.ts';
import { createRandom } from '../../src/core/random.ts';

const margins = fc.array(fc.tuple(fc.integer({ min: -2, max: 2 }), fc.integer({ min: -2, max: 2 })), {
  maxLength: 300,
});
const split = (pairs: readonly (readonly [number, number])[]) =>
  [pairs.map(([one]) => one), pairs.map(([, other]) => other)] as const;

describe('the paired difference', () => {
  test('is the difference of the accuracies, inside its interval, and turns with the heads', () => {
    fc.assert(
      fc.property(margins, (pairs) => {
        const [one, other] = split(pairs);
        const there = pairedDifference(one, other);
        const back = pairedDifference(other, one);
        if (pairs.length > 0) {
          expect(there.value).toBeCloseTo(accuracy(one).value - accuracy(other).value, 12);
        }
        expect(there.low).toBeLessThanOrEqual(there.value + 1e-12);
        expect(there.high).toBeGreaterThanOrEqual(there.value - 1e-12);
        expect(back.value).toBeCloseTo(-there.value, 12);
        expect(back.low).toBeCloseTo(-there.high, 12);
      }),
    );
  });

  test('holds the true difference in 19 of 20 draws, from heads that are right together', () => {
    // Both right on 55 of 100 pairs, the one alone on 10, the other alone on 6.
    const holds = (seed: number): boolean => {
      const random = createRandom(seed);
      const [one, other]: number[][] = [[], []];
      for (let pair = 0; pair < 200; pair++) {
        const draw = random.next();
        one.push(draw < 0.65 ? 1 : -1);
        other.push(draw < 0.55 || (draw >= 0.65 && draw < 0.71) ? 1 : -1);
      }
      const { low, high } = pairedDifference(one, other);
      return low <= 0.04 && high >= 0.04;
    };
    const held = Array.from({ length: 2_000 }, (_, seed) => holds(seed)).filter(Boolean).length / 2_000;
    expect(held).toBeGreaterThan(0.94);
    expect(held).toBeLessThan(0.965);
  });

  test('is narrower than two intervals where the heads agree on most pairs', () => {
    const one = Array.from({ length: 200 }, (_, pair) => (pair < 130 ? 1 : -1));
    const other = one.map((margin, pair) => (pair < 4 ? -margin : margin));
    const { low, high } = pairedDifference(one, other);
    const separate = accuracy(one).high - accuracy(one).low;
    expect(high - low).toBeLessThan(separate / 2);
  });

  test('needs the same pairs', () => {
    expect(() => pairedDifference([1, 2], [1])).toThrow('there are 2 and 1');
  });
});

test.each([
  [
    { value: 0.0131, low: -0.0083, high: 0.0342, n: 1_230 },
    '+1.3 points (−0.8 to +3.4, n\u00a0=\u00a01,230)',
    false,
  ],
  [{ value: -0.05, low: -0.08, high: -0.02, n: 90 }, '−5.0 points (−8.0 to −2.0, n\u00a0=\u00a090)', true],
  [{ value: 0, low: -0.0004, high: 0.0004, n: 9 }, '±0.0 points (±0.0 to ±0.0, n\u00a0=\u00a09)', false],
  [{ value: 0.02, low: 0.0004, high: 0.04, n: 9 }, '+2.0 points (±0.0 to +4.0, n\u00a0=\u00a09)', false],
])('a difference is told as it is shown', (difference, words, isBeyond) => {
  expect(differenceWords(difference)).toBe(words);
  expect(isBeyondChance(difference)).toBe(isBeyond);
});
