/** Holds what a file is read as against what is known of it. */
import { readPreferences } from '../../src/formats/readPreferences.ts';
import type { BrokenFile } from './brokenFiles.ts';

/** @returns what is wrong with the account of the file; undefined when it is right */
export async function misreading(file: BrokenFile): Promise<string | undefined> {
  let kept = 0;
  try {
    const report = await readPreferences(new Blob([file.bytes]), file.name, {
      onBatch: (batch) => void (kept += batch.length),
    });
    const named = [...new Set(report.rejected.map(({ line }) => line))];
    const isNamed = JSON.stringify(named) === JSON.stringify(file.brokenLines);
    if (!isNamed) return `${file.story}: named lines ${named.join()}, broken are ${file.brokenLines.join()}`;
    const sum = report.imported + report.ties + report.rejected.length + report.duplicates.length;
    if (sum !== report.entries) return `${file.story}: the account does not add up`;
    return kept === file.comparisons
      ? undefined
      : `${file.story}: ${kept} kept, ${file.comparisons} are there`;
  } catch (error) {
    return `${file.story}: ${String(error)}`;
  }
}
