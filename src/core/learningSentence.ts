/** What more judgments would be worth, in words that follow from the forecasts as they are shown. */
import type { Forecast, LearningCurve } from './learningCurve.ts';
import { percent } from './trustSentence.ts';

/** Points that the next judgments have to promise, if only at best, to be worth the asking by themselves. */
const LITTLE = 0.5;
/** Points below which as many judgments again would be lost in the rounding of what is shown. */
const LITTLE_FOR_ALL = 1;

/**
 * "The next 20 judgments: about +0.6 points (0.0 to 1.5)." Where even the upper end is little, that is said, with what as
 * many judgments again are worth; where that is little too, it is time to stop.
 */
export function nextSentence({ forecasts }: LearningCurve): string {
  const [next, again] = [forecasts[0], forecasts[forecasts.length - 1]];
  const sentence = `The next ${next.judgments} judgments: about ${gainInPoints(next)}.`;
  if (points(next.high) >= LITTLE) return sentence;
  const more = again.judgments.toLocaleString('en');
  return points(again.high) < LITTLE_FOR_ALL
    ? `${sentence} Even as many again, ${more}, would hardly change it: about ${gainInPoints(again)}. You can stop.`
    : `${sentence} A few more would hardly change it; as many again, ${more}: about ${gainInPoints(again)}.`;
}

/** What the curve shows, from a quarter of the judgments to as many again. */
export function curveSentence({ points: sizes, forecasts }: LearningCurve): string {
  const [first, last] = [sizes[0], sizes[sizes.length - 1]];
  const [from, to] = [first, last].map(({ accuracy }) => percent(accuracy.value));
  const all = last.judgments.toLocaleString('en');
  const grown = from === to ? `on ${from}, as with all ${all}` : `on ${from}, with all ${all} on ${to}`;
  return `Taught by a quarter of your judgments it agrees ${grown}; as many again would bring about ${gainInPoints(forecasts[forecasts.length - 1])}.`;
}

/** "+0.6 points (0.0 to 1.5)", held together where a line would break. */
export function gainInPoints({ gain, low, high }: Forecast): string {
  const [value, from, to] = [gain, low, high].map((share) => points(share).toFixed(1));
  return `+${value} points (${from}\u00a0to\u00a0${to})`;
}

/** Percentage points to a tenth, as they are shown and compared. */
function points(share: number): number {
  return Math.round(1000 * share) / 10;
}
