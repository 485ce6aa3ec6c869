/**
 * When the last answers look as if nobody read: always one side, or faster than the texts can be read. It is a
 * reminder for the person, who may have reasons: nothing is held back or counted less because of it.
 */
import type { Judgment } from './preference.ts';

export type RaterWarning = 'one-side' | 'too-fast';

/** So many decided in a row for one side: by chance, one run in 2,048. */
const ONE_SIDE_RUN = 12;
/** Answers to long texts that speed is taken from. */
const TIMED_ANSWERS = 10;
/** Characters of both responses; 20 a second is quick reading, so these take ten seconds. */
const LONG_TEXT = 200;
/** Half of the answers came sooner: not enough for a line. */
const LEAST_MEDIAN_MS = 700;

/**
 * @param answers oldest first, see `FoldedEvents.answers`
 * @param lengthOf characters of both responses of a comparison
 */
export function raterWarning(
  answers: readonly Judgment[],
  lengthOf: (comparisonId: string) => number,
): RaterWarning | undefined {
  if (isTooFast(answers, lengthOf)) return 'too-fast';
  return isOneSided(answers) ? 'one-side' : undefined;
}

function isOneSided(answers: readonly Judgment[]): boolean {
  const isDecided = ({ verdict, shownFirst }: Judgment): boolean =>
    shownFirst !== undefined && (verdict === 'a' || verdict === 'b');
  const run = answers.filter(isDecided).slice(-ONE_SIDE_RUN);
  const firsts = run.filter(({ verdict, shownFirst }) => verdict === shownFirst).length;
  return run.length === ONE_SIDE_RUN && (firsts === 0 || firsts === ONE_SIDE_RUN);
}

function isTooFast(answers: readonly Judgment[], lengthOf: (comparisonId: string) => number): boolean {
  const isLong = ({ verdict, comparisonId }: Judgment): boolean =>
    verdict !== 'skip' && lengthOf(comparisonId) > LONG_TEXT;
  const timed = answers.filter(isLong).slice(-TIMED_ANSWERS);
  const durations = timed.map(({ durationMs = 0 }) => durationMs).sort((x, y) => x - y);
  if (durations.length < TIMED_ANSWERS) return false;
  return (durations[TIMED_ANSWERS / 2 - 1] + durations[TIMED_ANSWERS / 2]) / 2 < LEAST_MEDIAN_MS;
}
