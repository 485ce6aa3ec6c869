/** What the encoder, the importer and the journal are asked, and what comes of it undisturbed. */
import { encodeAct, type JournalAct } from '../../../src/core/journal.ts';
import { errorCode } from '../../../src/core/palateError.ts';
import { textHash } from '../../../src/core/textHash.ts';
import { DEFAULT_ENCODER_ID } from '../../../src/encoder/catalogue.ts';
import type { ReadComparison } from '../../../src/formats/importReport.ts';
import type { EncodeRequest, EncoderApi } from '../../../workers/encoderApi.ts';
import { EncoderService } from '../../../workers/encoderService.ts';
import type { ImporterApi } from '../../../workers/importerApi.ts';
import { ImporterService } from '../../../workers/importerService.ts';
import type { JournalApi } from '../../../workers/journalApi.ts';

export interface Apis {
  readonly encoder: EncoderApi;
  readonly importer: ImporterApi;
  readonly journal: JournalApi;
}
export type Reading = 'readPreferences' | 'readCandidates';

const PAIRS = 60;
const ROWS = 1_500;
/** Acts appended in one go. */
const LINES = 6;

function nothing(): void {}

function encodeRequest(): EncodeRequest {
  const inputs = Array.from({ length: 2 * PAIRS }, (_, row) => ({
    prompt: `Question ${row >> 1}: how is tea made in house ${row >> 1}?`,
    response: `Answer ${row}. ${'Boil the water, warm the pot, and wait. '.repeat(1 + (row % 7))}`,
  }));
  return {
    encoderId: DEFAULT_ENCODER_ID,
    inputs,
    cached: inputs.map(() => undefined),
    promptOfRow: Uint32Array.from(inputs, (_, row) => row >> 1),
    state: { kind: 'fit', pairs: Uint32Array.from(inputs, (_, row) => row), seed: 1 },
  };
}

function textOf(rows: (row: number) => string): Blob {
  return new Blob(Array.from({ length: ROWS }, (_, row) => `${rows(row)}\n`));
}

/** Every hundredth row is broken, every fiftieth there before. */
const PREFERENCES = textOf((row) => {
  if (row % 100 === 99) return '{"prompt": "broken",';
  const prompt = `Question ${row % 50 === 49 ? row - 1 : row}`;
  return JSON.stringify({ prompt, chosen: 'Boil the water. '.repeat(9), rejected: 'No idea.' });
});
const CANDIDATES = textOf((row) =>
  JSON.stringify({ prompt: `Question ${row}`, responses: ['Boil the water.', 'No idea.'] }),
);

function contentOf(value: unknown): string {
  return textHash(
    JSON.stringify(value, (_, part: unknown) =>
      ArrayBuffer.isView(part) ? Array.from(part as Float32Array) : part,
    ),
  );
}

async function encodedBy(encoder: EncoderApi): Promise<string> {
  return contentOf(await encoder.encode(encodeRequest(), nothing));
}

/** The report, and what came with this reading. */
async function readBy(importer: ImporterApi, reading: Reading): Promise<string> {
  if (reading === 'readCandidates') {
    return contentOf(await importer.readCandidates(CANDIDATES, 'mine.jsonl', nothing));
  }
  const comparisons: ReadComparison[] = [];
  const onBatch = (batch: readonly ReadComparison[]): void => void comparisons.push(...batch);
  const report = await importer.readPreferences(PREFERENCES, 'mine.jsonl', [], onBatch, nothing);
  return contentOf({ report, comparisons });
}

const undisturbed: Partial<Record<Reading | 'encode', Promise<string>>> = {};

/** Whether the features, the state and the measurements are those that this page makes. @throws PalateError */
export async function encodesTheSame(encoder: EncoderApi): Promise<boolean> {
  undisturbed.encode ??= encodedBy(new EncoderService());
  return (await encodedBy(encoder)) === (await undisturbed.encode);
}

/** Whether the report and the rows are those that this page reads. @throws PalateError */
export async function readsTheSame(importer: ImporterApi, reading: Reading): Promise<boolean> {
  undisturbed[reading] ??= readBy(new ImporterService(), reading);
  return (await readBy(importer, reading)) === (await undisturbed[reading]);
}

let acts = 0;
/** Ids of acts that the journal said were on the disk, and of acts in whose way a worker died. */
const saved: string[] = [];
const refused: string[] = [];

/** @returns whether all acts were kept. @throws Error naming acts that were called saved and are not read once */
export async function keepsActs(journal: JournalApi): Promise<boolean> {
  const before = refused.length;
  for (let line = 0; line < LINES; line++) await append(journal);
  const read = (await journal.read()).acts.map(({ act }) => act);
  const lost = saved.filter((id) => read.filter((one) => one === id).length !== 1);
  if (lost.length > 0) throw new Error(`lost, or there twice: ${lost.join(', ')}`);
  return refused.length === before;
}

async function append(journal: JournalApi): Promise<void> {
  const id = `act-${acts++}`;
  const act: JournalAct = { act: id, at: acts, kind: 'add', projectId: 'p', events: [{ id }] };
  try {
    await journal.append(encodeAct(act));
    saved.push(id);
  } catch (error) {
    if (errorCode(error) !== 'worker-died') throw error;
    refused.push(id);
  }
}

/** How often each act that was called saved stands in the files, and in how many files. */
export async function savedInFiles(): Promise<{ readonly times: readonly number[]; readonly files: number }> {
  const root = await navigator.storage.getDirectory();
  const folder = await root.getDirectoryHandle('journal');
  const texts: string[] = [];
  for await (const file of folder.values()) {
    texts.push(await (await (file as FileSystemFileHandle).getFile()).text());
  }
  const all = texts.join('');
  return { times: saved.map((id) => all.split(`"act":"${id}"`).length - 1), files: texts.length };
}
