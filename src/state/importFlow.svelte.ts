/**
 * Bringing preference files in: read in the worker, looked at, then kept or discarded. Nothing touches the project
 * before `keep`, and `keep` is one act of storage: all of a file, or none of it. Several files wait in a row.
 */
import { errorCode, messageOf } from '../core/palateError.ts';
import type { Comparison, PreferenceEvent } from '../core/preference.ts';
import type { ImportReport, ReadComparison } from '../formats/importReport.ts';
import { rejectedFile } from '../formats/rejectedFile.ts';
import type { ImportRecord } from '../storage/appStorage.ts';
import type { ImporterApi, ImportProgress } from '../../workers/importerApi.ts';
import type { Environment, ProjectState } from './projectState.svelte.ts';

export interface NamedFile {
  readonly name: string;
  readonly content: Blob;
}

/** What a file would bring, before it is kept. */
export interface ImportPreview {
  readonly report: ImportReport;
  readonly comparisons: readonly ReadComparison[];
  /** Up to three pairs from the start, the middle and the end of the file, as they would be kept. */
  readonly examples: readonly ReadComparison[];
  /** The person said that the file means the other one. */
  readonly isSwapped: boolean;
}

export type ImportStatus =
  | { readonly kind: 'idle' }
  | { readonly kind: 'reading'; readonly file: string; readonly progress: ImportProgress }
  | { readonly kind: 'preview'; readonly preview: ImportPreview }
  | { readonly kind: 'keeping'; readonly file: string };

/** How it went with one file. */
export type ImportOutcome =
  | { readonly kind: 'kept'; readonly file: string; readonly record: ImportRecord }
  | { readonly kind: 'discarded' | 'cancelled'; readonly file: string }
  | { readonly kind: 'failed'; readonly file: string; readonly message: string };

/** Comparisons made ready between two turns of the event loop; about a millisecond of work. */
const SLICE = 500;
const EXAMPLES = 3;

export class ImportFlow {
  readonly #project: ProjectState;
  readonly #environment: Environment;
  readonly #importer: ImporterApi;
  #status = $state.raw<ImportStatus>({ kind: 'idle' });
  #waiting = $state.raw<readonly NamedFile[]>([]);
  #outcomes = $state.raw<readonly ImportOutcome[]>([]);

  constructor(project: ProjectState, environment: Environment, importer: ImporterApi) {
    this.#project = project;
    this.#environment = environment;
    this.#importer = importer;
  }

  get status(): ImportStatus {
    return this.#status;
  }
  /** Files that will be read when the present one is kept or discarded. */
  get waiting(): readonly NamedFile[] {
    return this.#waiting;
  }
  /** How it went with the files opened last, oldest first. */
  get outcomes(): readonly ImportOutcome[] {
    return this.#outcomes;
  }

  /** Reads the files one after the other, each up to its preview. Never rejects: how it went is in `outcomes`. */
  async open(files: readonly NamedFile[]): Promise<void> {
    this.#waiting = [...this.#waiting, ...files];
    if (this.#status.kind !== 'idle') return;
    this.#outcomes = [];
    await this.#next();
  }

  /** Stops reading; the files that wait are let go too. */
  async cancel(): Promise<void> {
    this.#waiting = [];
    if (this.#status.kind === 'reading') await this.#importer.cancel();
  }

  /** The other one won, in every pair of the file. Doing it twice undoes it. */
  swap(): void {
    if (this.#status.kind !== 'preview') return;
    const { preview } = this.#status;
    const swapped = { ...preview, isSwapped: !preview.isSwapped, examples: preview.examples.map(otherWon) };
    this.#status = { kind: 'preview', preview: swapped };
  }

  async discard(): Promise<void> {
    if (this.#status.kind !== 'preview') return;
    await this.#finish({ kind: 'discarded', file: this.#status.preview.report.file });
  }

  /** Keeps what the preview shows. Never rejects: how it went is in `outcomes`. */
  async keep(): Promise<void> {
    if (this.#status.kind !== 'preview') return;
    const { preview } = this.#status;
    const { file } = preview.report;
    this.#status = { kind: 'keeping', file };
    try {
      const record = this.#recordOf(preview.report);
      await this.#project.add({ ...(await this.#additionOf(preview, record)), imports: [record] });
      await this.#finish({ kind: 'kept', file, record });
    } catch (error) {
      await this.#finish({ kind: 'failed', file, message: messageOf(error) });
    }
  }

  /** The rejected rows of the file in the preview, as a table file. */
  exportRejected(): { readonly name: string; readonly text: string } | undefined {
    if (this.#status.kind !== 'preview') return undefined;
    const { file, rejected } = this.#status.preview.report;
    return { name: `${file}.rejected.csv`, text: rejectedFile(file, rejected) };
  }

  async #finish(outcome: ImportOutcome): Promise<void> {
    this.#outcomes = [...this.#outcomes, outcome];
    this.#status = { kind: 'idle' };
    await this.#next();
  }

  async #next(): Promise<void> {
    const [file, ...rest] = this.#waiting;
    if (!file) return;
    this.#waiting = rest;
    await this.#read(file);
  }

  async #read({ name, content }: NamedFile): Promise<void> {
    const progress = { bytes: 0, totalBytes: content.size, rows: 0 };
    this.#status = { kind: 'reading', file: name, progress };
    const comparisons: ReadComparison[] = [];
    try {
      const report = await this.#importer.readPreferences(
        content,
        name,
        this.#knownIds(),
        (batch) => void comparisons.push(...batch),
        (next) => {
          if (this.#status.kind === 'reading') this.#status = { kind: 'reading', file: name, progress: next };
        },
      );
      const preview = { report, comparisons, examples: examplesOf(comparisons), isSwapped: false };
      this.#status = { kind: 'preview', preview };
    } catch (error) {
      const isCancelled = errorCode(error) === 'cancelled';
      await this.#finish(
        isCancelled
          ? { kind: 'cancelled', file: name }
          : { kind: 'failed', file: name, message: messageOf(error) },
      );
    }
  }

  /** A deleted comparison may come in again; everything else that is here already is a duplicate. */
  #knownIds(): string[] {
    const isHeld = ({ id }: Comparison): boolean => !this.#project.stateOf(id).deleted;
    return this.#project.comparisons.filter(isHeld).map(({ id }) => id);
  }

  #recordOf(report: ImportReport): ImportRecord {
    return {
      id: this.#environment.createId(),
      file: report.file,
      format: report.formats.map(({ title }) => title).join(', '),
      at: this.#environment.now(),
      rows: report.rows,
      imported: report.imported,
      ties: report.ties,
      rejected: report.rejected.length,
      duplicates: report.duplicates.length,
    };
  }

  /** Builds the records in slices, so that the page stays alive under a file of any size. */
  async #additionOf(
    { comparisons, isSwapped }: ImportPreview,
    record: ImportRecord,
  ): Promise<{ comparisons: Comparison[]; events: PreferenceEvent[] }> {
    const added: Comparison[] = [];
    const events: PreferenceEvent[] = [];
    const returning = comparisons.map(({ id }) => id).filter((id) => this.#project.comparison(id));
    if (returning.length > 0)
      events.push({ kind: 'restore', comparisonIds: returning, ...this.#stamp(record) });
    for (let start = 0; start < comparisons.length; start += SLICE) {
      for (const read of comparisons.slice(start, start + SLICE)) {
        if (!this.#project.comparison(read.id)) added.push(comparisonOf(read, record));
        events.push(this.#judgmentOf(isSwapped ? otherWon(read) : read, record));
      }
      await new Promise((resolve) => setTimeout(resolve));
    }
    return { comparisons: added, events };
  }

  /** Without a duration: nobody sat here and judged. */
  #judgmentOf({ id, verdict, strength, shownFirst }: ReadComparison, record: ImportRecord): PreferenceEvent {
    return {
      kind: 'judgment',
      comparisonId: id,
      verdict,
      strength,
      ...(shownFirst && { shownFirst }),
      ...this.#stamp(record),
    };
  }

  #stamp({ at }: ImportRecord): { readonly id: string; readonly at: number } {
    return { id: this.#environment.createId(), at };
  }
}

function comparisonOf(read: ReadComparison, { id, file }: ImportRecord): Comparison {
  const { prompt, a, b, targetMargin, format, line } = read;
  const source = { kind: 'import', importId: id, file, format, line } as const;
  return { id: read.id, prompt, a, b, source, ...(targetMargin !== undefined && { targetMargin }) };
}

function otherWon(read: ReadComparison): ReadComparison {
  if (read.verdict !== 'a' && read.verdict !== 'b') return read;
  return { ...read, verdict: read.verdict === 'a' ? 'b' : 'a' };
}

function examplesOf(comparisons: readonly ReadComparison[]): ReadComparison[] {
  const directed = comparisons.filter(({ verdict }) => verdict === 'a' || verdict === 'b');
  const last = directed.length - 1;
  const places = new Set(Array.from({ length: EXAMPLES }, (_, k) => Math.round((k * last) / (EXAMPLES - 1))));
  return last < 0 ? [] : [...places].map((place) => directed[place]);
}
