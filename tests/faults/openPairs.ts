/** Pairs to judge, more than the deck has, as files that the app takes in. */
import { newComparison, userPrompt } from '../../src/state/newComparison.ts';
import { writeBackup } from '../../src/storage/backup.ts';
import { createMemoryStorage } from '../../src/storage/memoryStorage.ts';
import { sampleProject } from '../helpers/storageSamples.ts';

export interface UploadedFile {
  readonly name: string;
  readonly mimeType: string;
  readonly buffer: Buffer;
}

/** A backup file of one project in which nothing is judged yet. */
export async function backupOfOpenPairs(count: number): Promise<UploadedFile> {
  const storage = createMemoryStorage();
  const comparisons = Array.from({ length: count }, (_, index) =>
    newComparison(
      userPrompt(`Question ${index}: what is said of ${index}?`),
      { text: `Much can be said of ${index}.` },
      { text: `Of ${index}, nothing at all.` },
      { kind: 'typed' },
    ),
  );
  await storage.add('open', { project: sampleProject('open'), comparisons });
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
