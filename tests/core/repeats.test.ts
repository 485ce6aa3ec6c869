import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { foldEvents } from '../../src/core/foldEvents.ts';
import type { Comparison, Judgment } from '../../src/core/preference.ts';
import { preferencePairs } from '../../src/core/preferencePairs.ts';
import { LEAST_BETWEEN, repeatDue } from '../../src/core/repeats.ts';

const answer = (index: number, change: Partial<Judgment> = {}): Judgment => ({
  kind: 'judgment',
  id: `j${index}`,
  at: index,
  comparisonId: `c${index}`,
  verdict: 'a',
  strength: 1,
  shownFirst: 'a',
  durationMs: 900,
  ...change,
});
const comparison: Comparison = {
  id: 'c1',
  prompt: [],
  a: { text: 'one' },
  b: { text: 'other' },
  source: { kind: 'typed' },
};
const repeat = answer(2, { comparisonId: 'c1', verdict: 'b', shownFirst: 'b', isRepeat: true });

describe('a repeat among the events', () => {
  test('leaves the first judgment as the one that holds, and is no pair of its own', () => {
    const { states, answers } = foldEvents([answer(1), repeat]);
    expect(states.get('c1')).toEqual({
      judgment: answer(1),
      repeat: { before: answer(1), again: repeat },
      deleted: false,
    });
    expect(answers).toEqual([answer(1), repeat]);
    const { pairs, counts } = preferencePairs([comparison], { states, thumbs: [] });
    expect(pairs.map(({ chosen }) => chosen)).toEqual(['one']);
    expect(counts.preferences).toBe(1);
  });

  test('is undone and redone like any act', () => {
    const undone = foldEvents([answer(1), repeat, { kind: 'undo', id: 'u1', at: 0, target: 'j2' }]);
    expect(undone.states.get('c1')?.repeat).toBeUndefined();
    expect(undone.answers).toEqual([answer(1)]);
    const redone = foldEvents([
      answer(1),
      repeat,
      { kind: 'undo', id: 'u1', at: 0, target: 'j2' },
      { kind: 'undo', id: 'u2', at: 0, target: 'u1' },
    ]);
    expect(redone.states.get('c1')?.repeat?.again).toEqual(repeat);
  });

  test('stays beside what it repeated when the pair is judged anew', () => {
    const anew = answer(3, { comparisonId: 'c1', verdict: 'tie' });
    const { states, answers } = foldEvents([answer(1), repeat, anew]);
    expect(states.get('c1')).toMatchObject({ judgment: anew, repeat: { before: answer(1), again: repeat } });
    expect(answers).toEqual([repeat, anew]);
  });

  test('of a pair without a judgment says nothing', () => {
    expect(foldEvents([repeat]).states.size).toBe(0);
  });
});

describe('what is asked again', () => {
  const events = fc.array(
    fc.record({
      verdict: fc.constantFrom('a', 'b', 'tie', 'both-bad', 'skip'),
      repeats: fc.option(fc.nat(), { nil: undefined }),
    }),
    { maxLength: 80 },
  );

  test('was decided long enough ago, never repeated, and is the same whenever it is asked for', () => {
    fc.assert(
      fc.property(events, fc.string(), fc.nat(3), (acts, projectId, pending) => {
        const log = acts.map(({ verdict, repeats }, index) =>
          repeats === undefined || index === 0
            ? answer(index, { verdict })
            : answer(index, { verdict, comparisonId: `c${repeats % index}`, isRepeat: true }),
        );
        const { answers, states } = foldEvents(log);
        const given = answers.length + pending;
        const ask = () => repeatDue(projectId, answers, states, given, (id) => id !== 'c3');
        const id = ask();
        expect(ask()).toBe(id);
        if (id === undefined) return;
        const { judgment, repeat: already } = states.get(id)!;
        expect(['a', 'b']).toContain(judgment!.verdict);
        expect(already).toBeUndefined();
        expect(id).not.toBe('c3');
        expect(given - answers.indexOf(judgment!)).toBeGreaterThan(LEAST_BETWEEN);
      }),
      { numRuns: 2_000, seed: 5 },
    );
  });

  test('is a share of 5 to 10 % of many questions, and no answer of a file', () => {
    const log = Array.from({ length: 3_000 }, (_, index) => answer(index));
    const { answers, states } = foldEvents(log);
    const asked = log.filter((_, given) => repeatDue('p', answers, states, given, () => true) !== undefined);
    expect(asked.length / log.length).toBeGreaterThan(0.05);
    expect(asked.length / log.length).toBeLessThan(0.1);
    const imported = foldEvents(log.map((event) => ({ ...event, durationMs: undefined })));
    expect(imported.answers).toEqual([]);
  });
});
