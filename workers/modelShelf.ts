/**
 * Where models lie on this device: one folder each in the origin's private file system, and in it the manifest and a
 * file for every hash the manifest names. A file is named after its own hash, so that a new manifest takes over what
 * is the same and never takes one for another; a mark beside it says that it was checked and is whole. A file without
 * its mark is one that is coming in, and is gone on with from its end.
 *
 * Written by the download worker; other workers read.
 */
import { readManifest, type ModelFile, type ModelManifest } from '../src/core/modelManifest.ts';
import { PalateError } from '../src/core/palateError.ts';
import { isFile } from './fileDigest.ts';

const FOLDER = 'models';
const MANIFEST = 'manifest.json';
const MARK = '.whole';

/** A model on this device. */
export interface KeptModel {
  /** Without files where it can no longer be read. */
  readonly manifest: ModelManifest;
  readonly isWhole: boolean;
  /** Bytes on the disk, of whole and begun files. */
  readonly bytes: number;
}

export class ModelShelf {
  readonly #folder: FileSystemDirectoryHandle;

  constructor(folder: FileSystemDirectoryHandle) {
    this.#folder = folder;
  }

  static async open(): Promise<ModelShelf> {
    const root = await navigator.storage.getDirectory();
    return new ModelShelf(await root.getDirectoryHandle(FOLDER, { create: true }));
  }

  /** Makes the folder of a model, and lets go of what belonged to another manifest of the same id. */
  async begin(manifest: ModelManifest): Promise<void> {
    const folder = await this.#model(manifest.id, true);
    const wanted = new Set(manifest.files.map(({ digest }) => digest.hex));
    const others: string[] = [];
    for await (const name of folder.keys()) {
      if (name !== MANIFEST && !wanted.has(name.replace(MARK, ''))) others.push(name);
    }
    for (const name of others) await remove(folder, name);
    await write(folder, MANIFEST, new TextEncoder().encode(JSON.stringify(manifest)));
  }

  /** The bytes there are of a file that is not whole: none where it was not begun. */
  async begun(id: string, { digest }: ModelFile): Promise<Blob> {
    const folder = await this.#model(id, true);
    return (await folder.getFileHandle(digest.hex, { create: true })).getFile();
  }

  /**
   * Opens a file to write on it; the caller closes it.
   * @throws NoModificationAllowedError where another tab has it open
   */
  async write(id: string, { digest }: ModelFile): Promise<FileSystemSyncAccessHandle> {
    const folder = await this.#model(id, true);
    return (await folder.getFileHandle(digest.hex, { create: true })).createSyncAccessHandle();
  }

  /** Says of a file that is written, closed and checked that it is whole. */
  async keep(id: string, { digest }: ModelFile): Promise<void> {
    await (await this.#model(id)).getFileHandle(digest.hex + MARK, { create: true });
  }

  async isKept(id: string, file: ModelFile): Promise<boolean> {
    return (await wholeFile(await this.#model(id), file)) !== undefined;
  }

  /** The mark goes first: whoever is ended in between leaves a file that is looked at again. */
  async drop(id: string, { digest }: ModelFile): Promise<void> {
    const folder = await this.#model(id);
    await remove(folder, digest.hex + MARK);
    await remove(folder, digest.hex);
  }

  /**
   * All files of a model, by path. They were checked when they came in; `verify` looks again.
   * @throws PalateError `model-missing`
   */
  async open(id: string): Promise<Map<string, File>> {
    const { folder, manifest } = await this.#read(id);
    const files = new Map<string, File>();
    for (const file of manifest.files) {
      const found = await wholeFile(folder, file);
      if (!found) throw missing(id, `its file ${file.path} is not whole on this device`);
      files.set(file.path, found);
    }
    return files;
  }

  /**
   * Reads a file to its end and checks it against the manifest; one that fails is deleted.
   * @throws PalateError `model-missing` naming it
   */
  async verify(id: string, path: string): Promise<void> {
    const { folder, manifest } = await this.#read(id);
    const file = manifest.files.find((one) => one.path === path);
    const found = file && (await wholeFile(folder, file));
    if (!found) throw missing(id, `its file ${path} is not whole on this device`);
    if (await isFile(file, found)) return;
    await this.drop(id, file);
    throw missing(id, `its file ${path} is no longer what was checked when it came in, and was deleted`);
  }

  async list(): Promise<KeptModel[]> {
    const kept: KeptModel[] = [];
    for await (const [name, folder] of this.#folder.entries()) {
      if (folder.kind === 'directory') kept.push(await describe(decodeURIComponent(name), folder));
    }
    return kept.sort((one, other) => (one.manifest.id < other.manifest.id ? -1 : 1));
  }

  async forget(id: string): Promise<void> {
    await remove(this.#folder, encodeURIComponent(id));
  }

  async #read(id: string): Promise<{ folder: FileSystemDirectoryHandle; manifest: ModelManifest }> {
    const folder = await this.#model(id).catch((error: unknown) => nothingIfAbsent(error));
    const manifest = folder && (await readKeptManifest(folder));
    if (!manifest) throw missing(id, 'it is not on this device');
    return { folder, manifest };
  }

  #model(id: string, create = false): Promise<FileSystemDirectoryHandle> {
    return this.#folder.getDirectoryHandle(encodeURIComponent(id), { create });
  }
}

function missing(id: string, what: string): PalateError {
  return new PalateError(
    'model-missing',
    `The model ${id} cannot be used: ${what}. Download it again; what is whole is not fetched twice.`,
  );
}

async function wholeFile(
  folder: FileSystemDirectoryHandle,
  { bytes, digest }: ModelFile,
): Promise<File | undefined> {
  const mark = await folder.getFileHandle(digest.hex + MARK).catch(nothingIfAbsent);
  const handle = mark && (await folder.getFileHandle(digest.hex).catch(nothingIfAbsent));
  const file = await handle?.getFile();
  return file?.size === bytes ? file : undefined;
}

/** @returns undefined where there is none, or none that can be read: then what lies here is of no use */
async function readKeptManifest(folder: FileSystemDirectoryHandle): Promise<ModelManifest | undefined> {
  const handle = await folder.getFileHandle(MANIFEST).catch(nothingIfAbsent);
  const text = await (await handle?.getFile())?.text();
  try {
    return text === undefined ? undefined : readManifest(JSON.parse(text));
  } catch {
    return undefined;
  }
}

async function describe(id: string, folder: FileSystemDirectoryHandle): Promise<KeptModel> {
  const manifest = (await readKeptManifest(folder)) ?? { id, files: [] };
  const whole = await Promise.all(manifest.files.map((file) => wholeFile(folder, file)));
  let bytes = 0;
  for await (const file of folder.values()) {
    if (file.kind === 'file') bytes += (await file.getFile()).size;
  }
  return { manifest, isWhole: manifest.files.length > 0 && whole.every(Boolean), bytes };
}

async function write(
  folder: FileSystemDirectoryHandle,
  name: string,
  bytes: Uint8Array<ArrayBuffer>,
): Promise<void> {
  const handle = await (await folder.getFileHandle(name, { create: true })).createSyncAccessHandle();
  try {
    handle.truncate(0);
    writeAll(handle, bytes, 0);
    handle.flush();
  } finally {
    handle.close();
  }
}

/**
 * Where there is no room, Chromium 150 throws nothing and says that 4,294,967,288 bytes were written: its error −8, read
 * as a number without sign.
 * @throws QuotaExceededError where not all was written
 */
export function writeAll(handle: FileSystemSyncAccessHandle, bytes: Uint8Array, at: number): void {
  const written = handle.write(bytes, { at });
  if (written === bytes.length) return;
  throw new DOMException(`Not all of ${bytes.length} bytes were written.`, 'QuotaExceededError');
}

async function remove(folder: FileSystemDirectoryHandle, name: string): Promise<void> {
  await folder.removeEntry(name, { recursive: true }).catch(nothingIfAbsent);
}

function nothingIfAbsent(error: unknown): undefined {
  if ((error as Error).name !== 'NotFoundError') throw error;
}
