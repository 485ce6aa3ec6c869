/**
 * The pair that is asked a second time, as it is shown: sides swapped, and without anything that would tell the
 * former verdict, an earlier note included.
 */
import { repeatDue } from '../core/repeats.ts';
import { otherSide, type Comparison, type Side } from '../core/preference.ts';
import type { ProjectState } from './projectState.svelte.ts';
import { firstSide } from './shownVerdict.ts';

export class RepeatedPair {
  readonly #project: ProjectState;
  /** What was noted on a pair before it was repeated: hidden meanwhile, and kept. */
  #earlierNote = $state.raw<{ readonly id: string; readonly text: string } | undefined>();

  constructor(project: ProjectState) {
    this.#project = project;
  }

  /**
   * The comparison to ask again now, if any. A verdict that is being stored counts as given, so that nothing changes
   * on screen when it is.
   * @param inFlight what is being stored, by comparison id
   */
  next(inFlight: ReadonlyMap<string, { readonly isRepeat: boolean }>): Comparison | undefined {
    const { project, answers, states } = this.#project;
    const isNewAnswer = ([id, pair]: readonly [string, { readonly isRepeat: boolean }]): boolean => {
      const { judgment, repeat } = this.#project.stateOf(id);
      return pair.isRepeat ? !repeat : !judgment;
    };
    const given = answers.length + [...inFlight].filter(isNewAnswer).length;
    const id = repeatDue(project.id, answers, states, given, (other) => !inFlight.has(other));
    return id === undefined ? undefined : this.#project.comparison(id);
  }

  /** The side in the first pane: the one that stood in the second. */
  firstSide({ id }: Comparison): Side {
    const { judgment } = this.#project.stateOf(id);
    return otherSide(judgment?.shownFirst ?? firstSide(this.#project.project.id, id));
  }

  /** What was noted since the pair came up again. */
  noteOn({ id }: Comparison): string {
    const { note = '' } = this.#project.stateOf(id);
    const earlier = this.#earlierNote?.id === id ? this.#earlierNote.text : note;
    return note.slice(earlier.length).trimStart();
  }

  /** The whole note to store: what was there before stays. */
  withEarlierNote({ id }: Comparison, text: string): string {
    if (this.#earlierNote?.id !== id) {
      this.#earlierNote = { id, text: this.#project.stateOf(id).note ?? '' };
    }
    return [this.#earlierNote.text, text].filter((part) => part !== '').join('\n');
  }
}
