/**
 * The download worker's service: brings the files of a model from the hub, or from a folder of the person's, onto the
 * shelf. Nothing is on the shelf as whole that was not checked to its last byte; whatever ends a download, the next
 * goes on from what is right and begins anew with what is not.
 */
import { chooseFiles, type Weights } from '../src/core/hubListing.ts';
import { readManifest, totalBytes, type ModelFile, type ModelManifest } from '../src/core/modelManifest.ts';
import { PalateError } from '../src/core/palateError.ts';
import {
  cancelled,
  failed,
  fileOf,
  Hub,
  requireNoStandIn,
  spoilt,
  SpoiltDownload,
  type Answer,
  type Asked,
  type Fetch,
} from './hub.ts';
import { IncomingFile } from './incomingFile.ts';
import { keepFolder, requirePaths } from './keepFolder.ts';
import type { DownloadProgress, FoundModel, ModelDownloadApi, PickedFile } from './modelDownloadApi.ts';
import type { KeptModel, ModelShelf } from './modelShelf.ts';
import { createYield } from './yieldToEvents.ts';

/** What is used of the browser. */
export interface DownloadContext {
  readonly fetch: Fetch;
  readonly openShelf: () => Promise<ModelShelf>;
  readonly locks: Pick<LockManager, 'request'>;
  /** How long an answer may be silent. */
  readonly patienceMs?: number;
}

type Tell = (progress: DownloadProgress) => void;

const PROGRESS_MS = 100;
/** Enough of the beginning to tell a file from what is often sent in its place. */
const HEAD_LENGTH = 64;

export class ModelDownloadService implements ModelDownloadApi {
  readonly #context: DownloadContext;
  readonly #hub: Hub;
  #stop = new AbortController();

  constructor(context: DownloadContext) {
    this.#context = context;
    this.#hub = new Hub(context.fetch, context.patienceMs);
  }

  async describe(repository: string, revision: string, weights: Weights): Promise<FoundModel> {
    const listing = await this.#hub.list(repository, revision, this.#stop.signal);
    const refuse = (problem: string): never => {
      throw new PalateError('download-failed', `${repository} cannot be used: ${problem}.`);
    };
    if (listing.isGated) {
      refuse(
        'its licence must be accepted on huggingface.co by people who signed in, and Palate signs in nowhere. ' +
          'Choose another model, or download it there and open its folder here',
      );
    }
    const files = chooseFiles(listing, weights);
    if (typeof files === 'string') return refuse(`${files}. Choose another model or other weights`);
    return { repository, commit: listing.commit, files };
  }

  async download(wanted: ModelManifest, onProgress: Tell): Promise<void> {
    const manifest = readManifest(wanted);
    if (!manifest.repository || !manifest.commit) {
      throw new PalateError('download-failed', `${manifest.id} is from a folder: open that folder again.`);
    }
    await this.#alone(manifest.id, async (shelf, signal) => {
      await shelf.begin(manifest);
      const tell = tellSometimes(onProgress);
      const total = totalBytes(manifest);
      let done = 0;
      for (const file of manifest.files) {
        const at = (size: number): void => tell({ done: done + size, total, path: file.path });
        if (!(await shelf.isKept(manifest.id, file)))
          await this.#fetchFile(shelf, manifest, file, signal, at);
        done += file.bytes;
      }
      onProgress({ done, total, path: manifest.files.at(-1)?.path ?? '' });
    });
  }

  async addFolder(id: string, files: readonly PickedFile[], onProgress: Tell): Promise<ModelManifest> {
    requirePaths(files);
    const tell = tellSometimes(onProgress);
    return this.#alone(id, (shelf, signal) => keepFolder(shelf, id, files, signal, tell));
  }

  async list(): Promise<readonly KeptModel[]> {
    return (await this.#context.openShelf()).list();
  }

  async forget(id: string): Promise<void> {
    await this.#context.locks.request(lockOf(id), { ifAvailable: true }, async (lock) => {
      if (lock) return (await this.#context.openShelf()).forget(id);
      const problem = `${id} cannot be deleted: it is being fetched, here or in another tab`;
      throw new PalateError('download-failed', `${problem}. Cancel that first.`);
    });
  }

  cancel(): Promise<void> {
    this.#stop.abort();
    this.#stop = new AbortController();
    return Promise.resolve();
  }

  ping(): Promise<void> {
    return Promise.resolve();
  }

  /** One tab works at a model; the others wait, and find what it did. */
  async #alone<T>(id: string, run: (shelf: ModelShelf, signal: AbortSignal) => Promise<T>): Promise<T> {
    const { signal } = this.#stop;
    try {
      return await this.#context.locks.request(lockOf(id), { signal }, async () => {
        signal.throwIfAborted();
        return run(await this.#context.openShelf(), signal);
      });
    } catch (error) {
      if (signal.aborted) throw cancelled();
      if ((error as Error).name !== 'QuotaExceededError') throw error;
      const advice = 'Delete a model, or free space on this device, then try again';
      throw new PalateError('storage-full', `There is no room for ${id}. ${advice}.`, { cause: error });
    }
  }

  async #fetchFile(
    shelf: ModelShelf,
    manifest: ModelManifest,
    file: ModelFile,
    signal: AbortSignal,
    tell: (size: number) => void,
  ): Promise<void> {
    const incoming = await IncomingFile.open(shelf, manifest.id, file, () => signal.throwIfAborted());
    try {
      if (!incoming.isRight()) {
        const asked = fileOf(manifest, file);
        const span = { from: incoming.size, bytes: file.bytes };
        await receive(await this.#hub.ask(asked, span, signal), asked, file, incoming, tell);
      }
    } catch (error) {
      if (error instanceof SpoiltDownload) incoming.empty();
      throw error;
    } finally {
      incoming.close();
    }
    await shelf.keep(manifest.id, file);
  }
}

function lockOf(id: string): string {
  return `palate model ${id}`;
}

/**
 * Writes what is sent after what is there.
 * @throws PalateError `download-failed`; a SpoiltDownload where nothing of the file can be kept
 */
async function receive(
  answer: Answer,
  asked: Asked,
  { bytes, digest }: ModelFile,
  incoming: IncomingFile,
  tell: (size: number) => void,
): Promise<void> {
  if (answer.from === 0) incoming.empty();
  const yieldIfDue = createYield();
  let head = '';
  for await (const piece of answer.pieces) {
    if (answer.from === 0 && head.length < HEAD_LENGTH) {
      head += String.fromCharCode(...piece.subarray(0, HEAD_LENGTH - head.length));
      requireNoStandIn(asked, head);
    }
    if (incoming.size + piece.length > bytes) {
      throw spoilt(asked, `more came than the ${bytes} bytes that belong there`);
    }
    incoming.write(piece);
    tell(incoming.size);
    await yieldIfDue();
  }
  if (incoming.size < bytes) {
    if (incoming.size === 0) throw failed(asked, 'the answer was empty', 'Try again');
    const problem = `the answer ended after ${incoming.size} of ${bytes} bytes`;
    throw failed(asked, problem, 'Try again: it goes on from there');
  }
  if (incoming.isRight()) return;
  const name = { sha256: 'SHA-256', git: "git's hash" }[digest.kind];
  throw spoilt(asked, `its bytes are not those that belong there: ${name} differs`);
}

/** No more often than a person can see. */
function tellSometimes(onProgress: Tell): Tell {
  let last = -Infinity;
  return (progress) => {
    const now = performance.now();
    if (now - last < PROGRESS_MS) return;
    last = now;
    onProgress(progress);
  };
}
