/** Every bound on a file, one below it, at it and one above it. */
import { describe, expect, test } from 'vitest';
import { describeBomb } from '../../src/core/bomb.ts';
import * as limits from '../../src/core/limits.ts';
import { scanJson } from '../../src/core/jsonScan.ts';
import { LabelledPool } from '../../src/formats/labelledPool.ts';
import { readPreferences } from '../../src/formats/readPreferences.ts';
import { JsonElementReader } from '../../src/formats/rows/jsonElements.ts';
import { JsonLineReader } from '../../src/formats/rows/jsonLines.ts';
import { readRows, RowTally } from '../../src/formats/rows/readRows.ts';
import { excerpt, type RowReader, type SourceRow } from '../../src/formats/rows/sourceRow.ts';
import { TableReader } from '../../src/formats/rows/tableRows.ts';

const AROUND = [-1, 0, 1] as const;

/** Whether the reader takes a row of this kind in: true below and at the bound, false above it. */
function takes(reader: RowReader, text: string): boolean {
  const rows: SourceRow[] = [...reader.push(text), ...reader.end()];
  expect(rows).toHaveLength(1);
  return rows[0].kind === 'record';
}

const jsonOf = (length: number): string => `{"a":"${'x'.repeat(length - '{"a":""}'.length)}"}`;
const nested = (levels: number): string => `{"a":${'['.repeat(levels - 1)}${']'.repeat(levels - 1)}}`;
const withFields = (count: number): string =>
  `{${Array.from({ length: count }, (_, field) => `"f${field}":0`).join()}}`;
const tableOf = (columns: number): string =>
  `${Array.from({ length: columns }, (_, c) => `c${c}`).join()}\n${'x,'.repeat(columns - 1)}x\n`;

/** Takes so much of it, and says whether it is let in. */
type LetIn = (amount: number) => boolean | Promise<boolean>;

const rowLength: Record<string, LetIn> = {
  'a line of JSON': (length) => takes(new JsonLineReader(), jsonOf(length)),
  'an element of a JSON list': (length) => takes(new JsonElementReader('a.json'), `[${jsonOf(length)}]`),
  'a row of a table': (length) => takes(new TableReader(','), `a,b\n1,${'x'.repeat(length - 2)}`),
  'a quoted row of a table': (length) => takes(new TableReader(','), `a,b\n1,"${'x'.repeat(length - 4)}"`),
};

const bounds: readonly (readonly [string, number, LetIn])[] = [
  ...Object.entries(rowLength).map(([kind, lets]) => [`${kind}`, limits.MAX_ROW_LENGTH, lets] as const),
  ['nesting', limits.MAX_JSON_DEPTH, (levels) => takes(new JsonLineReader(), nested(levels))],
  ['fields', limits.MAX_FIELDS, (count) => takes(new JsonLineReader(), withFields(count))],
  [
    'columns',
    limits.MAX_FIELDS,
    (count) => {
      try {
        return takes(new TableReader(','), tableOf(count));
      } catch (error) {
        expect(String(error)).toContain(`more than ${limits.MAX_FIELDS} columns`);
        return false;
      }
    },
  ],
  [
    'bytes on disk',
    limits.MAX_FILE_BYTES,
    async (size) => {
      const file = new Blob(['{"a":1}']);
      Object.defineProperty(file, 'size', { value: size });
      return (await problemOf(async () => void (await readRows(file, 'a.jsonl').next()))) === undefined;
    },
  ],
  ['bytes unpacked', limits.MAX_FILE_BYTES, (bytes) => describeBomb(bytes, bytes / 2) === undefined],
  ['free bytes unpacked', limits.FREE_UNPACKED_BYTES, (bytes) => describeBomb(bytes, 1) === undefined],
  [
    'a ratio of unpacked bytes',
    limits.MAX_UNPACKED_RATIO * limits.FREE_UNPACKED_BYTES,
    (bytes) => describeBomb(bytes, limits.FREE_UNPACKED_BYTES) === undefined,
  ],
  [
    'rows',
    limits.MAX_ROWS,
    async (count) => {
      const row: SourceRow = { kind: 'record', line: 1, record: {}, text: '{}' };
      const rows = new Array<SourceRow>(count).fill(row);
      return (await problemOf(() => new RowTally('a.jsonl').add(rows))) === undefined;
    },
  ],
];

test.each(bounds.flatMap(([name, limit, lets]) => AROUND.map((step) => [name, step, limit, lets] as const)))(
  'up to the bound is let in, beyond it is not: %s, bound %i',
  async (_, step, limit, lets) => expect(await lets(limit + step)).toBe(step <= 0),
);

describe('what is cut', () => {
  test.each(AROUND)('a row is shown up to its bound, %i', (step) => {
    const text = 'x'.repeat(limits.MAX_EXCERPT_LENGTH + step);
    expect(excerpt(text)).toHaveLength(limits.MAX_EXCERPT_LENGTH + Math.min(0, step));
  });

  test.each(AROUND)('a value within a reason is shown up to its bound, %i', (step) => {
    const digits = '9'.repeat(limits.MAX_NAMED_LENGTH + step);
    const { rounded } = scanJson(`[${digits}]`, { depth: 1, fields: 1 });
    expect(rounded).toBe(step <= 0 ? digits : `${digits.slice(0, limits.MAX_NAMED_LENGTH)}…`);
  });

  test.each(AROUND)('an element is found again by an indentation up to its bound, %i', (step) => {
    const indent = ' '.repeat(limits.MAX_INDENT + step);
    const reader = new JsonElementReader('a.json');
    const rows = [...reader.push(`[\n${indent}{"a":[1},\n${indent}{"a":2}\n]`), ...reader.end()];
    expect(rows.filter(({ kind }) => kind === 'record')).toHaveLength(step <= 0 ? 1 : 0);
  });

  test.each(AROUND)('pairs of one prompt are made up to their bound, %i', (step) => {
    const pool = new LabelledPool<number>();
    const response = (text: string) => ({ kind: 'labelled', prompt: [], response: { text } }) as const;
    pool.add(0, { ...response('bad'), good: false });
    for (let n = 1; n <= limits.MAX_PAIRS_PER_PROMPT + step; n++)
      pool.add(n, { ...response(`good ${n}`), good: true });
    const pairs = [...pool.drain()].filter((made) => 'pair' in made);
    expect(pairs).toHaveLength(limits.MAX_PAIRS_PER_PROMPT + Math.min(0, step));
  });

  test.each(AROUND)('the formats shown early are those of so many rows, %i', async (step) => {
    const row = (n: number): string => JSON.stringify({ prompt: `p${n}`, chosen: 'a', rejected: 'b' });
    const rows = Array.from({ length: limits.SAMPLE_ROWS + step }, (_, n) => row(n));
    let detected: number | undefined;
    await readPreferences(new Blob([rows.join('\n')]), 'a.jsonl', {
      onBatch: () => undefined,
      onStep: (progress) => void (detected = progress.detected?.[0].rows),
    });
    expect(detected).toBe(step < 0 ? undefined : limits.SAMPLE_ROWS);
  });

  test.each(AROUND)('the kind of a file is judged by so much of it, %i', async (step) => {
    // The wrapper's list begins at the very end of what is looked at, or behind it.
    const start = `{"pad":"${'x'.repeat(limits.HEAD_LENGTH + step - '{"pad":"","rows":[{'.length)}","rows":[{`;
    const rows: SourceRow[] = [];
    for await (const batch of readRows(new Blob([`${start}"n":1},\n{"n":2}]}`]), 'a.json'))
      rows.push(...batch.rows);
    expect(rows.map(({ line }) => line)).toEqual([1, 2]);
  });
});

test('a list of elements that never end is refused, not read once for each', async () => {
  const reader = new JsonElementReader('a.json');
  const element = '{"n":[1},\n';
  const problem = await problemOf(() => {
    reader.push(`[\n${element.repeat(3_000 + limits.MAX_REREAD / 20_000)}`);
    reader.end();
  });
  expect(problem).toMatch(
    /^a\.json: too many elements of its list never end, the last one tried on line \d+/,
  );
});

async function problemOf(act: () => unknown): Promise<string | undefined> {
  try {
    await act();
    return undefined;
  } catch (error) {
    return (error as Error).message;
  }
}
