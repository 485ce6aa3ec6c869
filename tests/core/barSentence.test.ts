import { expect, test } from 'vitest';
import type { AcceptanceBar } from '../../src/core/acceptanceBar.ts';
import { barSentence } from '../../src/core/barSentence.ts';

const labels = (good: number, bad: number) =>
  Array.from({ length: good + bad }, (_, i) => ({ prompt: 'p', response: `${i}`, isGood: i < good }));
const bar = (low: number): AcceptanceBar => ({
  ...{ intercept: 0, slope: 1, covariance: [1, 0, 1] as const, good: 12, bad: 9 },
  separation: { value: 0.75, low, high: 0.95 },
});
const plain = (text: string): string => text.replace(/[\u202f\u00a0]/g, ' ').replaceAll('\u2060', '');

test.each([
  [undefined, labels(0, 0), /^$/],
  [undefined, labels(7, 3), /takes 5 good answers and 5 that are not; so far there are 7 and 3\.$/],
  [bar(0.6), labels(12, 9), /in 75 % \(60–95\) of cases \(12 and 9 answers\)\. So Rerank says/],
  [bar(0.45), labels(12, 9), /in 75 % \(45–95\) .* may be chance, so Rerank does not say/],
] as const)('case %#', (given, said, words) => expect(plain(barSentence(given, said))).toMatch(words));
