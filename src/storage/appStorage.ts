/**
 * The shelf: what the app keeps on this device. Two implementations (IndexedDB and memory) obey one contract:
 *
 *   - a promise that resolves means the data is stored (IndexedDB: after the transaction's `complete`)
 *   - a promise that rejects means nothing of that call was stored
 *   - calls take effect in the order they were made, awaited or not
 *   - comparisons, events and imports are append-only and come back in the order they were added
 *   - what comes back is a copy; what was handed over must not change before the promise settles
 *
 * Errors are `PalateError` with the code `storage-failed`, `storage-full` or `storage-newer`.
 */
import type { Comparison, PreferenceEvent } from '../core/preference.ts';
import type { LengthControl } from '../core/lengthControl.ts';
import type { CurvePoint } from '../core/lossCurve.ts';
import type { RewardHead } from '../core/rewardHead.ts';
import type { EncoderChoice } from '../core/sentenceModel.ts';

export type BackendChoice = 'auto' | 'webgpu' | 'cpu';

/** What is before the person in Compare: two responses, all of a prompt to put in order, or one. */
export const ASKING_MODES = ['pairs', 'rank', 'single'] as const;
export type AskingMode = (typeof ASKING_MODES)[number];

export interface ProjectSettings extends EncoderChoice {
  readonly headKind: RewardHead['parameters']['kind'];
  readonly backend: BackendChoice;
  readonly seed: number;
  /** Absent: off. */
  readonly lengthControl?: LengthControl;
  /** Absent: pairs. */
  readonly askingMode?: AskingMode;
  /** What a reason may name; absent: `DEFAULT_ASPECTS`. */
  readonly aspects?: readonly string[];
  /** Id of the head that was chosen over the newest. */
  readonly headInUse?: string;
}

export interface Project {
  readonly id: string;
  readonly name: string;
  /** Milliseconds since the epoch. */
  readonly createdAt: number;
  readonly settings: ProjectSettings;
}

/** What one import brought, kept so that the account can be read again later. */
export interface ImportRecord {
  readonly id: string;
  readonly file: string;
  readonly format: string;
  readonly at: number;
  readonly rows: number;
  readonly imported: number;
  readonly ties: number;
  readonly rejected: number;
  readonly duplicates: number;
}

/** A head together with what is needed to use it: the state of its encoder, in the encoder's JSON form. */
export interface StoredHead {
  readonly head: RewardHead;
  /** Kept once for all heads of the project whose `provenance.encoderStateId` is the same. */
  readonly encoderState: unknown;
  /** Texts in the pool the encoder state was fitted on. */
  readonly poolSize: number;
  /** What the head would ask next, first question first. */
  readonly questions?: readonly NextQuestion[];
  /** How its training went; absent where nobody asked for it. */
  readonly curve?: readonly CurvePoint[];
}

/** A comparison worth asking, and why: see `QuestionReason`. */
export interface NextQuestion {
  readonly comparisonId: string;
  readonly reason: 'chance' | 'even' | 'unfamiliar';
}

export interface ProjectContents {
  readonly comparisons: readonly Comparison[];
  readonly events: readonly PreferenceEvent[];
  readonly imports: readonly ImportRecord[];
}

/** A project with everything that belongs to it. */
export interface WholeProject extends ProjectContents {
  readonly project: Project;
  readonly heads: readonly StoredHead[];
}

/** What one act adds; all of it is stored, or none. */
export interface ProjectAddition {
  /** Creates the project in the same act, where it is not there yet. */
  readonly project?: Project;
  readonly comparisons?: readonly Comparison[];
  readonly events?: readonly PreferenceEvent[];
  readonly imports?: readonly ImportRecord[];
  readonly heads?: readonly StoredHead[];
}

/** How many records of one addition were new; the others were stored already. */
export interface AdditionCounts {
  readonly comparisons: number;
  readonly events: number;
  readonly imports: number;
  readonly heads: number;
}

/**
 * Why the storage can no longer be used:
 *   - `upgraded-elsewhere`: another tab runs a newer Palate; this one must be reloaded
 *   - `erased`: the person or the browser deleted the data while the app was open; what is in memory is all there is
 *   - `connection-lost`: the browser dropped the connection and gave no new one; later calls try again
 */
export type ClosedReason = 'upgraded-elsewhere' | 'erased' | 'connection-lost';

export interface AppStorage {
  /** `indexeddb`, or `memory` when the browser keeps nothing. */
  readonly kind: 'indexeddb' | 'memory';

  /** Oldest first by `createdAt`, equals by id. */
  listProjects(): Promise<Project[]>;
  /** Creates the project, or replaces its name and settings; what is in it stays. */
  putProject(project: Project): Promise<void>;
  /** Removes the project with everything in it; one that is not there is no error. */
  deleteProject(projectId: string): Promise<void>;

  /** Comparisons, events and imports of all projects. */
  countRecords(): Promise<number>;
  /** Everything in the project, as of one moment; empty where there is no such project. */
  loadProject(projectId: string): Promise<ProjectContents>;
  /**
   * Records whose id is stored already are left as they are.
   * @throws `storage-failed` where there is no such project (another tab may have deleted it)
   */
  add(projectId: string, addition: ProjectAddition): Promise<AdditionCounts>;

  /**
   * Replaces a head with the same id. Its encoder state is written only where it is not there yet; one that no head
   * names any more is removed.
   * @throws `storage-failed` where there is no such project
   */
  putHead(projectId: string, head: StoredHead): Promise<void>;
  /** Newest first by `provenance.trainedAt`, equals by id. */
  listHeads(projectId: string): Promise<StoredHead[]>;

  /** Cached measurements by text hash, `undefined` where there is none; order as asked. */
  getMeasurements(
    encoderId: string,
    textHashes: readonly string[],
  ): Promise<(Uint8Array<ArrayBuffer> | undefined)[]>;
  putMeasurements(
    encoderId: string,
    entries: readonly { readonly textHash: string; readonly measurement: Uint8Array<ArrayBuffer> }[],
  ): Promise<void>;

  /** Removes every project and every cache. */
  clear(): Promise<void>;
  /** Calls made before still finish; calls made after reject with `storage-failed`. */
  close(): void;
}
