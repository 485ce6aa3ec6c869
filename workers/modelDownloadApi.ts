/**
 * What the worker offers that fetches models: the one place of the app that may talk to another host, and it is never
 * sent a text.
 */
import type { Weights } from '../src/core/hubListing.ts';
import type { ModelManifest } from '../src/core/modelManifest.ts';
import type { KeptModel } from './modelShelf.ts';

export type { KeptModel };

export interface DownloadProgress {
  /** Bytes there are already, of all files together. */
  readonly done: number;
  readonly total: number;
  /** The file that comes in. */
  readonly path: string;
}

/** A file of a folder the person picked. */
export interface PickedFile {
  /** Within the folder. */
  readonly path: string;
  readonly file: Blob;
}

/** Files of a repository that has not been asked for as the model of one kind or another, which gives it its id. */
export type FoundModel = Required<Omit<ModelManifest, 'id'>>;

export interface ModelDownloadApi {
  /**
   * The files of a model as the hub describes its repository, with sizes and hashes; none is fetched.
   * @param repository as `owner/name`
   * @param revision a commit, or the name of a branch, whose commit is looked up
   * @throws PalateError `download-failed` where the hub cannot be asked, or the repository holds no such model; `cancelled`
   */
  describe(repository: string, revision: string, weights: Weights): Promise<FoundModel>;
  /**
   * Fetches what is missing of a model, checks every file against the manifest, and keeps it. What came in before an
   * interruption is not fetched again. Where another tab is at the same model, waits for it.
   * @param manifest with its repository and commit
   * @throws PalateError `download-failed` naming the file and what is wrong with it, `cancelled`, `storage-full`
   */
  download(manifest: ModelManifest, onProgress: (progress: DownloadProgress) => void): Promise<void>;
  /**
   * Keeps the files of a folder the person picked, with hashes made from what they are now.
   * @throws PalateError `storage-full`, `cancelled`, `bad-file` for a path that cannot be kept
   */
  addFolder(
    id: string,
    files: readonly PickedFile[],
    onProgress: (progress: DownloadProgress) => void,
  ): Promise<ModelManifest>;
  list(): Promise<readonly KeptModel[]>;
  /**
   * Deletes a model and what was begun of it.
   * @throws PalateError `download-failed` while it is being fetched, here or in another tab
   */
  forget(id: string): Promise<void>;
  cancel(): Promise<void>;
  ping(): Promise<void>;
}
