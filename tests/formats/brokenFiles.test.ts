/** Generated files with known broken lines; `npm run test:faults -- --only input` reads thousands more. */
import fc from 'fast-check';
import { test } from 'vitest';
import { brokenJsonLines, brokenJsonList, brokenTable, type BrokenFile } from '../helpers/brokenFiles.ts';
import { misreading } from '../helpers/misreading.ts';

test.each<[string, fc.Arbitrary<BrokenFile>]>([
  ['JSON Lines', brokenJsonLines],
  ['a JSON list', brokenJsonList],
  ['a table', brokenTable],
])('%s: every broken line is named, all others are in', (_, files) =>
  fc.assert(
    fc.asyncProperty(files, async (file) => {
      const problem = await misreading(file);
      if (problem !== undefined) throw new Error(problem);
    }),
    { numRuns: 60 },
  ),
);
