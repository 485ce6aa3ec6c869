import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { beatsAnother, bestOfNDivergence, winnerShares, winnerValue } from '../../src/core/bestOfN.ts';

/** All ways to choose n of the numbers below count. */
function draws(count: number, n: number, from = 0): number[][] {
  if (n === 0) return [[]];
  return Array.from({ length: Math.max(0, count - from) }, (_, i) => from + i).flatMap((first) =>
    draws(count, n - 1, first + 1).map((rest) => [first, ...rest]),
  );
}

/** Mean over every draw of n, its best candidates sharing the win. */
function byEnumeration(scores: readonly number[], values: readonly number[], n: number): number {
  const all = draws(scores.length, n);
  const won = all.map((members) => {
    const best = Math.max(...members.map((member) => scores[member]));
    const winners = members.filter((member) => scores[member] === best);
    return winners.reduce((sum, winner) => sum + values[winner] / winners.length, 0);
  });
  return won.reduce((sum, value) => sum + value, 0) / all.length;
}

const candidates = fc.array(
  fc.record({ score: fc.integer({ min: -4, max: 4 }), value: fc.double({ min: -3, max: 3, noNaN: true }) }),
  {
    minLength: 1,
    maxLength: 8,
  },
);

describe('the best of n', () => {
  test.each([
    [1, [0.25, 0.25, 0.25, 0.25]],
    [2, [0, 1 / 6, 2 / 6, 3 / 6]],
    [3, [0, 0, 1 / 4, 3 / 4]],
    [4, [0, 0, 0, 1]],
  ])('of four candidates, drawn %i at a time, wins as often as combinations say', (n, shares) => {
    winnerShares([1, 2, 3, 4], n).forEach((share, index) => expect(share).toBeCloseTo(shares[index], 12));
  });

  test('is worth what enumerating all draws says, equal scores included', () => {
    fc.assert(
      fc.property(candidates, (set) => {
        const scores = set.map(({ score }) => score);
        const values = set.map(({ value }) => value);
        for (let n = 1; n <= set.length; n++) {
          expect(winnerValue(scores, values, n)).toBeCloseTo(byEnumeration(scores, values, n), 9);
          expect(winnerShares(scores, n).reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 12);
        }
      }),
    );
  });

  test('never falls with n by the score it is chosen for', () => {
    fc.assert(
      fc.property(candidates, (set) => {
        const scores = set.map(({ score }) => score);
        for (let n = 2; n <= set.length; n++) {
          expect(winnerValue(scores, scores, n)).toBeGreaterThanOrEqual(
            winnerValue(scores, scores, n - 1) - 1e-12,
          );
        }
      }),
    );
  });

  test('of thousands needs no factorial', () => {
    const scores = Array.from({ length: 5000 }, (_, index) => index);
    // The largest of n of 0 … N − 1, without replacement: n(N + 1)/(n + 1) − 1.
    expect(winnerValue(scores, scores, 2500)).toBeCloseTo((2500 * 5001) / 2501 - 1, 6);
  });

  test('is as far from a single draw as ln n − (n − 1)/n', () => {
    expect(bestOfNDivergence(1)).toBe(0);
    expect(bestOfNDivergence(4)).toBeCloseTo(0.636, 3);
    expect(bestOfNDivergence(16)).toBeCloseTo(1.835, 3);
  });
});

test('a candidate beats another one with the mean of its probabilities, and all of them with one half', () => {
  const [first, , last] = beatsAnother([2, 0, -1], 0.5);
  expect(first).toBeCloseTo((1 / (1 + Math.exp(-1)) + 1 / (1 + Math.exp(-1.5))) / 2, 12);
  expect(last).toBeLessThan(0.5);
  fc.assert(
    fc.property(
      fc.array(fc.double({ min: -9, max: 9, noNaN: true }), { minLength: 2, maxLength: 9 }),
      (rewards) => {
        const sum = beatsAnother(rewards, 0.7).reduce((total, value) => total + value, 0);
        expect(sum / rewards.length).toBeCloseTo(0.5, 12);
      },
    ),
  );
});
