import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  foldEvents,
  preferencePairs,
  promptText,
  type Comparison,
  type Judgment,
  type PreferenceEvent,
  type Verdict,
} from '../../src/core/preference.ts';

const comparison = (id: string): Comparison => ({
  id,
  prompt: [{ role: 'user', content: `question ${id}` }],
  a: { text: `a of ${id}` },
  b: { text: `b of ${id}` },
  source: { kind: 'typed' },
});

const judged = (id: string, comparisonId: string, verdict: Verdict, durationMs?: number): Judgment => ({
  kind: 'judgment',
  id,
  at: 0,
  comparisonId,
  verdict,
  strength: 1,
  shownFirst: 'a',
  durationMs: durationMs ?? 900,
});
const undo = (id: string, target: string): PreferenceEvent => ({ kind: 'undo', id, at: 0, target });

describe('folding events', () => {
  test('the last judgment of a comparison wins', () => {
    const { states } = foldEvents([judged('1', 'x', 'a'), judged('2', 'x', 'b')]);
    expect(states.get('x')?.judgment?.verdict).toBe('b');
  });

  test('undo of a re-judgment brings the earlier judgment back', () => {
    const { states } = foldEvents([judged('1', 'x', 'a'), judged('2', 'x', 'b'), undo('3', '2')]);
    expect(states.get('x')?.judgment?.verdict).toBe('a');
  });

  test('redo is the undo of an undo', () => {
    const events = [judged('1', 'x', 'a'), undo('2', '1'), undo('3', '2')];
    const folded = foldEvents(events);
    expect(folded.states.get('x')?.judgment?.verdict).toBe('a');
    expect(folded.undoable).toEqual(['1']);
    expect(folded.redoable).toEqual([]);
  });

  test('a new act ends what could be redone', () => {
    expect(foldEvents([judged('1', 'x', 'a'), undo('2', '1'), judged('3', 'y', 'b')]).redoable).toEqual([]);
  });

  test('undo steps over imported judgments', () => {
    const imported: Judgment = { ...judged('1', 'x', 'a'), durationMs: undefined };
    expect(foldEvents([imported, judged('2', 'y', 'b')]).undoable).toEqual(['2']);
  });

  test('an undo of an unknown event changes nothing', () => {
    expect(foldEvents([judged('1', 'x', 'a'), undo('2', 'nobody')]).undoable).toEqual(['1']);
  });

  test('a repeated event id counts once', () => {
    const event = judged('1', 'x', 'a');
    expect(foldEvents([event, event]).undoable).toEqual(['1']);
  });

  test('deleting and restoring leave the judgment as it was', () => {
    const events: PreferenceEvent[] = [
      judged('1', 'x', 'a'),
      { kind: 'delete', id: '2', at: 0, comparisonIds: ['x', 'y'] },
      { kind: 'restore', id: '3', at: 0, comparisonIds: ['x'] },
    ];
    const { states } = foldEvents(events);
    expect(states.get('x')).toMatchObject({ deleted: false, judgment: { verdict: 'a' } });
    expect(states.get('y')?.deleted).toBe(true);
  });

  test('undoing everything and redoing everything ends where it began', () => {
    const verdict = fc.constantFrom<Verdict>('a', 'b', 'tie', 'both-bad', 'skip');
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.integer({ min: 0, max: 4 }), verdict), { maxLength: 12 }), (acts) => {
        const events: PreferenceEvent[] = acts.map(([c, v], i) => judged(`j${i}`, `c${c}`, v));
        const before = foldEvents(events);
        let count = 0;
        for (let folded = before; folded.undoable.length > 0; folded = foldEvents(events)) {
          events.push(undo(`u${count++}`, folded.undoable.at(-1)!));
        }
        expect([...foldEvents(events).states.values()].filter((state) => state.judgment)).toEqual([]);
        for (let folded = foldEvents(events); folded.redoable.length > 0; folded = foldEvents(events)) {
          events.push(undo(`u${count++}`, folded.redoable.at(-1)!));
        }
        expect(foldEvents(events)).toEqual(before);
      }),
    );
  });
});

describe('what judgments mean', () => {
  test('only a and b make pairs; everything else is counted', () => {
    const comparisons = ['p', 'q', 'r', 's', 't', 'u', 'v'].map(comparison);
    const { states } = foldEvents([
      judged('1', 'p', 'a'),
      judged('2', 'q', 'b'),
      judged('3', 'r', 'tie'),
      judged('4', 's', 'both-bad'),
      judged('5', 't', 'skip'),
      { kind: 'delete', id: '6', at: 0, comparisonIds: ['u'] },
    ]);
    const { pairs, counts } = preferencePairs(comparisons, states);
    expect(counts).toEqual({ preferences: 2, ties: 1, bothBad: 1, skipped: 1, unjudged: 1, deleted: 1 });
    expect(pairs.map((pair) => [pair.chosen, pair.rejected, pair.shownFirst])).toEqual([
      ['a of p', 'b of p', 'chosen'],
      ['b of q', 'a of q', 'rejected'],
    ]);
  });
});

test('a single question is its own prompt text; a conversation becomes a transcript', () => {
  expect(promptText([{ role: 'user', content: 'Why?' }])).toBe('Why?');
  expect(
    promptText([
      { role: 'user', content: 'Hi' },
      { role: 'assistant', content: 'Hello' },
      { role: 'user', content: 'Why?' },
    ]),
  ).toBe('\n\nHuman: Hi\n\nAssistant: Hello\n\nHuman: Why?');
});
