import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { rankCandidates } from '../../src/core/ranking.ts';

describe('ranking', () => {
  test('best first, with the probability of beating the next', () => {
    const ranking = rankCandidates([0, 2, 1], 1);
    expect(ranking.map((entry) => entry.index)).toEqual([1, 2, 0]);
    expect(ranking.map((entry) => entry.rank)).toEqual([1, 2, 3]);
    expect(ranking[0].beatsNext).toBeCloseTo(1 / (1 + Math.exp(-1)), 7);
    expect(ranking[2].beatsNext).toBeUndefined();
  });

  test('equal rewards share a rank and are too close to call', () => {
    const ranking = rankCandidates([1, 3, 3, 0], 1);
    expect(ranking.map((entry) => entry.rank)).toEqual([1, 1, 3, 4]);
    expect(ranking[0]).toMatchObject({ beatsNext: 0.5, tooCloseToCall: true });
  });

  test('the order of the input changes no score and no rank', () => {
    const rewards = fc.array(fc.integer({ min: -5, max: 5 }), { minLength: 1, maxLength: 12 });
    fc.assert(
      fc.property(rewards, (values) => {
        const there = rankCandidates(values, 0.8).map((entry) => [values[entry.index], entry.rank]);
        const reversed = [...values].reverse();
        const back = rankCandidates(reversed, 0.8).map((entry) => [reversed[entry.index], entry.rank]);
        expect(back).toEqual(there);
      }),
    );
  });

  test('a reward that is not a number is refused by name', () =>
    expect(() => rankCandidates([1, NaN], 1)).toThrow('candidate 2'));
  test('no candidates make an empty ranking', () => expect(rankCandidates([], 1)).toEqual([]));
});
