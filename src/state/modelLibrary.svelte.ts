/** The models on this device: which there are, one coming in at a time, and what became of it. */
import { chooseFiles, type Weights } from '../core/hubListing.ts';
import { SENTENCE_MODELS, type CatalogueEntry } from '../core/modelCatalogue.ts';
import { totalBytes, type ModelManifest } from '../core/modelManifest.ts';
import { errorCode, messageOf, PalateError } from '../core/palateError.ts';
import { modelId, readModelId, type SentenceModel } from '../core/sentenceModel.ts';
import { textHash } from '../core/textHash.ts';
import type { EmbedderApi } from '../../workers/embedderApi.ts';
import type { DownloadProgress, KeptModel, ModelDownloadApi } from '../../workers/modelDownloadApi.ts';
import type { Extent, Running } from './sentenceVectors.ts';

const CATALOGUE_IDS: ReadonlySet<string> = new Set(SENTENCE_MODELS.map(({ model }) => modelId(model)));
/** The files of a folder are hashed where they are kept. */
const UNKNOWN_DIGEST = { kind: 'sha256', hex: '' } as const;
/** Stands for a model whose id the hub has not told yet. */
export const FINDING = 'finding';

export type LibraryStatus =
  | { readonly kind: 'idle' }
  | { readonly kind: 'asking'; readonly id: string }
  | {
      readonly kind: 'downloading';
      readonly id: string;
      readonly progress: DownloadProgress;
    }
  | { readonly kind: 'cancelled' | 'done'; readonly id: string }
  | { readonly kind: 'failed'; readonly id: string; readonly message: string };

/** A model on this device that no catalogue describes. */
export interface OtherModel {
  readonly id: string;
  readonly manifest: ModelManifest;
  /** Absent where its files do not say how it is used; then `problem` says why. */
  readonly model?: SentenceModel;
  readonly problem?: string;
}

export class ModelLibrary {
  readonly #download: ModelDownloadApi;
  readonly #embedder: Pick<EmbedderApi, 'inspect'>;
  readonly #protect: () => Promise<void>;
  #hasAsked = $state(false);
  #kept = $state.raw<readonly KeptModel[]>();
  #status = $state.raw<LibraryStatus>({ kind: 'idle' });
  #problem = $state.raw<string>();
  #others = $state.raw<readonly OtherModel[]>([]);
  #found = $state.raw<ModelManifest>();
  /** Sizes and hashes that the hub told, by id. */
  #told = $state.raw<ReadonlyMap<string, ModelManifest>>(new Map());
  /** On what a model runs, told when it was tested. */
  running = $state.raw<Running>();
  /** How far the model in use read the texts it was last given. */
  extent = $state.raw<Extent>();

  constructor(
    download: ModelDownloadApi,
    embedder: Pick<EmbedderApi, 'inspect'>,
    protect: () => Promise<void> = () => Promise.resolve(),
  ) {
    this.#download = download;
    this.#embedder = embedder;
    this.#protect = protect;
  }

  /** Undefined until `look` has ended. */
  get kept(): readonly KeptModel[] | undefined {
    return this.#kept;
  }
  get status(): LibraryStatus {
    return this.#status;
  }
  /** Those the person added, whole or begun. */
  get others(): readonly OtherModel[] {
    return this.#others;
  }
  /** What the person asked for by name and has not fetched yet. */
  get found(): ModelManifest | undefined {
    return this.#found;
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

  /** What is fetched of a model; undefined until the hub was asked. */
  manifestOf({ model, manifest }: Pick<CatalogueEntry, 'model' | 'manifest'>): ModelManifest | undefined {
    return manifest ?? this.#told.get(modelId(model));
  }

  async look(): Promise<void> {
    try {
      const kept = await this.#download.list();
      const others = kept.filter(({ manifest }) => !CATALOGUE_IDS.has(manifest.id));
      this.#others = await Promise.all(others.map((one) => this.#describe(one)));
      this.#kept = kept;
      this.#problem = undefined;
    } catch (error) {
      this.#problem = messageOf(error);
    }
  }

  /** Asks the hub for sizes and hashes; nothing is fetched. */
  ask({ model }: Pick<CatalogueEntry, 'model'>): Promise<void> {
    const id = modelId(model);
    return this.#attempt(id, async () => {
      this.#hasAsked = true;
      this.#status = { kind: 'asking', id };
      const { source, commit, weights } = model;
      const manifest = await this.#download.describe(source, commit, weights);
      this.#told = new Map([...this.#told, [id, { ...manifest, id }]]);
      this.#status = { kind: 'idle' };
    });
  }

  /** Asks the hub for a model by the name of its repository. */
  find(repository: string, revision: string, weights: Weights): Promise<void> {
    this.#found = undefined;
    return this.#attempt(FINDING, async () => {
      this.#hasAsked = true;
      this.#status = { kind: 'asking', id: FINDING };
      const manifest = await this.#download.describe(repository.trim(), revision.trim() || 'main', weights);
      const { commit = '' } = manifest;
      this.#found = { ...manifest, id: modelId({ source: repository.trim(), commit, weights }) };
      this.#status = { kind: 'idle' };
    });
  }

  /**
   * Takes a model from a folder the person picked, the files of the weights that were chosen.
   * @param picked with their paths within the folder
   */
  addFolder(
    name: string,
    picked: readonly { readonly path: string; readonly file: File }[],
    weights: Weights,
  ): Promise<void> {
    return this.#attempt(FINDING, async () => {
      const listed = picked.map(({ path, file }) => ({ path, bytes: file.size, digest: UNKNOWN_DIGEST }));
      const chosen = chooseFiles({ files: listed }, weights);
      if (typeof chosen === 'string') throw new PalateError('bad-file', `${name} is not taken: ${chosen}.`);
      const files = picked.filter(({ path }) => chosen.some((one) => one.path === path));
      // A folder whose files have changed is another model.
      const state = files.map(({ path, file }) => [path, file.size, file.lastModified]);
      const id = modelId({ source: name, commit: textHash(JSON.stringify(state)), weights });
      await this.#receive(
        id,
        listed.reduce((sum, { bytes }) => sum + bytes, 0),
        (tell) => this.#download.addFolder(id, files, tell),
      );
    });
  }

  /** Fetches what the person has seen the size of. */
  download(manifest: ModelManifest): Promise<void> {
    const { id } = manifest;
    return this.#attempt(id, async () => {
      this.#hasAsked = true;
      await this.#receive(id, totalBytes(manifest), (tell) => this.#download.download(manifest, tell));
      if (this.#found?.id === id) this.#found = undefined;
    });
  }

  async cancel(): Promise<void> {
    await this.#download.cancel();
  }

  forget(id: string): Promise<void> {
    return this.#attempt(id, () => this.#download.forget(id));
  }

  async #describe({ manifest, isWhole }: KeptModel): Promise<OtherModel> {
    const { id } = manifest;
    const named = readModelId(id);
    if (!isWhole || !named) return { id, manifest };
    // An id stands for the same files, so what they say is read once.
    const known = this.#others.find((other) => other.id === id && other.model);
    if (known) return known;
    try {
      const facts = await this.#embedder.inspect(id);
      const source = { name: named.source, ...named, commit: manifest.commit ?? named.commit };
      return { id, manifest, model: { ...source, ...facts, promptPrefix: '', responsePrefix: '' } };
    } catch (error) {
      return { id, manifest, problem: messageOf(error) };
    }
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
