/** The account of a file adds up, whatever the file holds. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { chosenText, importText } from './importing.ts';

const word = fc.constantFrom(
  'tea',
  'rain',
  'a long walk',
  '“quoted”',
  'tab\there',
  'line\nbreak',
  ' ',
  '雨',
  '=1+1',
);

const goodRow = fc.record({
  prompt: word,
  chosen: word,
  rejected: word,
  score_chosen: fc.constantFrom(1, 2, undefined),
  score_rejected: fc.constantFrom(1, 2, undefined),
});

const brokenLine = fc.constantFrom(
  '{',
  '}',
  '{"prompt": "a", "chosen": "b"',
  'not JSON',
  '[1, 2',
  '"text"',
  '42',
  '{"prompt":"x","chosen":1,"rejected":"y"}',
  '{"nothing":"known"}',
);

type Line = { readonly broken: boolean; readonly text: string };

const line: fc.Arbitrary<Line> = fc.oneof(
  { arbitrary: goodRow.map((row) => ({ broken: false, text: JSON.stringify(row) })), weight: 3 },
  { arbitrary: brokenLine.map((text) => ({ broken: true, text })), weight: 1 },
);

const readableFile = fc
  .array(line, { maxLength: 40 })
  .map((lines) => [{ broken: false, text: '{"prompt":"p","chosen":"one","rejected":"two"}' }, ...lines]);

describe('the account of a generated file', () => {
  test('adds up, and names every broken line by its number', () =>
    fc.assert(
      fc.asyncProperty(readableFile, fc.constantFrom('\n', '\r\n', '\n\n'), async (lines, newline) => {
        const { report, comparisons } = await importText(
          lines.map(({ text }) => text).join(newline),
          'a.jsonl',
        );
        const step = newline === '\n\n' ? 2 : 1;
        const brokenLines = lines.flatMap(({ broken }, at) => (broken ? [at * step + 1] : []));
        const sound = (at: number): boolean => !lines[(at - 1) / step].broken;
        expect(report.rejected.filter((row) => !sound(row.line)).map((row) => row.line)).toEqual(brokenLines);
        const { entries, imported, ties, rejected, duplicates } = report;
        expect(imported + ties + rejected.length + duplicates.length).toBe(entries);
        expect(entries).toBe(lines.length);
        expect(report.rows).toBe(lines.length);
        expect(comparisons).toHaveLength(imported + ties);
      }),
      { numRuns: 150 },
    ));

  test('is the same for a table, with its lines counted through cells of several lines', () =>
    fc.assert(
      fc.asyncProperty(fc.array(fc.boolean(), { minLength: 1, maxLength: 30 }), async (broken) => {
        const lines: string[] = ['prompt,chosen,rejected', 'p,one,two'];
        const expected: number[] = [];
        let next = 3;
        broken.forEach((isBroken, row) => {
          if (isBroken) expected.push(next);
          lines.push(isBroken ? `"p"x,${row}` : `"p\n${row}","a ""good"" one",b`);
          next += isBroken ? 1 : 2;
        });
        const { report } = await importText(lines.join('\n'), 'a.csv');
        expect(report.rejected.map((row) => row.line)).toEqual(expected);
        expect(report.imported).toBe(1 + broken.filter((isBroken) => !isBroken).length);
      }),
      { numRuns: 100 },
    ));

  test('adds up for unpaired labels too', () =>
    fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(fc.constantFrom('p', 'q'), fc.nat(6), fc.boolean()), {
          minLength: 1,
          maxLength: 60,
        }),
        async (labels) => {
          const rows = labels.map(([prompt, n, label]) =>
            JSON.stringify({ prompt, completion: `text ${n}`, label }),
          );
          const { report, comparisons } = await importText(rows.join('\n'), 'a.jsonl');
          const { entries, imported, ties, rejected, duplicates } = report;
          expect(imported + ties + rejected.length + duplicates.length).toBe(entries);
          expect(comparisons).toHaveLength(imported);
          for (const comparison of comparisons) {
            const { text } = comparison.prompt[0] && { text: comparison.prompt[0].content };
            const isGood = labels.some(
              ([p, n, label]) => p === text && `text ${n}` === chosenText(comparison) && label,
            );
            expect(isGood).toBe(true);
          }
        },
      ),
      { numRuns: 100 },
    ));
});

describe('what is kept and what is not', () => {
  const row = (chosen: string, rejected: string, prompt = 'p'): string =>
    JSON.stringify({ prompt, chosen, rejected });

  test('an empty response and two equal ones are rejected with the reason', async () => {
    const { report } = await importText(
      [row('a', ' '), row('', ''), row('a', 'a '), row('a', 'b')].join('\n'),
      'a.jsonl',
    );
    expect(report.rejected.map(({ reason }) => reason)).toEqual([
      'one of the responses is empty',
      'both responses are empty',
      'both responses are the same text',
    ]);
  });

  test('a pair the project holds is a duplicate without a first line', async () => {
    const first = await importText(row('a', 'b'), 'a.jsonl');
    const { report } = await importText(
      [row('b', 'a'), row('c', 'd')].join('\n'),
      'a.jsonl',
      first.comparisons.map(({ id }) => id),
    );
    expect(report.duplicates).toEqual([{ line: 1 }]);
    expect(report.imported).toBe(1);
  });

  test('the better response is side a about half of the time, by the texts and not by the verdict', async () => {
    const rows = Array.from({ length: 1000 }, (_, n) => row(`good ${n}`, `poor ${n}`));
    const turned = Array.from({ length: 1000 }, (_, n) => row(`poor ${n}`, `good ${n}`));
    const one = await importText(rows.join('\n'), 'a.jsonl');
    const other = await importText(turned.join('\n'), 'a.jsonl');
    const onSideA = one.comparisons.filter(({ verdict }) => verdict === 'a').length;
    expect(onSideA).toBeGreaterThan(430);
    expect(onSideA).toBeLessThan(570);
    expect(other.comparisons.map(({ id, a }) => [id, a.text])).toEqual(
      one.comparisons.map(({ id, a }) => [id, a.text]),
    );
    expect(other.comparisons.every(({ verdict }, at) => verdict !== one.comparisons[at].verdict)).toBe(true);
  });

  test('a margin and a strength are carried over', async () => {
    const { comparisons } = await importText('prompt,a,b,winner,strength,margin\np,x,y,b,3,0.5\n', 'a.csv');
    expect(comparisons[0]).toMatchObject({ strength: 3, targetMargin: 0.5 });
    expect(chosenText(comparisons[0])).toBe('y');
  });

  test('a mixed file is split by format, with the rows of each', async () => {
    const kto = (label: boolean): string => JSON.stringify({ prompt: 'k', completion: `c${label}`, label });
    const { report } = await importText(
      [row('a', 'b'), kto(true), row('c', 'd'), kto(false), row('e', 'f')].join('\n'),
      'a.jsonl',
    );
    expect(report.formats.map(({ id, rows }) => [id, rows])).toEqual([
      ['trl-explicit-standard', 3],
      ['kto-unpaired', 2],
    ]);
    expect(report.imported).toBe(4);
  });
});

describe('the reason of a rejected row', () => {
  test.each([
    [{ prompt: 'p', chosen: 'a' }, 'closest is TRL preference, explicit prompt, which also needs `rejected`'],
    [{ prompt: 'p', chosen: 5, rejected: 'b' }, 'field `chosen`: expected text, got 5'],
    [
      { prompt: [{ role: 'user', content: 'x' }], chosen: [{ role: 'imp', content: 'y' }], rejected: 'z' },
      'field `chosen.0.role`: expected a role (user, assistant, system or tool), got "imp"',
    ],
    [
      { instruction: 'i', output_1: 'a', output_2: 'b', preference: 'left' },
      'field `preference`: expected a number from 1',
    ],
    [
      { prompt: 'p', 'response 1': 'a', 'response 2': 'b', label: 7 },
      'field `label`: expected 0 (response 1), 1 (response 2) or 2 (tie), got 7',
    ],
    [{ preferred_output: [], non_preferred_output: [] }, 'field `input` is missing'],
    [{ prompt: 'p', responses: ['a', 'b'] }, 'open this file under Rerank'],
    [{ foo: 1, bar: 2 }, 'fits no known format; its fields are `foo`, `bar`'],
    [
      { prompt: 'p', a: 'x', b: 'y', winner: 'neither' },
      'field `winner`: expected a, b, tie or both_bad, got "neither"',
    ],
    [{ prompt: 'p', a: 'x', b: 'y', winner: 0 }, 'field `winner`: expected a, b, tie or both_bad, got 0'],
  ])('%j says: %s', async (record, reason) => {
    const { report } = await importText(`${JSON.stringify(record)}\n`, 'a.jsonl');
    expect(report.rejected[0].reason).toContain(reason);
  });
});

describe('a verdict column', () => {
  test.each([
    ['a,b', 'a', 'x'],
    ['a,b', 'RIGHT', 'y'],
    ['a,b', '2', 'y'],
    ['response_1,response_2', '1', 'x'],
    ['response_0,response_1', '0', 'x'],
    ['response_0,response_1', '1', 'y'],
    ['Text A,Text B', 'text_b', 'y'],
    ['a,b', 'north', 'x'],
    ['a,b', 'Tie', undefined],
    ['a,b', '1.5', undefined],
  ])('beside the columns %s says with "%s" that %s is better', async (columns, verdict, better) => {
    const text = `prompt,${columns},model_a,model_b,winner\np,x,y,north,south,${verdict}\n`;
    const { comparisons } = await importText(text, 'a.csv');
    expect(chosenText(comparisons[0])).toBe(better);
  });
});
