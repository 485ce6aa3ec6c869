/** What models lie on this device, one coming in at a time, of whatever kind, and what became of it. */
import { totalBytes, type ModelManifest } from '../core/modelManifest.ts';
import { errorCode, messageOf } from '../core/palateError.ts';
import type { FilesChoice } from '../core/sentenceModel.ts';
import type {
  DownloadProgress,
  FoundModel,
  KeptModel,
  ModelDownloadApi,
  PickedFile,
} from '../../workers/modelDownloadApi.ts';

/** The id is that of a model, or of the place where one was asked for whose id is not known yet. */
export type DownloadStatus =
  | { readonly kind: 'idle' }
  | { readonly kind: 'asking'; readonly id: string }
  | {
      readonly kind: 'downloading';
      readonly id: string;
      readonly progress: DownloadProgress;
    }
  | { readonly kind: 'cancelled' | 'done'; readonly id: string }
  | { readonly kind: 'failed'; readonly id: string; readonly message: string };

export class ModelDownloads {
  readonly #worker: ModelDownloadApi;
  readonly #protect: () => Promise<void>;
  #hasAsked = $state(false);
  #kept = $state.raw<readonly KeptModel[]>();
  #status = $state.raw<DownloadStatus>({ kind: 'idle' });
  #problem = $state.raw<string>();

  constructor(worker: ModelDownloadApi, protect: () => Promise<void> = () => Promise.resolve()) {
    this.#worker = worker;
    this.#protect = protect;
  }

  /** Undefined until `look` has ended. */
  get kept(): readonly KeptModel[] | undefined {
    return this.#kept;
  }
  get status(): DownloadStatus {
    return this.#status;
  }
  /** Why it cannot be said what is on this device. */
  get problem(): string | undefined {
    return this.#problem;
  }
  /** Whether the hub was asked for anything since the page opened. */
  get hasAsked(): boolean {
    return this.#hasAsked;
  }
  get isBusy(): boolean {
    return this.#status.kind === 'asking' || this.#status.kind === 'downloading';
  }

  isKept(id: string): boolean {
    return this.#kept?.some(({ manifest, isWhole }) => manifest.id === id && isWhole) ?? false;
  }

  /** On the disk, whole or begun. */
  bytesOf(id: string): number {
    return this.#kept?.find(({ manifest }) => manifest.id === id)?.bytes ?? 0;
  }

  async look(): Promise<void> {
    try {
      this.#kept = await this.#worker.list();
      this.#problem = undefined;
    } catch (error) {
      this.#problem = messageOf(error);
    }
  }

  /** Asks the hub for sizes and hashes; nothing is fetched. */
  ask(
    id: string,
    { source, commit, weights }: FilesChoice,
    onFound: (found: FoundModel) => void,
  ): Promise<void> {
    return this.#attempt(id, async () => {
      this.#hasAsked = true;
      this.#status = { kind: 'asking', id };
      onFound(await this.#worker.describe(source, commit, weights));
      this.#status = { kind: 'idle' };
    });
  }

  /** Fetches what the person has seen the size of. */
  download(manifest: ModelManifest): Promise<void> {
    return this.#attempt(manifest.id, () => {
      this.#hasAsked = true;
      return this.#receive(manifest.id, totalBytes(manifest), (tell) =>
        this.#worker.download(manifest, tell),
      );
    });
  }

  /** @param place where it is told that it failed */
  addFolder(place: string, id: string, files: readonly PickedFile[]): Promise<void> {
    const total = files.reduce((sum, { file }) => sum + file.size, 0);
    return this.#attempt(place, () =>
      this.#receive(id, total, (tell) => this.#worker.addFolder(id, files, tell)),
    );
  }

  /** Tells that something was not even begun. */
  refuse(id: string, message: string): void {
    if (!this.isBusy) this.#status = { kind: 'failed', id, message };
  }

  async cancel(): Promise<void> {
    await this.#worker.cancel();
  }

  forget(id: string): Promise<void> {
    return this.#attempt(id, () => this.#worker.forget(id));
  }

  /** Shows how far it is until all is there. */
  async #receive(
    id: string,
    total: number,
    receive: (tell: (progress: DownloadProgress) => void) => Promise<unknown>,
  ): Promise<void> {
    // What took minutes to come in should not be cleared by a browser that needs room.
    void this.#protect();
    this.#status = { kind: 'downloading', id, progress: { done: this.bytesOf(id), total, path: '' } };
    await receive((progress) => {
      // Progress comes by a way of its own, the last of it now and then after the end.
      if (this.#status.kind !== 'downloading') return;
      this.#status = { kind: 'downloading', id, progress };
    });
    this.#status = { kind: 'done', id };
  }

  async #attempt(id: string, act: () => Promise<void>): Promise<void> {
    if (this.isBusy) return;
    try {
      await act();
    } catch (error) {
      this.#status =
        errorCode(error) === 'cancelled'
          ? { kind: 'cancelled', id }
          : { kind: 'failed', id, message: messageOf(error) };
    }
    await this.look();
  }
}
