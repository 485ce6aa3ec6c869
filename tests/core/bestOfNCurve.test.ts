import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { bestOfNCurve, type BestOfNCurve, type CandidateRewards } from '../../src/core/bestOfNCurve.ts';
import { createRandom } from '../../src/core/random.ts';

/** Prompts with candidates whose rewards are standard normal. */
function sets(prompts: number, candidates: number, seed = 4): CandidateRewards[] {
  const random = createRandom(seed);
  return Array.from({ length: prompts }, (_, prompt) => ({
    prompt: `Prompt ${prompt}`,
    candidates: Array.from({ length: candidates }, (_, index) => ({
      text: `Answer ${index}`,
      reward: random.normal(),
    })),
  }));
}

/** Rounded: sums in another order differ in their last bits. */
const rounded = (curve: BestOfNCurve | undefined): unknown =>
  curve && {
    prompts: curve.prompts,
    points: curve.points.map(({ n, beatsAnother: { value, low, high } }) => [
      n,
      ...[value, low, high].map((number) => number.toFixed(9)),
    ]),
  };

describe('the best-of-n curve', () => {
  test('begins at one half, rises with n, and lies within its interval', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 10, max: 25 }),
        fc.integer({ min: 3, max: 12 }),
        fc.nat(999),
        (prompts, candidates, seed) => {
          const { points } = bestOfNCurve(sets(prompts, candidates, seed), 0.8)!;
          expect(points[0].beatsAnother.value).toBeCloseTo(0.5, 12);
          expect(points.at(-1)!.n).toBe(candidates);
          points.forEach(({ beatsAnother: { value, low, high } }, place) => {
            expect(low).toBeLessThanOrEqual(value + 1e-12);
            expect(high).toBeGreaterThanOrEqual(value - 1e-12);
            if (place > 0) expect(value).toBeGreaterThanOrEqual(points[place - 1].beatsAnother.value);
          });
        },
      ),
      { numRuns: 30 },
    );
  });

  test('says of the largest n how often the best candidate is preferred to one of the others', () => {
    const all = Array.from({ length: 10 }, (_, prompt) => ({
      prompt: `${prompt}`,
      candidates: [3, 1, 0].map((reward) => ({ text: `${reward}`, reward })),
    }));
    const { points } = bestOfNCurve(all, 0.5)!;
    const expected = (1 / (1 + Math.exp(-1)) + 1 / (1 + Math.exp(-1.5))) / 2;
    const { value, low, high } = points[2].beatsAnother;
    for (const end of [value, low, high]) expect(end).toBeCloseTo(expected, 12);
  });

  test('does not change when candidates or whole sets are repeated, shuffled or copied', () => {
    const plain = sets(14, 5);
    const random = createRandom(2);
    const expected = rounded(bestOfNCurve(plain, 0.8));
    const copied = plain.map((set, index) => ({
      ...set,
      candidates: random.shuffle([...set.candidates, ...set.candidates.slice(0, index % 5)]),
    }));
    expect(rounded(bestOfNCurve(copied, 0.8))).toEqual(expected);
    expect(rounded(bestOfNCurve(random.shuffle(copied), 0.8))).toEqual(expected);
    expect(rounded(bestOfNCurve([...plain, ...plain, ...plain.slice(3)], 0.8))).toEqual(expected);
  });

  test('is one over the same prompts for every n: those with as many candidates as half of the prompts have', () => {
    const mixed = [...sets(8, 4), ...sets(20, 6).slice(8)];
    expect(bestOfNCurve(mixed, 1)).toMatchObject({ prompts: 12, points: { length: 6 } });
    expect(bestOfNCurve([...sets(11, 4), ...sets(20, 6).slice(11)], 1)).toMatchObject({
      prompts: 20,
      points: { length: 4 },
    });
  });

  test('goes on by doublings beyond eight', () => {
    const { points } = bestOfNCurve(sets(10, 40), 1)!;
    expect(points.map(({ n }) => n)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 16, 32, 40]);
    expect(points[3].divergence).toBeCloseTo(Math.log(4) - 3 / 4, 12);
  });

  test.each([
    ['nine prompts', sets(9, 8)],
    ['two candidates a prompt', sets(30, 2)],
    ['one prompt thirty times', sets(30, 8).map((set) => ({ ...set, prompt: 'The same' }))],
    ['nothing', []],
  ])('is not drawn from %s', (_, few) => expect(bestOfNCurve(few, 1)).toBeUndefined());
});
