import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { pairToJudge } from '../../src/core/candidatePair.ts';
import { rankCandidates } from '../../src/core/ranking.ts';

const never = () => false;

describe('the next pair of candidates', () => {
  test('is the first two where no head ranked them', () => {
    expect(pairToJudge(undefined, 3, never)).toEqual({ one: 0, other: 1, why: 'unranked' });
    expect(pairToJudge(undefined, 1, never)).toBeUndefined();
    expect(pairToJudge(undefined, 0, never)).toBeUndefined();
  });

  test('is the closest call of neighbours where the head does not say how sure it is', () => {
    const ranking = rankCandidates([3, 0, 2.5, -4], 1);
    expect(pairToJudge(ranking, 4, never)).toEqual({ one: 0, other: 2, why: 'closest' });
  });

  test('is the one whose answer tells most where it does: a doubtful margin before a close one that is known', () => {
    const doubt = { ofMargin: (one: number, other: number) => (one + other === 5 ? 2 : 0.05) };
    const ranking = rankCandidates([3, 2.9, 1, 0], 1, doubt);
    expect(pairToJudge(ranking, 4, never)).toEqual({ one: 2, other: 3, why: 'informative' });
  });

  test('is the closest of the others once all neighbours are judged', () => {
    const ranking = rankCandidates([0, 1, 5], 1);
    const areNeighbours = (one: number, other: number) => Math.abs(one - other) === 1;
    expect(pairToJudge(ranking, 3, areNeighbours)).toEqual({ one: 2, other: 0, why: 'closest' });
  });

  test('comes even where probabilities round to certainty', () => {
    const ranking = rankCandidates([900, 0], 1, { ofMargin: () => 0.01 });
    expect(pairToJudge(ranking, 2, never)).toMatchObject({ one: 0, other: 1 });
  });

  test('asks every two once, and then nothing', () => {
    const rewards = fc.array(fc.double({ min: -9, max: 9, noNaN: true }), { minLength: 1, maxLength: 7 });
    fc.assert(
      fc.property(rewards, fc.boolean(), (values, isRanked) => {
        const ranking = isRanked ? rankCandidates(values, 1, { ofMargin: () => 1 }) : undefined;
        const judged = new Set<string>();
        const key = (one: number, other: number) => `${Math.min(one, other)} ${Math.max(one, other)}`;
        const isJudged = (one: number, other: number) => judged.has(key(one, other));
        for (let pair; (pair = pairToJudge(ranking, values.length, isJudged));) {
          expect(isJudged(pair.one, pair.other)).toBe(false);
          judged.add(key(pair.one, pair.other));
        }
        expect(judged.size).toBe((values.length * (values.length - 1)) / 2);
      }),
    );
  });
});
