import { expect, test } from 'vitest';
import { jackknifeDeviation } from '../../src/core/jackknife.ts';
import { createRandom } from '../../src/core/random.ts';

test('the interval around a mean of 50 draws holds the true mean 19 times of 20, from five groups left out', () => {
  const random = createRandom(5);
  let inside = 0;
  for (let round = 0; round < 1_000; round++) {
    const draws = Array.from({ length: 50 }, random.normal);
    const meanOf = (values: readonly number[]) =>
      values.reduce((sum, value) => sum + value, 0) / values.length;
    const leftOut = [0, 1, 2, 3, 4].map((group) => meanOf(draws.filter((_, draw) => draw % 5 !== group)));
    if (Math.abs(meanOf(draws)) < 1.96 * jackknifeDeviation(leftOut)) inside++;
  }
  expect(inside / 1_000).toBeGreaterThan(0.93);
  expect(inside / 1_000).toBeLessThan(0.97);
});

test('estimates that agree leave nothing open', () => expect(jackknifeDeviation([2, 2, 2])).toBe(0));
