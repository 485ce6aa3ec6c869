/** Reading texts and fixture files as a person's files would be read. */
import { openAsBlob } from 'node:fs';
import { join } from 'node:path';
import type { ImportReport, ReadComparison } from '../../src/formats/importReport.ts';
import { readPreferences } from '../../src/formats/readPreferences.ts';
import { readRows } from '../../src/formats/rows/readRows.ts';
import type { SourceRow } from '../../src/formats/rows/sourceRow.ts';

export interface ReadFile {
  readonly report: ImportReport;
  readonly comparisons: readonly ReadComparison[];
}

/** A fixture of tests/fixtures/formats. */
export function fixture(name: string): Promise<Blob> {
  return openAsBlob(join(import.meta.dirname, '../fixtures/formats', name));
}

export async function importText(text: string, name: string, knownIds?: Iterable<string>): Promise<ReadFile> {
  return importBlob(new Blob([text]), name, knownIds);
}

export async function importBlob(file: Blob, name: string, knownIds?: Iterable<string>): Promise<ReadFile> {
  const comparisons: ReadComparison[] = [];
  const report = await readPreferences(file, name, {
    knownIds,
    onBatch: (batch) => void comparisons.push(...batch),
  });
  return { report, comparisons };
}

/** The text that a comparison says is better; undefined for ties. */
export function chosenText({ verdict, a, b }: ReadComparison): string | undefined {
  return verdict === 'a' ? a.text : verdict === 'b' ? b.text : undefined;
}

export function rejectedText({ verdict, a, b }: ReadComparison): string | undefined {
  return verdict === 'a' ? b.text : verdict === 'b' ? a.text : undefined;
}

export async function rowsOf(
  content: string | Uint8Array<ArrayBuffer> | Blob,
  name: string,
): Promise<SourceRow[]> {
  const rows: SourceRow[] = [];
  const file = content instanceof Blob ? content : new Blob([content]);
  for await (const batch of readRows(file, name)) rows.push(...batch.rows);
  return rows;
}

export async function gzipped(content: string): Promise<Blob> {
  const packed = new Blob([content]).stream().pipeThrough(new CompressionStream('gzip'));
  return new Response(packed).blob();
}
