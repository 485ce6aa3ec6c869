/**
 * The rejected rows of a file as a table, to look up what is wrong with them. Spreadsheets open it, so nothing in it runs
 * as a formula; rows are cut, so nothing in it is there to be read back.
 */
import type { RejectedRow } from './importReport.ts';
import { tableText } from './tableText.ts';

/** CSV text with the columns file, line, reason, excerpt. */
export function rejectedFile(file: string, rejected: readonly RejectedRow[]): string {
  return tableText(
    ['file', 'line', 'reason', 'excerpt'],
    rejected.map(({ line, reason, excerpt }) => [file, line, reason, excerpt]),
    'spreadsheet',
  );
}
