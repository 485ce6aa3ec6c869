import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { foldEvents } from '../../src/core/foldEvents.ts';
import { preferencePairs } from '../../src/core/preferencePairs.ts';
import type { Comparison, PreferenceEvent, ThumbEvent } from '../../src/core/preference.ts';
import { comparison, judged, undo } from '../helpers/judgments.ts';

describe('what judgments mean', () => {
  test('only a and b make pairs; everything else is counted', () => {
    const comparisons = ['p', 'q', 'r', 's', 't', 'u', 'v'].map(comparison);
    const folded = foldEvents([
      judged('1', 'p', 'a'),
      judged('2', 'q', 'b'),
      judged('3', 'r', 'tie'),
      judged('4', 's', 'both-bad'),
      judged('5', 't', 'skip'),
      { kind: 'delete', id: '6', at: 0, comparisonIds: ['u'] },
    ]);
    const { pairs, counts } = preferencePairs(comparisons, folded);
    expect(counts).toEqual({
      preferences: 2,
      ties: 1,
      bothBad: 1,
      skipped: 1,
      unjudged: 1,
      deleted: 1,
      thumbs: 0,
      fromThumbs: 0,
    });
    expect(pairs.map((pair) => [pair.chosen, pair.rejected, pair.shownFirst])).toEqual([
      ['a of p', 'b of p', 'chosen'],
      ['b of q', 'a of q', 'rejected'],
    ]);
  });

  test('pairs come in the order of judging, whatever the order of the comparisons', () => {
    const { pairs } = preferencePairs(
      ['p', 'q', 'r'].map(comparison),
      foldEvents([judged('1', 'r', 'a'), judged('2', 'p', 'a'), judged('3', 'r', 'b')]),
    );
    expect(pairs.map(({ comparisonId, chosen }) => [comparisonId, chosen])).toEqual([
      ['r', 'b of r'],
      ['p', 'a of p'],
    ]);
  });
});

/** Every two of the responses to one prompt. */
function everyTwo(texts: readonly string[], prompt = 'q'): Comparison[] {
  return texts.flatMap((one, i) =>
    texts.slice(i + 1).map((other) => ({
      ...comparison(`${prompt}:${one}${other}`),
      prompt: [{ role: 'user' as const, content: prompt }],
      a: { text: one },
      b: { text: other },
    })),
  );
}

describe('a ranking', () => {
  /** Tier by response, 1 best. */
  const ranked = (tiers: Readonly<Record<string, number>>): PreferenceEvent[] =>
    everyTwo(Object.keys(tiers)).map(({ id, a, b }, index) => {
      const [one, other] = [tiers[a.text], tiers[b.text]];
      return {
        ...judged(`j${index}`, id, one < other ? 'a' : one > other ? 'b' : 'tie'),
        durationMs: undefined,
        partOf: 'r',
      };
    });
  const pairsOf = (tiers: Readonly<Record<string, number>>) =>
    preferencePairs(everyTwo(Object.keys(tiers)), foldEvents(ranked(tiers))).pairs;

  test('of k responses says k − 1 things, whatever its tiers', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 6 }), { minLength: 2, maxLength: 6 }), (tiers) => {
        fc.pre(new Set(tiers).size > 1);
        const pairs = pairsOf(Object.fromEntries(tiers.map((tier, index) => [`text ${index}`, tier])));
        const total = pairs.reduce((sum, { weight }) => sum + weight, 0);
        expect(total).toBeCloseTo(tiers.length - 1, 9);
        expect(new Set(pairs.map(({ weight }) => weight)).size).toBe(1);
      }),
    );
  });

  test('leaves a pair that was judged for itself since to count whole', () => {
    const tiers = { x: 1, y: 2, z: 3 };
    const events = [...ranked(tiers), judged('later', 'q:xy', 'b')];
    const { pairs } = preferencePairs(everyTwo(['x', 'y', 'z']), foldEvents(events));
    expect(pairs.map(({ chosen, weight }) => [chosen, weight])).toEqual([
      ['y', 1],
      ['x', 1],
      ['y', 1],
    ]);
  });
});

describe('thumbs', () => {
  const comparisons = [...everyTwo(['x', 'y', 'z']), ...everyTwo(['u', 'v'], 'other')];
  const thumb = (comparisonId: string, side: 'a' | 'b', thumb: ThumbEvent['thumb']): ThumbEvent => ({
    ...{ kind: 'thumb', id: `${comparisonId}.${side}.${thumb}`, at: 0, durationMs: 900 },
    ...{ comparisonId, side, thumb },
  });
  const meaningOf = (events: readonly PreferenceEvent[]) => preferencePairs(comparisons, foldEvents(events));
  const said = (events: readonly PreferenceEvent[]) =>
    meaningOf(events).pairs.map(({ chosen, rejected }) => `${chosen}>${rejected}`);

  test('pair every good response with every bad one of the same prompt, and of no other', () => {
    const events = [thumb('q:xy', 'a', 'up'), thumb('q:xy', 'b', 'down'), thumb('other:uv', 'a', 'down')];
    expect(said(events)).toEqual(['x>y']);
    expect(said([...events, thumb('q:yz', 'b', 'down')])).toEqual(['x>y', 'x>z']);
    expect(meaningOf(events).counts.thumbs).toBe(3);
  });

  test('share what k responses say, and count once a prompt in figures', () => {
    const { pairs } = meaningOf([
      ...[thumb('q:xy', 'a', 'up'), thumb('q:xy', 'b', 'down'), thumb('q:yz', 'b', 'down')],
    ]);
    expect(pairs.map(({ weight, isControl }) => [weight, isControl])).toEqual([
      [1, true],
      [1, false],
    ]);
  });

  test('of one response replace each other wherever they were given', () => {
    const events = [thumb('q:xy', 'a', 'up'), thumb('q:xy', 'b', 'down'), thumb('q:xz', 'a', 'down')];
    expect(said(events)).toEqual([]);
    expect(said([...events, thumb('q:yz', 'a', 'up')])).toEqual(['y>x']);
    expect(said([...events.slice(0, 2), thumb('q:yz', 'a', 'skip')])).toEqual([]);
  });

  test('give way to a verdict on the same two responses', () => {
    const events = [thumb('q:xy', 'a', 'up'), thumb('q:xy', 'b', 'down')];
    expect(said([...events, judged('1', 'q:xy', 'b')])).toEqual(['y>x']);
    expect(said([...events, judged('1', 'q:xy', 'tie')])).toEqual([]);
    expect(said([...events, judged('1', 'q:xy', 'skip')])).toEqual(['x>y']);
    expect(said([...events, undo('u', events[0].id)])).toEqual([]);
  });
});
