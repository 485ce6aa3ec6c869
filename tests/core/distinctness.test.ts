import fc from 'fast-check';
import { expect, test } from 'vitest';
import { distinctRuns } from '../../src/core/distinctness.ts';

test('counts each run of words once', () => {
  const texts = ['a b a b', 'A b!', 'c'];
  expect(distinctRuns(texts, 1)).toBe(3 / 7);
  expect(distinctRuns(texts, 2)).toBe(2 / 4);
});

test('runs do not reach from one text into the next', () => {
  expect(distinctRuns(['a', 'b', 'a b'], 2)).toBe(1);
});

test('texts too short for a run say nothing', () => {
  expect(distinctRuns(['a', '…', ''], 2)).toBeUndefined();
  expect(distinctRuns([], 1)).toBeUndefined();
});

const texts = fc.array(fc.array(fc.constantFrom('a', 'b', 'c', 'd')).map((all) => all.join(' ')));
const lengths = fc.constantFrom(1, 2, 3);

test('a set k times over is a k-th as distinct, in whatever order', () => {
  fc.assert(
    fc.property(texts, lengths, fc.integer({ min: 2, max: 4 }), (set, n, k) => {
      const once = distinctRuns(set, n);
      const again = Array.from({ length: k }, () => set).flat();
      const many = distinctRuns(again.reverse(), n);
      if (once === undefined) expect(many).toBeUndefined();
      else expect(many).toBeCloseTo(once / k, 12);
    }),
  );
});

test('words of which none comes twice are as distinct as can be', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 20 }), lengths, (count, n) => {
      const all = Array.from({ length: count }, (_, word) => `w${word}`).join(' ');
      expect(distinctRuns([all], n)).toBe(count < n ? undefined : 1);
    }),
  );
});
