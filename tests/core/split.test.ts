import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createRandom } from '../../src/core/random.ts';
import { assignFolds, groupByPrompt, holdOutGroups } from '../../src/core/split.ts';

const groups = fc
  .array(fc.integer({ min: 0, max: 30 }), { minLength: 2, maxLength: 120 })
  .map((numbers) => Uint32Array.from(numbers));

describe('prompt groups', () => {
  test('prompts that differ in white space, case or composition are one', () => {
    expect([
      ...groupByPrompt(['Why  me?', ' why me?\n', 'WHY ME?', 'Why you?', 'caf\u00e9', 'cafe\u0301']),
    ]).toEqual([0, 0, 0, 1, 2, 2]);
  });
});

describe('holding out', () => {
  test('no group stands on both sides and no pair is lost', () => {
    fc.assert(
      fc.property(groups, fc.integer(), (of, seed) => {
        const { train, heldOut } = holdOutGroups(of, 0.3, seed);
        const trained = new Set(train.map((pair) => of[pair]));
        expect(heldOut.some((pair) => trained.has(of[pair]))).toBe(false);
        expect([...train, ...heldOut].sort((x, y) => x - y)).toEqual([...of.keys()]);
        if (new Set(of).size > 1) expect(Math.min(train.length, heldOut.length)).toBeGreaterThan(0);
      }),
    );
  });

  test('the seed decides the split and the same seed decides it alike', () => {
    const of = Uint32Array.from({ length: 100 }, (_, i) => i);
    expect(holdOutGroups(of, 0.3, 4)).toEqual(holdOutGroups(of, 0.3, 4));
    expect(holdOutGroups(of, 0.3, 4)).not.toEqual(holdOutGroups(of, 0.3, 5));
    expect(holdOutGroups(of, 0.3, 4).heldOut).toHaveLength(30);
  });
});

const sizesOf = (folds: Uint8Array, k: number): number[] =>
  Array.from({ length: k }, (_, fold) => folds.filter((f) => f === fold).length);
const spread = (sizes: readonly number[]): number => Math.max(...sizes) - Math.min(...sizes);

describe('folds', () => {
  const folds = fc.integer({ min: 2, max: 5 });

  test('a pair more changes no fold before it', () => {
    fc.assert(
      fc.property(groups, folds, fc.integer(), fc.nat(), (of, k, seed, cut) => {
        const before = of.subarray(0, cut % of.length);
        expect(assignFolds(of, k, seed).subarray(0, before.length)).toEqual(assignFolds(before, k, seed));
      }),
    );
  });

  test('keep groups whole, and none is empty where there are as many groups', () => {
    fc.assert(
      fc.property(groups, folds, fc.integer(), (of, k, seed) => {
        const dealt = assignFolds(of, k, seed);
        const places = new Set(Array.from(of, (group, pair) => `${group} ${dealt[pair]}`));
        const count = new Set(of).size;
        expect(places.size).toBe(count);
        expect(sizesOf(dealt, k).filter((size) => size > 0)).toHaveLength(Math.min(k, count));
      }),
    );
  });

  test('differ in size by no more than the largest group where the pairs of a group follow each other', () => {
    const sizes = fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 2, maxLength: 40 });
    fc.assert(
      fc.property(sizes, folds, fc.integer(), (groupSizes, k, seed) => {
        const of = Uint32Array.from(groupSizes.flatMap((size, group) => new Array<number>(size).fill(group)));
        expect(spread(sizesOf(assignFolds(of, k, seed), k))).toBeLessThanOrEqual(Math.max(...groupSizes));
      }),
    );
  });

  test('stay near each other where groups of six come mixed', () => {
    for (let seed = 0; seed < 50; seed++) {
      const order = Array.from({ length: 600 }, (_, pair) => Math.floor(pair / 6));
      const mixed = Uint32Array.from(createRandom(seed).shuffle(order));
      expect(spread(sizesOf(assignFolds(mixed, 5, seed), 5))).toBeLessThanOrEqual(0.6 * 120);
    }
  });

  test('deal prompts of one pair each in blocks, in an order that the seed draws', () => {
    const single = Uint32Array.from({ length: 100 }, (_, pair) => pair);
    const dealt = assignFolds(single, 5, 1);
    for (let at = 0; at < 100; at += 5) expect(new Set(dealt.subarray(at, at + 5)).size).toBe(5);
    const orders = new Set(
      Array.from({ length: 20 }, (_, block) => dealt.slice(5 * block, 5 * block + 5).join()),
    );
    expect(orders.size).toBeGreaterThan(10);
    expect(assignFolds(single, 5, 2)).not.toEqual(dealt);
  });
});
