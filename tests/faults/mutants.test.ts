/** Mutants fit the sources they are made of. */
import { existsSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { MUTANTS } from './mutants.ts';
import { mutate } from './mutate.ts';

test.each(MUTANTS)('the mutant $name changes one place of $file', (mutant) => {
  const source = readFileSync(mutant.file, 'utf8');
  expect(mutate(mutant, source)).not.toBe(source);
});

test.each(MUTANTS)('what must notice the mutant $name is there', ({ killedBy }) => {
  expect(
    existsSync(/\.(test|spec)\.ts$/.test(killedBy) ? killedBy : `tests/faults/groups/${killedBy}.ts`),
  ).toBe(true);
});

test('no two mutants have one name', () => {
  expect(new Set(MUTANTS.map(({ name }) => name)).size).toBe(MUTANTS.length);
});

test.each([
  ['nowhere', 'a = 1;', 0],
  ['twice', 'b(); b();', 2],
])('a text that stands %s in the file is refused', (_where, source, occurrences) => {
  const mutant = { name: 'm', file: 'f.ts', find: 'b()', replace: 'c()', killedBy: 'kills' };
  expect(() => mutate(mutant, source)).toThrow(`occurs ${occurrences} times in f.ts`);
});
