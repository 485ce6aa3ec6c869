/** Since when something is before the person: the time to a verdict on it counts from there. */
import type { Environment } from './projectState.svelte.ts';

export class ShownSince {
  readonly #now: Environment['now'];
  #shown?: { readonly key: string; readonly at: number };

  constructor({ now }: Pick<Environment, 'now'>) {
    this.#now = now;
  }

  /** Tells what is on screen now. @returns whether it was not there before */
  show(key: string): boolean {
    if (this.#shown?.key === key) return false;
    this.#shown = { key, at: this.#now() };
    return true;
  }

  /** Milliseconds; 0 for what was not shown, or where the clock was set back. */
  durationOf(key: string): number {
    return this.#shown?.key === key ? Math.max(0, this.#now() - this.#shown.at) : 0;
  }

  /** It was answered: shown again, it counts from then. */
  end(key: string): void {
    if (this.#shown?.key === key) this.#shown = undefined;
  }
}
