/**
 * How good a head is on pairs it has not seen, always with an interval and beside content-blind rulers.
 * Every function takes margins r(chosen) − r(rejected), so "correct" means a margin above zero.
 */
import { softplus, sigmoid } from './bradleyTerry.ts';

export interface Proportion {
  /** Share in [0, 1]; one half, with the interval 0 to 1, when n is 0. */
  readonly value: number;
  readonly low: number;
  readonly high: number;
  readonly n: number;
}

/** Two-sided 95 % normal quantile. */
export const Z_95 = 1.959963984540054;

/**
 * Wilson's score interval (Wilson, 1927), 95 %.
 * @param successes may be fractional: an equal reward counts one half
 */
export function wilson(successes: number, n: number): Proportion {
  if (n === 0) return { value: 0.5, low: 0, high: 1, n };
  const share = successes / n;
  const z2 = Z_95 * Z_95;
  const centre = (share + z2 / (2 * n)) / (1 + z2 / n);
  const half = (Z_95 / (1 + z2 / n)) * Math.sqrt((share * (1 - share)) / n + z2 / (4 * n * n));
  return { value: share, low: Math.max(0, centre - half), high: Math.min(1, centre + half), n };
}

/** Share of positive margins with its interval; a margin of exactly zero counts one half. */
export function accuracy(margins: ArrayLike<number>): Proportion {
  let correct = 0;
  for (let i = 0; i < margins.length; i++) correct += margins[i] > 0 ? 1 : margins[i] === 0 ? 0.5 : 0;
  return wilson(correct, margins.length);
}

/** Mean −log σ(t · margin) in nats; ln 2 is what a coin gets. */
export function logLoss(margins: ArrayLike<number>, inverseTemperature = 1): number {
  let total = 0;
  for (let i = 0; i < margins.length; i++) total += softplus(-inverseTemperature * margins[i]);
  return total / margins.length;
}

export interface ReliabilityBin {
  /** Predicted probability of the favoured response: mean over the bin, in [0.5, 1]. */
  readonly predicted: number;
  /** How often the favoured response was the chosen one. */
  readonly observed: Proportion;
}

export const RELIABILITY_BINS = 10;

/** Equal-width bins of the favoured response's probability over [0.5, 1]; empty bins are left out. */
export function reliability(margins: ArrayLike<number>, inverseTemperature = 1): ReliabilityBin[] {
  const bins = Array.from({ length: RELIABILITY_BINS }, () => ({ n: 0, predicted: 0, correct: 0 }));
  for (let i = 0; i < margins.length; i++) {
    const predicted = sigmoid(inverseTemperature * Math.abs(margins[i]));
    const bin = bins[Math.min(RELIABILITY_BINS - 1, Math.floor((predicted - 0.5) * 2 * RELIABILITY_BINS))];
    bin.n++;
    bin.predicted += predicted;
    bin.correct += margins[i] > 0 ? 1 : margins[i] === 0 ? 0.5 : 0;
  }
  return bins
    .filter((bin) => bin.n > 0)
    .map((bin) => ({ predicted: bin.predicted / bin.n, observed: wilson(bin.correct, bin.n) }));
}

/** Expected calibration error: bin-weighted mean |predicted − observed| (Naeini et al., 2015). */
export function expectedCalibrationError(margins: ArrayLike<number>, inverseTemperature = 1): number {
  const bins = reliability(margins, inverseTemperature);
  return bins.reduce(
    (sum, bin) => sum + (bin.observed.n / margins.length) * Math.abs(bin.predicted - bin.observed.value),
    0,
  );
}

export type RulerName = 'longer' | 'shorter' | 'left' | 'right';

/** A content-blind rule's agreement with the person; pairs it cannot decide are left out and counted. */
export interface Ruler extends Proportion {
  readonly name: RulerName;
  readonly undecided: number;
}

/** What rulers may see of a pair: +1 speaks for the chosen response, −1 for the rejected one, 0 for neither. */
export interface RulerCues {
  readonly longer: Int8Array<ArrayBuffer>;
  readonly first: Int8Array<ArrayBuffer>;
}

/** Length is in code points of the trimmed text; `first` is 0 where the sides are unknown. */
export function rulerCues(
  pairs: readonly {
    readonly chosen: string;
    readonly rejected: string;
    readonly shownFirst?: 'chosen' | 'rejected';
  }[],
): RulerCues {
  return {
    longer: Int8Array.from(pairs, (pair) =>
      Math.sign(codePointCount(pair.chosen.trim()) - codePointCount(pair.rejected.trim())),
    ),
    first: Int8Array.from(pairs, (pair) =>
      pair.shownFirst === undefined ? 0 : pair.shownFirst === 'chosen' ? 1 : -1,
    ),
  };
}

/** All four rulers on the same pairs. */
export function rulers(cues: RulerCues): Ruler[] {
  const ruler = (name: RulerName, votes: Int8Array, sign: 1 | -1): Ruler => {
    const decided = votes.filter((vote) => vote !== 0).length;
    const agreed = votes.filter((vote) => vote === sign).length;
    return { name, ...wilson(agreed, decided), undecided: votes.length - decided };
  };
  return [
    ruler('longer', cues.longer, 1),
    ruler('shorter', cues.longer, -1),
    ruler('left', cues.first, 1),
    ruler('right', cues.first, -1),
  ];
}

/**
 * The ruler that surely agrees most with the person, by the lower end of its interval: one that decided three pairs of a
 * thousand must not stand beside the head. Undefined when none decided a pair.
 */
export function bestRuler(all: readonly Ruler[]): Ruler | undefined {
  return all.filter((ruler) => ruler.n > 0).sort((x, y) => y.low - x.low)[0];
}

/** Length of a text as a person counts it: a character outside the basic plane is one. */
export function codePointCount(text: string): number {
  let count = 0;
  for (let i = 0; i < text.length; i++) {
    count++;
    const high = text.charCodeAt(i);
    if (high >= 0xd800 && high < 0xdc00 && i + 1 < text.length) {
      const low = text.charCodeAt(i + 1);
      if (low >= 0xdc00 && low < 0xe000) i++;
    }
  }
  return count;
}
