/** The models of one kind: those of its catalogue, those the person added, and the way to more. */
import { chooseFiles, type Weights } from '../core/hubListing.ts';
import type { ModelManifest } from '../core/modelManifest.ts';
import { messageOf } from '../core/palateError.ts';
import type { FilesChoice } from '../core/sentenceModel.ts';
import { textHash } from '../core/textHash.ts';
import type { KeptModel } from '../../workers/modelDownloadApi.ts';
import type { DownloadStatus, ModelDownloads } from './modelDownloads.svelte.ts';

/** The files of a folder are hashed where they are kept. */
const UNKNOWN_DIGEST = { kind: 'sha256', hex: '' } as const;

/** What sets models of one kind apart from others on the same shelf. */
export interface ModelKind<Model> {
  readonly name: 'sentence' | 'language';
  idOf(files: FilesChoice): string;
  owns(id: string): boolean;
  /** @returns undefined where the id is none of this kind */
  readId(id: string): FilesChoice | undefined;
  /** The ids of its catalogue. */
  known(): Promise<ReadonlySet<string>>;
  /** How a model is used that no catalogue describes, as its own files say. */
  describe(id: string, files: FilesChoice): Promise<Model>;
}

/** A model on this device that no catalogue describes. */
export interface OtherModel<Model> {
  readonly id: string;
  readonly manifest: ModelManifest;
  /** Absent where its files do not say how it is used; then `problem` says why. */
  readonly model?: Model;
  readonly problem?: string;
}

export class ModelLibrary<Model> {
  readonly #downloads: ModelDownloads;
  readonly #kind: ModelKind<Model>;
  #others = $state.raw<readonly OtherModel<Model>[]>([]);
  #found = $state.raw<ModelManifest>();
  /** Sizes and hashes that the hub told, by id. */
  #told = $state.raw<ReadonlyMap<string, ModelManifest>>(new Map());

  constructor(downloads: ModelDownloads, kind: ModelKind<Model>) {
    this.#downloads = downloads;
    this.#kind = kind;
  }

  /** Those the person added, whole or begun. */
  get others(): readonly OtherModel<Model>[] {
    return this.#others;
  }
  /** What the person asked for by name and has not fetched yet. */
  get found(): ModelManifest | undefined {
    return this.#found;
  }
  /** Stands in the status for a model whose id the hub has not told yet. */
  get finding(): string {
    return this.#kind.name;
  }
  get hasLooked(): boolean {
    return this.#downloads.kept !== undefined;
  }
  get problem(): string | undefined {
    return this.#downloads.problem;
  }
  get hasAsked(): boolean {
    return this.#downloads.hasAsked;
  }
  get isBusy(): boolean {
    return this.#downloads.isBusy;
  }
  /** Whether it is a model of another kind that comes in. */
  get isBusyElsewhere(): boolean {
    const { status } = this.#downloads;
    return this.isBusy && status.kind !== 'idle' && status.id !== this.finding && !this.#kind.owns(status.id);
  }

  /** Of one model, or of what is being found; undefined where nothing is known of it. */
  statusOf(id: string): Exclude<DownloadStatus, { kind: 'idle' }> | undefined {
    const { status } = this.#downloads;
    return status.kind !== 'idle' && status.id === id ? status : undefined;
  }

  idOf(files: FilesChoice): string {
    return this.#kind.idOf(files);
  }

  isKept(id: string): boolean {
    return this.#downloads.isKept(id);
  }

  /** On the disk, whole or begun. */
  bytesOf(id: string): number {
    return this.#downloads.bytesOf(id);
  }

  /** What is fetched of a model; undefined until the hub was asked. @param known what a catalogue says */
  manifestOf(files: FilesChoice, known?: ModelManifest): ModelManifest | undefined {
    return known ?? this.#told.get(this.idOf(files));
  }

  async look(): Promise<void> {
    await this.#downloads.look();
    await this.#describeOthers();
  }

  /** Asks the hub for sizes and hashes; nothing is fetched. */
  ask(files: FilesChoice): Promise<void> {
    const id = this.idOf(files);
    return this.#downloads.ask(id, files, (found) => {
      this.#told = new Map([...this.#told, [id, { ...found, id }]]);
    });
  }

  /** Asks the hub for a model by the name of its repository. */
  find(repository: string, revision: string, weights: Weights): Promise<void> {
    const source = repository.trim();
    this.#found = undefined;
    return this.#downloads.ask(
      this.finding,
      { source, commit: revision.trim() || 'main', weights },
      (found) => (this.#found = { ...found, id: this.idOf({ source, commit: found.commit, weights }) }),
    );
  }

  /**
   * Takes a model from a folder the person picked, the files of the weights that were chosen.
   * @param picked with their paths within the folder
   */
  async addFolder(
    name: string,
    picked: readonly { readonly path: string; readonly file: File }[],
    weights: Weights,
  ): Promise<void> {
    const listed = picked.map(({ path, file }) => ({ path, bytes: file.size, digest: UNKNOWN_DIGEST }));
    const chosen = chooseFiles({ files: listed }, weights);
    if (typeof chosen === 'string') {
      this.#downloads.refuse(this.finding, `${name} is not taken: ${chosen}.`);
      return;
    }
    const files = picked.filter(({ path }) => chosen.some((one) => one.path === path));
    // A folder whose files have changed is another model.
    const state = files.map(({ path, file }) => [path, file.size, file.lastModified]);
    const id = this.idOf({ source: name, commit: textHash(JSON.stringify(state)), weights });
    await this.#downloads.addFolder(this.finding, id, files);
    await this.#describeOthers();
  }

  /** Fetches what the person has seen the size of. */
  async download(manifest: ModelManifest): Promise<void> {
    await this.#downloads.download(manifest);
    if (this.#found && this.isKept(this.#found.id)) this.#found = undefined;
    await this.#describeOthers();
  }

  cancel(): Promise<void> {
    return this.#downloads.cancel();
  }

  async forget(id: string): Promise<void> {
    await this.#downloads.forget(id);
    await this.#describeOthers();
  }

  async #describeOthers(): Promise<void> {
    const known = await this.#kind.known();
    const others = (this.#downloads.kept ?? []).filter(
      ({ manifest: { id } }) => this.#kind.owns(id) && !known.has(id),
    );
    this.#others = await Promise.all(others.map((one) => this.#describe(one)));
  }

  async #describe({ manifest, isWhole }: KeptModel): Promise<OtherModel<Model>> {
    const { id } = manifest;
    const files = this.#kind.readId(id);
    if (!isWhole || !files) return { id, manifest };
    // An id stands for the same files, so what they say is read once.
    const earlier = this.#others.find((other) => other.id === id && other.model);
    if (earlier) return earlier;
    try {
      const commit = manifest.commit ?? files.commit;
      return { id, manifest, model: await this.#kind.describe(id, { ...files, commit }) };
    } catch (error) {
      return { id, manifest, problem: messageOf(error) };
    }
  }
}
