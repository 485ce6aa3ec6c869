/** Files made to be misread, to exhaust the reader, or to reach what they should not. */
import fc from 'fast-check';
import Papa from 'papaparse';
import { afterEach, describe, expect, test } from 'vitest';
import { readCandidates } from '../../src/formats/readCandidates.ts';
import { rankedTable } from '../../src/formats/rankedFile.ts';
import { splitImplicitPrompt } from '../../src/formats/implicitPrompt.ts';
import { gzipped, importBlob, importText, rowsOf } from './importing.ts';

const good = '{"prompt":"p","chosen":"one","rejected":"two"}';

/** Line and reason of every rejected row. */
async function rejectedOf(content: string | Uint8Array<ArrayBuffer>, name = 'a.jsonl'): Promise<unknown[]> {
  const { report } = await importBlob(new Blob([content]), name);
  return report.rejected.map(({ line, reason }) => [line, reason]);
}

function utf16(text: string, withMark: boolean): Uint8Array<ArrayBuffer> {
  const units = Uint16Array.from(`${withMark ? '\ufeff' : ''}${text}`, (unit) => unit.charCodeAt(0));
  return new Uint8Array(units.buffer);
}

describe('numbers', () => {
  test.each(['1e999', '-1e999', `1${'0'.repeat(400)}`])('too large to be kept are refused: %s', async (n) =>
    expect(await rejectedOf(`${good}\n{"prompt":"q","chosen":"a","rejected":"b","margin":${n}}`)).toEqual([
      [2, expect.stringContaining('is too large to be kept') as string],
    ]),
  );

  test('NaN and Infinity are no JSON', async () =>
    expect(await rejectedOf(`${good}\n{"a":NaN}\n{"a":Infinity}`)).toEqual([
      [2, expect.stringContaining('not valid JSON') as string],
      [3, expect.stringContaining('not valid JSON') as string],
    ]));

  test('that are rounded, and fields that stand twice, are told', async () => {
    const text = '{"id":12345678901234567,"prompt":"p","chosen":"old","chosen":"new","rejected":"x"}';
    const { report, comparisons } = await importText(text, 'a.jsonl');
    expect(report.warnings).toEqual([
      {
        line: 1,
        reason:
          '`chosen` stands more than once; the last one counts; ' +
          'the number 12345678901234567 is too long and was rounded',
      },
    ]);
    expect([comparisons[0].a.text, comparisons[0].b.text].sort()).toEqual(['new', 'x']);
  });

  test('that stand twice under an escape are one field', async () => {
    const { report } = await importText(good.replace('{', '{"\\u0063hosen":"x",'), 'a.jsonl');
    expect(report.warnings).toHaveLength(1);
  });
});

describe('bytes', () => {
  test('lines that end in a carriage return alone are lines', async () =>
    expect(await rejectedOf(`${good}\r{"a":\r\r{"b":`)).toEqual([
      [2, expect.stringContaining('not valid JSON') as string],
      [4, expect.stringContaining('not valid JSON') as string],
    ]));

  test('UTF-16 without a byte order mark is named', async () =>
    expect(importBlob(new Blob([utf16(good, false)]), 'a.jsonl')).rejects.toThrow(
      'got UTF-16 without a byte order mark; save the file as UTF-8',
    ));

  test('half of a surrogate pair in UTF-16 costs its line', async () =>
    expect(await rejectedOf(utf16(`${good}\n{"a":"\ud83d"}\n{"b":"\ufffd"}`, true))).toEqual([
      [2, 'holds bytes that are not valid UTF-8; save the file as UTF-8'],
      [3, expect.stringContaining('fits no known format') as string],
    ]));

  test('a NUL costs its row', async () => {
    expect(await rejectedOf(`${good}\n{"a":"\0"}`)).toMatchObject([[2, /not valid JSON/]]);
    const table = `prompt,chosen,rejected\n${'p'.repeat(100)},one,two\nq,t\0o,three\n`;
    expect(await rejectedOf(table, 'a.csv')).toEqual([[3, 'holds a NUL character']]);
  });

  test('a gzip bomb is stopped', async () => {
    const bomb = await gzipped(`${good}\n${' '.repeat(40 * 1024 * 1024)}`);
    expect(bomb.size).toBeLessThan(50_000);
    await expect(importBlob(bomb, 'a.jsonl.gz')).rejects.toThrow(
      'a.jsonl.gz: it unpacks to more than 100 times its size',
    );
  });
});

describe('names that objects have anyway', () => {
  const known = Object.getOwnPropertyNames(Object.prototype).join();
  afterEach(() => expect(Object.getOwnPropertyNames(Object.prototype).join()).toBe(known));

  test.each(['__proto__', 'constructor', 'toString', 'hasOwnProperty'])(
    'are fields like any: %s',
    async (name) => {
      const evil = `{"${name}":{"chosen":"x","polluted":true},"prompt":"p","chosen":"a","rejected":"b"}`;
      const { report } = await importText(`${evil}\n{"${name}":{"chosen":"x","rejected":"y"}}`, 'a.jsonl');
      expect([report.imported, report.rejected.length]).toEqual([1, 1]);
      const sets = `{"prompt":"p","responses":["a","b"],"${name}":1}\n{"prompt":"q","responses":["c","d"]}`;
      const read = await readCandidates(new Blob([sets]), 'c.jsonl');
      const ranking = [0, 1].map((index) => ({
        ...{ index, score: 0, rank: index + 1, tooCloseToCall: false },
      }));
      const [header, ...rows] = Papa.parse<string[]>(
        rankedTable(read.sets.map((set) => ({ set, ranking }))).trimEnd(),
      ).data;
      expect(rows.map((row) => row[header.indexOf(name)])).toEqual(['1', '1', '', '']);
    },
  );
});

describe('what takes a careless reader for ever', () => {
  test('a table of rows with stray quotes', async () => {
    const rows = await rowsOf(`a,b\n${'"x"y,1\n'.repeat(50_000)}1,2\n`, 'a.csv');
    expect(rows.filter(({ kind }) => kind === 'broken')).toHaveLength(50_000);
    expect(rows.at(-1)).toMatchObject({ kind: 'record', line: 50_002 });
  });

  test('two texts that end in a million line breaks', () => {
    const start = `words${'\n'.repeat(1_000_000)}`;
    expect(splitImplicitPrompt(`${start}x`, start)).toMatchObject({ prompt: [] });
  });

  test('blanks before an element', async () =>
    expect(await rowsOf(`[${' '.repeat(1_000_000)},,{"n":1}]`, 'a.json')).toMatchObject([
      { record: { n: 1 } },
    ]));
});

test('a line that is too long costs itself, not the rest of it as further rows', async () => {
  const rows = await rowsOf(`a,b\n1,${'x,'.repeat(2_200_000)}\n3,4\n`, 'a.csv');
  expect(rows.map(({ kind, line }) => [kind, line])).toEqual([
    ['broken', 2],
    ['record', 3],
  ]);
});

test.each([
  ['JSON Lines', 'a.jsonl', JSON.stringify({ prompt: 'p', chosen: '\u{1f480} one', rejected: 'two' })],
  ['a table', 'a.csv', 'prompt,chosen,rejected\np,\u{1f480} one,two\n'],
])('a character that ends like the mark of invalid bytes is read, in %s', async (_, name, text) => {
  const { comparisons } = await importText(text, name);
  expect([comparisons[0].a.text, comparisons[0].b.text]).toContain('\u{1f480} one');
});

test('texts keep every character, half surrogates and marks of direction too', () =>
  fc.assert(
    fc.asyncProperty(fc.string({ unit: 'binary', minLength: 1 }), async (content) => {
      const text = `x${content}\ud800\u202e\u2066\u200b${'\u0301'.repeat(50)}x`;
      const { comparisons } = await importText(
        JSON.stringify({ prompt: text, chosen: `${text}1`, rejected: `${text}2` }),
        'a.jsonl',
      );
      expect([comparisons[0].a.text, comparisons[0].b.text].sort()).toEqual([`${text}1`, `${text}2`]);
    }),
    { numRuns: 10 },
  ));
