/**
 * Makes one call to IndexedDB fail, the k-th, in one of six ways. Works on `fake-indexeddb`, through whose transactions
 * every request goes by one method.
 */
import { forceCloseDatabase } from 'fake-indexeddb';
import 'fake-indexeddb/auto';

/** What can go wrong with a call. A thrown error leaves nothing behind; the others are told by events. */
export const FAILURES = [
  'the call throws UnknownError',
  'the call throws InvalidStateError',
  'the request fails',
  'the request finds no room',
  'no room when all requests have succeeded',
  'the connection is dropped',
] as const;
export type Failure = (typeof FAILURES)[number];

interface RawTransaction extends IDBTransaction {
  _requests: unknown[];
  _state: string;
  _start(): void;
  _abort(errorName: string): void;
  _execRequestAsync(asked: { source: unknown; operation: () => unknown }): IDBRequest;
}

const { transaction: makeTransaction } = IDBDatabase.prototype;
const raw = IDBTransaction.prototype as RawTransaction;
const execute = raw._execRequestAsync;
const open = indexedDB.open.bind(indexedDB);

export class FailingIndexedDb {
  #calls = 0;
  #at = Infinity;
  #failure?: Failure;
  #hasFailed = false;

  /** Takes the place of IndexedDB; until `heal`, calls are counted. */
  constructor() {
    indexedDB.open = (...args) => {
      this.#throwIfDue();
      return open(...args);
    };
    // eslint-disable-next-line @typescript-eslint/no-this-alias
    const failing = this;
    IDBDatabase.prototype.transaction = function (this: IDBDatabase, ...args) {
      // The upgrade's own transaction is made by the database, not by a call.
      if ((args[1] as string) !== 'versionchange') failing.#throwIfDue();
      return makeTransaction.apply(this, args);
    };
    raw._execRequestAsync = function (this: RawTransaction, asked) {
      return failing.#execute(this, asked);
    };
  }

  /** @param at the number of the call that fails, from 0 */
  fail(at: number, failure: Failure): void {
    [this.#calls, this.#at, this.#failure, this.#hasFailed] = [0, at, failure, false];
  }

  /** Calls made since `fail`. */
  get calls(): number {
    return this.#calls;
  }
  /** Not every call can fail in every way: only a request can find no room. */
  get hasFailed(): boolean {
    return this.#hasFailed;
  }

  heal(): void {
    this.#at = Infinity;
    indexedDB.open = open;
    IDBDatabase.prototype.transaction = makeTransaction;
    raw._execRequestAsync = execute;
  }

  #isDue(): boolean {
    return this.#calls++ === this.#at;
  }

  #throwIfDue(): void {
    if (!this.#isDue()) return;
    if (this.#failure === 'the call throws UnknownError') this.#throw('UnknownError');
    if (this.#failure === 'the call throws InvalidStateError') this.#throw('InvalidStateError');
  }

  #throw(name: string): never {
    this.#hasFailed = true;
    throw new DOMException('injected', name);
  }

  #execute(
    transaction: RawTransaction,
    asked: Parameters<RawTransaction['_execRequestAsync']>[0],
  ): IDBRequest {
    if (!asked.source || !this.#isDue()) return execute.call(transaction, asked);
    switch (this.#failure) {
      case 'the call throws UnknownError':
        return this.#throw('UnknownError');
      case 'the call throws InvalidStateError':
        return this.#throw('InvalidStateError');
      case 'the request fails':
        return execute.call(transaction, { ...asked, operation: () => this.#throw('UnknownError') });
      case 'the request finds no room':
        return execute.call(transaction, { ...asked, operation: () => this.#throw('QuotaExceededError') });
      case 'no room when all requests have succeeded':
        if (transaction.mode === 'readwrite') this.#abortAtTheEnd(transaction);
        return execute.call(transaction, asked);
      default: {
        const request = execute.call(transaction, asked);
        this.#hasFailed = true;
        queueMicrotask(() => forceCloseDatabase(transaction.db as never));
        return request;
      }
    }
  }

  /** What the quota does: every request succeeds, and where `complete` would come, `abort` does. */
  #abortAtTheEnd(transaction: RawTransaction): void {
    const start = transaction._start.bind(transaction);
    transaction._start = () => {
      if (transaction._requests.length > 0 || transaction._state === 'finished') return start();
      this.#hasFailed = true;
      transaction._abort('QuotaExceededError');
    };
  }
}
