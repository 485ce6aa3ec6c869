/**
 * One training at a time in all tabs of the origin. A tab that trains holds a lock, so that no browser freezes it in
 * the background; one that dies lets go of it. And a note that a training began, taken away when it ended: a training
 * that ends its page is not begun again and again.
 */
import { PalateError } from '../core/palateError.ts';
import type { SettingsStore } from './settingsStore.ts';

const LOCK = 'palate.training';
const UNENDED = 'palate.trainings-unended';
/** Pages that ended while they trained, one after the other, before nothing is trained by itself any more. */
const MOST_UNENDED = 2;

/** Sooner, the word would only flicker. */
const WAIT_SHOWN_AFTER_MS = 300;

export interface TurnOptions {
  /** Gives up waiting. */
  readonly signal: AbortSignal;
  /** The person asked for it; otherwise it is refused after too many pages that ended. */
  readonly isAskedFor: boolean;
  /** Another tab is training. */
  readonly onWait?: () => void;
}

export class TrainingTurn {
  readonly #locks: LockManager | undefined;
  readonly #notes: SettingsStore | undefined;
  readonly #page: EventTarget | undefined;
  /** Of this tab, all under one lock: the trainer itself ends the one before. */
  #trainings = 0;
  #held?: Promise<boolean>;
  #release?: () => void;

  /** @param locks undefined where the browser has none: then every tab trains for itself */
  constructor(locks: LockManager | undefined, notes: SettingsStore | undefined, page?: EventTarget) {
    this.#locks = locks;
    this.#notes = notes;
    this.#page = page;
  }

  /**
   * @param train `hasWaited`: another tab trained meanwhile, and may have kept what is wanted
   * @throws PalateError `cancelled` when waiting is given up; `out-of-memory` when too many pages have ended
   */
  async take<T>(options: TurnOptions, train: (hasWaited: boolean) => Promise<T>): Promise<T> {
    this.#trainings++;
    try {
      this.#held ??= this.#acquire();
      const hasWaited = await this.#untilHeld(this.#held, options);
      return await this.#noted(options.isAskedFor, () => train(hasWaited));
    } finally {
      if (--this.#trainings === 0) this.#letGo();
    }
  }

  /** Resolves when the lock is held, to whether that took waiting. */
  #acquire(): Promise<boolean> {
    const locks = this.#locks;
    if (!locks) return Promise.resolve(false);
    return new Promise((resolve, reject) => {
      const hold = (hasWaited: boolean): Promise<void> =>
        new Promise((release) => {
          this.#release = release;
          resolve(hasWaited);
          // Whoever waited has given up.
          if (this.#trainings === 0) this.#letGo();
        });
      locks
        .request(LOCK, { ifAvailable: true }, async (lock) => {
          if (lock) await hold(false);
          return lock !== null;
        })
        .then((wasFree) => {
          if (!wasFree) return locks.request(LOCK, () => hold(true));
        })
        .catch(reject);
    });
  }

  async #untilHeld(held: Promise<boolean>, { signal, onWait }: TurnOptions): Promise<boolean> {
    const waiting = setTimeout(() => onWait?.(), WAIT_SHOWN_AFTER_MS);
    try {
      return await Promise.race([held, rejectionOf(signal)]);
    } finally {
      clearTimeout(waiting);
    }
  }

  /** A lock that has not come yet stays asked for: the next training takes it. */
  #letGo(): void {
    if (this.#locks && !this.#release) return;
    this.#release?.();
    this.#release = undefined;
    this.#held = undefined;
  }

  async #noted<T>(isAskedFor: boolean, train: () => Promise<T>): Promise<T> {
    const unended = this.#unended();
    if (unended >= MOST_UNENDED && !isAskedFor) {
      throw new PalateError(
        'out-of-memory',
        'this page ended twice while it trained, so training no longer begins by itself. ' +
          'Train on the Model screen; a linear head on the CPU needs the least memory.',
      );
    }
    // A page that is left on purpose did not end by itself.
    const forget = (): void => this.#note(0);
    this.#page?.addEventListener('pagehide', forget);
    this.#note(unended + 1);
    try {
      return await train();
    } finally {
      forget();
      this.#page?.removeEventListener('pagehide', forget);
    }
  }

  #unended(): number {
    return Number(this.#notes?.getItem(UNENDED) ?? 0);
  }

  #note(unended: number): void {
    this.#notes?.setItem(UNENDED, String(unended));
  }
}

/** Rejects when the signal says so. */
function rejectionOf(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    const cancelled = (): void => reject(new PalateError('cancelled', 'Cancelled.'));
    if (signal.aborted) cancelled();
    else signal.addEventListener('abort', cancelled, { once: true });
  });
}
