import { expect, test } from 'vitest';
import { foldEvents } from '../../src/core/foldEvents.ts';
import type { PreferenceEvent, ThumbEvent } from '../../src/core/preference.ts';
import { singleLabels } from '../../src/core/singleLabels.ts';
import { comparison, judged } from '../helpers/judgments.ts';

const thumb = (comparisonId: string, given: ThumbEvent['thumb']): ThumbEvent => ({
  ...{ kind: 'thumb', id: `${comparisonId}.${given}`, at: 0, durationMs: 900 },
  ...{ comparisonId, side: 'a', thumb: given },
});
const said = (events: readonly PreferenceEvent[]) =>
  singleLabels(['x', 'y'].map(comparison), foldEvents(events)).map(({ response, isGood }) => [
    response,
    isGood,
  ]);

test('thumbs label one response, both bad labels two, and a thumb outweighs it', () => {
  const bothBad = judged('1', 'x', 'both-bad');
  expect(said([bothBad, thumb('y', 'up')])).toEqual([
    ['a of x', false],
    ['b of x', false],
    ['a of y', true],
  ]);
  expect(said([thumb('x', 'up'), bothBad])).toEqual([
    ['a of x', true],
    ['b of x', false],
  ]);
});

test('skips, ties, preferences and what was deleted label nothing', () => {
  expect(said([thumb('x', 'skip'), judged('1', 'y', 'tie'), judged('2', 'x', 'a')])).toEqual([]);
  expect(
    said([judged('1', 'x', 'both-bad'), { kind: 'delete', id: 'd', at: 0, comparisonIds: ['x'] }]),
  ).toEqual([]);
});
