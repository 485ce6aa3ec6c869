/** What the importer worker offers the page: files are read, unpacked and judged row by row off the main thread. */
import type { CandidateReport } from '../src/formats/candidateReport.ts';
import type { ImportReport, ReadComparison } from '../src/formats/importReport.ts';
import type { ReadingProgress } from '../src/formats/readPreferences.ts';

export type { CandidateReport, CandidateSet } from '../src/formats/candidateReport.ts';
export type ImportProgress = ReadingProgress;

export interface ImporterApi {
  /**
   * Reads a preference file (`.jsonl`, `.json`, `.csv`, `.tsv`, each also `.gz`). Comparisons arrive in batches of
   * at most 500; whoever keeps them must let go of them when the call rejects.
   * @param knownIds ids of comparisons the project holds, to tell duplicates
   * @throws PalateError `bad-file` when nothing can be read at all, `cancelled`
   */
  readPreferences(
    file: Blob,
    name: string,
    knownIds: readonly string[],
    onBatch: (comparisons: readonly ReadComparison[]) => void | Promise<void>,
    onProgress: (progress: ImportProgress) => void,
  ): Promise<ImportReport>;
  /** Reads a file of prompts with candidates. @throws PalateError `bad-file`, `cancelled` */
  readCandidates(
    file: Blob,
    name: string,
    onProgress: (progress: ImportProgress) => void,
  ): Promise<CandidateReport>;
  /** Ends every reading under way; each rejects with `cancelled`. */
  cancel(): Promise<void>;
  ping(): Promise<void>;
}
