/** Everything that may be asked: the project's own comparisons, and the deck as long as nothing was imported. */
import type { Comparison } from '../core/preference.ts';
import type { NextQuestion } from '../storage/appStorage.ts';
import type { ProjectState } from './projectState.svelte.ts';

export class AskingPool {
  readonly #project: ProjectState;
  readonly #deck: readonly Comparison[];
  /** What is before the person now: it stays the next question whatever a new head would rather ask. */
  shown?: NextQuestion;

  readonly #newOfDeck = $derived.by(() => this.#deck.filter(({ id }) => !this.#project.comparison(id)));
  readonly #all = $derived.by(() => {
    const comparisons = this.#project.comparisons.filter((one) => !isEdit(one) || this.#isJudged(one));
    const isOwnData = comparisons.some(({ source }) => source.kind === 'import');
    return isOwnData ? comparisons : [...comparisons, ...this.#newOfDeck];
  });
  readonly #open = $derived.by(() => {
    const isOpen = (one: Comparison): boolean =>
      !isEdit(one) && !this.#isJudged(one) && !this.#project.stateOf(one.id).deleted;
    const isOwn = ({ source }: Comparison): boolean => source.kind !== 'deck';
    const own = this.#project.comparisons.filter((one) => isOwn(one) && isOpen(one));
    return own.length > 0 ? own : this.#deck.filter(isOpen);
  });

  /** @param deck in the order of asking */
  constructor(project: ProjectState, deck: readonly Comparison[]) {
    this.#project = project;
    this.#deck = deck;
  }

  get hasDeck(): boolean {
    return this.#deck.length > 0;
  }
  /** What the encoder sees: judged or not, because its statistics need no labels. Taken back edits are gone. */
  get all(): readonly Comparison[] {
    return this.#all;
  }
  /** What has no verdict yet, in the order of asking; the project's own comparisons come before the deck. */
  get open(): readonly Comparison[] {
    return this.#open;
  }

  #isJudged({ id }: Comparison): boolean {
    return this.#project.stateOf(id).judgment !== undefined;
  }
}

/** What a person improved was judged by improving it: it is never asked, and gone when the edit is taken back. */
function isEdit({ source }: Comparison): boolean {
  return source.kind === 'edited';
}
