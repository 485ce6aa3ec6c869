/**
 * Tables as text (RFC 4180), without loss: what is written can be read back, character by character.
 *
 * A spreadsheet runs cells that begin like a formula. For one, the table is written otherwise: in every text cell, each
 * line that begins so gets an apostrophe before it (OWASP, "CSV Injection"), and every text cell is quoted. That changes
 * the texts, so it is asked for, and such a file is named for it.
 */
export type Cell = string | number;

export type TableStyle = 'lossless' | 'spreadsheet';

/** A header line, then the rows; lines end with CRLF, the last one too. */
export function tableText(
  columns: readonly string[],
  rows: readonly (readonly Cell[])[],
  style: TableStyle = 'lossless',
): string {
  const write = style === 'lossless' ? losslessCell : spreadsheetCell;
  return [columns, ...rows].map((cells) => `${cells.map(write).join(',')}\r\n`).join('');
}

function losslessCell(cell: Cell): string {
  return typeof cell === 'string' && /[",\r\n]|^\s|\s$/.test(cell) ? quoted(cell) : String(cell);
}

/**
 * Where a formula may begin: at the start of a cell, and behind a line end or delimiter, which a careless reader takes for
 * the end of a cell. The wide forms of the signs count too.
 */
const FORMULA_START =
  /^(?=[\t\r]|\s*[=+\-@\uff1d\uff0b\uff0d\uff20])|(?<=[\r\n,;])(?=[^\S\r\n]*[=+\-@\uff1d\uff0b\uff0d\uff20])/g;

/** Numbers stay numbers. */
function spreadsheetCell(cell: Cell): string {
  return typeof cell === 'number' ? String(cell) : quoted(cell.replace(FORMULA_START, "'"));
}

function quoted(text: string): string {
  return `"${text.replaceAll('"', '""')}"`;
}
