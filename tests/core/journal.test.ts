import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  compactActs,
  countRecords,
  decodeJournal,
  encodeAct,
  standingActs,
  type JournalAct,
} from '../../src/core/journal.ts';

const records = (prefix: string, count: number) =>
  Array.from({ length: count }, (_, index) => ({ id: `${prefix}${index}`, text: 'a\nb "ü" \ud800' }));
const add = (act: string, at: number, comparisons: number, events = 1): JournalAct => ({
  ...{ act, at, kind: 'add', projectId: 'p' },
  comparisons: records(`${act}c`, comparisons),
  events: records(`${act}e`, events),
  imports: [],
});

describe('a journal', () => {
  test.each([[0], [1], [500], [501], [1_500]])('gives an act of %i comparisons back as it was', (count) => {
    const act = add('a', 1, count, 2);
    expect(decodeJournal([encodeAct(act)])).toEqual({ acts: [act], lost: 0 });
  });

  test('keeps a short act on one line', () => expect(encodeAct(add('a', 1, 3)).split('\n')).toHaveLength(2));

  test('cut anywhere keeps every act before the cut, whole, and none in part', () => {
    const acts = [add('a', 1, 2), add('b', 2, 700), add('c', 3, 1)];
    const texts = acts.map(encodeAct);
    const text = texts.join('');
    const ends = texts.map((_, index) => texts.slice(0, index + 1).join('').length);
    fc.assert(
      fc.property(fc.integer({ min: 0, max: text.length }), (cut) => {
        const found = decodeJournal([text.slice(0, cut)]).acts;
        // The line break at the end says nothing.
        const whole = acts.filter((_, index) => ends[index] - 1 <= cut);
        expect(found).toEqual(whole);
      }),
    );
  });

  test('with one character changed loses the act it is in, and says so', () => {
    const acts = [add('a', 1, 2), add('b', 2, 2), add('c', 3, 2)];
    const text = acts.map(encodeAct).join('');
    fc.assert(
      fc.property(fc.integer({ min: 0, max: text.length - 1 }), (place) => {
        const other = text[place] === 'x' ? 'y' : 'x';
        const { acts: found, lost } = decodeJournal([text.slice(0, place) + other + text.slice(place + 1)]);
        expect(lost).toBeGreaterThan(0);
        // A changed line break makes two lines one.
        expect(found.length).toBeGreaterThanOrEqual(text[place] === '\n' ? 1 : 2);
        for (const act of found) expect(acts).toContainEqual(act);
      }),
    );
  });

  test('goes on after a torn line, and takes files in the order of their acts', () => {
    const [one, two, three] = [add('a', 1, 1), add('b', 2, 1), add('c', 3, 1)];
    const torn = `${encodeAct(one).slice(0, -20)}\n${encodeAct(three)}`;
    expect(decodeJournal([torn, encodeAct(two)]).acts).toEqual([two, three]);
  });

  test('counts what stands: not what was deleted or cleared since, and every record once', () => {
    const acts: JournalAct[] = [
      add('a', 1, 3),
      { act: 'x', at: 2, kind: 'clear' },
      { act: 'q', at: 3, kind: 'put', projectId: 'q', project: { id: 'q' } },
      { ...add('b', 4, 2), projectId: 'q' } as JournalAct,
      add('c', 5, 2),
      add('c2', 5, 0, 0),
      { act: 'd', at: 6, kind: 'delete', projectId: 'q' },
      { ...add('c', 5, 2), act: 'again' },
    ];
    const standing = standingActs(acts);
    expect(standing.map(({ act }) => act)).toEqual(['c', 'c2', 'again']);
    expect(countRecords(standing)).toBe(3);
  });
});

test('the order of a file holds although the clock was put back while it was written', () => {
  const acts = [add('a', 100, 1), add('b', 50, 1), add('c', 60, 1)];
  const other = add('d', 101, 1);
  const found = decodeJournal([encodeAct(other), acts.map(encodeAct).join('')]).acts;
  expect(found.map(({ act }) => act)).toEqual(['a', 'b', 'c', 'd']);
});

describe('a journal written anew', () => {
  const arbitraryActs = fc
    .array(
      fc.record({
        kind: fc.constantFrom('put', 'add', 'add', 'add', 'delete', 'clear' as const),
        projectId: fc.constantFrom('p', 'q'),
        first: fc.nat(6),
        count: fc.nat(3),
        at: fc.nat(9),
      }),
      { maxLength: 12 },
    )
    .map((drawn) =>
      drawn.map(({ kind, projectId, first, count, at }, index): JournalAct => {
        const stamp = { act: String(index), at };
        if (kind === 'clear') return { ...stamp, kind };
        if (kind === 'delete') return { ...stamp, kind, projectId };
        if (kind === 'put') return { ...stamp, kind, projectId, project: { id: projectId } };
        const events = records('', first + count).slice(first);
        return { ...stamp, kind, projectId, events };
      }),
    );
  const meaning = (acts: readonly JournalAct[]) => {
    const standing = standingActs(acts);
    const seen = new Set<string>();
    for (const act of standing) {
      if (act.kind !== 'add') continue;
      for (const { id } of act.events ?? []) seen.add(`${act.projectId} ${id}`);
    }
    const puts = standing.flatMap((act) => (act.kind === 'put' ? [act.projectId] : []));
    return { records: [...seen], named: [...new Set(puts)].sort() };
  };

  test('says the same, in the same order, and holds nothing of what was deleted', () => {
    fc.assert(
      fc.property(arbitraryActs, fc.boolean(), (acts, keepsEnds) => {
        const before = decodeJournal([acts.map(encodeAct).join('')]).acts;
        const kept = decodeJournal([compactActs(before, keepsEnds).map(encodeAct).join('')]).acts;
        expect(meaning(kept)).toEqual(meaning(acts));
        const standing = standingActs(before);
        for (const act of kept) {
          if (act.kind === 'put' || act.kind === 'add') expect(standing).toContainEqual(act);
        }
        expect(compactActs(kept, keepsEnds)).toEqual(kept);
      }),
    );
  });

  test('with its deletions ends what another file holds, and beside its old self counts everything once', () => {
    fc.assert(
      fc.property(arbitraryActs, arbitraryActs, (mine, theirs) => {
        const renamed = theirs.map((act) => ({ ...act, at: act.at + 0.5, act: `their ${act.act}` }));
        const text = (acts: readonly JournalAct[]) => acts.map(encodeAct).join('');
        const whole = meaning(decodeJournal([text(mine), text(renamed)]).acts);
        const anew = text(compactActs(decodeJournal([text(mine)]).acts, true));
        const sorted = ({ records, named }: typeof whole) => ({ records: [...records].sort(), named });
        expect(sorted(meaning(decodeJournal([anew, text(renamed)]).acts))).toEqual(sorted(whole));
        expect(sorted(meaning(decodeJournal([anew, text(mine), text(renamed)]).acts))).toEqual(sorted(whole));
      }),
      { numRuns: 500 },
    );
  });
});
