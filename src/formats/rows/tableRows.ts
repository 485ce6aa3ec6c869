/**
 * Comma-, semicolon- or tab-separated tables. The first row names the columns, or the caller supplies names for a table
 * without a header. Every cell is text. A malformed row is given up at its first physical line, so that one stray quote
 * cannot swallow the rest of the file.
 */
import { MAX_EXCERPT_LENGTH, MAX_FIELDS, MAX_ROW_LENGTH } from '../../core/limits.ts';
import { PalateError } from '../../core/palateError.ts';
import {
  brokenRow,
  holdsInvalidBytes,
  INVALID_BYTES_REASON,
  TOO_LONG_REASON,
  type RowReader,
  type SourceRow,
} from './sourceRow.ts';
import { readTableRow } from './tableCells.ts';

export const DELIMITERS = ['\t', ';', ','] as const;
export type Delimiter = (typeof DELIMITERS)[number];

/** Column names for a table whose first row is data; undefined when the first row is the header. */
export type NameColumns = (firstRow: readonly string[]) => ((width: number) => string[]) | undefined;

/** The delimiter that splits the first row into most cells; undefined when none splits it. */
export function guessDelimiter(head: string): Delimiter | undefined {
  let best: Delimiter | undefined;
  let bestWidth = 1;
  for (const delimiter of DELIMITERS) {
    const first = readTableRow(head, 0, delimiter, true);
    const width = first.kind === 'row' ? first.cells.length : 0;
    if (width > bestWidth) [best, bestWidth] = [delimiter, width];
  }
  return best;
}

export class TableReader implements RowReader {
  readonly #delimiter: Delimiter;
  readonly #nameColumns: NameColumns;
  readonly #name: string;
  #buffer = '';
  #line = 1;
  /** The line in progress was too long: what comes up to its end is dropped. */
  #skipsLine = false;
  #header?: readonly string[];
  /** Names columns of a table without a header, by the number of cells. */
  #namesOfWidth?: (width: number) => string[];
  #rows: SourceRow[] = [];

  /** @param name of the file, for messages */
  constructor(delimiter: Delimiter, nameColumns: NameColumns = () => undefined, name = 'The table') {
    this.#delimiter = delimiter;
    this.#nameColumns = nameColumns;
    this.#name = name;
  }

  /** @throws PalateError `bad-file` where the table has too many columns */
  push(text: string): SourceRow[] {
    this.#buffer += text;
    this.#parse(false);
    return this.#takeRows();
  }

  end(): SourceRow[] {
    this.#parse(true);
    return this.#takeRows();
  }

  #takeRows(): SourceRow[] {
    const rows = this.#rows;
    this.#rows = [];
    return rows;
  }

  /** Takes whole rows off the buffer. */
  #parse(final: boolean): void {
    let from = this.#skipsLine ? this.#skipLine() : 0;
    while (from < this.#buffer.length) {
      const row = readTableRow(this.#buffer, from, this.#delimiter, final);
      if (row.kind === 'row') {
        const text = this.#buffer.slice(from, row.end);
        this.#takeRow(row.cells, text);
        this.#line += countNewlines(text);
        from = row.end;
      } else if (row.kind === 'malformed') {
        from = this.#rejectFirstLine(from, `not a well-formed table row: ${row.reason}`);
      } else if (this.#buffer.length - from > MAX_ROW_LENGTH) {
        from = this.#rejectFirstLine(from, TOO_LONG_REASON);
      } else break;
    }
    this.#buffer = this.#buffer.slice(from);
  }

  /** @returns where the line after the one at `from` begins */
  #rejectFirstLine(from: number, reason: string): number {
    const newline = this.#buffer.indexOf('\n', from);
    const end = newline < 0 ? this.#buffer.length : newline;
    const start = this.#buffer.slice(from, Math.min(end, from + 2 * MAX_EXCERPT_LENGTH));
    this.#rows.push(brokenRow(this.#line, reason, start));
    this.#skipsLine = newline < 0;
    if (newline < 0) return end;
    this.#line++;
    return newline + 1;
  }

  /** @returns where the next line begins */
  #skipLine(): number {
    const newline = this.#buffer.indexOf('\n');
    if (newline < 0) return this.#buffer.length;
    this.#skipsLine = false;
    this.#line++;
    return newline + 1;
  }

  #takeRow(cells: readonly string[], text: string): void {
    if (cells.every((cell) => cell.trim() === '')) return;
    if (!this.#header && !this.#namesOfWidth) {
      this.#namesOfWidth = this.#nameColumns(cells);
      if (!this.#namesOfWidth) {
        this.#header = uniqueNames(cells);
        if (cells.length > MAX_FIELDS) {
          throw new PalateError(
            'bad-file',
            `${this.#name}: the table has more than ${MAX_FIELDS} columns, the most that are read.`,
          );
        }
        return;
      }
    }
    this.#rows.push(this.#row(cells, text));
  }

  #row(cells: readonly string[], text: string): SourceRow {
    if (holdsInvalidBytes(text)) return brokenRow(this.#line, INVALID_BYTES_REASON, text);
    if (text.includes('\0')) return brokenRow(this.#line, 'holds a NUL character', text);
    if (text.length > MAX_ROW_LENGTH) return brokenRow(this.#line, TOO_LONG_REASON, text);
    if (cells.length > MAX_FIELDS) {
      return brokenRow(this.#line, `has more than ${MAX_FIELDS} cells, the most that are read`, text);
    }
    const names = this.#header ?? this.#namesOfWidth!(cells.length);
    if (cells.length !== names.length) {
      const reason = `expected ${names.length} cells as in the header, got ${cells.length}`;
      return brokenRow(this.#line, reason, text);
    }
    const record = Object.fromEntries(names.map((name, column) => [name, cells[column]]));
    return { kind: 'record', line: this.#line, record, text };
  }
}

/** Column names without outer spaces; a blank one is named by its position, a repeated one gets a number. */
function uniqueNames(cells: readonly string[]): string[] {
  const taken = new Set<string>();
  return cells.map((cell, column) => {
    const base = cell.trim() || `column_${column + 1}`;
    let name = base;
    for (let copy = 2; taken.has(name); copy++) name = `${base}_${copy}`;
    taken.add(name);
    return name;
  });
}

function countNewlines(text: string): number {
  let count = 0;
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) count++;
  return count;
}
