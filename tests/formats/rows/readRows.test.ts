import { describe, expect, test } from 'vitest';
import { MAX_JSON_DEPTH, MAX_ROW_LENGTH } from '../../../src/core/limits.ts';
import type { SourceRow } from '../../../src/formats/rows/sourceRow.ts';
import { gzipped, rowsOf } from '../importing.ts';

/** Line and field `n` of every record, line and reason of every broken row. */
function summary(rows: readonly SourceRow[]): (readonly [number, unknown])[] {
  return rows.map((row) => [row.line, row.kind === 'record' ? row.record.n : row.reason]);
}

function utf16(text: string, littleEndian: boolean): Uint8Array<ArrayBuffer> {
  const bytes = new DataView(new ArrayBuffer(2 * text.length + 2));
  [0xfeff, ...Array.from(text, (character) => character.charCodeAt(0))].forEach((unit, at) =>
    bytes.setUint16(2 * at, unit, littleEndian),
  );
  return new Uint8Array(bytes.buffer);
}

describe('JSON Lines', () => {
  test('numbers lines from 1, ignores blank ones, takes CRLF and a missing last newline', async () =>
    expect(summary(await rowsOf('{"n":1}\r\n\r\n{"n":2}\n   \n{"n":3}', 'a.jsonl'))).toEqual([
      [1, 1],
      [3, 2],
      [5, 3],
    ]));

  test('rejects a line that is no object, names what it is, and reads on', async () =>
    expect(summary(await rowsOf('{"n":1}\n[1,2]\n"text"\nnull\n{"n":5}\n', 'a.jsonl'))).toEqual([
      [1, 1],
      [2, 'expected an object with named fields, got a list of 2'],
      [3, 'expected an object with named fields, got "text"'],
      [4, 'expected an object with named fields, got null'],
      [5, 5],
    ]));

  test('recognises rows by their content under any extension', async () =>
    expect(summary(await rowsOf('{"n":1}\n{"n":2}\n', 'a.txt'))).toEqual([
      [1, 1],
      [2, 2],
    ]));

  test('rejects a 10 MB line by its number, keeps its start, and reads the rest', async () => {
    const long = `{"n":2,"text":"${'x'.repeat(10_000_000)}"}`;
    const rows = await rowsOf(`{"n":1}\n${long}\n{"n":3}\n`, 'a.jsonl');
    expect(summary(rows)).toEqual([
      [1, 1],
      [2, 'longer than 4 MiB, the longest row that is read'],
      [3, 3],
    ]);
    expect(rows[1]).toMatchObject({ excerpt: long.slice(0, 200) });
  });

  test('rejects a line nested too deep', async () => {
    const deep = (levels: number): string => `{"n":${'['.repeat(levels - 1)}${']'.repeat(levels - 1)}}`;
    const rows = await rowsOf(`${deep(MAX_JSON_DEPTH)}\n${deep(MAX_JSON_DEPTH + 1)}\n`, 'a.jsonl');
    expect(rows.map(({ kind }) => kind)).toEqual(['record', 'broken']);
  });
});

describe('a JSON document', () => {
  test('gives the elements of a list with the line each one starts on', async () => {
    const text = '[\n  {"n": 1,\n   "s": "]}{[\\"\\n"},\n\n  {"n": 2}, {"n": 3}\n]\n';
    expect(summary(await rowsOf(text, 'a.json'))).toEqual([
      [2, 1],
      [5, 2],
      [5, 3],
    ]);
  });

  test.each([
    ['{"data":[{"n":1},{"n":2}]}', [1, 1]],
    ['{"version":"2","tags":["x"],"rows":[\n{"n":1},\n{"n":2}\n],"more":{"list":[{"n":9}]}}', [2, 3]],
    ['{\n "train": [\n  {"n": 1}],\n "test": [\n  {"n": 2}]\n}', [3, 5]],
  ])('opens a wrapping object: %s', async (text, [first, second]) =>
    expect(summary(await rowsOf(text, 'a.json'))).toEqual([
      [first, 1],
      [second, 2],
    ]),
  );

  test('takes one object as one row, although it holds lists of messages', async () => {
    const text = JSON.stringify({ n: 1, chosen: [{ role: 'user', content: 'x' }] }, null, 2);
    expect(summary(await rowsOf(text, 'a.json'))).toEqual([[1, 1]]);
  });

  test.each([
    ['a value is missing', '[\n{"n":1},\n{"n":},\n{"n":3}\n]', 3, [1, 3]],
    ['a quote is missing', '[\n {"n":1, "s": "a},\n {"n":2},\n {"n":3}\n]', 2, [2, 3]],
    ['a bracket is missing', '[\n  {"n":1},\n  {"n":[2},\n  {"n":3},\n  {"n":4}\n]', 3, [1, 3, 4]],
    ['a bracket is too many', '[\n{"n":1}},\n{"n":2}\n]', 2, [1, 2]],
    ['the last element is cut off', '[\n{"n":1},\n{"n":2},\n{"n":3, "s": "ab', 4, [1, 2]],
    [
      'a brace is missing over lines',
      '[\n  {\n   "n": 1\n  },\n  {\n   "n": 2,\n  {\n   "n": 3\n  }\n]',
      5,
      [1, 3],
    ],
  ])('loses only the broken element when %s', async (_, text, brokenLine, values) => {
    const rows = await rowsOf(text, 'a.json');
    const broken = rows.filter(({ kind }) => kind === 'broken');
    expect(broken.map(({ line }) => line)).toEqual([brokenLine]);
    expect(rows.flatMap((row) => (row.kind === 'record' ? [row.record.n] : []))).toEqual(values);
  });

  test('says that a list is not closed', async () =>
    expect(summary(await rowsOf('[\n{"n":1},\n{"n":2},\n', 'a.json'))).toEqual([
      [2, 1],
      [3, 2],
      [4, 'the list is not closed: the file may be cut off'],
    ]));

  test('skips an element that is too long and reads the next', async () => {
    const long = `{"n":2,"s":"${'x'.repeat(MAX_ROW_LENGTH)}"}`;
    expect(summary(await rowsOf(`[{"n":1},${long},{"n":3}]`, 'a.json'))).toEqual([
      [1, 1],
      [1, 'longer than 4 MiB, the longest row that is read'],
      [1, 3],
    ]);
  });

  test('reads the same however the bytes are cut', async () => {
    const elements = Array.from({ length: 4000 }, (_, n) =>
      JSON.stringify({ n, s: `é"${'\\'.repeat(n % 3)}😀\n` }, null, 1),
    );
    const rows = await rowsOf(`[${elements.join(',\n')}]`, 'a.json');
    expect(rows.map((row) => row.kind === 'record' && row.record.n)).toEqual(elements.map((_, n) => n));
  });
});

describe('a table', () => {
  test('reads quotes, doubled quotes and cells over several lines, numbered by their first line', async () => {
    const rows = await rowsOf('n,text\r\n1,"a, ""b""\r\nc"\r\n2,d\r\n', 'a.csv');
    expect(rows.map(({ line }) => line)).toEqual([2, 4]);
    expect(rows[0]).toMatchObject({ record: { n: '1', text: 'a, "b"\r\nc' } });
  });

  test.each([
    ['semicolons', 'n;a,b\n1;x,y\n'],
    ['tabs', 'n\ta,b\n1\tx,y\n'],
    ['carriage returns alone', 'n,"a,b"\r1,"x,y"\r'],
  ])('splits by %s', async (_, text) =>
    expect(await rowsOf(text, 'a.txt')).toMatchObject([{ line: 2, record: { n: '1', 'a,b': 'x,y' } }]),
  );

  test.each([
    ['too many cells', '2,b,c', 'expected 2 cells as in the header, got 3'],
    ['too few cells', '2', 'expected 2 cells as in the header, got 1'],
    ['a quote that never closes', '2,"b', 'not a well-formed table row'],
    ['text behind a closing quote', '2,"b"c', 'not a well-formed table row'],
  ])('loses only the row with %s', async (_, broken, reason) => {
    const rows = summary(await rowsOf(`n,text\n1,a\n${broken}\n3,"c\nc"\n4,d\n`, 'a.csv'));
    expect(rows.map(([line]) => line)).toEqual([2, 3, 4, 6]);
    expect(rows[1][1]).toContain(reason);
    expect(rows[3][1]).toBe('4');
  });

  test('keeps columns that share a name apart', async () =>
    expect(await rowsOf('a,a,\n1,2,3\n', 'a.csv')).toMatchObject([
      { record: { a: '1', a_2: '2', column_3: '3' } },
    ]));
});

describe('bytes', () => {
  test('unpacks gzip whatever the name says', async () =>
    expect(summary(await rowsOf(await gzipped('{"n":1}\n{"n":2}\n'), 'a.jsonl'))).toEqual([
      [1, 1],
      [2, 2],
    ]));

  test.each([true, false])('reads UTF-16 with a byte order mark, little-endian: %s', async (littleEndian) =>
    expect(summary(await rowsOf(utf16('{"n":"é"}\n', littleEndian), 'a.jsonl'))).toEqual([[1, 'é']]),
  );

  test('strips the UTF-8 byte order mark', async () =>
    expect(summary(await rowsOf('\ufeff{"n":1}\n', 'a.jsonl'))).toEqual([[1, 1]]));

  test('rejects the line that is not valid UTF-8, and keeps a replacement character that is', async () => {
    const text = new TextEncoder().encode('{"n":"\ufffd"}\n{"n":"?"}\n{"n":"ü"}\n');
    text[text.indexOf(63)] = 0xff;
    expect(summary(await rowsOf(text, 'a.jsonl'))).toEqual([
      [1, '\ufffd'],
      [2, 'holds bytes that are not valid UTF-8; save the file as UTF-8'],
      [3, 'ü'],
    ]);
  });
});

describe('a file that cannot be read at all', () => {
  const packed = gzipped(`{"n":"${'abc'.repeat(50_000)}"}`);
  test.each([
    ['empty', 'mine.jsonl', '', 'the file is empty'],
    ['blank', 'mine.csv', ' \n\n', 'the file is empty'],
    ['binary', 'mine.jsonl', new Uint8Array(5000), 'got a binary file'],
    ['a ZIP archive', 'mine.csv', new Uint8Array([80, 75, 3, 4, 20, 0, 0, 0]), 'a ZIP archive; unpack it'],
    ['Parquet', 'mine.parquet', 'PAR1\u0015\u0004', 'a Parquet file'],
    ['plain text', 'mine.txt', 'Dear friend\nHow are you\n', 'found plain text'],
    [
      'only broken lines',
      'mine.jsonl',
      '{"n":\n{"n"\n',
      'none of its 2 rows can be read. Line 1: not valid JSON',
    ],
    ['a header without rows', 'mine.csv', 'prompt,chosen,rejected\n', 'the file has no rows'],
    ['a backup', 'mine.json', '{"palateBackup": 1}', 'a Palate backup: restore it under Data › Backup'],
  ])('names the file and the reason: %s', async (_, name, content, reason) => {
    const reading = rowsOf(content, name);
    await expect(reading).rejects.toMatchObject({ code: 'bad-file' });
    await expect(reading).rejects.toThrow(`${name}: `);
    await expect(reading).rejects.toThrow(reason);
  });

  test('names damaged gzip data', async () => {
    const whole = await packed;
    const reading = rowsOf(whole.slice(0, whole.size - 20), 'mine.jsonl.gz');
    await expect(reading).rejects.toThrow('mine.jsonl.gz: its gzip data is damaged or cut off');
  });
});
