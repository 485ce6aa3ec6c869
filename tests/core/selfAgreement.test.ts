import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { wilson } from '../../src/core/evaluation.ts';
import { foldEvents } from '../../src/core/foldEvents.ts';
import type { Judgment, Verdict } from '../../src/core/preference.ts';
import { accuracyCeiling, hindsightAgreement, selfAgreement } from '../../src/core/selfAgreement.ts';

const verdict = (id: string, comparisonId: string, given: Verdict, isRepeat?: true): Judgment => ({
  kind: 'judgment',
  id,
  at: 0,
  comparisonId,
  verdict: given,
  strength: 1,
  durationMs: 900,
  ...(isRepeat && { isRepeat }),
});
const agreementOf = (halves: readonly (readonly [Verdict, Verdict])[]) => {
  const events = halves.flatMap(([before, again], index) => [
    verdict(`before ${index}`, `${index}`, before),
    verdict(`again ${index}`, `${index}`, again, true),
  ]);
  return selfAgreement(foldEvents(events).states.values());
};

test.each<[Verdict, Verdict, number, number]>([
  ['a', 'a', 1, 1],
  ['b', 'b', 1, 1],
  ['a', 'b', 0, 1],
  ['b', 'a', 0, 1],
  ['a', 'tie', 0.5, 1],
  ['b', 'both-bad', 0.5, 1],
  ['tie', 'tie', 0.5, 1],
  ['a', 'skip', 0, 0],
])('%s and then %s counts %f of %i', (before, again, same, n) =>
  expect(agreementOf([[before, again]])).toEqual(wilson(same, n)),
);

test('is the share of all repeats with its interval, whatever their order', () => {
  const halves = fc.array(fc.tuple(fc.constantFrom<Verdict>('a', 'b'), fc.constantFrom<Verdict>('a', 'b')));
  fc.assert(
    fc.property(halves, (given) => {
      const same = given.filter(([before, again]) => before === again).length;
      expect(agreementOf(given)).toEqual(wilson(same, given.length));
      expect(agreementOf([...given].reverse())).toEqual(agreementOf(given));
    }),
  );
});

test('pairs that were deleted or asked once say nothing', () => {
  const events = [verdict('1', 'x', 'a'), verdict('2', 'y', 'a'), verdict('3', 'y', 'b', true)];
  const { states } = foldEvents([...events, { kind: 'delete', id: '4', at: 0, comparisonIds: ['y'] }]);
  expect(selfAgreement(states.values()).n).toBe(0);
});

test('judging a pair again, with its verdict in view, does not change what the repeat said', () => {
  const events = [verdict('1', 'x', 'a'), verdict('2', 'x', 'b', true), verdict('3', 'x', 'b')];
  expect(selfAgreement(foldEvents(events).states.values())).toEqual(wilson(0, 1));
});

describe('the ceiling', () => {
  test.each([
    [1, 1],
    [0.82, 0.9],
    [0.5, 0.5],
    [0.2, 0.5],
  ])('of an agreement of %f is %f', (agreement, ceiling) =>
    expect(accuracyCeiling(agreement)).toBeCloseTo(ceiling, 12),
  );

  test('is never below what the best guess gets, and met where all pairs are alike', () => {
    const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
    const chances = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 1 });
    fc.assert(
      fc.property(chances, (all) => {
        const bound = accuracyCeiling(mean(all.map((p) => p * p + (1 - p) * (1 - p))));
        expect(bound).toBeGreaterThan(mean(all.map((p) => Math.max(p, 1 - p))) - 1e-9);
      }),
    );
  });
});

test('verdicts that were looked at again later count for themselves, and not as repeats', () => {
  const later = (id: string, of: string, given: Verdict) => ({
    ...verdict(id, of, given),
    isHindsight: true as const,
  });
  const { states } = foldEvents([
    ...[verdict('1', 'x', 'a'), verdict('2', 'y', 'a'), verdict('3', 'z', 'b')],
    ...[later('4', 'x', 'a'), later('5', 'y', 'b'), later('6', 'z', 'tie')],
  ]);
  expect(hindsightAgreement(states.values())).toEqual(wilson(1.5, 3));
  expect(selfAgreement(states.values()).n).toBe(0);
});
