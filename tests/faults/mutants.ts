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
];
