import { expect, test } from 'vitest';
import { createRandom } from '../../src/core/random.ts';

test('the same seed gives the same numbers, another seed others', () => {
  const draw = (seed: number): number[] => Array.from({ length: 5 }, createRandom(seed).next);
  expect(draw(7)).toEqual(draw(7));
  expect(draw(7)).not.toEqual(draw(8));
});

test('normal draws have mean 0 and variance 1', () => {
  const { normal } = createRandom(1);
  const draws = Array.from({ length: 20_000 }, normal);
  const mean = draws.reduce((sum, x) => sum + x, 0) / draws.length;
  const variance = draws.reduce((sum, x) => sum + x * x, 0) / draws.length;
  expect(Math.abs(mean)).toBeLessThan(0.03);
  expect(Math.abs(variance - 1)).toBeLessThan(0.04);
});

test('a shuffle keeps every item and reaches every place', () => {
  const random = createRandom(2);
  const places = new Set<number>();
  for (let i = 0; i < 200; i++) {
    const items = random.shuffle([0, 1, 2, 3]);
    expect([...items].sort()).toEqual([0, 1, 2, 3]);
    places.add(items.indexOf(0));
  }
  expect(places.size).toBe(4);
});

test('integers stay below their bound and are even', () => {
  const random = createRandom(5);
  const counts = new Array<number>(6).fill(0);
  for (let i = 0; i < 6000; i++) counts[random.integer(6)]++;
  for (const count of counts) expect(Math.abs(count - 1000)).toBeLessThan(120);
});
