/**
 * Safeguards taken away one at a time, to see that their absence is noticed: a test that passes without what it tests
 * proves nothing. A mutant is a replacement in one source file, made in a copy of the project; the app has no switches.
 */
import type { Mutant } from './mutate.ts';

export const MUTANTS: readonly Mutant[] = [
  {
    name: 'no-journal',
    file: 'src/main.ts',
    find: 'storage: new JournaledStorage(opened.storage, journal, context),',
    replace: 'storage: opened.storage,',
    killedBy: 'damages',
  },
  {
    name: 'no-checksum',
    file: 'src/core/journal.ts',
    find: "if (line[8] !== ' ' || checksum(json) !== line.slice(0, 8)) return undefined;",
    replace: "if (line[8] !== ' ') return undefined;",
    killedBy: 'tests/core/journal.test.ts',
  },
  {
    name: 'no-birth-mark',
    file: 'src/main.ts',
    find: "settings?.setItem(KEPT_MARK, 'yes');",
    replace: '',
    killedBy: 'tests/e2e/durability.spec.ts',
  },
  {
    // The requests have succeeded by then, and yet the transaction may abort.
    name: 'acknowledge-on-success',
    file: 'src/storage/idbConnection.ts',
    find: '    await ended;\n    return result;',
    replace: '    return result;',
    killedBy: 'storageCalls',
  },
  {
    name: 'no-abort-handler',
    file: 'src/storage/idbConnection.ts',
    find: "transaction.addEventListener('abort', () =>",
    replace: "transaction.addEventListener('never', () =>",
    killedBy: 'storageCalls',
  },
  {
    name: 'reopening-without-retry',
    file: 'src/storage/idbConnection.ts',
    find: 'return task(await this.#connect());',
    replace: 'throw error;',
    killedBy: 'tests/storage/idbStorage.test.ts',
  },
];
