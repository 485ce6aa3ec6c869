import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
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

describe('folds', () => {
  test('keep groups whole and differ in size by no more than the largest group', () => {
    fc.assert(
      fc.property(groups, fc.integer({ min: 2, max: 5 }), fc.integer(), (of, k, seed) => {
        const folds = assignFolds(of, k, seed);
        const foldOf = new Map<number, number>();
        of.forEach((group, pair) => {
          expect(foldOf.get(group) ?? folds[pair]).toBe(folds[pair]);
          foldOf.set(group, folds[pair]);
        });
        const sizes = Array.from({ length: k }, (_, fold) => folds.filter((f) => f === fold).length);
        const largest = Math.max(...[...new Set(of)].map((group) => of.filter((g) => g === group).length));
        expect(Math.max(...sizes) - Math.min(...sizes)).toBeLessThanOrEqual(largest);
      }),
    );
  });
});
