import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { foldEvents } from '../../src/core/foldEvents.ts';
import type { Judgment, PreferenceEvent, Verdict } from '../../src/core/preference.ts';
import { judged, undo } from '../helpers/judgments.ts';
import { sampleGeneration } from '../helpers/storageSamples.ts';

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

  test('an act that two tabs took back is brought back once, by either undo', () => {
    for (const target of ['2', '3']) {
      const events = [judged('1', 'x', 'a'), undo('2', '1'), undo('3', '1'), undo('4', target)];
      const { states, undoable, redoable } = foldEvents(events);
      expect(states.get('x')?.judgment?.verdict).toBe('a');
      expect([undoable, redoable]).toEqual([['1'], []]);
    }
  });

  test('a new act ends what could be redone', () => {
    expect(foldEvents([judged('1', 'x', 'a'), undo('2', '1'), judged('3', 'y', 'b')]).redoable).toEqual([]);
  });

  test('undo steps over imported judgments', () => {
    const imported: Judgment = { ...judged('1', 'x', 'a'), durationMs: undefined };
    expect(foldEvents([imported, judged('2', 'y', 'b')]).undoable).toEqual(['2']);
  });

  test('what was written here is no act to undo, ends nothing that could be redone, and can be removed', () => {
    const events = [judged('1', 'x', 'a'), undo('2', '1'), sampleGeneration('g'), sampleGeneration('h')];
    const { generations, undoable, redoable } = foldEvents([...events, undo('3', 'g')]);
    expect(generations.map(({ id }) => id)).toEqual(['h']);
    expect([undoable, redoable]).toEqual([[], ['2']]);
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

describe('a ranking or an edit', () => {
  const part = (id: string, comparisonId: string, verdict: Verdict, partOf: string): Judgment => ({
    ...judged(id, comparisonId, verdict),
    durationMs: undefined,
    partOf,
  });
  const ranking: PreferenceEvent[] = [
    { kind: 'ranking', id: 'r', at: 0, comparisonIds: ['x', 'y'], durationMs: 4_000 },
    part('r1', 'x', 'a', 'r'),
    part('r2', 'y', 'tie', 'r'),
  ];

  test('is one act to undo and redo, with everything it says', () => {
    const done = foldEvents(ranking);
    expect(done.undoable).toEqual(['r']);
    expect(done.rankings).toHaveLength(1);
    expect([...done.states.keys()]).toEqual(['x', 'y']);
    const undone = foldEvents([...ranking, undo('u', 'r')]);
    expect(undone.states.size + undone.rankings.length + undone.undoable.length).toBe(0);
    expect(foldEvents([...ranking, undo('u', 'r'), undo('v', 'u')])).toEqual(done);
  });

  test('gives way to what was said before when it is taken back', () => {
    const { states } = foldEvents([judged('1', 'x', 'b'), ...ranking, undo('u', 'r')]);
    expect(states.get('x')?.judgment?.id).toBe('1');
  });

  test('says what it says where only its parts were merged in', () => {
    expect(foldEvents(ranking.slice(1)).states.get('x')?.judgment?.verdict).toBe('a');
  });

  test('is no answer of the person on a single pair', () => {
    expect(foldEvents(ranking).answers).toEqual([]);
  });
});

test('what was said in hindsight holds, and what was said before is remembered', () => {
  const events = [judged('1', 'x', 'a'), { ...judged('2', 'x', 'b'), isHindsight: true } as const];
  const { judgment, hindsight } = foldEvents(events).states.get('x')!;
  expect(judgment!.id).toBe('2');
  expect([hindsight!.before.id, hindsight!.after.id]).toEqual(['1', '2']);
  const undone = foldEvents([...events, undo('u', '2')]).states.get('x')!;
  expect([undone.judgment!.id, undone.hindsight]).toEqual(['1', undefined]);
});
