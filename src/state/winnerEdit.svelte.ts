/**
 * Editing the winner: what the person makes of it is better than it was, and so better than the loser. The pair is the
 * one on screen if it has a winner, else the one judged last.
 */
import { otherSide, type Comparison, type Side } from '../core/preference.ts';
import type { CompareSession } from './compareSession.svelte.ts';
import { newComparison } from './newComparison.ts';
import type { ProjectState, SaidOf } from './projectState.svelte.ts';

export interface EditableWinner {
  readonly comparison: Comparison;
  readonly winner: Side;
}

export class WinnerEdit {
  readonly #project: ProjectState;
  readonly #compare: Pick<CompareSession, 'pair' | 'announce'>;

  readonly #subject = $derived.by(() => this.#find());

  constructor(project: ProjectState, compare: Pick<CompareSession, 'pair' | 'announce'>) {
    this.#project = project;
    this.#compare = compare;
  }

  /** What would be edited; undefined while nothing has a winner. */
  get subject(): EditableWinner | undefined {
    return this.#subject;
  }

  /** Why a text cannot be kept as an edit, in a sentence; undefined when it can. */
  problemOf({ comparison, winner }: EditableWinner, text: string): string | undefined {
    const edited = text.trim();
    if (edited === '') return 'The edited text is empty.';
    if (edited === comparison[winner].text.trim()) return 'This is the winner as it was.';
    if (edited === comparison[otherSide(winner)].text.trim()) return 'This is the other response.';
    return undefined;
  }

  /** Keeps a text without a problem as better than both responses. Rejects when it could not be stored. */
  async save({ comparison, winner }: EditableWinner, text: string): Promise<void> {
    const [better, worse] = [comparison[winner], comparison[otherSide(winner)]];
    const edited = text.trim();
    const said = [better, worse].map((response): SaidOf => {
      const source = { kind: 'edited', of: comparison.id } as const;
      const made = newComparison(comparison.prompt, { text: edited }, response, source);
      const known = this.#project.comparison(made.id) ?? made;
      return { comparison: known, verdict: known.a.text === edited ? 'a' : 'b', isControl: false };
    });
    await this.#project.edit(comparison.id, said);
    this.#compare.announce('Your edit is kept as better than both.');
  }

  #find(): EditableWinner | undefined {
    const shown = this.#compare.pair;
    return (
      (shown?.isJudged && this.#winnerOf(shown.comparison.id)) ||
      this.#winnerOf(this.#project.answers.findLast(({ isRepeat }) => !isRepeat)?.comparisonId)
    );
  }

  #winnerOf(id: string | undefined): EditableWinner | undefined {
    const comparison = id === undefined ? undefined : this.#project.comparison(id);
    if (!comparison) return undefined;
    const { judgment, deleted } = this.#project.stateOf(comparison.id);
    const winner = judgment?.verdict;
    return !deleted && (winner === 'a' || winner === 'b') ? { comparison, winner } : undefined;
  }
}
