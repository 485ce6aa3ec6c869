/**
 * One connection to the IndexedDB database, kept alive: transactions in the order they were asked for, a resolved
 * promise only after `complete`, one new connection and one more try when the browser dropped the old one.
 *
 * Calls wait for each other instead of running side by side, because a call that has to be tried again must not be
 * overtaken by a later one. A request's `success` proves nothing: at the quota all requests of a transaction
 * succeed and then the transaction aborts. So only the transaction's own `complete` and `abort` count.
 */
import { openDB, unwrap } from 'idb';
import type { IDBPDatabase, IDBPTransaction } from 'idb';
import type { ClosedReason } from './appStorage.ts';
import { DATABASE_NAME, DATABASE_VERSION, migrate } from './schema.ts';
import type { PalateSchema, StoreName } from './schema.ts';
import { errorName, storageClosed, toStorageError } from './storageError.ts';

export { unwrap };

export interface ConnectionOptions {
  /** Name of the database. */
  readonly name?: string;
  readonly onClosed?: (reason: ClosedReason) => void;
  /** Opening waits until other tabs with an older Palate are closed. */
  readonly onBlocked?: () => void;
}

type Database = IDBPDatabase<PalateSchema>;
export type ReadTransaction = IDBPTransaction<PalateSchema, StoreName[], 'readonly'>;
export type WriteTransaction = IDBPTransaction<PalateSchema, StoreName[], 'readwrite'>;

/**
 * A browser that answers `UnknownError` to opening often succeeds right afterwards, and one that is just erasing the
 * database answers `AbortError` to who had it open, until it is gone.
 */
const OPEN_ATTEMPTS = 3;
const REOPENING_PAUSE_MS = 100;

const WHY_CLOSED = {
  closed: 'the storage was closed.',
  'upgraded-elsewhere': 'a newer Palate is open in another tab. Reload this page.',
  erased:
    "Palate's data in this browser was erased while the page was open. Save what you see as a backup file.",
} as const;

export class IdbConnection {
  readonly #options: ConnectionOptions;
  #database: Promise<Database> | undefined;
  #queue: Promise<unknown> = Promise.resolve();
  #closed: keyof typeof WHY_CLOSED | undefined;
  #wasOpen = false;

  private constructor(options: ConnectionOptions) {
    this.#options = options;
  }

  /** @throws PalateError `storage-newer` (and changes nothing), `storage-full` or `storage-failed` */
  static async open(options: ConnectionOptions): Promise<IdbConnection> {
    const connection = new IdbConnection(options);
    await connection.#enqueue(() => connection.#connect());
    return connection;
  }

  /** Runs `body` in a transaction that sees one moment of the given stores. */
  read<T>(stores: readonly StoreName[], body: (transaction: ReadTransaction) => Promise<T>): Promise<T> {
    return this.#enqueue(() => this.#withReopening((database) => runRead(database, stores, body)));
  }

  /**
   * Runs `body` in one transaction and resolves with its result once everything is on the disk. When `body` throws
   * or the browser aborts, nothing of it is stored. `body` may run twice, the first time without effect.
   */
  write<T>(
    stores: readonly StoreName[],
    body: (transaction: WriteTransaction) => T | Promise<T>,
  ): Promise<T> {
    return this.#enqueue(() => this.#withReopening((database) => runWrite(database, stores, body)));
  }

  close(): void {
    this.#shut('closed');
  }

  #enqueue<T>(task: () => Promise<T>): Promise<T> {
    if (this.#closed) return Promise.reject(storageClosed(WHY_CLOSED[this.#closed]));
    const result = this.#queue.then(task).catch((error: unknown): never => {
      throw toStorageError(error);
    });
    this.#queue = result.catch(() => undefined);
    return result;
  }

  async #withReopening<T>(task: (database: Database) => Promise<T>): Promise<T> {
    const database = await this.#connect();
    try {
      return await task(database);
    } catch (error) {
      if (!isConnectionLost(error)) throw error;
      this.#drop();
      return task(await this.#connect());
    }
  }

  #connect(): Promise<Database> {
    this.#database ??= this.#open().catch((error: unknown): never => {
      this.#database = undefined;
      throw error;
    });
    return this.#database;
  }

  async #open(): Promise<Database> {
    for (let attempt = 1; ; attempt++) {
      try {
        const database = await this.#openOnce();
        this.#wasOpen = true;
        return database;
      } catch (error) {
        const mayPass = ['UnknownError', ...(this.#wasOpen ? ['AbortError'] : [])].includes(errorName(error));
        if (!mayPass || attempt === OPEN_ATTEMPTS) throw error;
        await new Promise((resolve) => setTimeout(resolve, attempt * REOPENING_PAUSE_MS));
      }
    }
  }

  async #openOnce(): Promise<Database> {
    let erased = false;
    const opening = openDB<PalateSchema>(this.#options.name ?? DATABASE_NAME, DATABASE_VERSION, {
      upgrade: (database, oldVersion, _newVersion, transaction) => {
        // `idb` promises an end of every transaction; the end of this one is the end of `opening`.
        transaction.done.catch(() => undefined);
        erased = this.#wasOpen && oldVersion === 0;
        if (erased) transaction.abort();
        else migrate(unwrap(database), unwrap(transaction), oldVersion);
      },
      blocked: () => this.#options.onBlocked?.(),
      blocking: (_currentVersion, newVersion) =>
        this.#shut(newVersion === null ? 'erased' : 'upgraded-elsewhere'),
      terminated: () => this.#reconnect(),
    });
    try {
      return await opening;
    } catch (error) {
      if (!erased) throw error;
      this.#shut('erased');
      throw storageClosed(WHY_CLOSED.erased);
    }
  }

  #drop(): void {
    this.#database?.then((database) => database.close()).catch(() => undefined);
    this.#database = undefined;
  }

  /** The browser ended the connection. Asking for a new one at once tells whether the data is still there. */
  #reconnect(): void {
    this.#drop();
    this.#enqueue(() => this.#connect()).catch(() => {
      if (!this.#closed) this.#options.onClosed?.('connection-lost');
    });
  }

  /** Takes no more calls, lets those that were made finish, then gives the database free. */
  #shut(reason: keyof typeof WHY_CLOSED): void {
    if (this.#closed) return;
    this.#closed = reason;
    this.#queue = this.#queue.then(() => this.#drop());
    if (reason !== 'closed') this.#options.onClosed?.(reason);
  }
}

function runRead<T>(
  database: Database,
  stores: readonly StoreName[],
  body: (transaction: ReadTransaction) => Promise<T>,
): Promise<T> {
  const transaction = database.transaction([...stores], 'readonly');
  transaction.done.catch(() => undefined); // What was read says it all.
  return body(transaction);
}

async function runWrite<T>(
  database: Database,
  stores: readonly StoreName[],
  body: (transaction: WriteTransaction) => T | Promise<T>,
): Promise<T> {
  const transaction = database.transaction([...stores], 'readwrite', { durability: 'strict' });
  // `idb` settles its promise at the first `error` event, when the cause is not known yet; `ended` waits for it.
  transaction.done.catch(() => undefined);
  const ended = endOf(unwrap(transaction));
  ended.catch(() => undefined); // It may abort while `body` still waits.
  try {
    const result = await body(transaction);
    await ended;
    return result;
  } catch (error) {
    abort(transaction);
    await ended.catch(() => undefined);
    throw transaction.error ?? error;
  }
}

function endOf(transaction: IDBTransaction): Promise<void> {
  return new Promise((resolve, reject) => {
    transaction.addEventListener('complete', () => resolve());
    transaction.addEventListener('abort', () =>
      reject(transaction.error ?? new DOMException('The transaction was aborted.', 'AbortError')),
    );
  });
}

function abort(transaction: WriteTransaction): void {
  try {
    transaction.abort();
  } catch {
    // It had ended by itself: that is what led here.
  }
}

/** An abort that nobody asked for has the name AbortError: the browser ended the connection in the middle. */
function isConnectionLost(error: unknown): boolean {
  return ['InvalidStateError', 'UnknownError', 'AbortError'].includes(errorName(error));
}
