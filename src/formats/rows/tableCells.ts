/**
 * The cells of one row of a table (RFC 4180): quoted cells may hold delimiters, line ends and doubled quotes, and keep
 * them exactly; a quote within an unquoted cell is a character like any other. Written here, because a malformed row must
 * be known for one at its first wrong character: a parser that reads on to the end of the file before it complains, once
 * for each such row, never finishes a file of 8 MB.
 */
import { MAX_FIELDS } from '../../core/limits.ts';

export type TableRow =
  | { readonly kind: 'row'; readonly cells: readonly string[]; readonly end: number }
  /** The text ends before the row does; more may come. */
  | { readonly kind: 'open' }
  | { readonly kind: 'malformed'; readonly reason: string };

const NEWLINE = 10;
const RETURN = 13;
const SPACE = 32;
const QUOTE = 34;

/**
 * @param from where the row begins
 * @param final nothing comes after `text`
 * @returns `end`: where the next row begins
 */
export function readTableRow(text: string, from: number, delimiter: string, final: boolean): TableRow {
  // Most rows that are not there in whole are known by this, without reading their cells again and again.
  if (!final && !text.includes('\n', from)) return { kind: 'open' };
  const separator = delimiter.charCodeAt(0);
  const cells: string[] = [];
  for (let at = from; ;) {
    const cell =
      text.charCodeAt(at) === QUOTE ? quotedCell(text, at, final) : plainCell(text, at, separator, final);
    if (typeof cell === 'string') return { kind: 'malformed', reason: cell };
    if (!cell) return { kind: 'open' };
    // One more than may be is kept, so that they can be seen to be too many.
    if (cells.length <= MAX_FIELDS) cells.push(cell.value);
    const next = text.charCodeAt(cell.end);
    if (next === separator) at = cell.end + 1;
    else if (next === NEWLINE) return { kind: 'row', cells, end: cell.end + 1 };
    else if (next === RETURN && text.charCodeAt(cell.end + 1) === NEWLINE) {
      return { kind: 'row', cells, end: cell.end + 2 };
    } else if (cell.end >= text.length || (next === RETURN && cell.end + 1 === text.length)) {
      return final ? { kind: 'row', cells, end: text.length } : { kind: 'open' };
    } else return { kind: 'malformed', reason: 'there is text behind a closing quote' };
  }
}

/** A cell, undefined where the text ends too early to tell, or what is wrong with it. */
type Cell = { readonly value: string; readonly end: number } | undefined | string;

function plainCell(text: string, from: number, separator: number, final: boolean): Cell {
  let at = from;
  for (; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === separator || code === NEWLINE) break;
  }
  if (at === text.length && !final) return undefined;
  const isLineEnd = at === text.length || text.charCodeAt(at) === NEWLINE;
  const end = isLineEnd && at > from && text.charCodeAt(at - 1) === RETURN ? at - 1 : at;
  return { value: text.slice(from, end), end };
}

function quotedCell(text: string, from: number, final: boolean): Cell {
  let search = from + 1;
  for (;;) {
    const quote = text.indexOf('"', search);
    if (quote < 0) return final ? 'a quote is opened and never closed' : undefined;
    if (quote + 1 === text.length && !final) return undefined;
    if (text.charCodeAt(quote + 1) === QUOTE) {
      search = quote + 2;
      continue;
    }
    let end = quote + 1;
    while (text.charCodeAt(end) === SPACE) end++;
    return { value: text.slice(from + 1, quote).replaceAll('""', '"'), end };
  }
}
