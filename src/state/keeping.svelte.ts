/**
 * Where the work is kept and how safely, as far as this page knows: in the browser (protected from being cleared or
 * not), in the journal beside it, in a backup file saved some acts ago. And what the person has to be told of it.
 */
import type { PreferenceEvent } from '../core/preference.ts';
import type { ClosedReason } from '../storage/appStorage.ts';
import type { SettingsStore } from './settingsStore.ts';

/** The browser's promise not to clear an origin's data by itself: `navigator.storage`, where there is one. */
export type Persistence = Pick<StorageManager, 'persist' | 'persisted'>;

/** Answers after which a person has something to lose. A browser that asks for consent is not asked to do so before. */
const WORTH_PROTECTING = 10;
const BACKUP_KEY = 'palate.backupAt';

export interface KeepingDependencies {
  /** One sentence: where the data is kept, or why this window forgets it. */
  readonly reason: string;
  readonly keptIn: 'database and journal' | 'journal' | 'memory';
  readonly persistence?: Persistence;
  readonly settings?: SettingsStore;
}

export class Keeping {
  readonly reason: string;
  readonly keptIn: KeepingDependencies['keptIn'];
  readonly #persistence: Persistence | undefined;
  readonly #settings: SettingsStore | undefined;
  #isProtected = $state.raw<boolean | undefined>();
  #hasAsked = false;
  #journalProblem = $state.raw<string | undefined>();
  #closed = $state.raw<ClosedReason | undefined>();
  #notice = $state.raw<string | undefined>();
  #backupAt = $state.raw<number | undefined>();

  constructor({ reason, keptIn, persistence, settings }: KeepingDependencies) {
    this.reason = reason;
    this.keptIn = keptIn;
    this.#persistence = this.isLasting ? persistence : undefined;
    this.#settings = settings;
    this.#backupAt = this.#rememberedBackup();
  }

  /** False when nothing is kept after the window is closed. */
  get isLasting(): boolean {
    return this.keptIn !== 'memory';
  }
  /** Whether the browser promised not to clear the data by itself; undefined until it is known, or where none promises. */
  get isProtected(): boolean | undefined {
    return this.#isProtected;
  }
  /** Why what is judged is kept once, in the database, and not in the journal as well. */
  get journalProblem(): string | undefined {
    return this.#journalProblem;
  }
  /** Why the storage takes nothing any more. */
  get closed(): ClosedReason | undefined {
    return this.#closed;
  }
  /** Something the person has to know, until it is dismissed. */
  get notice(): string | undefined {
    return this.#notice;
  }
  /** When the last whole backup file was saved from this browser, in milliseconds since the epoch. */
  get backupAt(): number | undefined {
    return this.#backupAt;
  }

  tell(notice: string | undefined): void {
    this.#notice = notice;
  }

  tellJournalProblem(problem: string | undefined): void {
    this.#journalProblem = problem;
  }

  /** A connection that was lost is opened again with the next act, so nothing is told of it. */
  tellClosed(reason: ClosedReason): void {
    if (reason !== 'connection-lost') this.#closed = reason;
  }

  /** Acts since the last backup file; undefined where there is none. */
  actsSinceBackup(events: readonly PreferenceEvent[]): number | undefined {
    const since = this.#backupAt;
    return since === undefined ? undefined : events.filter(({ at }) => at > since).length;
  }

  backedUp(at: number): void {
    this.#backupAt = at;
    this.#settings?.setItem(BACKUP_KEY, String(at));
  }

  /**
   * Asks for the browser's protection once there is something to lose.
   * @param answers read again whenever it changes
   * @returns ends it
   */
  follow(answers: () => number): () => void {
    return $effect.root(() => {
      $effect(() => {
        if (answers() >= WORTH_PROTECTING && !this.#hasAsked) void this.protect();
      });
    });
  }

  /** Asks the browser not to clear the data by itself; it may ask the person. */
  async protect(): Promise<void> {
    this.#hasAsked = true;
    try {
      this.#isProtected = await this.#persistence?.persist();
    } catch {
      this.#isProtected = false;
    }
  }

  /** Looks whether the data is protected already. */
  async look(): Promise<void> {
    this.#isProtected = await this.#persistence?.persisted().catch(() => undefined);
    this.#hasAsked = this.#isProtected === true;
  }

  #rememberedBackup(): number | undefined {
    const at = Number(this.#settings?.getItem(BACKUP_KEY) ?? NaN);
    return Number.isFinite(at) ? at : undefined;
  }
}
