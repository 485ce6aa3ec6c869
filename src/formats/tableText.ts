/**
 * Tables as text (RFC 4180) that a spreadsheet can open without running anything: a text cell that begins like a formula
 * is preceded by an apostrophe (OWASP, "CSV Injection"). Numbers stay numbers.
 */
import Papa from 'papaparse';

const FORMULA_START = /^[=+\-@\t\r]/;

export type Cell = string | number;

/** A header line, then the rows; lines end with CRLF, the last one too. */
export function tableText(columns: readonly string[], rows: readonly (readonly Cell[])[]): string {
  const text = Papa.unparse(
    { fields: [...columns], data: rows.map((row) => [...row]) },
    { escapeFormulae: FORMULA_START },
  );
  return text.endsWith('\r\n') ? text : `${text}\r\n`;
}
