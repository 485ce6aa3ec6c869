/** Pairs to judge, more than the deck has, as files that the app takes in. */
import type { Page } from 'playwright';
import { newComparison, userPrompt } from '../../src/state/newComparison.ts';
import { writeBackup } from '../../src/storage/backup.ts';
import { createMemoryStorage } from '../../src/storage/memoryStorage.ts';
import { sampleProject } from '../helpers/storageSamples.ts';

/** Uploads them. */
export async function openPairsIn(page: Page, count: number): Promise<void> {
  const address = page.url().replace(/#.*$/, '');
  await page.goto(`${address}#/data`);
  await page
    .locator('input[type=file]')
    .last()
    .setInputFiles(await backupOfOpenPairs(count));
  await page.getByText('were here already').waitFor();
  await page.goto(`${address}#/compare`);
}

interface UploadedFile {
  readonly name: string;
  readonly mimeType: string;
  readonly buffer: Buffer;
}

/** A backup file of one project in which nothing is judged yet, and whose head does not follow every judgment. */
async function backupOfOpenPairs(count: number): Promise<UploadedFile> {
  const storage = createMemoryStorage();
  const comparisons = Array.from({ length: count }, (_, index) =>
    newComparison(
      userPrompt(`Question ${index}: what is said of ${index}?`),
      { text: `Much can be said of ${index}.` },
      { text: `Of ${index}, nothing at all.` },
      { kind: 'typed' },
    ),
  );
  const sample = sampleProject('open');
  const project = { ...sample, settings: { ...sample.settings, headKind: 'mlp' } as const };
  await storage.add('open', { project, comparisons });
  const content = await writeBackup(storage, 0);
  return {
    name: 'open.palate.jsonl.gz',
    mimeType: 'application/gzip',
    buffer: Buffer.from(await content.arrayBuffer()),
  };
}

/** A file of preferences, one a line. */
export function preferenceFile(name: string, count: number): UploadedFile {
  const lines = Array.from({ length: count }, (_, index) =>
    JSON.stringify({
      prompt: `${name} ${index}: which of the two?`,
      chosen: `The first of ${index}, since it comes before the second.`,
      rejected: `The second of ${index}.`,
    }),
  );
  return { name: `${name}.jsonl`, mimeType: 'application/jsonl', buffer: Buffer.from(lines.join('\n')) };
}
