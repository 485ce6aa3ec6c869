/** The rejected rows of a file as a table, so that a person can repair and import them again. */
import type { RejectedRow } from './importReport.ts';
import { tableText } from './tableText.ts';

/** CSV text with the columns file, line, reason, excerpt. */
export function rejectedFile(file: string, rejected: readonly RejectedRow[]): string {
  return tableText(
    ['file', 'line', 'reason', 'excerpt'],
    rejected.map(({ line, reason, excerpt }) => [file, line, reason, excerpt]),
  );
}
