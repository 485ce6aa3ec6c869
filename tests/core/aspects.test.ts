import { expect, test } from 'vitest';
import { aspectCounts, aspectsOf, pairsOfAspect } from '../../src/core/aspects.ts';
import type { PreferencePair } from '../../src/core/preferencePairs.ts';

test.each([
  ['a\nb', ['a', 'b']],
  ['  two   words \n\n two words\n', ['two words']],
  ['', []],
  ['1\n2\n3\n4\n5\n6\n7\n8\n9', ['1', '2', '3', '4', '5', '6', '7', '8']],
])('the list %j is %j', (text, aspects) => expect(aspectsOf(text)).toEqual(aspects));

test('pairs are found and counted by the reasons they name', () => {
  const pair = (chosen: string, reasons?: string[]) => ({ chosen, reasons }) as unknown as PreferencePair;
  const pairs = [pair('x'), pair('y', ['tone']), pair('z', ['clear', 'tone'])];
  expect(pairsOfAspect(pairs, 'clear').map(({ chosen }) => chosen)).toEqual(['z']);
  expect(aspectCounts(pairs)).toEqual([
    { aspect: 'tone', pairs: 2 },
    { aspect: 'clear', pairs: 1 },
  ]);
});
