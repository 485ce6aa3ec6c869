import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { acceptanceOf, fitAcceptanceBar, holds } from '../../src/core/acceptanceBar.ts';
import { sigmoid } from '../../src/core/bradleyTerry.ts';
import { createRandom } from '../../src/core/random.ts';

/** Responses whose rewards decide whether they are good, with P(good) = σ(intercept + slope · reward). */
function drawn(count: number, intercept: number, slope: number, seed: number) {
  const random = createRandom(seed);
  const rewards = Float64Array.from({ length: count }, () => 6 * random.next() - 3);
  const isGood = Uint8Array.from(rewards, (reward) =>
    random.next() < sigmoid(intercept + slope * reward) ? 1 : 0,
  );
  return { rewards, isGood };
}

describe('a bar for good enough', () => {
  test('is found where it is, within its own error', () => {
    const { rewards, isGood } = drawn(4_000, -1, 1.4, 1);
    const bar = fitAcceptanceBar(rewards, isGood)!;
    expect(Math.abs(bar.intercept + 1)).toBeLessThan(4 * Math.sqrt(bar.covariance[0]));
    expect(Math.abs(bar.slope - 1.4)).toBeLessThan(4 * Math.sqrt(bar.covariance[2]));
    expect(bar.good + bar.bad).toBe(4_000);
    expect(holds(bar)).toBe(true);
  });

  test('says less surely what it was told less of: its interval holds the truth 19 times of 20', () => {
    let inside = 0;
    for (let seed = 0; seed < 200; seed++) {
      const { rewards, isGood } = drawn(60, 0.5, 1, seed);
      const { low, high } = acceptanceOf(fitAcceptanceBar(rewards, isGood)!, -1);
      if (low <= sigmoid(-0.5) && sigmoid(-0.5) <= high) inside++;
    }
    expect(inside).toBeGreaterThan(180);
  });

  test('does not hold where the rewards say nothing of it, but for one time in twenty', () => {
    let held = 0;
    for (let seed = 0; seed < 200; seed++) {
      const { rewards, isGood } = drawn(40, 0, 0, seed);
      if (holds(fitAcceptanceBar(rewards, isGood)!)) held++;
    }
    expect(held).toBeLessThan(20);
  });

  test.each([
    [0, 20],
    [4, 20],
    [20, 4],
  ])('is not drawn from %i good and %i bad responses', (good, bad) => {
    const rewards = Array.from({ length: good + bad }, (_, index) => index);
    const isGood = rewards.map((index) => (index < good ? 1 : 0));
    expect(fitAcceptanceBar(rewards, isGood)).toBeUndefined();
  });

  test('is a number for any rewards, and rises with the reward as its slope does', () => {
    const responses = fc.array(fc.tuple(fc.double({ min: -50, max: 50, noNaN: true }), fc.boolean()), {
      minLength: 12,
      maxLength: 40,
    });
    fc.assert(
      fc.property(responses, (given) => {
        const bar = fitAcceptanceBar(
          given.map(([reward]) => reward),
          given.map(([, isGood]) => (isGood ? 1 : 0)),
        );
        fc.pre(bar !== undefined);
        const [below, above] = [-1, 1].map((reward) => acceptanceOf(bar, reward));
        for (const { probability, low, high } of [below, above]) {
          expect(low).toBeLessThanOrEqual(probability);
          expect(probability).toBeLessThanOrEqual(high);
        }
        if (bar.slope > 0) expect(above.probability).toBeGreaterThanOrEqual(below.probability);
        expect(bar.separation.low).toBeLessThanOrEqual(bar.separation.value);
      }),
    );
  });
});
