/**
 * A storage that is kept twice: in the database, and as lines of a journal beside it. Chromium drops the whole database
 * of an origin when its log is torn, and a killed browser may tear it; the journal then gives everything back. What was
 * promised is said only after both. A journal that fails costs the second copy and nothing else, and that is told.
 */
import { messageOf } from '../core/palateError.ts';
import {
  encodeAct,
  encodedLines,
  type DecodedJournal,
  type JournalAct,
  type JournalRecords,
} from '../core/journal.ts';
import type { Comparison, PreferenceEvent } from '../core/preference.ts';
import type { AppStorage, ImportRecord, Project, ProjectAddition } from './appStorage.ts';
import { checkLine, recordSchema } from './backupRecords.ts';

export interface Journal {
  /** Resolves when the lines are on the disk. */
  append(lines: string): Promise<void>;
  /** What still counts. */
  read(): Promise<DecodedJournal>;
  /** Different records that still count. */
  count(): Promise<number>;
  /** Lets go of what no longer counts. */
  compact(): Promise<void>;
}

/** What the storage does not make itself. */
export interface JournalContext {
  readonly now: () => number;
  readonly createId: () => string;
  /** Of a project whose own were lost. */
  readonly newSettings: Project['settings'];
  /** The storage beside the journal forgets: what the journal does not take is not kept. */
  readonly isOnlyCopy?: boolean;
  /** Told when the journal fails, and with undefined when it works again. */
  readonly onProblem?: (problem: string | undefined) => void;
  /** Told when an act with judgments is kept: a mark outside both copies tells a loss of both from a first visit. */
  readonly onKept?: () => void;
}

type Act = JournalAct extends infer One ? (One extends unknown ? Omit<One, 'act' | 'at'> : never) : never;

export class JournaledStorage implements AppStorage {
  readonly #inner: AppStorage;
  readonly #journal: Journal;
  readonly #context: JournalContext;
  #hasProblem = false;
  #written: Promise<unknown> = Promise.resolve();

  constructor(inner: AppStorage, journal: Journal, context: JournalContext) {
    this.#inner = inner;
    this.#journal = journal;
    this.#context = context;
  }

  get kind(): AppStorage['kind'] {
    return this.#inner.kind;
  }

  listProjects: AppStorage['listProjects'] = () => this.#inner.listProjects();
  loadProject: AppStorage['loadProject'] = (projectId) => this.#inner.loadProject(projectId);
  countRecords: AppStorage['countRecords'] = () => this.#inner.countRecords();
  putHead: AppStorage['putHead'] = (projectId, head) => this.#inner.putHead(projectId, head);
  listHeads: AppStorage['listHeads'] = (projectId) => this.#inner.listHeads(projectId);
  getMeasurements: AppStorage['getMeasurements'] = (...asked) => this.#inner.getMeasurements(...asked);
  putMeasurements: AppStorage['putMeasurements'] = (...given) => this.#inner.putMeasurements(...given);

  async putProject(project: Project): Promise<void> {
    await this.#inner.putProject(project);
    await this.#write({ kind: 'put', projectId: project.id, project });
  }

  async add(projectId: string, addition: ProjectAddition): ReturnType<AppStorage['add']> {
    const counts = await this.#inner.add(projectId, addition);
    // Heads follow from the judgments: they are not worth a second copy.
    const { heads: _heads, ...records } = addition;
    await this.#write({ kind: 'add', projectId, ...records });
    if (addition.events?.length) this.#context.onKept?.();
    return counts;
  }

  async deleteProject(projectId: string): Promise<void> {
    await this.#inner.deleteProject(projectId);
    await this.#write({ kind: 'delete', projectId });
    await this.compactJournal();
  }

  async clear(): Promise<void> {
    await this.#inner.clear();
    await this.#write({ kind: 'clear' });
    await this.compactJournal();
  }

  close(): void {
    this.#inner.close();
  }

  /** Lines in the order of the acts. */
  #write(act: Act): Promise<void> {
    const lines = encodedLines({ ...act, act: this.#context.createId(), at: this.#context.now() });
    const written = this.#written
      .then(async () => {
        // One by one: the page stays alive while a large import is written, and an act counts only in whole.
        for (const line of lines) await this.#journal.append(line);
      })
      .then(
        () => this.#tell(undefined),
        (error: unknown) => {
          this.#tell(messageOf(error));
          if (this.#context.isOnlyCopy) throw error;
        },
      );
    this.#written = written.catch(() => undefined);
    return written;
  }

  /**
   * What was deleted for good shall not stay in the journal either. Where that fails, the next start tries again. It
   * waits for its turn among the acts: one that is written in part would be taken for torn.
   */
  compactJournal(): Promise<void> {
    const compacted = this.#written.then(() => this.#journal.compact()).catch(() => undefined);
    this.#written = compacted;
    return compacted;
  }

  #tell(problem: string | undefined): void {
    if (problem !== undefined || this.#hasProblem) this.#context.onProblem?.(problem);
    this.#hasProblem = problem !== undefined;
  }
}

/** What the journal gave back to a database that lacked it. */
export interface Restored {
  readonly projects: number;
  /** Comparisons, events and imports. */
  readonly records: number;
  /** Records that this Palate does not know how to read; they stay in the journal. */
  readonly refused: number;
}

/**
 * Adds to the storage what the journal has and it lacks; what both have is left as it is. A journal that lacks what the
 * storage has (it is new, or failed for a while) gets it.
 * @param storage the database itself, without its journal
 */
export async function reconcile(
  storage: AppStorage,
  journal: Journal,
  context: JournalContext,
): Promise<Restored> {
  const [kept, written] = [await storage.countRecords(), await journal.count()];
  if (written > kept || (kept === 0 && (await storage.listProjects()).length === 0)) {
    return replay(storage, (await journal.read()).acts, context.newSettings);
  }
  if (kept > written) await copyInto(journal, storage, context);
  return { projects: 0, records: 0, refused: 0 };
}

async function replay(
  storage: AppStorage,
  acts: readonly JournalAct[],
  newSettings: Project['settings'],
): Promise<Restored> {
  const known = new Set((await storage.listProjects()).map(({ id }) => id));
  const before = { projects: known.size, records: await storage.countRecords() };
  const there = new Set(known);
  let refused = 0;
  for (const act of acts) {
    if (act.kind !== 'put' && act.kind !== 'add') continue;
    const project = isProject(act.project) ? act.project : undefined;
    // The database's own name and settings are newer than any line about them; adding never changed those of a project.
    if (act.kind === 'put' && project) {
      if (!known.has(project.id)) await storage.putProject(project);
    } else if (!project && !there.has(act.projectId)) {
      // The line with its name was lost.
      const { projectId: id, at: createdAt } = act;
      await storage.putProject({ id, name: 'Restored', createdAt, settings: newSettings });
    }
    there.add(act.projectId);
    if (act.kind !== 'add') continue;
    const addition = additionOf(act);
    refused += recordsIn(act) - recordsIn(addition);
    await storage.add(act.projectId, addition);
  }
  const projects = (await storage.listProjects()).length - before.projects;
  return { projects, records: (await storage.countRecords()) - before.records, refused };
}

/** A line may be from another Palate than this one: what this one would not write, it does not take in either. */
function additionOf({
  project,
  comparisons = [],
  events = [],
  imports = [],
}: JournalRecords): ProjectAddition {
  return {
    ...(isProject(project) && { project }),
    comparisons: comparisons.filter((comparison) =>
      isValid({ kind: 'comparison', comparison }),
    ) as Comparison[],
    events: events.filter((event) => isValid({ kind: 'event', event })) as PreferenceEvent[],
    imports: imports.filter((record) => isValid({ kind: 'import', import: record })) as ImportRecord[],
  };
}

function isProject(project: JournalRecords['project']): project is Project {
  return project !== undefined && isValid({ kind: 'project', project });
}

function isValid(record: object): boolean {
  return typeof checkLine(recordSchema, record) !== 'string';
}

function recordsIn({ comparisons = [], events = [], imports = [] }: JournalRecords): number {
  return comparisons.length + events.length + imports.length;
}

async function copyInto(journal: Journal, storage: AppStorage, context: JournalContext): Promise<void> {
  for (const project of await storage.listProjects()) {
    const { comparisons, events, imports } = await storage.loadProject(project.id);
    const stamp = { act: context.createId(), at: context.now() };
    await journal.append(
      encodeAct({ ...stamp, kind: 'add', projectId: project.id, project, comparisons, events, imports }),
    );
  }
}
