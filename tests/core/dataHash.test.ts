import { expect, test } from 'vitest';
import { createDataHasher, dataHash } from '../../src/core/dataHash.ts';
import type { PreferencePair } from '../../src/core/preferencePairs.ts';

const pair = (change: Partial<PreferencePair> = {}): PreferencePair => ({
  comparisonId: 'c',
  prompt: 'p',
  chosen: 'x',
  rejected: 'y',
  weight: 1,
  targetMargin: 0,
  isControl: true,
  ...change,
});

test.each([
  { prompt: 'q' },
  { chosen: 'z' },
  { chosen: 'y', rejected: 'x' },
  { weight: 1.5 },
  { targetMargin: 0.5 },
  { isControl: false },
  { shownFirst: 'chosen' },
] as const)('the hash changes with %j, remembered or not', (change) => {
  const remembering = createDataHasher();
  expect(remembering([pair()])).toBe(dataHash([pair()]));
  expect(dataHash([pair(change)])).not.toBe(dataHash([pair()]));
  if (!('prompt' in change || 'targetMargin' in change)) {
    expect(remembering([pair(change)])).toBe(dataHash([pair(change)]));
  }
});

test('the hash does not depend on where pairs are kept, but on their order', () => {
  const [one, two] = [pair(), pair({ comparisonId: 'd', chosen: 'z' })];
  expect(dataHash([{ ...one, comparisonId: 'other' }, two])).toBe(dataHash([one, two]));
  expect(dataHash([two, one])).not.toBe(dataHash([one, two]));
});
