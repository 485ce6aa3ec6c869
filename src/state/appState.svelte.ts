/**
 * The live app: which projects there are, which one is open, and the workflows of the open one. Everything it needs
 * comes by constructor, so it runs without a page.
 */
import { textHash } from '../core/textHash.ts';
import { AskingPool } from './askingPool.svelte.ts';
import { BackupFlow, isBackupFile, type Backup } from './backupFlow.svelte.ts';
import { DEFAULT_PROJECT_NAME, newProject } from './newProject.ts';
import { CompareSession } from './compareSession.svelte.ts';
import { deckComparisons } from './deckQueue.ts';
import { ComparisonTable } from './comparisonTable.svelte.ts';
import { Generating } from './generating.svelte.ts';
import { ImportFlow, type NamedFile } from './importFlow.svelte.ts';
import type { Keeping } from './keeping.svelte.ts';
import type { LanguageLibrary } from './languageLibrary.ts';
import type { Deck } from './loadDeck.ts';
import type { DevicePreferences } from './preferences.svelte.ts';
import type { SettingsStore } from './settingsStore.ts';
import { ProjectState, type Environment } from './projectState.svelte.ts';
import { RankingSession } from './rankingSession.svelte.ts';
import { Reranking } from './reranking.svelte.ts';
import { ResponseSets } from './responseSets.svelte.ts';
import type { Router } from './router.svelte.ts';
import type { SentenceLibrary } from './sentenceLibrary.svelte.ts';
import { SingleSession } from './singleSession.svelte.ts';
import { coalesced, type TabChannel } from './otherTabs.ts';
import { TrainingRun } from './trainingRun.svelte.ts';
import type { TrainingTurn } from './trainingTurn.ts';
import { WinnerEdit } from './winnerEdit.svelte.ts';
import { WatchedRun } from './watchedRun.svelte.ts';
import type { Workers } from './workerClients.ts';
import type { Writers } from './writers.svelte.ts';
import type { AppStorage, Project, WholeProject } from '../storage/appStorage.ts';
import type { RestoreReport } from '../storage/backup.ts';
import type { Restored } from '../storage/journaledStorage.ts';

export interface AppDependencies {
  readonly storage: AppStorage;
  readonly keeping: Keeping;
  readonly workers: Workers;
  /** Of this tab, whichever project is open in it. */
  readonly turn: TrainingTurn;
  readonly environment: Environment;
  readonly deck: Deck;
  readonly router: Router;
  readonly device: DevicePreferences;
  readonly models: SentenceLibrary;
  readonly languageModels: LanguageLibrary;
  readonly writers: Writers;
  readonly backup: Backup;
  /** The other tabs on the same storage; absent where no other tab sees what this one stores. */
  readonly otherTabs?: TabChannel;
  /** Remembers which project was open last. */
  readonly settings?: SettingsStore;
}

/** One project with all its workflows; they live as long as it is open, whatever screen is shown. */
export interface OpenProject {
  readonly project: ProjectState;
  readonly compare: CompareSession;
  readonly ranking: RankingSession;
  readonly single: SingleSession;
  readonly winnerEdit: WinnerEdit;
  readonly importing: ImportFlow;
  readonly table: ComparisonTable;
  readonly training: TrainingRun;
  readonly watching: WatchedRun;
  readonly reranking: Reranking;
  readonly generating: Generating;
}

const LAST_PROJECT_KEY = 'palate.project';

export class AppState {
  readonly #dependencies: AppDependencies;
  readonly backup: BackupFlow;
  #projects = $state.raw<readonly Project[]>([]);
  #open = $state.raw<OpenProject>()!;
  #stopFollowing: () => void = () => undefined;
  /** Projects that another tab changed and this one has not read since. */
  readonly #news = new Set<string>();
  #turns: Promise<unknown> = Promise.resolve();

  private constructor(dependencies: AppDependencies) {
    this.#dependencies = dependencies;
    const { backup, environment, keeping } = dependencies;
    this.backup = new BackupFlow(backup, environment.now, () => this.#wholeOpen(), {
      written: (at) => keeping.backedUp(at),
      restored: (report) => this.#afterRestore(report),
    });
  }

  /** Opens the project that was open last; a first visit gets a project to start with. */
  static async start(dependencies: AppDependencies): Promise<AppState> {
    const app = new AppState(dependencies);
    await app.#refreshProjects();
    const last = dependencies.settings?.getItem(LAST_PROJECT_KEY);
    const project = app.#projects.find(({ id }) => id === last) ?? app.#projects.at(-1);
    if (project) await app.#openProject(project);
    else await app.createProject(DEFAULT_PROJECT_NAME);
    const catchUp = coalesced(() => app.#inTurn(() => app.#catchUp()));
    dependencies.otherTabs?.listen((projectId) => {
      app.#news.add(projectId);
      catchUp();
    });
    return app;
  }

  get router(): Router {
    return this.#dependencies.router;
  }
  get device(): DevicePreferences {
    return this.#dependencies.device;
  }
  get workers(): Workers {
    return this.#dependencies.workers;
  }
  get models(): SentenceLibrary {
    return this.#dependencies.models;
  }
  get languageModels(): LanguageLibrary {
    return this.#dependencies.languageModels;
  }
  get writers(): Writers {
    return this.#dependencies.writers;
  }
  get keeping(): Keeping {
    return this.#dependencies.keeping;
  }
  /** Oldest first. */
  get projects(): readonly Project[] {
    const { project } = this.#open.project;
    const isListed = this.#projects.some(({ id }) => id === project.id);
    return isListed ? this.#projects : [...this.#projects, project];
  }
  get open(): OpenProject {
    return this.#open;
  }

  /** Shows what the journal gave back to the database, and says how much that was. */
  async afterRestored({ projects, records, refused }: Restored): Promise<void> {
    if (records + projects + refused === 0) return;
    const { project, training } = this.#open;
    const left =
      refused > 0
        ? ` ${refused.toLocaleString('en')} records there are of a newer Palate: open that one to have them back.`
        : '';
    this.keeping.tell(
      `The database of this browser had lost ${records.toLocaleString('en')} records. They were restored from the journal beside it.${left}`,
    );
    await this.#refreshProjects();
    for (const { id } of this.#projects) this.#dependencies.otherTabs?.tell(id);
    await project.reload();
    await training.open();
  }

  /** Says that what was kept is gone, database and journal both. */
  tellLost(): void {
    this.keeping.tell(
      'This browser kept judgments of yours, and they are gone: its database and the journal beside it are empty. If you have a backup file, restore it under Data.',
    );
  }

  createProject(name: string): Promise<void> {
    return this.#inTurn(() => this.#openNew(name));
  }

  async renameProject(name: string): Promise<void> {
    await this.#open.project.updateSettings({ name });
    await this.#refreshProjects();
  }

  switchProject(projectId: string): Promise<void> {
    return this.#inTurn(async () => {
      const project = this.#projects.find(({ id }) => id === projectId);
      if (project && projectId !== this.#open.project.project.id) await this.#openProject(project);
    });
  }

  /** Removes the open project for good and opens another. */
  deleteProject(): Promise<void> {
    return this.#inTurn(async () => {
      const { id } = this.#open.project.project;
      // The next one is there first: another tab that hears of the end of this one finds something to open.
      const hasOther = this.#projects.some((project) => project.id !== id);
      if (!hasOther) await this.#openNew(DEFAULT_PROJECT_NAME);
      else await this.#stopWork();
      await this.#dependencies.storage.deleteProject(id);
      await this.#refreshProjects();
      if (hasOther) await this.#openLatest();
    });
  }

  /** Takes files that were dropped, picked or pasted: backups are restored, all others are read up to a preview. */
  async receive(files: readonly NamedFile[]): Promise<void> {
    const preferenceFiles: NamedFile[] = [];
    for (const file of files) {
      if (await isBackupFile(file.content)) await this.backup.restore(file);
      else preferenceFiles.push(file);
    }
    if (preferenceFiles.length > 0) await this.open.importing.open(preferenceFiles);
  }

  /**
   * Reads everything again. A project that was never used gives way to the first that came in: on a new device a
   * restore then ends where the person left off.
   */
  async #afterRestore({ projects }: RestoreReport): Promise<void> {
    await this.#refreshProjects();
    const arrived = projects.find(({ isNew }) => isNew);
    const { project, training } = this.#open;
    const isUnused = project.events.length + project.comparisons.length + training.heads.length === 0;
    if (arrived && isUnused && project.project.name === DEFAULT_PROJECT_NAME) {
      const unused = project.project.id;
      await this.switchProject(arrived.id);
      await this.#dependencies.storage.deleteProject(unused);
      await this.#refreshProjects();
      return;
    }
    await project.reload();
    await training.open();
  }

  /** Reads what other tabs changed; where the open project is gone, says so and opens another. */
  async #catchUp(): Promise<void> {
    const { project } = this.#open;
    const { id, name } = project.project;
    const concernsOpen = this.#news.delete(id);
    this.#news.clear();
    await this.#refreshProjects();
    if (this.#projects.some((other) => other.id === id)) {
      if (concernsOpen) await project.reload();
      return;
    }
    await this.#openLatest();
    this.keeping.tell(`“${name}” was deleted in another tab. This is “${this.#open.project.project.name}”.`);
  }

  async #openLatest(): Promise<void> {
    const latest = this.#projects.at(-1);
    if (latest) await this.#openProject(latest);
    else await this.#openNew(DEFAULT_PROJECT_NAME);
  }

  async #openNew(name: string): Promise<void> {
    await this.#openProject(newProject(name, this.#dependencies.environment), true);
    await this.#refreshProjects();
  }

  /** One project is opened, deleted or caught up with at a time. */
  #inTurn(act: () => Promise<void>): Promise<void> {
    const done = this.#turns.then(act);
    this.#turns = done.catch(() => undefined);
    return done;
  }

  #wholeOpen(): WholeProject {
    const { project, training } = this.#open;
    const { comparisons, events, imports } = project;
    return { project: project.project, comparisons, events, imports, heads: training.heads };
  }

  async #refreshProjects(): Promise<void> {
    this.#projects = await this.#dependencies.storage.listProjects();
  }

  async #openProject(project: Project, isNew = false): Promise<void> {
    const { storage, environment, deck, router, workers, turn, settings, writers } = this.#dependencies;
    if (this.#open) await this.#stopWork();
    const state = await ProjectState.open(storage, environment, project, isNew);
    const seed = parseInt(textHash(project.id).slice(0, 8), 16);
    const asking = new AskingPool(state, deckComparisons(deck, seed));
    const training = new TrainingRun(storage, state, workers, asking, turn);
    await training.open();
    const compare = new CompareSession(state, asking, deck.title, training, environment, router);
    const sets = new ResponseSets(state, asking);
    this.#open = {
      project: state,
      compare,
      ranking: new RankingSession(state, sets, environment),
      single: new SingleSession(state, sets, environment),
      winnerEdit: new WinnerEdit(state, compare),
      importing: new ImportFlow(state, environment, workers.importer),
      table: new ComparisonTable(state),
      training,
      watching: new WatchedRun(training, workers),
      reranking: new Reranking(storage, training, workers),
      generating: new Generating(storage, state, training, workers, writers, environment),
    };
    const stops = [training.followJudgments(), this.keeping.follow(() => state.answers.length)];
    this.#stopFollowing = () => stops.forEach((stop) => stop());
    settings?.setItem(LAST_PROJECT_KEY, project.id);
  }

  async #stopWork(): Promise<void> {
    this.#stopFollowing();
    await this.#open.importing.cancel();
    await this.#open.watching.discard();
    await this.#open.training.cancel();
    await this.#open.reranking.cancel();
    await this.#open.generating.cancel();
  }
}
