/** What the importer worker offers the page: files are read, unpacked and judged row by row off the main thread. */
import type { ImportReport, ReadComparison } from '../src/formats/importReport.ts';

export interface ImportProgress {
  readonly bytes: number;
  readonly totalBytes: number;
  readonly rows: number;
}

/** Prompts with their candidates, read from a file for reranking; `row` is the input record, kept untouched. */
export interface CandidateSet {
  readonly line: number;
  readonly prompt: string;
  readonly candidates: readonly { readonly text: string; readonly model?: string }[];
  /** The input records behind this set: one for a wide row, one per candidate for long rows. */
  readonly rows: readonly Readonly<Record<string, unknown>>[];
}

export interface CandidateReport {
  readonly file: string;
  readonly shape: string;
  readonly rows: number;
  readonly sets: readonly CandidateSet[];
  readonly rejected: ImportReport['rejected'];
}

export interface ImporterApi {
  /**
   * Reads a preference file (`.jsonl`, `.json`, `.csv`, `.tsv`, each also `.gz`). Comparisons arrive in batches.
   * @param knownIds ids of comparisons the project holds, to tell duplicates
   * @throws PalateError `bad-file` when nothing can be read at all, `cancelled`
   */
  readPreferences(
    file: Blob,
    name: string,
    knownIds: readonly string[],
    onBatch: (comparisons: readonly ReadComparison[]) => void,
    onProgress: (progress: ImportProgress) => void,
  ): Promise<ImportReport>;
  /** Reads a file of prompts with candidates. @throws PalateError `bad-file`, `cancelled` */
  readCandidates(
    file: Blob,
    name: string,
    onProgress: (progress: ImportProgress) => void,
  ): Promise<CandidateReport>;
  cancel(): Promise<void>;
  ping(): Promise<void>;
}
