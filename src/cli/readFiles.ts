/** Files from disk, through the app's own readers. Every error names the file. */
import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { PalateError } from '../core/palateError.ts';
import { otherSide, promptText, STRENGTH_WEIGHT, type Side } from '../core/preference.ts';
import type { PreferencePair } from '../core/preferencePairs.ts';
import type { ImportReport, ReadComparison } from '../formats/importReport.ts';
import { readPreferences } from '../formats/readPreferences.ts';

export interface FilePairs {
  readonly pairs: readonly PreferencePair[];
  /** Pairs that the file calls equal; which response is called chosen says nothing. Both bad is no tie. */
  readonly ties: readonly PreferencePair[];
  readonly report: ImportReport;
}

/** @throws PalateError `bad-file` when the file is not there, cannot be read or holds no preference */
export async function readPairs(path: string): Promise<FilePairs> {
  const pairs: PreferencePair[] = [];
  const ties: PreferencePair[] = [];
  const report = await readPreferences(await openFile(path), basename(path), {
    onBatch: (batch) => {
      for (const comparison of batch) {
        if (comparison.verdict === 'tie') ties.push(pairOf(comparison, 'a'));
        else if (comparison.verdict !== 'both-bad') pairs.push(pairOf(comparison, comparison.verdict));
      }
    },
  });
  if (pairs.length === 0) {
    const first = report.rejected.at(0);
    const why = first ? ` Line ${first.line}: ${first.reason}.` : '';
    throw new PalateError('bad-file', `${path} holds no preference that can be used.${why}`);
  }
  return { pairs, ties, report };
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

function pairOf(comparison: ReadComparison, better: Side): PreferencePair {
  const { id, prompt, strength, targetMargin = 0 } = comparison;
  return {
    comparisonId: id,
    prompt: promptText(prompt),
    chosen: comparison[better].text,
    rejected: comparison[otherSide(better)].text,
    weight: STRENGTH_WEIGHT[strength],
    targetMargin,
    isControl: true,
  };
}
