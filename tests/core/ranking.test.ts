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

describe('the cautious order', () => {
  const ofMargin = () => 1;

  test('puts a surer candidate before a better one, and calls that too close', () => {
    const [first, second] = rankCandidates([1, 0.8, -1.8], 1, { ofMargin, ofRewards: [0.9, 0.2, 0.1] });
    expect([first.index, second.index]).toEqual([1, 0]);
    expect(first.score).toBeCloseTo(0.8, 12);
    expect(first.lowerBound).toBeCloseTo(0.6, 12);
    expect(second.lowerBound).toBeCloseTo(0.1, 12);
    expect(first.beatsNext).toBeLessThan(0.5);
    expect(first.tooCloseToCall).toBe(true);
  });

  test('is the order by reward where all are equally sure, and names no bound there', () => {
    const rewards = fc.array(fc.integer({ min: -5, max: 5 }), { minLength: 1, maxLength: 12 });
    fc.assert(
      fc.property(rewards, fc.integer({ min: 0, max: 8 }), (values, doubt) => {
        const ofRewards = values.map(() => doubt / 4);
        const placed = (ranking: ReturnType<typeof rankCandidates>) =>
          ranking.map(({ index, rank }) => [index, rank]);
        const byReward = rankCandidates(values, 1, { ofMargin });
        expect(placed(rankCandidates(values, 1, { ofMargin, ofRewards }))).toEqual(placed(byReward));
        expect(byReward.every((candidate) => candidate.lowerBound === undefined)).toBe(true);
      }),
    );
  });
});
