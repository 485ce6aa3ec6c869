/**
 * The storage on this device: `AppStorage` on IndexedDB. Every call is one transaction of strict durability.
 *
 * Many records are written as bare requests without a promise each, which is what makes 50,000 pairs a matter of
 * seconds; that they were stored is the transaction's to say (see `idbConnection.ts`).
 */
import type {
  AdditionCounts,
  AppStorage,
  Project,
  ProjectAddition,
  ProjectContents,
  StoredHead,
} from './appStorage.ts';
import { stateIdOf, withoutState } from './headAlone.ts';
import { IdbConnection, unwrap } from './idbConnection.ts';
import type { ConnectionOptions, ReadTransaction, WriteTransaction } from './idbConnection.ts';
import { ALL_STORES, CONTENT_STORES, LOG_STORES } from './schema.ts';
import type { LogEntry, StoreName } from './schema.ts';
import { unknownProject } from './storageError.ts';

/**
 * Opens the database, creating or upgrading it.
 * @throws PalateError `storage-newer` (the data belongs to a newer Palate; nothing was changed), `storage-full` or
 *   `storage-failed`
 */
export async function openIdbStorage(options: ConnectionOptions = {}): Promise<AppStorage> {
  return new IdbStorage(await IdbConnection.open(options));
}

type Measurement = Uint8Array<ArrayBuffer>;

class IdbStorage implements AppStorage {
  readonly kind = 'indexeddb';
  readonly #connection: IdbConnection;

  constructor(connection: IdbConnection) {
    this.#connection = connection;
  }

  async listProjects(): Promise<Project[]> {
    const projects = await this.#connection.read(['projects'], (transaction) =>
      transaction.objectStore('projects').getAll(),
    );
    return projects.sort((a, b) => a.createdAt - b.createdAt);
  }

  countRecords(): Promise<number> {
    return this.#connection.read(LOG_STORES, async (transaction) => {
      const counts = await Promise.all(LOG_STORES.map((name) => transaction.objectStore(name).count()));
      return counts.reduce((sum, count) => sum + count, 0);
    });
  }

  putProject(project: Project): Promise<void> {
    return this.#connection.write(['projects'], async (transaction) => {
      await transaction.objectStore('projects').put(project);
    });
  }

  deleteProject(projectId: string): Promise<void> {
    return this.#connection.write(['projects', ...CONTENT_STORES], (transaction) => {
      for (const name of CONTENT_STORES) bareStore(transaction, name).delete(allBelow(projectId));
      bareStore(transaction, 'projects').delete(projectId);
    });
  }

  async loadProject(projectId: string): Promise<ProjectContents> {
    const range = allBelow(projectId);
    const [comparisons, events, imports] = await this.#connection.read(LOG_STORES, (transaction) =>
      Promise.all([
        transaction.objectStore('comparisons').getAll(range),
        transaction.objectStore('events').getAll(range),
        transaction.objectStore('imports').getAll(range),
      ]),
    );
    return {
      comparisons: inOrderOfAdding(comparisons),
      events: inOrderOfAdding(events),
      imports: inOrderOfAdding(imports),
    };
  }

  async add(projectId: string, addition: ProjectAddition): Promise<AdditionCounts> {
    const stores = ['projects', ...CONTENT_STORES, 'counters'] as const;
    const [comparisons, events, imports, heads] = await this.#connection.write(
      stores,
      async (transaction) => {
        if (addition.project?.id === projectId) await addMissing(transaction, 'projects', [addition.project]);
        await requireProject(transaction, projectId);
        const counters = transaction.objectStore('counters');
        let sequence = (await counters.get('sequence')) ?? 0;
        const logged: Counter[] = [];
        for (const name of LOG_STORES) {
          const records: readonly unknown[] = addition[name] ?? [];
          const entries = records.map((record) => ({ projectId, sequence: ++sequence, record }));
          logged.push(await addMissing(transaction, name, entries));
        }
        await counters.put(sequence, 'sequence');
        const added = addition.heads ?? [];
        const stored = added.map((head) => ({ projectId, stored: withoutState(head) }));
        const counter = await addMissing(transaction, 'heads', stored);
        if (added.length > 0) await keepStates(transaction, projectId, added);
        return [...logged, counter];
      },
    );
    return {
      comparisons: comparisons.added,
      events: events.added,
      imports: imports.added,
      heads: heads.added,
    };
  }

  putHead(projectId: string, head: StoredHead): Promise<void> {
    return this.#connection.write(['projects', 'heads', 'encoderStates'], async (transaction) => {
      await requireProject(transaction, projectId);
      await transaction.objectStore('heads').put({ projectId, stored: withoutState(head) });
      await keepStates(transaction, projectId, [head]);
    });
  }

  async listHeads(projectId: string): Promise<StoredHead[]> {
    const range = allBelow(projectId);
    const [heads, stateKeys, states] = await this.#connection.read(
      ['heads', 'encoderStates'],
      (transaction) =>
        Promise.all([
          transaction.objectStore('heads').getAll(range),
          transaction.objectStore('encoderStates').getAllKeys(range),
          transaction.objectStore('encoderStates').getAll(range),
        ]),
    );
    const stateOf = new Map(stateKeys.map(([, stateId], index) => [stateId, states[index]]));
    return heads
      .map(({ stored }) => ({ ...stored, encoderState: stateOf.get(stateIdOf(stored)) }))
      .sort((a, b) => b.head.provenance.trainedAt - a.head.provenance.trainedAt);
  }

  getMeasurements(encoderId: string, textHashes: readonly string[]): Promise<(Measurement | undefined)[]> {
    return this.#connection.read(['measurements'], (transaction) => {
      const store = bareStore(transaction, 'measurements');
      return readMany<Measurement>(textHashes.map((textHash) => store.get([encoderId, textHash])));
    });
  }

  putMeasurements(
    encoderId: string,
    entries: readonly { readonly textHash: string; readonly measurement: Measurement }[],
  ): Promise<void> {
    return this.#connection.write(['measurements'], (transaction) => {
      const store = bareStore(transaction, 'measurements');
      for (const { textHash, measurement } of entries) {
        store.put(ownBytes(measurement), [encoderId, textHash]);
      }
    });
  }

  clear(): Promise<void> {
    return this.#connection.write(ALL_STORES, (transaction) => {
      for (const name of ALL_STORES) bareStore(transaction, name).clear();
    });
  }

  close(): void {
    this.#connection.close();
  }
}

/** A store whose requests make no promises: for many at once, and where the transaction's end says everything. */
function bareStore(transaction: ReadTransaction | WriteTransaction, name: StoreName): IDBObjectStore {
  const store: unknown = unwrap((transaction as ReadTransaction).objectStore(name));
  return store as IDBObjectStore;
}

interface Counter {
  added: number;
}

/** Records handed to the database in one go: a few milliseconds of the page's time. */
const SLICE = 100;

/**
 * Adds what is not stored yet. The count is right once the transaction is complete. Many records go in slices, each when
 * the one before it is written: the transaction stays open, and the page stays alive.
 */
async function addMissing(
  transaction: WriteTransaction,
  name: StoreName,
  values: readonly unknown[],
): Promise<Counter> {
  const counter = { added: values.length };
  const store = bareStore(transaction, name);
  const skipIfStored = (event: Event): void => {
    if ((event.target as IDBRequest).error?.name !== 'ConstraintError') return;
    event.preventDefault(); // Otherwise the refusal of one record would abort all.
    counter.added--;
  };
  for (let from = 0; from < values.length; from += SLICE) {
    const requests = values.slice(from, from + SLICE).map((value) => store.add(value));
    for (const request of requests) request.onerror = skipIfStored;
    if (from + SLICE < values.length) await settled(requests.at(-1)!);
  }
  return counter;
}

/** Waits for a request that may fail; of what then happens, the transaction's end tells. */
function settled(request: IDBRequest): Promise<void> {
  return new Promise((resolve) => {
    request.addEventListener('success', () => resolve());
    request.addEventListener('error', () => resolve());
  });
}

async function requireProject(transaction: WriteTransaction, projectId: string): Promise<void> {
  const key = await transaction.objectStore('projects').getKey(projectId);
  if (key === undefined) throw unknownProject(projectId);
}

/**
 * Adds the states that heads just added name and the storage lacks, and removes those that no head names any more. It
 * asks by key alone: of a state that is there, not a byte is read or written.
 */
async function keepStates(
  transaction: WriteTransaction,
  projectId: string,
  added: readonly StoredHead[],
): Promise<void> {
  const states = transaction.objectStore('encoderStates');
  for (const head of added) {
    const key: [string, string] = [projectId, stateIdOf(head)];
    if ((await states.getKey(key)) === undefined) await states.put(head.encoderState, key);
  }
  const users = transaction.objectStore('heads').index('encoderState');
  for (const key of await states.getAllKeys(allBelow(projectId))) {
    if ((await users.getKey(key)) === undefined) await states.delete(key);
  }
}

function inOrderOfAdding<Record>(entries: LogEntry<Record>[]): Record[] {
  return entries.sort((a, b) => a.sequence - b.sequence).map((entry) => entry.record);
}

/** The results of many requests of one transaction; requests finish in the order they were made. */
function readMany<T>(requests: readonly IDBRequest[]): Promise<(T | undefined)[]> {
  return new Promise((resolve, reject) => {
    const last = requests.at(-1);
    if (!last) return resolve([]);
    last.onsuccess = () => resolve(requests.map((request) => request.result as T | undefined));
    for (const request of requests)
      request.onerror = () =>
        reject(request.error ?? new DOMException('The request failed.', 'UnknownError'));
  });
}

/** Every key [owner, anything]: in the order of keys an array comes after every text. */
function allBelow(owner: string): IDBKeyRange {
  return IDBKeyRange.bound([owner], [owner, []]);
}

/** Storing a view stores the whole buffer under it, which may be that of ten thousand measurements. */
function ownBytes(bytes: Measurement): Measurement {
  return bytes.byteLength === bytes.buffer.byteLength ? bytes : bytes.slice();
}
