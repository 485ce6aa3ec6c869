/**
 * The storage with its journal: kept twice where both work, once where one of them does. A database that the browser
 * cannot open any more, as after damage to its files, is left alone; the journal then carries the work by itself.
 */
import { messageOf } from '../core/palateError.ts';
import type { AppStorage } from './appStorage.ts';
import {
  JournaledStorage,
  reconcile,
  type Journal,
  type JournalContext,
  type Restored,
} from './journaledStorage.ts';
import type { OpenedStorage } from './openStorage.ts';

export interface KeptStorage {
  readonly storage: AppStorage;
  /** One sentence: where the data is kept, or why this window forgets it. */
  readonly reason: string;
  readonly keptIn: 'database and journal' | 'journal' | 'memory';
  /** Gives the database what the journal has and it lacks. Never rejects: the context is told. */
  reconcile(): Promise<Restored>;
}

const NOTHING: Restored = { projects: 0, records: 0, refused: 0 };

const JOURNAL_ALONE =
  'The database of this browser cannot be opened, so your work is kept in the journal beside it alone. Save a backup file now and then.';

export async function openKept(
  { storage, reason }: OpenedStorage,
  journal: Journal,
  context: JournalContext,
): Promise<KeptStorage> {
  const kept = new JournaledStorage(storage, journal, { ...context, isOnlyCopy: storage.kind === 'memory' });
  const restore = async (): Promise<Restored> => {
    try {
      const restored = await reconcile(storage, journal, context);
      await kept.compactJournal();
      return restored;
    } catch (error) {
      context.onProblem?.(messageOf(error));
      return NOTHING;
    }
  };
  if (storage.kind === 'indexeddb') {
    return { storage: kept, reason, keptIn: 'database and journal', reconcile: restore };
  }
  const canKeep = await journal.count().then(
    () => true,
    () => false,
  );
  if (!canKeep) return { storage, reason, keptIn: 'memory', reconcile: () => Promise.resolve(NOTHING) };
  // That the memory was empty is no loss to be told of.
  return {
    storage: kept,
    reason: JOURNAL_ALONE,
    keptIn: 'journal',
    reconcile: () => restore().then(() => NOTHING),
  };
}
