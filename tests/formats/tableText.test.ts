import fc from 'fast-check';
import Papa from 'papaparse';
import { describe, expect, test } from 'vitest';
import { tableText } from '../../src/formats/tableText.ts';

const cell = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc
    .array(fc.constantFrom('=', '+', '-', '@', '\t', '\r', '\n', ',', ';', '"', "'", ' ', 'a', '1', '＝'))
    .map((characters) => characters.join('')),
);
const table = fc.array(fc.tuple(cell, cell), { minLength: 1, maxLength: 4 });
const read = (text: string): string[][] =>
  Papa.parse<string[]>(text, { delimiter: ',', newline: '\r\n' }).data.slice(1, -1);

describe('a table', () => {
  test('read back holds every character', () =>
    fc.assert(
      fc.property(table, (rows) => {
        expect(read(tableText(['a', 'b'], rows))).toEqual(rows);
      }),
    ));

  test('for spreadsheets begins no cell, line or field like a formula, and keeps the rest', () =>
    fc.assert(
      fc.property(table, (rows) => {
        const cells = read(tableText(['a', 'b'], rows, 'spreadsheet')).flat();
        for (const text of cells)
          expect(text).not.toMatch(/^[=+\-@\t\r]|(?:^|[\r\n,;])[^\S\r\n]*[=+\-@＝＋－＠]/);
        const bare = (text: string): string => text.replaceAll("'", '');
        expect(cells.map(bare)).toEqual(rows.flat().map(bare));
      }),
    ));

  test.each([
    ['=1+1', `"'=1+1"`],
    ['@SUM(A1)', `"'@SUM(A1)"`],
    ['\tx', `"'\tx"`],
    ['plain, text', '"plain, text"'],
    ['a\n- b', `"a\n'- b"`],
    [-3, '-3'],
  ])('writes %j for spreadsheets as %s', (value, written) =>
    expect(tableText(['a'], [[value]], 'spreadsheet').split('"a"\r\n')[1]).toBe(`${written}\r\n`),
  );
});
