import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Judgment, Side, Verdict } from '../../src/core/preference.ts';
import { raterWarning } from '../../src/core/raterWarnings.ts';

const answer = (index: number, verdict: Verdict, shownFirst: Side, durationMs = 4_000): Judgment => ({
  kind: 'judgment',
  id: `j${index}`,
  at: index,
  comparisonId: `c${index}`,
  verdict,
  strength: 1,
  shownFirst,
  durationMs,
});
const sideAt = (index: number): Side => (index % 3 === 0 ? 'a' : 'b');
/** Answers on sides that change: in the first pane where `isFirst` says so. */
const answers = (count: number, isFirst: (index: number) => boolean, durationMs?: number) =>
  Array.from({ length: count }, (_, index) => {
    const first = sideAt(index);
    return answer(index, isFirst(index) ? first : first === 'a' ? 'b' : 'a', first, durationMs);
  });
const even = (index: number): boolean => index % 2 === 0;
const long = (): number => 201;
const short = (): number => 200;

describe('always the same side', () => {
  test.each([
    ['the first pane, twelve times', answers(12, () => true), 'one-side'],
    ['the second pane, twelve times', answers(12, () => false), 'one-side'],
    ['eleven times', answers(11, () => true), undefined],
    ['eleven times after another', answers(12, (index) => index > 0), undefined],
    ['twelve times after another', answers(13, (index) => index > 0), 'one-side'],
    ['until the last', answers(30, (index) => index < 29), undefined],
    ['with ties in between', [...answers(12, () => true), answer(20, 'tie', 'a')], 'one-side'],
    [
      'one side of the data, not of the screen',
      Array.from({ length: 12 }, (_, i) => answer(i, 'a', sideAt(i))),
      undefined,
    ],
  ])('%s', (_, given, expected) => expect(raterWarning(given, long)).toBe(expected));
});

describe('too fast to have read', () => {
  test.each([
    ['long texts in 699 ms', answers(10, even, 699), long, 'too-fast'],
    ['long texts in 700 ms', answers(10, even, 700), long, undefined],
    ['short texts', answers(10, even, 300), short, undefined],
    ['too few long texts', answers(9, even, 300), long, undefined],
    ['slow again for ten', [...answers(10, even, 300), ...answers(10, even, 2_000)], long, undefined],
    ['four quick among ten', [...answers(6, even, 2_000), ...answers(4, even, 300)], long, undefined],
  ])('%s', (_, given, lengthOf, expected) => expect(raterWarning(given, lengthOf)).toBe(expected));
});

test('only the last answers count, whatever came before', () => {
  const before = fc.array(
    fc.tuple(
      fc.constantFrom<Verdict>('a', 'b', 'tie', 'skip'),
      fc.constantFrom<Side>('a', 'b'),
      fc.nat(9_000),
    ),
  );
  const calm = answers(12, even);
  fc.assert(
    fc.property(before, (earlier) => {
      const all = [...earlier.map(([verdict, side, ms], index) => answer(index, verdict, side, ms)), ...calm];
      expect(raterWarning(all, long)).toBeUndefined();
    }),
  );
});
