/**
 * Comma-, semicolon- or tab-separated tables (RFC 4180 quotes, cells over several lines, CRLF). The first row names
 * the columns, or the caller supplies names for a table without a header. Every cell is text.
 *
 * papaparse finds the cells; this file feeds it complete rows only, counts lines, and gives up a malformed row at its
 * first physical line, so that one stray quote cannot swallow the rest of the file.
 */
import Papa from 'papaparse';
import { MAX_ROW_LENGTH } from '../limits.ts';
import {
  brokenRow,
  INVALID_BYTES,
  INVALID_BYTES_REASON,
  TOO_LONG_REASON,
  type RowReader,
  type SourceRow,
} from './sourceRow.ts';

export const DELIMITERS = ['\t', ';', ','] as const;
export type Delimiter = (typeof DELIMITERS)[number];

/** Column names for a table whose first row is data; undefined when the first row is the header. */
export type NameColumns = (firstRow: readonly string[]) => ((width: number) => string[]) | undefined;

/** The delimiter that splits the first row into most cells; undefined when none splits it. */
export function guessDelimiter(head: string): Delimiter | undefined {
  let best: Delimiter | undefined;
  let bestWidth = 1;
  for (const delimiter of DELIMITERS) {
    const width = Papa.parse<string[]>(head, { delimiter, preview: 1 }).data[0]?.length ?? 0;
    if (width > bestWidth) [best, bestWidth] = [delimiter, width];
  }
  return best;
}

/** What papaparse's low-level parser hands to `step`: one row and where the next one begins. */
interface ParsedRow {
  readonly data: readonly string[][];
  readonly errors: readonly { readonly message: string }[];
  readonly meta: { readonly cursor: number };
}

export class TableReader implements RowReader {
  readonly #delimiter: Delimiter;
  readonly #nameColumns: NameColumns;
  readonly #newline: RegExp;
  #buffer = '';
  #line = 1;
  #header?: readonly string[];
  /** Names columns of a table without a header, by the number of cells. */
  #namesOfWidth?: (width: number) => string[];
  #rows: SourceRow[] = [];

  /** @param head the start of the file, to see how its lines end */
  constructor(delimiter: Delimiter, head: string, nameColumns: NameColumns = () => undefined) {
    this.#delimiter = delimiter;
    this.#nameColumns = nameColumns;
    this.#newline = head.includes('\n') ? /\r\n/g : /\r/g;
  }

  push(text: string): SourceRow[] {
    const joined = this.#buffer + text;
    // A carriage return at the very end may be half of a CRLF: it waits for the next piece in `#buffer`.
    const end = joined.endsWith('\r') ? joined.length - 1 : joined.length;
    const held = joined.slice(end);
    this.#buffer = joined.slice(0, end).replace(this.#newline, '\n');
    this.#parse(false);
    this.#buffer += held;
    return this.#takeRows();
  }

  end(): SourceRow[] {
    this.#buffer = this.#buffer.replace(this.#newline, '\n');
    this.#parse(true);
    return this.#takeRows();
  }

  #takeRows(): SourceRow[] {
    const rows = this.#rows;
    this.#rows = [];
    return rows;
  }

  #parse(final: boolean): void {
    for (;;) {
      const problem = this.#parseUntilProblem(final);
      if (problem !== undefined) this.#rejectFirstLine(problem);
      else if (this.#buffer.length > MAX_ROW_LENGTH) this.#rejectFirstLine(TOO_LONG_REASON);
      else return;
      if (this.#buffer === '') return;
    }
  }

  /** Takes whole rows off the buffer; returns what is wrong with the row it now starts with, if anything. */
  #parseUntilProblem(final: boolean): string | undefined {
    let consumed = 0;
    let problem: string | undefined;
    const parser = new Papa.Parser({
      delimiter: this.#delimiter,
      newline: '\n',
      step: ({ data, errors, meta }: ParsedRow) => {
        if (errors.length > 0) {
          problem = `not a well-formed table row: ${errors[0].message.toLowerCase()}`;
          parser.abort();
          return;
        }
        const text = this.#buffer.slice(consumed, meta.cursor);
        this.#takeRow(data[0], text);
        this.#line += countNewlines(text);
        consumed = meta.cursor;
      },
    } as Papa.ParseConfig);
    parser.parse(this.#buffer, 0, !final);
    this.#buffer = final && problem === undefined ? '' : this.#buffer.slice(consumed);
    return problem;
  }

  #rejectFirstLine(reason: string): void {
    const newline = this.#buffer.indexOf('\n');
    const line = newline < 0 ? this.#buffer : this.#buffer.slice(0, newline);
    this.#rows.push(brokenRow(this.#line, reason, line));
    this.#buffer = newline < 0 ? '' : this.#buffer.slice(newline + 1);
    if (newline >= 0) this.#line++;
  }

  #takeRow(cells: readonly string[], text: string): void {
    if (cells.every((cell) => cell.trim() === '')) return;
    if (!this.#header && !this.#namesOfWidth) {
      this.#namesOfWidth = this.#nameColumns(cells);
      if (!this.#namesOfWidth) {
        this.#header = uniqueNames(cells);
        return;
      }
    }
    this.#rows.push(this.#row(cells, text));
  }

  #row(cells: readonly string[], text: string): SourceRow {
    if (text.includes(INVALID_BYTES)) return brokenRow(this.#line, INVALID_BYTES_REASON, text);
    if (text.length > MAX_ROW_LENGTH) return brokenRow(this.#line, TOO_LONG_REASON, text);
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
