import { forceCloseDatabase } from 'fake-indexeddb';
import 'fake-indexeddb/auto';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { AppStorage } from '../../src/storage/appStorage.ts';
import { openIdbStorage } from '../../src/storage/idbStorage.ts';
import { ALL_STORES, DATABASE_VERSION } from '../../src/storage/schema.ts';
import {
  describeOlderDatabases,
  FIRST_VERSION_CONTENT,
  openAt,
  writeFirstVersion,
} from '../helpers/olderDatabases.ts';
import { describeStorageContract } from '../helpers/storageContract.ts';
import { everythingIn, sampleComparison, sampleJudgment, sampleProject } from '../helpers/storageSamples.ts';

let databases = 0;
const freshName = (): string => `test-${++databases}`;

afterEach(() => {
  vi.restoreAllMocks();
});

describeStorageContract('The storage in IndexedDB', () => openIdbStorage({ name: freshName() }));
describeOlderDatabases(freshName);

describe('An upgrade that fails in the middle', () => {
  it('leaves the older database as it was, for the next attempt', async () => {
    const name = freshName();
    await writeFirstVersion(name);
    const original = IDBCursor.prototype.update;
    let updates = 0;
    vi.spyOn(IDBCursor.prototype, 'update').mockImplementation(function (this: IDBCursor, value) {
      if (++updates === 3) throw new DOMException('broken off', 'DataError');
      return original.call(this, value);
    });
    await expect(openIdbStorage({ name })).rejects.toMatchObject({ code: 'storage-failed' });
    vi.restoreAllMocks();
    const older = await openAt(name);
    expect(older.version).toBe(1);
    expect(older.objectStoreNames.contains('encoderStates')).toBe(false);
    older.close();
    const storage = await openIdbStorage({ name });
    expect(await everythingIn(storage)).toEqual(FIRST_VERSION_CONTENT);
    storage.close();
  });
});

describe('The database', () => {
  it('keeps everything over closing and opening', async () => {
    const name = freshName();
    const first = await openIdbStorage({ name });
    await first.add('p', { project: sampleProject('p'), comparisons: [sampleComparison('c')] });
    const before = await everythingIn(first);
    first.close();
    const second = await openIdbStorage({ name });
    expect(await everythingIn(second)).toEqual(before);
    second.close();
  });

  it('has every store at the present version', async () => {
    const name = freshName();
    (await openIdbStorage({ name })).close();
    const database = await openAt(name);
    expect(database.version).toBe(DATABASE_VERSION);
    expect([...database.objectStoreNames]).toEqual([...ALL_STORES].sort());
    database.close();
  });

  it('takes the union of what two tabs add, and counts what the other tab was first to add', async () => {
    const name = freshName();
    const tabs = [await openIdbStorage({ name }), await openIdbStorage({ name })];
    await tabs[0].putProject(sampleProject('p'));
    const counts = await Promise.all(
      Array.from({ length: 40 }, (_, index) =>
        tabs[index % 2].add('p', { events: [sampleJudgment(`e${index >> 1}`, 'c')] }),
      ),
    );
    expect(counts.reduce((sum, { events }) => sum + events, 0)).toBe(20);
    const [here, there] = await Promise.all(tabs.map((tab) => tab.loadProject('p')));
    expect(here.events).toHaveLength(20);
    expect(there).toEqual(here);
    tabs.forEach((tab) => tab.close());
  });

  it('refuses data of a newer Palate and leaves it as it is', async () => {
    const name = freshName();
    const newer = await new Promise<IDBDatabase>((resolve) => {
      const request = indexedDB.open(name, DATABASE_VERSION + 1);
      request.onupgradeneeded = () => request.result.createObjectStore('from the future').put('kept', 'key');
      request.onsuccess = () => resolve(request.result);
    });
    newer.close();
    await expect(openIdbStorage({ name })).rejects.toMatchObject({
      code: 'storage-newer',
      message: expect.stringContaining('newer Palate'),
    });
    const after = await openAt(name);
    expect(after.version).toBe(DATABASE_VERSION + 1);
    expect([...after.objectStoreNames]).toEqual(['from the future']);
    const request = after.transaction('from the future').objectStore('from the future').get('key');
    await vi.waitFor(() => expect(request.result).toBe('kept'));
    after.close();
  });

  it('writes with strict durability', async () => {
    const transaction = vi.spyOn(IDBDatabase.prototype, 'transaction');
    const storage = await openIdbStorage({ name: freshName() });
    await storage.putProject(sampleProject('p'));
    expect(transaction.mock.calls.at(-1)?.slice(1)).toEqual(['readwrite', { durability: 'strict' }]);
    storage.close();
  });
});

/**
 * Makes the next writing transactions end as at the quota: every request succeeds, then the transaction aborts.
 * Returns how many requests succeeded.
 */
function abortNextWriteAfterSuccess(errorName: string): { successes: number } {
  const seen = { successes: 0 };
  const original = IDBDatabase.prototype.transaction;
  vi.spyOn(IDBDatabase.prototype, 'transaction').mockImplementationOnce(function (
    this: IDBDatabase,
    ...args
  ) {
    const transaction = original.apply(this, args);
    const inner = transaction as unknown as {
      _requests: unknown[];
      _start(): void;
      _abort(name: string): void;
      _state: string;
    };
    const start = inner._start.bind(inner);
    inner._start = () => {
      // The queue is empty and yet something ran: what comes next would be `complete`.
      if (inner._requests.length === 0 && seen.successes > 0 && inner._state !== 'finished') {
        inner._abort(errorName);
      } else {
        seen.successes++;
        start();
      }
    };
    return transaction;
  });
  return seen;
}

describe('A full disk', () => {
  it.each([
    ['QuotaExceededError', 'storage-full'],
    ['DataError', 'storage-failed'],
  ])(
    '%s at the end rejects with %s although every request succeeded, and keeps nothing',
    async (name, code) => {
      const storage = await openIdbStorage({ name: freshName() });
      await storage.putProject(sampleProject('p'));
      const seen = abortNextWriteAfterSuccess(name);
      const addition = { comparisons: [sampleComparison('c')], events: [sampleJudgment('e', 'c')] };
      await expect(storage.add('p', addition)).rejects.toMatchObject({ code });
      expect(seen.successes).toBeGreaterThanOrEqual(3);
      expect(await storage.loadProject('p')).toEqual({ comparisons: [], events: [], imports: [] });
      expect(await storage.add('p', addition)).toMatchObject({ comparisons: 1, events: 1 });
      storage.close();
    },
  );
});

describe('A connection that the browser drops', () => {
  const additions = Array.from({ length: 6 }, (_, index) => ({
    events: [sampleJudgment(`e${index}`, 'c')],
  }));

  it.each(['InvalidStateError', 'UnknownError'])(
    'is opened again on %s at any call: nothing lost, nothing twice, order kept',
    async (errorName) => {
      for (let failing = 0; failing < additions.length; failing++) {
        const storage = await openIdbStorage({ name: freshName() });
        await storage.putProject(sampleProject('p'));
        const original = IDBDatabase.prototype.transaction;
        let calls = 0;
        const spy = vi.spyOn(IDBDatabase.prototype, 'transaction').mockImplementation(function (
          this: IDBDatabase,
          ...args
        ) {
          if (calls++ === failing) throw new DOMException('dropped', errorName);
          return original.apply(this, args);
        });
        await Promise.all(additions.map((addition) => storage.add('p', addition)));
        spy.mockRestore();
        const { events } = await storage.loadProject('p');
        expect(events).toEqual(additions.flatMap((addition) => addition.events));
        storage.close();
      }
    },
  );

  it('is opened again when the transaction itself dies', async () => {
    const storage = await openIdbStorage({ name: freshName() });
    await storage.putProject(sampleProject('p'));
    abortNextWriteAfterSuccess('UnknownError');
    const added = additions.map((addition) => storage.add('p', addition));
    expect(await Promise.all(added.map(async (counts) => (await counts).events))).toEqual([1, 1, 1, 1, 1, 1]);
    expect((await storage.loadProject('p')).events).toEqual(additions.flatMap(({ events }) => events));
    storage.close();
  });

  it('rejects when it fails a second time, and works again when the browser does', async () => {
    const storage = await openIdbStorage({ name: freshName() });
    await storage.putProject(sampleProject('p'));
    const broken = vi.spyOn(IDBDatabase.prototype, 'transaction').mockImplementation(() => {
      throw new DOMException('dropped', 'InvalidStateError');
    });
    await expect(storage.add('p', additions[0])).rejects.toMatchObject({ code: 'storage-failed' });
    broken.mockRestore();
    expect(await storage.add('p', additions[0])).toMatchObject({ events: 1 });
    storage.close();
  });

  it('tries opening three times when the browser says UnknownError', async () => {
    const original = indexedDB.open.bind(indexedDB);
    const open = vi.spyOn(indexedDB, 'open');
    const refuse = (): never => {
      throw new DOMException('Internal error opening backing store', 'UnknownError');
    };
    open.mockImplementationOnce(refuse).mockImplementationOnce(refuse).mockImplementation(original);
    const storage = await openIdbStorage({ name: freshName() });
    expect(await storage.listProjects()).toEqual([]);
    storage.close();
    open.mockImplementation(refuse);
    await expect(openIdbStorage({ name: freshName() })).rejects.toMatchObject({ code: 'storage-failed' });
    expect(open).toHaveBeenCalledTimes(6);
  });
});

describe('Another tab', () => {
  it('with a newer Palate closes this one, after the calls that were made', async () => {
    const name = freshName();
    const closed: string[] = [];
    const storage = await openIdbStorage({ name, onClosed: (reason) => closed.push(reason) });
    await storage.putProject(sampleProject('p'));
    const last = storage.add('p', { comparisons: [sampleComparison('c')] });
    const upgraded = await openAt(name, DATABASE_VERSION + 1);
    expect(closed).toEqual(['upgraded-elsewhere']);
    expect(await last).toMatchObject({ comparisons: 1 });
    await expect(storage.listProjects()).rejects.toMatchObject({
      code: 'storage-failed',
      message: expect.stringContaining('newer Palate'),
    });
    upgraded.close();
  });

  it('that deletes the database closes this one as erased, and nothing is begun anew', async () => {
    const name = freshName();
    const closed: string[] = [];
    const storage = await openIdbStorage({ name, onClosed: (reason) => closed.push(reason) });
    await storage.putProject(sampleProject('p'));
    await new Promise((resolve) => (indexedDB.deleteDatabase(name).onsuccess = resolve));
    expect(closed).toEqual(['erased']);
    await expect(storage.putProject(sampleProject('p'))).rejects.toMatchObject({
      message: expect.stringContaining('erased'),
    });
    expect((await indexedDB.databases()).map((database) => database.name)).not.toContain(name);
  });

  it('that holds an older database open is reported while opening waits', async () => {
    const original = indexedDB.open.bind(indexedDB);
    vi.spyOn(indexedDB, 'open').mockImplementationOnce((name, version) => {
      const request = original(name, version);
      queueMicrotask(() =>
        request.dispatchEvent(new IDBVersionChangeEvent('blocked', { oldVersion: 1, newVersion: 2 })),
      );
      return request;
    });
    let blocked = 0;
    const storage = await openIdbStorage({ name: freshName(), onBlocked: () => blocked++ });
    expect(blocked).toBe(1);
    storage.close();
  });
});

describe('A browser that takes the connection away', () => {
  async function openWatched(): Promise<{
    storage: AppStorage;
    closed: string[];
    name: string;
    takeAway(): void;
  }> {
    const name = freshName();
    const closed: string[] = [];
    const transaction = vi.spyOn(IDBDatabase.prototype, 'transaction');
    const storage = await openIdbStorage({ name, onClosed: (reason) => closed.push(reason) });
    await storage.putProject(sampleProject('p'));
    const database = transaction.mock.contexts.at(-1) as Parameters<typeof forceCloseDatabase>[0];
    return { storage, closed, name, takeAway: () => forceCloseDatabase(database) };
  }

  it('and keeps the data is asked for a new one', async () => {
    const { storage, closed, takeAway } = await openWatched();
    takeAway();
    expect(await storage.listProjects()).toEqual([sampleProject('p')]);
    expect(closed).toEqual([]);
    storage.close();
  });

  it('and the data with it is reported at once; an empty database in its place is not taken for ours', async () => {
    const { storage, closed, name, takeAway } = await openWatched();
    const deleted = new Promise((resolve) => (indexedDB.deleteDatabase(name).onsuccess = resolve));
    takeAway();
    await deleted;
    await vi.waitFor(() => expect(closed).toEqual(['erased']));
    await expect(storage.listProjects()).rejects.toMatchObject({
      message: expect.stringContaining('erased'),
    });
    expect((await indexedDB.databases()).map((database) => database.name)).not.toContain(name);
  });

  it('and gives no new one is reported, and asked again at the next call', async () => {
    const { storage, closed, takeAway } = await openWatched();
    const open = vi.spyOn(indexedDB, 'open').mockImplementation(() => {
      throw new DOMException('Connection to Indexed Database server lost', 'UnknownError');
    });
    takeAway();
    await vi.waitFor(() => expect(closed).toEqual(['connection-lost']));
    await expect(storage.listProjects()).rejects.toMatchObject({ code: 'storage-failed' });
    open.mockRestore();
    expect(await storage.listProjects()).toEqual([sampleProject('p')]);
    storage.close();
  });
});
