/**
 * Verdicts as a person sees them, on panes A and B, and as they are stored, on the sides `a` and `b` of a
 * comparison. Which side stands in which pane is a coin thrown by hash: unpredictable, and the same after a reload.
 */
import {
  otherSide,
  type Judgment,
  type PreferenceEvent,
  type Side,
  type Strength,
  type ThumbEvent,
} from '../core/preference.ts';
import { textHash } from '../core/textHash.ts';

/** A verdict as the person sees the pair: the first pane is A, the second is B, whatever the data calls them. */
export type ShownVerdict = 'first' | 'second' | 'tie' | 'both-bad' | 'skip';

export interface GivenVerdict {
  readonly verdict: ShownVerdict;
  readonly strength: Strength;
}

/** The side that stands in the first pane: a coin thrown by hash. */
export function firstSide(projectId: string, comparisonId: string): Side {
  return parseInt(textHash(`${projectId}\n${comparisonId}`).slice(0, 2), 16) % 2 === 0 ? 'a' : 'b';
}

/** The verdict in terms of the comparison's sides. */
export function storedVerdict(verdict: ShownVerdict, first: Side): Judgment['verdict'] {
  if (verdict === 'first') return first;
  if (verdict === 'second') return otherSide(first);
  return verdict;
}

/** The verdict in terms of the panes. */
export function shownVerdict({ verdict, strength }: Judgment, first: Side): GivenVerdict {
  if (verdict === 'a' || verdict === 'b')
    return { verdict: verdict === first ? 'first' : 'second', strength };
  return { verdict, strength };
}

/** A verdict in words, as it is announced. */
export function verdictWords({ verdict, strength }: GivenVerdict): string {
  const better = strength === 1 ? 'better' : 'much better';
  const words = {
    first: `A ${better}`,
    second: `B ${better}`,
    tie: 'Tie',
    'both-bad': 'Both bad',
    skip: 'Skipped',
  };
  return words[verdict];
}

export function thumbWords(thumb: ThumbEvent['thumb']): string {
  return { up: 'Good', down: 'Not good', skip: 'Skipped' }[thumb];
}

/** What undo took back or redo brought back, in words. */
export function actWords(act: PreferenceEvent, projectId: string): string {
  switch (act.kind) {
    case 'judgment':
      return verdictWords(shownVerdict(act, act.shownFirst ?? firstSide(projectId, act.comparisonId)));
    case 'ranking':
      return 'the ranking';
    case 'edit':
      return 'the edit';
    case 'thumb':
      return thumbWords(act.thumb);
    case 'generation':
      return 'the candidates';
    case 'note':
      return 'the note';
    case 'delete':
      return 'the deletion';
    case 'restore':
      return 'the restoring';
    case 'undo':
      return 'the undo';
  }
}
