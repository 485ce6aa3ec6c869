/**
 * Which pair is asked a second time, unannounced and with its sides swapped: only so can the page say how steady the
 * person is. What is due follows from a hash of the project and how much was answered, never from a stored queue or a
 * draw, so a reload, an undo and its redo ask the same.
 */
import type { ComparisonState, Judgment } from './preference.ts';
import { textHash } from './textHash.ts';

/** Share of the questions that repeat an earlier one. */
export const REPEAT_SHARE = 0.07;
/** Answers given in between, so that it is the texts that are judged again and not the memory of a key. */
export const LEAST_BETWEEN = 20;

/**
 * The comparison to ask again now; undefined where the next question is a new one.
 * @param answers the person's answers that hold, oldest first, see `FoldedEvents.answers`
 * @param given how many answers there are, with those that are not stored yet
 * @param isFree false for a comparison that cannot be asked now
 */
export function repeatDue(
  projectId: string,
  answers: readonly Judgment[],
  states: ReadonlyMap<string, ComparisonState>,
  given: number,
  isFree: (comparisonId: string) => boolean,
): string | undefined {
  if (share(`${projectId}\nrepeat\n${given}`) >= REPEAT_SHARE) return undefined;
  const canRepeat = ({ comparisonId, verdict, isRepeat }: Judgment): boolean => {
    const { repeat, deleted } = states.get(comparisonId) ?? { deleted: true };
    const isDecided = verdict === 'a' || verdict === 'b';
    return isDecided && !isRepeat && !repeat && !deleted && isFree(comparisonId);
  };
  // The least hash and not a place in the list: it stays the least when other pairs come and go.
  let [least, chosen]: [number, string | undefined] = [Infinity, undefined];
  for (const answer of answers.slice(0, Math.max(0, given - LEAST_BETWEEN)).filter(canRepeat)) {
    const value = share(`${projectId}\n${given}\n${answer.comparisonId}`);
    if (value < least) [least, chosen] = [value, answer.comparisonId];
  }
  return chosen;
}

/** A text's hash as a number in [0, 1). */
function share(text: string): number {
  return parseInt(textHash(text).slice(0, 8), 16) / 2 ** 32;
}
