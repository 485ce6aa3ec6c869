/**
 * Everything in one file and back: every project with its comparisons, events, imports and heads, as gzipped JSON
 * lines (see `backupRecords.ts`). Cached measurements are left out; they can be made again from the texts.
 *
 * Restoring reads the file twice: once to check all of it, once to keep it. So a damaged file changes nothing, and
 * yet no more than one project is held in memory. Records are told apart by their ids, so restoring twice, or over
 * a project that has grown since, adds only what is missing.
 */
import { Crc32 } from '../core/crc32.ts';
import { PalateError, messageOf } from '../core/palateError.ts';
import type { Comparison, PreferenceEvent } from '../core/preference.ts';
import type { AdditionCounts, AppStorage, ImportRecord, Project, StoredHead } from './appStorage.ts';
import { BACKUP_VERSION, checkLine, headerSchema, recordSchema } from './backupRecords.ts';
import type { BackupCounts, BackupFooter, BackupRecord } from './backupRecords.ts';
import { gather, gzip, readLines } from './backupStream.ts';
import type { BackupSource } from './openProjectFirst.ts';
import { parseTyped, stringifyTyped } from './typedJson.ts';

/** What restoring did to one project. */
export interface RestoredProject {
  readonly id: string;
  readonly name: string;
  /** Whether the project was not there before. Name and settings of one that was are left as they were. */
  readonly isNew: boolean;
  readonly added: AdditionCounts;
  readonly alreadyThere: AdditionCounts;
}

export interface RestoreReport {
  readonly projects: readonly RestoredProject[];
}

/**
 * Writes everything to one file.
 * @param createdAt milliseconds since the epoch
 * @throws PalateError of the storage
 */
export async function writeBackup(storage: BackupSource, createdAt: number): Promise<Blob> {
  return gzip(gather(backupLines(storage, createdAt)));
}

/**
 * The records of a backup file in order, each checked as it comes; only at the end is it certain that the file is
 * whole.
 * @throws PalateError `bad-file` that names file, line and reason
 */
export async function* readBackup(file: Blob): AsyncGenerator<BackupRecord> {
  const place = { name: 'name' in file ? String(file.name) : 'The backup', line: 0 };
  try {
    yield* checkedRecords(file, place);
  } catch (error) {
    throw new PalateError('bad-file', `${place.name}, line ${place.line}: ${messageOf(error)}.`, {
      cause: error,
    });
  }
}

/**
 * Adds what a backup holds and the storage lacks, each project in one act.
 * @throws PalateError `bad-file` (nothing was changed), or an error of the storage: then the projects before the one
 *   that failed are restored, and restoring again adds the rest
 */
export async function restoreBackup(storage: AppStorage, file: Blob): Promise<RestoreReport> {
  const checking = readBackup(file);
  while (!(await checking.next()).done);
  const before = new Set((await storage.listProjects()).map(({ id }) => id));
  const projects: RestoredProject[] = [];
  for await (const content of projectsOf(readBackup(file))) {
    const added = await storage.add(content.project.id, content);
    projects.push({
      id: content.project.id,
      name: content.project.name,
      isNew: !before.has(content.project.id),
      added,
      alreadyThere: {
        comparisons: content.comparisons.length - added.comparisons,
        events: content.events.length - added.events,
        imports: content.imports.length - added.imports,
        heads: content.heads.length - added.heads,
      },
    });
  }
  return { projects };
}

const NO_COUNTS: BackupCounts = { project: 0, comparison: 0, event: 0, import: 0, head: 0 };

async function* backupLines(
  storage: BackupSource,
  createdAt: number,
): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  const encoder = new TextEncoder();
  const checksum = new Crc32();
  const counts = { ...NO_COUNTS };
  const line = (value: object): Uint8Array<ArrayBuffer> => encoder.encode(`${stringifyTyped(value)}\n`);
  const header = line({ palateBackup: BACKUP_VERSION, createdAt, app: 'palate' });
  checksum.update(header);
  yield header;
  for await (const record of storedRecords(storage)) {
    counts[record.kind]++;
    const bytes = line(record);
    checksum.update(bytes);
    yield bytes;
  }
  yield line({ kind: 'footer', counts, checksum: checksum.digest() } satisfies BackupFooter);
}

async function* storedRecords(storage: BackupSource): AsyncGenerator<BackupRecord> {
  for (const project of await storage.listProjects()) {
    yield { kind: 'project', project };
    const { comparisons, events, imports } = await storage.loadProject(project.id);
    for (const comparison of comparisons) yield { kind: 'comparison', comparison };
    for (const event of events) yield { kind: 'event', event };
    for (const record of imports) yield { kind: 'import', import: record };
    for (const head of await storage.listHeads(project.id)) yield inOrder({ kind: 'head', head });
  }
}

/** With its fields in the order of the schema, as they come back: what is restored is written again to the same bytes. */
function inOrder(record: BackupRecord): BackupRecord {
  const checked = checkLine(recordSchema, record);
  return typeof checked === 'string' || checked.value.kind === 'footer' ? record : checked.value;
}

/** Checks every line. `place` follows the line being read. Errors say the reason alone. */
async function* checkedRecords(file: Blob, place: { line: number }): AsyncGenerator<BackupRecord> {
  const checksum = new Crc32();
  const counts = { ...NO_COUNTS };
  let footer: BackupFooter | undefined;
  place.line = 1;
  for await (const bytes of readLines(file)) {
    if (footer) throw new Error('there is something after the last line');
    const value = parseLine(bytes);
    if (place.line === 1) readHeader(value);
    else {
      const record = valid(checkLine(recordSchema, value));
      if (record.kind === 'footer') footer = record;
      else {
        if (record.kind !== 'project' && counts.project === 0) throw new Error('it belongs to no project');
        counts[record.kind]++;
        yield record;
      }
    }
    if (footer) requireWhole(footer, counts, checksum.digest());
    checksum.update(bytes);
    checksum.update(LINE_FEED);
    place.line++;
  }
  if (!footer) throw new Error(place.line === 1 ? 'the file is empty' : 'the file ends before its last line');
}

const LINE_FEED = new Uint8Array([10]);
const DECODER = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

function parseLine(bytes: Uint8Array<ArrayBuffer>): unknown {
  try {
    return parseTyped(DECODER.decode(bytes));
  } catch (error) {
    throw new Error(`expected JSON (${messageOf(error)})`, { cause: error });
  }
}

function readHeader(value: unknown): void {
  const version =
    typeof value === 'object' && value !== null && 'palateBackup' in value && value.palateBackup;
  if (typeof version === 'number' && version > BACKUP_VERSION) {
    throw new Error(`it was written by a newer Palate (version ${version} of the file format)`);
  }
  valid(checkLine(headerSchema, value));
}

function valid<T>(checked: { value: T } | string): T {
  if (typeof checked === 'string') throw new Error(checked);
  return checked.value;
}

function requireWhole(footer: BackupFooter, counts: BackupCounts, checksum: string): void {
  for (const kind of Object.keys(counts) as BackupRecord['kind'][]) {
    if (footer.counts[kind] !== counts[kind]) {
      throw new Error(`expected ${footer.counts[kind]} records of the kind ${kind}, found ${counts[kind]}`);
    }
  }
  if (footer.checksum !== checksum) {
    throw new Error(`the content was altered (checksum ${checksum}, expected ${footer.checksum})`);
  }
}

/** One project of a backup. */
interface ProjectBackup {
  readonly project: Project;
  readonly comparisons: Comparison[];
  readonly events: PreferenceEvent[];
  readonly imports: ImportRecord[];
  readonly heads: StoredHead[];
}

/** Gathers the records of a backup by project. */
async function* projectsOf(records: AsyncIterable<BackupRecord>): AsyncGenerator<ProjectBackup> {
  let current: ProjectBackup | undefined;
  for await (const record of records) {
    if (record.kind === 'project') {
      if (current) yield current;
      current = { project: record.project, comparisons: [], events: [], imports: [], heads: [] };
    } else if (record.kind === 'comparison') current?.comparisons.push(record.comparison);
    else if (record.kind === 'event') current?.events.push(record.event);
    else if (record.kind === 'import') current?.imports.push(record.import);
    else current?.heads.push(record.head);
  }
  if (current) yield current;
}
