/**
 * `AppStorage` that forgets everything when the page closes: for browsers that keep nothing, and for tests. Every
 * record is cloned on its way in and out, as IndexedDB does, so that nobody shares an object with the storage.
 */
import type {
  AdditionCounts,
  AppStorage,
  Project,
  ProjectAddition,
  ProjectContents,
  StoredHead,
} from './appStorage.ts';
import { stateIdOf, withoutState, type HeadAlone } from './headAlone.ts';
import { storageClosed, toStorageError, unknownProject } from './storageError.ts';

export function createMemoryStorage(): AppStorage {
  return new MemoryStorage();
}

type Measurement = Uint8Array<ArrayBuffer>;

/** A map keeps the order of adding, which is the order of everything that comes back. */
interface Shelf {
  project: Project;
  readonly comparisons: Map<string, ProjectContents['comparisons'][number]>;
  readonly events: Map<string, ProjectContents['events'][number]>;
  readonly imports: Map<string, ProjectContents['imports'][number]>;
  readonly heads: Map<string, HeadAlone>;
  /** By id. */
  readonly encoderStates: Map<string, unknown>;
}

// Every method does its work before its first `await` has a chance to wait: calls take effect in their order.
class MemoryStorage implements AppStorage {
  readonly kind = 'memory';
  readonly #shelves = new Map<string, Shelf>();
  readonly #measurements = new Map<string, Map<string, Measurement>>();
  #closed = false;

  async listProjects(): Promise<Project[]> {
    this.#requireOpen();
    const projects = [...this.#shelves.values()].map((shelf) => shelf.project);
    projects.sort((a, b) => a.createdAt - b.createdAt || (a.id < b.id ? -1 : 1));
    return structuredClone(projects);
  }

  async putProject(project: Project): Promise<void> {
    this.#requireOpen();
    const own = clone(project);
    const shelf = this.#shelves.get(own.id);
    if (shelf) shelf.project = own;
    else this.#shelves.set(own.id, emptyShelf(own));
  }

  async deleteProject(projectId: string): Promise<void> {
    this.#requireOpen();
    this.#shelves.delete(projectId);
  }

  async countRecords(): Promise<number> {
    this.#requireOpen();
    let count = 0;
    for (const { comparisons, events, imports } of this.#shelves.values()) {
      count += comparisons.size + events.size + imports.size;
    }
    return count;
  }

  async loadProject(projectId: string): Promise<ProjectContents> {
    this.#requireOpen();
    const shelf = this.#shelves.get(projectId);
    return structuredClone({
      comparisons: [...(shelf?.comparisons.values() ?? [])],
      events: [...(shelf?.events.values() ?? [])],
      imports: [...(shelf?.imports.values() ?? [])],
    });
  }

  async add(projectId: string, addition: ProjectAddition): Promise<AdditionCounts> {
    this.#requireOpen();
    // Cloned whole before anything is kept: what cannot be stored is refused here, all of it.
    const own = clone(addition);
    if (own.project?.id === projectId && !this.#shelves.has(projectId)) {
      this.#shelves.set(projectId, emptyShelf(own.project));
    }
    const shelf = this.#requireShelf(projectId);
    const counts = {
      comparisons: addMissing(shelf.comparisons, own.comparisons, (comparison) => comparison.id),
      events: addMissing(shelf.events, own.events, (event) => event.id),
      imports: addMissing(shelf.imports, own.imports, (record) => record.id),
      heads: addMissing(shelf.heads, own.heads?.map(withoutState), (stored) => stored.head.id),
    };
    own.heads?.forEach((stored) => addState(shelf, stored));
    removeUnusedStates(shelf);
    return counts;
  }

  async putHead(projectId: string, head: StoredHead): Promise<void> {
    this.#requireOpen();
    const own = clone(withoutState(head));
    const shelf = this.#requireShelf(projectId);
    addState(shelf, head);
    shelf.heads.set(own.head.id, own);
    removeUnusedStates(shelf);
  }

  async listHeads(projectId: string): Promise<StoredHead[]> {
    this.#requireOpen();
    const shelf = this.#shelves.get(projectId);
    const heads = Array.from(shelf?.heads.values() ?? [], (alone) => ({
      ...alone,
      encoderState: shelf?.encoderStates.get(stateIdOf(alone)),
    }));
    heads.sort(
      ({ head: a }, { head: b }) => b.provenance.trainedAt - a.provenance.trainedAt || (a.id < b.id ? -1 : 1),
    );
    return structuredClone(heads);
  }

  async getMeasurements(
    encoderId: string,
    textHashes: readonly string[],
  ): Promise<(Measurement | undefined)[]> {
    this.#requireOpen();
    const known = this.#measurements.get(encoderId);
    return textHashes.map((textHash) => known?.get(textHash)?.slice());
  }

  async putMeasurements(
    encoderId: string,
    entries: readonly { readonly textHash: string; readonly measurement: Measurement }[],
  ): Promise<void> {
    this.#requireOpen();
    const known = this.#measurements.get(encoderId) ?? new Map<string, Measurement>();
    this.#measurements.set(encoderId, known);
    for (const { textHash, measurement } of entries) known.set(textHash, measurement.slice());
  }

  async clear(): Promise<void> {
    this.#requireOpen();
    this.#shelves.clear();
    this.#measurements.clear();
  }

  close(): void {
    this.#closed = true;
  }

  #requireOpen(): void {
    if (this.#closed) throw storageClosed('the storage was closed.');
  }

  #requireShelf(projectId: string): Shelf {
    const shelf = this.#shelves.get(projectId);
    if (!shelf) throw unknownProject(projectId);
    return shelf;
  }
}

function emptyShelf(project: Project): Shelf {
  return {
    project,
    comparisons: new Map(),
    events: new Map(),
    imports: new Map(),
    heads: new Map(),
    encoderStates: new Map(),
  };
}

/** @throws PalateError `storage-failed` where the state cannot be stored; then nothing was */
function addState({ encoderStates }: Shelf, stored: StoredHead): void {
  const id = stateIdOf(stored);
  if (!encoderStates.has(id)) encoderStates.set(id, clone(stored.encoderState));
}

function removeUnusedStates({ heads, encoderStates }: Shelf): void {
  const used = new Set(Array.from(heads.values(), stateIdOf));
  for (const id of encoderStates.keys()) if (!used.has(id)) encoderStates.delete(id);
}

/** Adds the records whose id is not there yet and says how many these were. */
function addMissing<T>(
  kept: Map<string, T>,
  records: readonly T[] | undefined,
  idOf: (record: T) => string,
): number {
  const before = kept.size;
  for (const record of records ?? []) if (!kept.has(idOf(record))) kept.set(idOf(record), record);
  return kept.size - before;
}

function clone<T>(value: T): T {
  try {
    return structuredClone(value);
  } catch (error) {
    throw toStorageError(error);
  }
}
