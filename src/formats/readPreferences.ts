/**
 * The way from a preference file to comparisons and an account of every row. Comparisons leave in batches while the file
 * is read, so memory holds a few hundred of them (and, of unpaired files, the labelled responses until the end).
 */
import { formatOf, whyNoFormat } from './detect.ts';
import { ImportAccount, type EntryPlace } from './importAccount.ts';
import type { FormatShare, ImportReport, ReadComparison } from './importReport.ts';
import { LabelledPool } from './labelledPool.ts';
import { SAMPLE_ROWS } from '../core/limits.ts';
import type { StatedPair } from './preferenceFormat.ts';
import { readRows } from './rows/readRows.ts';
import type { SourceRow } from './rows/sourceRow.ts';

/** Most comparisons in one batch. */
export const BATCH_SIZE = 500;

export interface ReadingProgress {
  /** Bytes of the file consumed, as it lies on disk. */
  readonly bytes: number;
  readonly totalBytes: number;
  readonly rows: number;
  /** Formats of the first rows of the file; absent until those are read. */
  readonly detected?: readonly FormatShare[];
}

export interface ReadPreferencesOptions {
  /** Ids of the comparisons the project holds already. */
  readonly knownIds?: Iterable<string>;
  /** Takes comparisons as they come, at most `BATCH_SIZE` at once; is waited for. */
  readonly onBatch: (comparisons: readonly ReadComparison[]) => void | Promise<void>;
  /** Called every few hundred rows and waited for; throwing here ends the reading with that error. */
  readonly onStep?: (progress: ReadingProgress) => void | Promise<void>;
}

/**
 * Reads a preference file of any known kind and format, or of several.
 * @param name of the file, for messages and its extension
 * @throws PalateError `bad-file` when nothing can be read at all; what `onBatch` and `onStep` throw
 */
export async function readPreferences(
  file: Blob,
  name: string,
  options: ReadPreferencesOptions,
): Promise<ImportReport> {
  const reading = new Reading(options);
  let bytes = 0;
  for await (const batch of readRows(file, name)) {
    for (const row of batch.rows) reading.take(row);
    bytes = batch.bytes;
    await reading.flush(BATCH_SIZE);
    await options.onStep?.({ bytes, totalBytes: file.size, ...reading.progress() });
  }
  for (let more = true; more;) {
    more = reading.pairLabelled(BATCH_SIZE);
    await reading.flush(more ? BATCH_SIZE : 1);
    await options.onStep?.({ bytes, totalBytes: file.size, ...reading.progress() });
  }
  return reading.report(name);
}

class Reading {
  readonly #options: ReadPreferencesOptions;
  readonly #account: ImportAccount;
  readonly #pool = new LabelledPool<EntryPlace>();
  #unpaired?: ReturnType<LabelledPool<EntryPlace>['drain']>;
  #ready: ReadComparison[] = [];
  #detected?: readonly FormatShare[];

  constructor(options: ReadPreferencesOptions) {
    this.#options = options;
    this.#account = new ImportAccount(options.knownIds ?? []);
  }

  take(row: SourceRow): void {
    if (row.kind === 'broken') {
      this.#account.countRow();
      this.#account.reject(row.line, row.reason, row.excerpt);
    } else {
      if (row.warning !== undefined) this.#account.warn(row.line, row.warning);
      const format = formatOf(row.record);
      this.#account.countRow(format);
      if (!format) this.#account.reject(row.line, whyNoFormat(row.record), row.text);
      else {
        const place = { line: row.line, text: row.text, format: format.id };
        for (const entry of format.read(row.record)) {
          if (entry.kind === 'pair') this.#book(entry, place);
          else if (entry.kind === 'labelled') this.#pool.add(place, entry);
          else this.#account.reject(row.line, entry.reason, row.text);
        }
      }
    }
    if (this.#account.rows === SAMPLE_ROWS) this.#detected = this.#account.shares();
  }

  /** Books up to `count` entries made of labelled rows; returns whether there may be more. */
  pairLabelled(count: number): boolean {
    this.#unpaired ??= this.#pool.drain();
    for (let i = 0; i < count; i++) {
      const next = this.#unpaired.next();
      if (next.done) return false;
      const made = next.value;
      if ('pair' in made) this.#book(made.pair, made.row);
      else this.#account.reject(made.row.line, made.reason, made.row.text);
    }
    return true;
  }

  /** Hands over the comparisons that wait, if there are at least this many. */
  async flush(atLeast: number): Promise<void> {
    while (this.#ready.length >= atLeast) {
      const batch = this.#ready.slice(0, BATCH_SIZE);
      this.#ready = this.#ready.slice(BATCH_SIZE);
      await this.#options.onBatch(batch);
    }
  }

  progress(): Pick<ReadingProgress, 'rows' | 'detected'> {
    return { rows: this.#account.rows, detected: this.#detected };
  }

  report(name: string): ImportReport {
    return this.#account.report(name);
  }

  #book(pair: StatedPair, place: EntryPlace): void {
    const comparison = this.#account.book(pair, place);
    if (comparison) this.#ready.push(comparison);
  }
}
