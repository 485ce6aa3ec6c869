/** Files from disk, through the app's own readers. Every error names the file. */
import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { PalateError } from '../core/palateError.ts';
import { promptText, STRENGTH_WEIGHT } from '../core/preference.ts';
import type { PreferencePair } from '../core/preferencePairs.ts';
import type { ImportReport, ReadComparison } from '../formats/importReport.ts';
import { readPreferences } from '../formats/readPreferences.ts';

export interface FilePairs {
  readonly pairs: readonly PreferencePair[];
  readonly report: ImportReport;
}

/** @throws PalateError `bad-file` when the file is not there, cannot be read or holds no preference */
export async function readPairs(path: string): Promise<FilePairs> {
  const pairs: PreferencePair[] = [];
  const report = await readPreferences(await openFile(path), basename(path), {
    onBatch: (batch) => {
      for (const comparison of batch) pairs.push(...pairOf(comparison));
    },
  });
  if (pairs.length === 0) {
    const first = report.rejected.at(0);
    const why = first ? ` Line ${first.line}: ${first.reason}.` : '';
    throw new PalateError('bad-file', `${path} holds no preference that can be used.${why}`);
  }
  return { pairs, report };
}

/** @throws PalateError `bad-file` naming the path and the reason */
export async function openFile(path: string): Promise<Blob> {
  try {
    return new Blob([await readFile(path)]);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const reason = code === 'ENOENT' ? 'there is no such file' : (error as Error).message;
    throw new PalateError('bad-file', `${path} cannot be read: ${reason}.`, { cause: error });
  }
}

/** One pair for a comparison with a direction, none for a tie. */
function pairOf(comparison: ReadComparison): PreferencePair[] {
  const { verdict, id, prompt, strength, targetMargin = 0 } = comparison;
  if (verdict !== 'a' && verdict !== 'b') return [];
  const chosen = comparison[verdict].text;
  const rejected = comparison[verdict === 'a' ? 'b' : 'a'].text;
  return [
    {
      comparisonId: id,
      prompt: promptText(prompt),
      chosen,
      rejected,
      weight: STRENGTH_WEIGHT[strength],
      targetMargin,
      isControl: true,
    },
  ];
}
