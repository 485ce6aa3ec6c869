/**
 * Taking the length of the answers out of a reward. A head that pays for length does so through many features, so
 * dropping the features that count is no cure: instead the part of the margins that follows the difference of log
 * lengths in a straight line is subtracted, half of it or all.
 */
import { log } from './elementary.ts';
import { accuracy, codePointCount, wilson, type Proportion } from './evaluation.ts';

/** How much of what follows length is taken out of the reward, from nothing to all of it. */
export const LENGTH_CONTROLS = ['off', 'half', 'full'] as const;
export type LengthControl = (typeof LENGTH_CONTROLS)[number];

/** Share of the slope that a control takes out. */
export const LENGTH_SHARE: Readonly<Record<LengthControl, number>> = { off: 0, half: 0.5, full: 1 };

/** What a head learned about length, and how much of it is kept out of its rewards. */
export interface LengthTerm {
  readonly control: LengthControl;
  /** `lengthSlope` of the head's margins on its training pairs, logits per unit of log length. */
  readonly slope: number;
}

/** Log of the number of code points of the trimmed text, at least one. */
export function logLength(text: string): number {
  return log(Math.max(1, codePointCount(text.trim())));
}

/** float32 `[texts]`, so that page, worker and terminal reckon with the same numbers. */
export function logLengths(texts: readonly string[]): Float32Array<ArrayBuffer> {
  return Float32Array.from(texts, logLength);
}

/**
 * Slope of margins on differences of log length, through the origin: Σ m·d / Σ d²; 0 where no lengths differ.
 * @param lengthDifferences `[pairs]`, log length of the chosen less that of the rejected response
 */
export function lengthSlope(margins: ArrayLike<number>, lengthDifferences: ArrayLike<number>): number {
  let [along, squares] = [0, 0];
  for (let pair = 0; pair < margins.length; pair++) {
    along += margins[pair] * lengthDifferences[pair];
    squares += lengthDifferences[pair] ** 2;
  }
  return squares === 0 ? 0 : along / squares;
}

/** margins − slope · lengthDifferences; of rewards and log lengths likewise. */
export function withoutLength(
  margins: ArrayLike<number>,
  lengthDifferences: ArrayLike<number>,
  slope: number,
): Float64Array<ArrayBuffer> {
  return Float64Array.from(margins, (margin, pair) => margin - slope * lengthDifferences[pair]);
}

export interface LengthFigures {
  readonly accuracy: Proportion;
  /** Mean of the accuracies where the chosen response is longer and where it is shorter; absent if one is empty. */
  readonly balanced?: number;
  /** Uncentred correlation of margins and length differences, −1 to 1; 0 where either is zero throughout. */
  readonly correlation: number;
  /** Where both are equally long, to within a twentieth. */
  readonly equalLengths: Proportion;
}

/** Log lengths that differ by less than this are equal. */
const EQUAL = log(1.05);

export function lengthFigures(
  margins: ArrayLike<number>,
  lengthDifferences: ArrayLike<number>,
): LengthFigures {
  const pick = (keep: (difference: number) => boolean): Proportion =>
    accuracy(Array.from(margins).filter((_, pair) => keep(lengthDifferences[pair])));
  const [longer, shorter] = [pick((d) => d > 0), pick((d) => d < 0)];
  let [product, marginSquares, lengthSquares] = [0, 0, 0];
  for (let pair = 0; pair < margins.length; pair++) {
    product += margins[pair] * lengthDifferences[pair];
    marginSquares += margins[pair] ** 2;
    lengthSquares += lengthDifferences[pair] ** 2;
  }
  const scale = Math.sqrt(marginSquares * lengthSquares);
  return {
    accuracy: margins.length === 0 ? wilson(0, 0) : accuracy(margins),
    balanced: longer.n > 0 && shorter.n > 0 ? (longer.value + shorter.value) / 2 : undefined,
    correlation: scale === 0 ? 0 : product / scale,
    equalLengths: pick((d) => Math.abs(d) < EQUAL),
  };
}

/**
 * Figures of the same margins under every control, so that a person can compare before choosing.
 * @param margins `[pairs]`, held out, as they are without control
 * @param lengthParts `[pairs]`, what of each margin follows length: slope · length difference
 * @param lengthDifferences `[pairs]`, log length of the chosen less that of the rejected response
 */
export function figuresUnderControls(
  margins: ArrayLike<number>,
  lengthParts: ArrayLike<number>,
  lengthDifferences: ArrayLike<number>,
): Record<LengthControl, LengthFigures> {
  const figures = (control: LengthControl): LengthFigures =>
    lengthFigures(withoutLength(margins, lengthParts, LENGTH_SHARE[control]), lengthDifferences);
  return { off: figures('off'), half: figures('half'), full: figures('full') };
}
