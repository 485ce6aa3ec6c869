/**
 * The shape of the IndexedDB database and the way from every older shape to it.
 *
 * Comparisons, events and imports are logs. Their key is [project id, record id], which makes adding twice harmless,
 * also between tabs; a sequence number beside each record keeps the order of adding. Timestamps are never used for
 * order: clocks jump. The sequence is counted in the database, in the transaction that uses it, instead of being
 * the key with an index over the ids: two indexes less make adding 50,000 pairs twice as fast.
 */
import type { Comparison, PreferenceEvent } from '../core/preference.ts';
import type { ImportRecord, Project, StoredHead } from './appStorage.ts';
import { stateIdOf, withoutState, type HeadAlone } from './headAlone.ts';

export const DATABASE_NAME = 'palate';

/** One record of a log. */
export interface LogEntry<Record> {
  readonly projectId: string;
  /** Grows with every record added, over all projects and logs. */
  readonly sequence: number;
  readonly record: Record;
}

type LogStore<Record> = {
  key: [projectId: string, recordId: string];
  value: LogEntry<Record>;
};

// A type alias, not an interface: only aliases fit the index signature by which `idb` infers store names.
export type PalateSchema = {
  projects: { key: string; value: Project };
  comparisons: LogStore<Comparison>;
  events: LogStore<PreferenceEvent>;
  imports: LogStore<ImportRecord>;
  /** The last number given out, by name. */
  counters: { key: 'sequence'; value: number };
  heads: {
    key: [projectId: string, headId: string];
    value: { readonly projectId: string; readonly stored: HeadAlone };
    indexes: { encoderState: [projectId: string, stateId: string] };
  };
  /** In the encoder's JSON form; see `headAlone.ts`. */
  encoderStates: { key: [projectId: string, stateId: string]; value: unknown };
  measurements: { key: [encoderId: string, textHash: string]; value: Uint8Array<ArrayBuffer> };
};

export type StoreName = keyof PalateSchema;

export const LOG_STORES = ['comparisons', 'events', 'imports'] as const;
/** Everything that belongs to projects: its keys begin with the project's id. */
export const CONTENT_STORES = [...LOG_STORES, 'heads', 'encoderStates'] as const;
export const ALL_STORES = ['projects', ...CONTENT_STORES, 'counters', 'measurements'] as const;

/** One step from version n to n + 1, in the transaction of the upgrade: it happens wholly or not at all. */
type Migration = (database: IDBDatabase, transaction: IDBTransaction) => void;

/** Entry n leads from version n to n + 1. A released step is never edited; a new shape is a new step. */
const MIGRATIONS: readonly Migration[] = [createFirstVersion, moveEncoderStates, takeGenerations];

export const DATABASE_VERSION = MIGRATIONS.length;

/** Takes a database of any older version (0: a new one) to the present one. */
export function migrate(database: IDBDatabase, transaction: IDBTransaction, oldVersion: number): void {
  for (const migration of MIGRATIONS.slice(oldVersion)) migration(database, transaction);
}

function createFirstVersion(database: IDBDatabase): void {
  database.createObjectStore('projects', { keyPath: 'id' });
  for (const name of LOG_STORES) {
    database.createObjectStore(name, { keyPath: ['projectId', 'record.id'] });
  }
  database.createObjectStore('counters');
  database.createObjectStore('heads', { keyPath: ['projectId', 'stored.head.id'] });
  database.createObjectStore('measurements');
}

/** Version 1 kept in every head its own copy of the state of its encoder. */
function moveEncoderStates(database: IDBDatabase, transaction: IDBTransaction): void {
  const states = database.createObjectStore('encoderStates');
  const heads = transaction.objectStore('heads');
  heads.createIndex('encoderState', ['projectId', 'stored.head.provenance.encoderStateId']);
  const request = heads.openCursor();
  request.onsuccess = () => {
    const cursor = request.result;
    if (!cursor) return;
    const { projectId, stored } = cursor.value as { projectId: string; stored: StoredHead };
    states.put(stored.encoderState, [projectId, stateIdOf(stored)]);
    cursor.update({ projectId, stored: withoutState(stored) });
    cursor.continue();
  };
}

/** Version 2 knew no candidates that were written here: an app of it must not open, and later rewrite, what holds some. */
function takeGenerations(): void {}
