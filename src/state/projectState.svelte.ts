/**
 * The open project: its comparisons, the events judged on them, and everything derived from both. Every verb stores
 * first and shows afterwards, so what is on screen as saved is saved. What the storage refuses stays in memory, is
 * told as not saved, and goes into the storage with the next act it takes.
 */
import { messageOf } from '../core/palateError.ts';
import type {
  Comparison,
  ComparisonState,
  GenerationEvent,
  Judgment,
  PreferenceEvent,
  RankingEvent,
  Side,
  Strength,
  ThumbEvent,
  Verdict,
} from '../core/preference.ts';
import { singleLabels, type SingleLabel } from '../core/singleLabels.ts';
import type { Proportion } from '../core/evaluation.ts';
import { hindsightAgreement, selfAgreement } from '../core/selfAgreement.ts';
import type {
  AppStorage,
  ImportRecord,
  Project,
  ProjectAddition,
  ProjectSettings,
} from '../storage/appStorage.ts';
import { foldOf, preferencesOf, prepare } from './preparedMeaning.ts';

export interface Environment {
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** A fresh unique id. */
  readonly createId: () => string;
  /** Uniform in [0, 1), for what must not be predictable to the person: sides and order. */
  readonly random: () => number;
}

export type SaveState =
  | { readonly kind: 'saved' }
  | { readonly kind: 'saving' }
  /** `waiting`: acts that are in memory alone and are tried again with the next. */
  | { readonly kind: 'failed'; readonly message: string; readonly waiting: number };

/** Events of one act that are thought through in slices before they are shown. */
const MANY = 1_000;
const UNJUDGED: ComparisonState = { deleted: false };

export class ProjectState {
  readonly #storage: AppStorage;
  readonly #environment: Environment;
  #project = $state.raw<Project>()!;
  #comparisons = $state.raw<readonly Comparison[]>([]);
  #events = $state.raw<readonly PreferenceEvent[]>([]);
  #imports = $state.raw<readonly ImportRecord[]>([]);
  #saveState = $state.raw<SaveState>({ kind: 'saved' });
  /** Ids of events that another tab gave while this one was open. */
  readonly #doneElsewhere = new Set<string>();
  /** Refused by the storage, oldest first. */
  #waiting: Acts = NO_ACTS;
  #judgedElsewhere = $state.raw<ReadonlySet<string>>(new Set());
  #verbs: Promise<unknown> = Promise.resolve();

  readonly #folded = $derived(foldOf(this.#events));
  readonly #meaning = $derived(preferencesOf(this.#comparisons, this.#folded));
  readonly #singleLabels = $derived(singleLabels(this.#comparisons, this.#folded));
  readonly #selfAgreement = $derived(selfAgreement(this.#folded.states.values()));
  readonly #hindsightAgreement = $derived(hindsightAgreement(this.#folded.states.values()));
  readonly #lastUndone = $derived.by(() => {
    const id = this.#folded.redoable.at(-1);
    const undo = id === undefined ? undefined : this.#events.find((event) => event.id === id);
    return undo?.kind === 'undo' ? this.#events.find((event) => event.id === undo.target) : undefined;
  });
  readonly #byId = $derived(new Map(this.#comparisons.map((comparison) => [comparison.id, comparison])));

  private constructor(storage: AppStorage, environment: Environment, project: Project) {
    this.#storage = storage;
    this.#environment = environment;
    this.#project = project;
  }

  /** @param isNew the project is not stored yet; where it cannot be, it goes on in memory */
  static async open(
    storage: AppStorage,
    environment: Environment,
    project: Project,
    isNew = false,
  ): Promise<ProjectState> {
    const state = new ProjectState(storage, environment, project);
    if (isNew) await state.#store({ project });
    await state.reload();
    state.#doneElsewhere.clear(); // What was there before counts as done here.
    return state;
  }

  get project(): Project {
    return this.#project;
  }
  get comparisons(): readonly Comparison[] {
    return this.#comparisons;
  }
  get events(): readonly PreferenceEvent[] {
    return this.#events;
  }
  get imports(): readonly ImportRecord[] {
    return this.#imports;
  }
  get saveState(): SaveState {
    return this.#saveState;
  }
  /** The preference pairs that hold now. */
  get pairs() {
    return this.#meaning.pairs;
  }
  /** Responses that were judged for themselves. */
  get singleLabels(): readonly SingleLabel[] {
    return this.#singleLabels;
  }
  get counts() {
    return this.#meaning.counts;
  }
  /** What the person answered here and did not take back, oldest first, repeats included. */
  get answers(): readonly Judgment[] {
    return this.#folded.answers;
  }
  /** The rankings and thumbs that hold, oldest first. */
  get rankings(): readonly RankingEvent[] {
    return this.#folded.rankings;
  }
  get thumbs(): readonly ThumbEvent[] {
    return this.#folded.thumbs;
  }
  /** What was written here and not removed, oldest first. */
  get generations(): readonly GenerationEvent[] {
    return this.#folded.generations;
  }
  get states(): ReadonlyMap<string, ComparisonState> {
    return this.#folded.states;
  }
  /** How often the person gave the same answer twice; n is 0 until a pair was repeated. */
  get selfAgreement(): Proportion {
    return this.#selfAgreement;
  }
  /** How often a verdict held when it was looked at again later; n is 0 until one was. */
  get hindsightAgreement(): Proportion {
    return this.#hindsightAgreement;
  }
  get canUndo(): boolean {
    return this.#folded.undoable.length > 0;
  }
  get canRedo(): boolean {
    return this.#folded.redoable.length > 0;
  }

  /**
   * The act that undo took back last here, which is shown again. Redo would bring it back; it also brings back what was
   * taken back in another tab, which is not shown: nobody here asked for it.
   */
  get lastUndone(): PreferenceEvent | undefined {
    const id = this.#folded.redoable.at(-1);
    return id !== undefined && this.#doneElsewhere.has(id) ? undefined : this.#lastUndone;
  }

  /** Comparisons judged here and in another tab, differently, while this project was open here. */
  get judgedElsewhere(): ReadonlySet<string> {
    return this.#judgedElsewhere;
  }

  comparison(id: string): Comparison | undefined {
    return this.#byId.get(id);
  }
  stateOf(comparisonId: string): ComparisonState {
    return this.#folded.states.get(comparisonId) ?? UNJUDGED;
  }

  /** Reads everything again from storage, in the order of the verbs: after a restore, or when another tab added to it. */
  reload(): Promise<void> {
    return this.#inOrder(async () => {
      const { id } = this.#project;
      const [projects, contents] = await Promise.all([
        this.#storage.listProjects(),
        this.#storage.loadProject(id),
      ]);
      this.#project = projects.find((project) => project.id === id) ?? this.#project;
      this.#noteElsewhere(contents.events);
      this.#comparisons = [...contents.comparisons, ...this.#waiting.comparisons];
      this.#events = [...contents.events, ...this.#waiting.events];
      this.#imports = contents.imports;
    });
  }

  judge(
    subject: Subject,
    act: {
      readonly verdict: Verdict;
      readonly strength: Strength;
      readonly shownFirst: Side;
      readonly durationMs: number;
      readonly isControl?: boolean;
      readonly isRepeat?: true;
      readonly isHindsight?: true;
      readonly reasons?: readonly string[];
    },
  ): Promise<void> {
    return this.#appendAbout(subject, { kind: 'judgment', comparisonId: idOf(subject), ...act });
  }

  /** Keeps an order of responses as one act. @param said of every two of them; without a verdict, it was skipped */
  rank(said: readonly SaidOf[], durationMs: number): Promise<void> {
    const comparisonIds = said.map(({ comparison }) => comparison.id);
    return this.#appendWhole({ kind: 'ranking', comparisonIds, durationMs }, said);
  }

  /** Keeps what the person made of a comparison's winner. @param said of the new text and the old ones */
  edit(comparisonId: string, said: readonly SaidOf[]): Promise<void> {
    return this.#appendWhole({ kind: 'edit', comparisonId }, said);
  }

  thumb(subject: Subject, act: Pick<ThumbEvent, 'side' | 'thumb' | 'durationMs'>): Promise<void> {
    return this.#appendAbout(subject, { kind: 'thumb', comparisonId: idOf(subject), ...act });
  }

  keepGeneration(written: Omit<GenerationEvent, 'id' | 'at' | 'kind'>): Promise<void> {
    return this.#append({ kind: 'generation', ...written });
  }

  /** Takes generations out of everything that is shown; judgments of their candidates stay. */
  async removeGenerations(ids: readonly string[]): Promise<void> {
    const events = ids.map((target) => this.#stamp({ kind: 'undo', target }));
    await this.#inOrder(() => this.#store({ events }));
  }

  /** The judgments that a ranking or an edit consists of, whether it holds or not. */
  partsOf(wholeId: string): readonly Judgment[] {
    return this.#events.filter(
      (event) => event.kind === 'judgment' && event.partOf === wholeId,
    ) as Judgment[];
  }

  setNote(subject: Subject, text: string): Promise<void> {
    return this.#appendAbout(subject, { kind: 'note', comparisonId: idOf(subject), text });
  }

  async delete(comparisonIds: readonly string[]): Promise<void> {
    await this.#append({ kind: 'delete', comparisonIds: [...comparisonIds] });
  }

  async restore(comparisonIds: readonly string[]): Promise<void> {
    await this.#append({ kind: 'restore', comparisonIds: [...comparisonIds] });
  }

  /** Takes back the latest act, and returns it. */
  undo(): Promise<PreferenceEvent | undefined> {
    return this.#inOrder(async () => {
      const target = this.#folded.undoable.at(-1);
      if (target === undefined) return undefined;
      await this.#store({ events: [this.#stamp({ kind: 'undo', target })] });
      return this.#events.find((event) => event.id === target);
    });
  }

  /** Brings back the act that undo took back last, and returns it. */
  redo(): Promise<PreferenceEvent | undefined> {
    return this.#inOrder(async () => {
      const target = this.#folded.redoable.at(-1);
      if (target === undefined) return undefined;
      const act = this.#lastUndone;
      await this.#store({ events: [this.#stamp({ kind: 'undo', target })] });
      return act;
    });
  }

  /** All of it, or nothing. @throws PalateError of the storage */
  add(addition: ProjectAddition): Promise<void> {
    return this.#inOrder(async () => {
      await this.#keep(addition);
      await this.#show(addition);
    });
  }

  /** Tries again to store what is in memory alone; how it went is in `saveState`. An import that failed is not there. */
  saveWaiting(): Promise<void> {
    return this.#inOrder(async () => {
      if (this.#waiting === NO_ACTS) this.#saveState = { kind: 'saved' };
      else await this.#keep({}).catch(() => undefined);
    });
  }

  updateSettings(change: Partial<ProjectSettings> & { name?: string }): Promise<void> {
    return this.#inOrder(async () => {
      const { name = this.#project.name, ...settings } = change;
      const project = { ...this.#project, name, settings: { ...this.#project.settings, ...settings } };
      await this.#storage.putProject(project);
      this.#project = project;
    });
  }

  /** Looks at what another tab did since: nobody asked for that here, so it is told apart from what was done here. */
  #noteElsewhere(events: readonly PreferenceEvent[]): void {
    const known = new Set(this.#events.map(({ id }) => id));
    const news = events.filter(({ id }) => !known.has(id));
    for (const { id } of news) this.#doneElsewhere.add(id);
    this.#noteConflicts(news);
  }

  /** Notes verdicts that replace a different one, where one of the two was given here and one in another tab. */
  #noteConflicts(events: readonly PreferenceEvent[]): void {
    const found = events.flatMap((event) => {
      if (event.kind !== 'judgment' || event.isRepeat || event.isHindsight) return [];
      const { judgment } = this.stateOf(event.comparisonId);
      if (!judgment || judgment.verdict === event.verdict) return [];
      const isBetweenTabs = this.#doneElsewhere.has(event.id) !== this.#doneElsewhere.has(judgment.id);
      return isBetweenTabs ? [event.comparisonId] : [];
    });
    if (found.length > 0) this.#judgedElsewhere = new Set([...this.#judgedElsewhere, ...found]);
  }

  #append(act: Act): Promise<void> {
    return this.#inOrder(() => this.#store({ events: [this.#stamp(act)] }));
  }

  #appendAbout(subject: Subject, act: Act): Promise<void> {
    return this.#inOrder(() => {
      const event = this.#stamp(act);
      // Given before the other tab's verdict on the same pair was heard of.
      this.#noteConflicts([event]);
      return this.#store({
        comparisons: typeof subject === 'string' ? [] : this.#unknown([subject]),
        events: [event],
      });
    });
  }

  #appendWhole(act: Act, said: readonly SaidOf[]): Promise<void> {
    return this.#inOrder(() => {
      const whole = this.#stamp(act);
      const parts = said
        .filter((one) => one.verdict !== undefined)
        .map(({ comparison, verdict, isControl }) =>
          this.#stamp({
            ...{ kind: 'judgment', comparisonId: comparison.id, verdict: verdict!, strength: 1 },
            ...{ isControl, partOf: whole.id },
          }),
        );
      const comparisons = this.#unknown(said.map(({ comparison }) => comparison));
      return this.#store({ comparisons, events: [whole, ...parts] });
    });
  }

  #unknown(comparisons: readonly Comparison[]): readonly Comparison[] {
    return comparisons.filter(({ id }) => !this.#byId.has(id));
  }

  #stamp(act: Act): PreferenceEvent {
    return { ...act, id: this.#environment.createId(), at: this.#environment.now() };
  }

  /** Verbs run one after another: an undo pressed right after a verdict takes back that verdict. */
  #inOrder<T>(verb: () => Promise<T>): Promise<T> {
    const done = this.#verbs.then(verb);
    this.#verbs = done.catch(() => undefined);
    return done;
  }

  /** Takes an act of the person, stored or not. */
  async #store(act: ProjectAddition): Promise<void> {
    try {
      await this.#keep(act);
    } catch (error) {
      this.#waiting = joined(this.#waiting, act);
      this.#tellFailure(error);
    }
    await this.#show(act);
  }

  /** Stores it together with what waits. */
  async #keep(addition: ProjectAddition): Promise<void> {
    // A second try does not take back, not even for a moment, that something is not saved.
    if (this.#saveState.kind !== 'failed') this.#saveState = { kind: 'saving' };
    try {
      await this.#storage.add(this.#project.id, { ...addition, ...joined(this.#waiting, addition) });
    } catch (error) {
      this.#tellFailure(error);
      throw error;
    }
    this.#waiting = NO_ACTS;
    this.#saveState = { kind: 'saved' };
  }

  #tellFailure(error: unknown): void {
    const message = messageOf(error);
    // The judgments a ranking consists of are one act.
    const acts = this.#waiting.events.filter((event) => !('partOf' in event));
    this.#saveState = { kind: 'failed', message, waiting: acts.length };
  }

  async #show(addition: ProjectAddition): Promise<void> {
    const comparisons = [...this.#comparisons, ...(addition.comparisons ?? [])];
    const events = [...this.#events, ...(addition.events ?? [])];
    if (events.length - this.#events.length > MANY) await prepare(comparisons, events);
    this.#comparisons = comparisons;
    this.#events = events;
    if (addition.imports) this.#imports = [...this.#imports, ...addition.imports];
  }
}

type Acts = Required<Pick<ProjectAddition, 'comparisons' | 'events'>> & Pick<ProjectAddition, 'project'>;

const NO_ACTS: Acts = { comparisons: [], events: [] };

function joined(
  acts: Acts,
  { project = acts.project, comparisons = [], events = [] }: ProjectAddition,
): Acts {
  return {
    ...(project && { project }),
    comparisons: [...acts.comparisons, ...comparisons],
    events: [...acts.events, ...events],
  };
}

/** The id of a comparison the project holds, or a comparison that is added in the same act where it does not. */
export type Subject = string | Comparison;

/** What a ranking or an edit says of one comparison; nothing where it has no verdict. */
export interface SaidOf {
  readonly comparison: Comparison;
  readonly verdict?: Verdict;
  readonly isControl?: boolean;
}

function idOf(subject: Subject): string {
  return typeof subject === 'string' ? subject : subject.id;
}

type Act = DistributiveOmit<PreferenceEvent, 'id' | 'at'>;
type DistributiveOmit<T, K extends PropertyKey> = T extends unknown ? Omit<T, K> : never;
