/**
 * Everything in a database whose shape this Palate does not know, because a newer one wrote it: one line of typed JSON
 * (see `typedJson.ts`) for every record, with its store and key. Nothing is written to the database, not even a version.
 */
import { gzip } from './backupStream.ts';
import { DATABASE_NAME } from './schema.ts';
import { stringifyTyped } from './typedJson.ts';

/** Records read at once. */
const SLICE = 1_000;

/** @throws DOMException of the browser's storage */
export async function exportAsIs(name: string = DATABASE_NAME): Promise<Blob> {
  const database = await resultOf(indexedDB.open(name));
  try {
    return await gzip(linesOf(database));
  } finally {
    database.close();
  }
}

async function* linesOf(database: IDBDatabase): AsyncGenerator<Uint8Array<ArrayBuffer>, void, void> {
  const encoder = new TextEncoder();
  yield encoder.encode(`${stringifyTyped({ palateDatabase: database.version })}\n`);
  for (const storeName of database.objectStoreNames) {
    let after: IDBKeyRange | undefined;
    for (;;) {
      const store = database.transaction(storeName).objectStore(storeName);
      const [keys, values] = await Promise.all([
        resultOf(store.getAllKeys(after, SLICE)),
        resultOf(store.getAll(after, SLICE) as IDBRequest<unknown[]>),
      ]);
      const lines = keys.map((key, index) => stringifyTyped({ store: storeName, key, value: values[index] }));
      if (lines.length > 0) yield encoder.encode(`${lines.join('\n')}\n`);
      if (keys.length < SLICE) break;
      after = IDBKeyRange.lowerBound(keys.at(-1), true);
    }
  }
}

function resultOf<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error ?? new DOMException('The request failed.', 'UnknownError'));
  });
}
