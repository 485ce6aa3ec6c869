/** The models on this device: which there are, one coming in at a time, and what became of it. */
import { WEIGHTS, type Weights } from '../core/hubListing.ts';
import { SENTENCE_MODELS, type CatalogueEntry } from '../core/modelCatalogue.ts';
import { totalBytes, type ModelManifest } from '../core/modelManifest.ts';
import { errorCode, messageOf } from '../core/palateError.ts';
import { modelId, type SentenceModel } from '../core/sentenceModel.ts';
import type { EmbedderApi } from '../../workers/embedderApi.ts';
import type { DownloadProgress, KeptModel, ModelDownloadApi } from '../../workers/modelDownloadApi.ts';
import type { Extent, Running } from './sentenceVectors.ts';

const CATALOGUE_IDS: ReadonlySet<string> = new Set(SENTENCE_MODELS.map(({ model }) => modelId(model)));
/** Stands for a model whose id the hub has not told yet. */
export const FINDING = 'finding';

export type LibraryStatus =
  | { readonly kind: 'idle' }
  | { readonly kind: 'asking'; readonly id: string }
  | {
      readonly kind: 'downloading';
      readonly id: string;
      readonly progress: DownloadProgress;
      /** Absent until it can be said. */
      readonly secondsLeft?: number;
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
  readonly #now: () => number;
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
    now: () => number,
    protect: () => Promise<void> = () => Promise.resolve(),
  ) {
    this.#download = download;
    this.#embedder = embedder;
    this.#now = now;
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

  /** Fetches what the person has seen the size of. */
  download(manifest: ModelManifest): Promise<void> {
    const { id } = manifest;
    return this.#attempt(id, async () => {
      // What took minutes to fetch should not be cleared by a browser that needs room.
      void this.#protect();
      this.#hasAsked = true;
      const startedAt = this.#now();
      let begunAt: number | undefined;
      const tell = (progress: DownloadProgress): void => {
        // Progress comes by a way of its own, the last of it now and then after the end.
        if (this.#status.kind !== 'downloading') return;
        const { done, total } = progress;
        begunAt ??= done;
        const rate = (done - begunAt) / (this.#now() - startedAt);
        const secondsLeft = rate > 0 ? (total - done) / rate / 1_000 : undefined;
        this.#status = { kind: 'downloading', id, progress, secondsLeft };
      };
      this.#status = {
        kind: 'downloading',
        id,
        progress: { done: this.bytesOf(id), total: totalBytes(manifest), path: '' },
      };
      await this.#download.download(manifest, tell);
      if (this.#found?.id === id) this.#found = undefined;
      this.#status = { kind: 'done', id };
    });
  }

  async cancel(): Promise<void> {
    await this.#download.cancel();
  }

  forget(id: string): Promise<void> {
    return this.#attempt(id, () => this.#download.forget(id));
  }

  async #describe({ manifest, isWhole }: KeptModel): Promise<OtherModel> {
    const { id, repository = id, commit = '' } = manifest;
    if (!isWhole) return { id, manifest };
    try {
      const facts = await this.#embedder.inspect(id);
      const weights = WEIGHTS.find((kind) => id.endsWith(`/${kind}`)) ?? 'fp32';
      const source = { name: repository, source: repository, commit, weights };
      return { id, manifest, model: { ...source, ...facts, promptPrefix: '', responsePrefix: '' } };
    } catch (error) {
      return { id, manifest, problem: messageOf(error) };
    }
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
