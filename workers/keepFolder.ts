/**
 * Takes a model from a folder the person picked. Nobody says what its files must be, so they are held against what
 * they were when they were picked; every byte is read twice, for its hash and to be kept where it still has that hash.
 */
import { isModelPath, readManifest, type ModelFile, type ModelManifest } from '../src/core/modelManifest.ts';
import { messageOf, PalateError } from '../src/core/palateError.ts';
import { createHasher, feed } from './fileDigest.ts';
import { IncomingFile } from './incomingFile.ts';
import type { DownloadProgress, PickedFile } from './modelDownloadApi.ts';
import type { ModelShelf } from './modelShelf.ts';

type OnPiece = (piece: Uint8Array) => void;

/** @throws PalateError `bad-file` for a path that no model has */
export function requirePaths(files: readonly PickedFile[]): void {
  const other = files.find(({ path }) => !isModelPath(path));
  if (!other) return;
  const allowed = 'letters without accents, digits, dots and dashes, in at most three folders';
  throw new PalateError('bad-file', `A model cannot have a file named ${other.path}: ${allowed}.`);
}

/**
 * @param tell how much of the work is done, as bytes of the folder
 * @throws PalateError `bad-file`; QuotaExceededError; and then nothing is left of it
 */
export async function keepFolder(
  shelf: ModelShelf,
  id: string,
  files: readonly PickedFile[],
  signal: AbortSignal,
  tell: (progress: DownloadProgress) => void,
): Promise<ModelManifest> {
  const total = files.reduce((sum, { file }) => sum + file.size, 0);
  let read = 0;
  const onPiece = (path: string) => (piece: Uint8Array) => {
    signal.throwIfAborted();
    read += piece.length;
    tell({ done: read / 2, total, path });
  };
  const described: ModelFile[] = [];
  for (const { path, file } of files) described.push(await describe(path, file, onPiece(path)));
  const manifest = manifestOf(id, described);
  try {
    await shelf.begin(manifest);
    for (const [index, { path, file }] of files.entries()) {
      await keep(shelf, id, manifest.files[index], file, onPiece(path));
    }
    return manifest;
  } catch (error) {
    await shelf.forget(id);
    throw error;
  }
}

async function describe(path: string, file: Blob, onPiece: OnPiece): Promise<ModelFile> {
  const hasher = createHasher('sha256', file.size);
  await readPicked(path, feed(hasher, file, onPiece));
  return { path, bytes: file.size, digest: { kind: 'sha256', hex: hasher.digest() } };
}

function manifestOf(id: string, files: readonly ModelFile[]): ModelManifest {
  try {
    return readManifest({ id, files });
  } catch (error) {
    const message = `This folder cannot be kept as a model: ${messageOf(error)}`;
    throw new PalateError('bad-file', message, { cause: error });
  }
}

async function keep(
  shelf: ModelShelf,
  id: string,
  file: ModelFile,
  picked: Blob,
  onPiece: OnPiece,
): Promise<void> {
  if (await shelf.isKept(id, file)) return;
  const incoming = await IncomingFile.open(shelf, id, file, () => undefined);
  try {
    incoming.empty();
    const onEach = (piece: Uint8Array): void => {
      onPiece(piece);
      incoming.write(piece);
    };
    await readPicked(file.path, feed(undefined, picked, onEach));
    if (!incoming.isRight()) {
      throw new PalateError('bad-file', `${file.path} changed while it was read. Open the folder again.`);
    }
  } finally {
    incoming.close();
  }
  await shelf.keep(id, file);
}

/** A picked file that is moved, changed or on a disk that is gone can no longer be read. */
async function readPicked(path: string, reading: Promise<void>): Promise<void> {
  try {
    await reading;
  } catch (error) {
    if (!/^Not(Readable|Found)Error$/.test((error as Error).name)) throw error;
    const message = `${path} can no longer be read: it was changed, moved or deleted. Open the folder again.`;
    throw new PalateError('bad-file', message, { cause: error });
  }
}
