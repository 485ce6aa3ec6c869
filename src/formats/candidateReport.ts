/** What a file of candidates for reranking holds. */
import type { RejectedRow, RowWarning } from './importReport.ts';

/** One prompt with its candidates; `rows` are the input records, kept untouched for the ranked file. */
export interface CandidateSet {
  /** 1-based line of the first row of this set. */
  readonly line: number;
  readonly prompt: string;
  readonly candidates: readonly { readonly text: string; readonly model?: string }[];
  /** The input records behind this set: one for a wide row, one per candidate for long rows. */
  readonly rows: readonly Readonly<Record<string, unknown>>[];
}

export interface CandidateReport {
  readonly file: string;
  /** Titles of the shapes found, joined by a comma, most rows first. */
  readonly shape: string;
  /** Rows in the file, blank lines left out. */
  readonly rows: number;
  /** In the order in which their prompts first appear. */
  readonly sets: readonly CandidateSet[];
  readonly rejected: readonly RejectedRow[];
  readonly warnings: readonly RowWarning[];
}
