import fc from 'fast-check';
import { expect, test } from 'vitest';
import { wordDifferences } from '../../src/ui/compare/wordDiff.ts';

const marked = (segments: readonly { text: string; isDifferent: boolean }[]): string[] =>
  segments.filter(({ isDifferent }) => isDifferent).map(({ text }) => text);

test('marks the words that differ, neighbours as one difference', () => {
  const { one, other } = wordDifferences('The red old house stands.', 'The blue new house stands!')!;
  expect(marked(one)).toEqual(['red old', '.']);
  expect(marked(other)).toEqual(['blue new', '!']);
});

test('finds words where a language writes no spaces', () => {
  const { one, other } = wordDifferences('我喜欢苹果', '我喜欢香蕉')!;
  expect([marked(one), marked(other)]).toEqual([['苹果'], ['香蕉']]);
});

test('joined, the segments are the texts again', () => {
  const text = fc
    .array(fc.constantFrom('a', 'bb', ' ', '\n', '  ', '.', 'é', '𝒳'))
    .map((parts) => parts.join(''));
  fc.assert(
    fc.property(text, text, (left, right) => {
      const { one, other } = wordDifferences(left, right)!;
      expect(one.map((segment) => segment.text).join('')).toBe(left);
      expect(other.map((segment) => segment.text).join('')).toBe(right);
    }),
    { numRuns: 60 },
  );
});

test('gives up on long texts that have nothing in common instead of freezing the page', () => {
  const words = (letter: string, length: number): string =>
    Array.from({ length }, (_, index) => `${letter}${index}`).join(' ');
  const start = performance.now();
  expect(wordDifferences(words('a', 3_000), words('b', 3_000))).toBeUndefined();
  expect(wordDifferences(words('a', 30_000), words('b', 30_000))).toBeUndefined();
  expect(performance.now() - start).toBeLessThan(2_000);
});
