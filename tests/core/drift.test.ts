import { expect, test } from 'vitest';
import { driftOf } from '../../src/core/drift.ts';
import { createRandom } from '../../src/core/random.ts';

const pair = (isControl = true) => ({ isControl, shownFirst: 'chosen' as const });
/** Margins of which a share is on the right side. */
const margins = (count: number, share: number, seed: number): number[] => {
  const random = createRandom(seed);
  return Array.from({ length: count }, () => (random.next() < share ? 1 : -1));
};
const pairs = (count: number) => Array.from({ length: count }, () => pair());

test('a taste that turns round is noticed, with both shares', () => {
  const drift = driftOf([...margins(60, 0.85, 1), ...margins(20, 0.15, 2)], pairs(80))!;
  expect(drift.before.value).toBeGreaterThan(0.7);
  expect(drift.lately.value).toBeLessThan(0.4);
  expect(drift.lately.n).toBe(20);
});

test('a steady taste is left in peace: fewer than one look in a hundred warns', () => {
  const looks = Array.from({ length: 400 }, (_, seed) => driftOf(margins(90, 0.7, seed), pairs(90)));
  expect(looks.filter((drift) => drift !== undefined).length).toBeLessThan(4);
});

test('too few pairs, pairs of files and pairs that a head asked for say nothing', () => {
  const turned = [...margins(60, 1, 1), ...margins(20, 0, 2)];
  expect(driftOf(turned.slice(30), pairs(50))).toBeUndefined();
  expect(
    driftOf(
      turned,
      turned.map(() => pair(false)),
    ),
  ).toBeUndefined();
  expect(
    driftOf(
      turned,
      turned.map(() => ({ isControl: true })),
    ),
  ).toBeUndefined();
});
