/**
 * What may be said about length in a head, in one sentence that follows from its figures. As in the trust sentence,
 * figures are compared as they are shown, and an interval that touches 50 % is a coin's.
 */
import type { Proportion } from './evaluation.ts';
import type { LengthControl, LengthFigures } from './lengthControl.ts';
import { interval, percent, whole } from './trustSentence.ts';

/** Weaker correlations than this are called little. */
const LITTLE = 0.3;
/** From this correlation on, half of the squared margins follow length: r² = ½. */
const MOSTLY = Math.SQRT1_2;
/** Fewer pairs of equal length show nothing. */
const ENOUGH = 10;

export function lengthSentence(length: Readonly<Record<LengthControl, LengthFigures>>): string {
  const { off, half, full } = length;
  if (isCoin(off.accuracy)) {
    return 'Too little was learned yet to tell what length has to do with it.';
  }
  const strength = Math.abs(off.correlation);
  if (strength < LITTLE) return `Length explains little of this head (correlation ${shownCorrelation(off)}).`;
  if (strength >= MOSTLY && isCoin(full.accuracy) && isCoin(off.equalLengths)) return nothingBut(off, full);
  const much = strength < MOSTLY ? 'partly' : 'mostly';
  const side = off.correlation > 0 ? 'longer' : 'shorter';
  return `Without control, this head ${much} pays for ${side} answers (correlation ${shownCorrelation(off)}). ${effectOf(off, half)}`;
}

function isCoin({ low }: Proportion): boolean {
  return whole(low) <= 50;
}

/** Two looks at what is left: pairs that length cannot decide and, where they are few, rewards without length. */
function nothingBut({ equalLengths }: LengthFigures, full: LengthFigures): string {
  const [where, rest] =
    equalLengths.n >= ENOUGH
      ? ['on pairs of equal length', equalLengths]
      : ['with length taken out', full.accuracy];
  return `Nothing but length was learned: ${where} it is a coin (${percent(rest.value)}, ${interval(rest)}).`;
}

function effectOf(off: LengthFigures, half: LengthFigures): string {
  const all = `Half control ${change(off.accuracy.value, half.accuracy.value)} of all pairs`;
  if (off.balanced === undefined || half.balanced === undefined) return `${all}.`;
  return `${all}; of pairs balanced by length it ${change(off.balanced, half.balanced)}.`;
}

function change(before: number, after: number): string {
  return whole(before) === whole(after)
    ? `agrees on the same ${percent(after)}`
    : `agrees on ${percent(after)} in place of ${percent(before)}`;
}

/** ".78", "−.53": what a correlation looks like. */
export function shownCorrelation({ correlation }: LengthFigures): string {
  const digits = Math.abs(correlation).toFixed(2).replace(/^0/, '');
  return correlation < 0 ? `−${digits}` : digits;
}
