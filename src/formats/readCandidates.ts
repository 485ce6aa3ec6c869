/**
 * The way from a file of prompts with candidates to candidate sets. Every shape of `candidateRow.ts` may occur, mixed
 * too; long rows of one prompt are joined on the exact text of the prompt, wherever in the file they stand.
 */
import type { CandidateReport, CandidateSet } from './candidateReport.ts';
import { readCandidateRow, type Candidate } from './candidateRow.ts';
import { findPromptField, plainName, responseSuffix } from './columns.ts';
import type { RejectedRow, RowWarning } from './importReport.ts';
import type { ReadingProgress } from './readPreferences.ts';
import { readRows } from './rows/readRows.ts';
import { excerpt, type SourceRecord, type SourceRow } from './rows/sourceRow.ts';

/** Rows joined because they share a prompt. */
interface OpenSet {
  readonly line: number;
  readonly prompt: string;
  readonly candidates: Candidate[];
  readonly rows: SourceRecord[];
  readonly isLong: boolean;
  readonly text: string;
}

/**
 * Reads a candidates file of any known kind and shape.
 * @param onStep called every few hundred rows and waited for; throwing here ends the reading with that error
 * @throws PalateError `bad-file` when nothing can be read at all; what `onStep` throws
 */
export async function readCandidates(
  file: Blob,
  name: string,
  onStep?: (progress: ReadingProgress) => void | Promise<void>,
): Promise<CandidateReport> {
  const collection = new CandidateCollection();
  for await (const batch of readRows(file, name, nameResponseColumns)) {
    for (const row of batch.rows) collection.take(row);
    await onStep?.({ bytes: batch.bytes, totalBytes: file.size, rows: collection.rows });
  }
  return collection.report(name);
}

/** Names the columns of a table without a header (DialogRPT: context, then responses): no cell is a known name. */
function nameResponseColumns(firstRow: readonly string[]): ((width: number) => string[]) | undefined {
  const isHeader = firstRow.some((cell) => {
    const name = plainName(cell);
    return findPromptField(new Map([[name, name]])) !== undefined || responseSuffix(cell) !== undefined;
  });
  if (isHeader) return undefined;
  return (width) =>
    Array.from({ length: width }, (_, column) => (column === 0 ? 'context' : `response_${column}`));
}

class CandidateCollection {
  readonly #sets: OpenSet[] = [];
  readonly #longSets = new Map<string, OpenSet>();
  readonly #shapes = new Map<string, number>();
  readonly #rejected: RejectedRow[] = [];
  readonly #warnings: RowWarning[] = [];
  rows = 0;

  take(row: SourceRow): void {
    this.rows++;
    if (row.kind === 'broken') {
      this.#rejected.push({ line: row.line, reason: row.reason, excerpt: row.excerpt });
      return;
    }
    if (row.warning !== undefined) this.#warnings.push({ line: row.line, reason: row.warning });
    const read = readCandidateRow(row.record);
    if (read.kind === 'none') {
      this.#rejected.push({ line: row.line, reason: read.reason, excerpt: excerpt(row.text) });
      return;
    }
    this.#shapes.set(read.shape, (this.#shapes.get(read.shape) ?? 0) + 1);
    const { line, record, text } = row;
    if (read.kind === 'wide') {
      const { prompt, candidates } = read;
      this.#sets.push({ line, prompt, candidates: [...candidates], rows: [record], isLong: false, text });
      return;
    }
    const open = this.#longSets.get(read.prompt);
    if (open) {
      open.candidates.push(read.candidate);
      open.rows.push(record);
    } else {
      const { prompt, candidate } = read;
      const set = { line, prompt, candidates: [candidate], rows: [record], isLong: true, text };
      this.#longSets.set(prompt, set);
      this.#sets.push(set);
    }
  }

  report(file: string): CandidateReport {
    const complete: CandidateSet[] = [];
    for (const set of this.#sets) {
      const { line, prompt, candidates, rows } = set;
      if (candidates.length >= 2) complete.push({ line, prompt, candidates, rows });
      else {
        const reason =
          'no other row of the file has a candidate for this prompt; a ranking needs two or more';
        this.#rejected.push({ line, reason, excerpt: excerpt(set.text) });
      }
    }
    const shapes = [...this.#shapes].sort(([, one], [, other]) => other - one);
    return {
      file,
      shape: shapes.map(([shape]) => shape).join(', '),
      rows: this.rows,
      sets: complete,
      rejected: this.#rejected.toSorted((one, other) => one.line - other.line),
      warnings: this.#warnings,
    };
  }
}
