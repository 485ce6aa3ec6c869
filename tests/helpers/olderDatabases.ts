/** Databases as earlier versions of Palate left them, written without its code, and what must become of them. */
import { describe, expect, it } from 'vitest';
import { openIdbStorage } from '../../src/storage/idbStorage.ts';
import type { StoredHead } from '../../src/storage/appStorage.ts';
import {
  everythingIn,
  sampleComparison,
  sampleGeneration,
  sampleHead,
  sampleImport,
  sampleJudgment,
  sampleProject,
} from './storageSamples.ts';

const HEADS: Readonly<Record<string, readonly StoredHead[]>> = {
  p: [
    headOf('following', 3, { id: 'new', json: { fit: 2 } }),
    headOf('asked', 2, { id: 'old', json: { fit: 1, numbers: Float32Array.of(-0, NaN) } }),
    headOf('first', 1, { id: 'old', json: { fit: 1, numbers: Float32Array.of(-0, NaN) } }),
  ],
  q: [headOf('following', 1, { id: 'new', json: { fit: 3 } })],
};

function headOf(id: string, trainedAt: number, state: { id: string; json: unknown }): StoredHead {
  return sampleHead(id, Float32Array.of(1, 2), trainedAt, state);
}

/** Version 1: every head held its own copy of the state of its encoder. */
export async function writeFirstVersion(name: string): Promise<void> {
  const database = await openAt(name, 1, (database) => {
    database.createObjectStore('projects', { keyPath: 'id' });
    for (const log of ['comparisons', 'events', 'imports']) {
      database.createObjectStore(log, { keyPath: ['projectId', 'record.id'] });
    }
    database.createObjectStore('counters');
    database.createObjectStore('heads', { keyPath: ['projectId', 'stored.head.id'] });
    database.createObjectStore('measurements');
  });
  const transaction = database.transaction([...database.objectStoreNames], 'readwrite');
  const done = new Promise((resolve) => (transaction.oncomplete = resolve));
  const store = (of: string): IDBObjectStore => transaction.objectStore(of);
  for (const [projectId, heads] of Object.entries(HEADS)) {
    store('projects').put(sampleProject(projectId));
    for (const stored of heads) store('heads').put({ projectId, stored });
  }
  store('comparisons').put({ projectId: 'p', sequence: 1, record: sampleComparison('c') });
  store('events').put({ projectId: 'p', sequence: 2, record: sampleJudgment('e', 'c') });
  store('imports').put({ projectId: 'p', sequence: 3, record: sampleImport('i') });
  store('counters').put(3, 'sequence');
  store('measurements').put(Uint8Array.of(1, 2), ['encoder', 'text']);
  await done;
  database.close();
}

/** Version 2: states of encoders are kept once; nothing was written here yet. */
async function writeSecondVersion(name: string): Promise<void> {
  const database = await openAt(name, 2, (database) => {
    database.createObjectStore('projects', { keyPath: 'id' });
    for (const log of ['comparisons', 'events', 'imports']) {
      database.createObjectStore(log, { keyPath: ['projectId', 'record.id'] });
    }
    database.createObjectStore('counters');
    const heads = database.createObjectStore('heads', { keyPath: ['projectId', 'stored.head.id'] });
    heads.createIndex('encoderState', ['projectId', 'stored.head.provenance.encoderStateId']);
    database.createObjectStore('encoderStates');
    database.createObjectStore('measurements');
  });
  const transaction = database.transaction([...database.objectStoreNames], 'readwrite');
  const done = new Promise((resolve) => (transaction.oncomplete = resolve));
  const store = (of: string): IDBObjectStore => transaction.objectStore(of);
  const [{ encoderState, ...stored }] = HEADS.q;
  store('projects').put(sampleProject('q'));
  store('heads').put({ projectId: 'q', stored });
  store('encoderStates').put(encoderState, ['q', 'new']);
  store('events').put({ projectId: 'q', sequence: 1, record: sampleJudgment('e', 'c') });
  store('counters').put(1, 'sequence');
  await done;
  database.close();
}

/** What version 1 held, as the storage lists it. */
export const FIRST_VERSION_CONTENT = [
  {
    project: sampleProject('p'),
    contents: {
      comparisons: [sampleComparison('c')],
      events: [sampleJudgment('e', 'c')],
      imports: [sampleImport('i')],
    },
    heads: HEADS.p,
  },
  {
    project: sampleProject('q'),
    contents: { comparisons: [], events: [], imports: [] },
    heads: HEADS.q,
  },
];

/** @param freshName a name no database has */
export function describeOlderDatabases(freshName: () => string): void {
  describe('A database of version 1', () => {
    it('opens with everything that was in it', async () => {
      const name = freshName();
      await writeFirstVersion(name);
      const storage = await openIdbStorage({ name });
      expect(await everythingIn(storage)).toEqual(FIRST_VERSION_CONTENT);
      expect(await storage.getMeasurements('encoder', ['text'])).toEqual([Uint8Array.of(1, 2)]);
      await storage.add('p', { events: [sampleJudgment('later', 'c')] });
      expect((await storage.loadProject('p')).events.map(({ id }) => id)).toEqual(['e', 'later']);
      storage.close();
    });

    it('has every state once afterwards, and none in a head', async () => {
      const name = freshName();
      await writeFirstVersion(name);
      (await openIdbStorage({ name })).close();
      const database = await openAt(name);
      const transaction = database.transaction(['heads', 'encoderStates']);
      const heads = await resultOf(transaction.objectStore('heads').getAll());
      const stateKeys = await resultOf(transaction.objectStore('encoderStates').getAllKeys());
      expect(heads).toHaveLength(4);
      for (const { stored } of heads) expect(stored).not.toHaveProperty('encoderState');
      expect(stateKeys).toEqual([
        ['p', 'new'],
        ['p', 'old'],
        ['q', 'new'],
      ]);
      database.close();
    });

    it('loses a state with the last head that names it', async () => {
      const name = freshName();
      await writeFirstVersion(name);
      const storage = await openIdbStorage({ name });
      for (const id of ['asked', 'first']) {
        await storage.putHead('p', headOf(id, 4, { id: 'new', json: { fit: 2 } }));
      }
      storage.close();
      const database = await openAt(name);
      const states = database.transaction('encoderStates').objectStore('encoderStates');
      expect(await resultOf(states.getAllKeys())).toEqual([
        ['p', 'new'],
        ['q', 'new'],
      ]);
      database.close();
    });
  });

  it('of version 2 opens with everything that was in it, and takes what is written here', async () => {
    const name = freshName();
    await writeSecondVersion(name);
    const storage = await openIdbStorage({ name });
    const contents = { comparisons: [], events: [sampleJudgment('e', 'c')], imports: [] };
    expect(await everythingIn(storage)).toEqual([{ project: sampleProject('q'), contents, heads: HEADS.q }]);
    await storage.add('q', { events: [sampleGeneration('g')] });
    expect((await storage.loadProject('q')).events).toEqual([...contents.events, sampleGeneration('g')]);
    storage.close();
    const database = await openAt(name);
    expect(database.version).toBe(3);
    database.close();
  });
}

/** Opens a database as it is, or at a version. */
export function openAt(
  name: string,
  version?: number,
  upgrade: (database: IDBDatabase) => void = () => undefined,
): Promise<IDBDatabase> {
  const request = indexedDB.open(name, version);
  request.onupgradeneeded = () => upgrade(request.result);
  return resultOf(request);
}

function resultOf<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(new Error('The request failed.', { cause: request.error }));
  });
}
