/** Chooses where the app keeps its data, and says why. */
import { errorCode } from '../core/palateError.ts';
import type { AppStorage } from './appStorage.ts';
import type { ConnectionOptions } from './idbConnection.ts';
import { openIdbStorage } from './idbStorage.ts';
import { createMemoryStorage } from './memoryStorage.ts';

export interface OpenedStorage {
  readonly storage: AppStorage;
  /** One sentence for the person: where the data is kept, or why this window forgets it. */
  readonly reason: string;
}

/**
 * IndexedDB where it is there and answers; otherwise memory, with the reason in words.
 * @throws PalateError `storage-newer`: the data belongs to a newer Palate. An empty app in its place would look
 *   like lost data.
 */
export async function openStorage(options: ConnectionOptions = {}): Promise<OpenedStorage> {
  if (typeof indexedDB === 'undefined') {
    return forgetful('this browser offers no storage (no IndexedDB)');
  }
  try {
    const storage = await openIdbStorage(options);
    return { storage, reason: 'Everything is kept in this browser, on this device.' };
  } catch (error) {
    if (errorCode(error) === 'storage-newer') throw error;
    return errorCode(error) === 'storage-full'
      ? forgetful('there is no room left on this device')
      : forgetful('the browser refused its storage, as some do in private windows');
  }
}

function forgetful(why: string): OpenedStorage {
  return {
    storage: createMemoryStorage(),
    reason: `This window forgets everything when it closes: ${why}. Save a backup file to keep your work.`,
  };
}
