/** JSON Lines: one object a line, LF or CRLF, blank lines ignored. A broken line costs itself only. */
import { MAX_EXCERPT_LENGTH, MAX_ROW_LENGTH } from '../../core/limits.ts';
import { brokenRow, jsonRow, TOO_LONG_REASON, type RowReader, type SourceRow } from './sourceRow.ts';

export class JsonLineReader implements RowReader {
  #line = 1;
  /** The line in progress; of a line already too long only its start is kept. */
  #partial = '';
  #tooLong = false;

  push(text: string): SourceRow[] {
    const rows: SourceRow[] = [];
    let from = 0;
    for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', from)) {
      this.#extend(text.slice(from, at));
      this.#finishLine(rows);
      this.#line++;
      from = at + 1;
    }
    this.#extend(text.slice(from));
    return rows;
  }

  end(): SourceRow[] {
    const rows: SourceRow[] = [];
    this.#finishLine(rows);
    return rows;
  }

  #extend(text: string): void {
    if (this.#tooLong) return;
    this.#partial += text;
    if (this.#partial.length > MAX_ROW_LENGTH) {
      this.#tooLong = true;
      this.#partial = this.#partial.slice(0, MAX_EXCERPT_LENGTH);
    }
  }

  #finishLine(rows: SourceRow[]): void {
    const text = this.#partial;
    if (this.#tooLong) rows.push(brokenRow(this.#line, TOO_LONG_REASON, text));
    else if (text.trim() !== '') rows.push(jsonRow(this.#line, text));
    this.#partial = '';
    this.#tooLong = false;
  }
}
