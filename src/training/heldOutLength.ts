/**
 * What of the held-out margins follows length. The slope of a fold comes from the pairs its head was trained on, so
 * that nothing a pair says about length is used to judge it.
 */
import { figuresUnderControls, lengthSlope } from '../core/lengthControl.ts';
import type { Trust } from '../core/rewardHead.ts';
import { heldOutMargins, type FoldColumns } from './foldColumns.ts';

export interface HeldOutLength {
  /** `[pairs]`, margin of every pair under the head that had not seen its prompt, as it is without control, logits. */
  readonly margins: Float32Array<ArrayBuffer>;
  /** `[pairs]`, what of each margin follows length, logits. */
  readonly lengthParts: Float32Array<ArrayBuffer>;
  /** `[pairs]`, log length of the chosen less that of the rejected response. */
  readonly lengthDifferences: Float32Array<ArrayBuffer>;
  /** Slope of the final head over all pairs, logits per unit of log length. */
  readonly slope: number;
}

/**
 * @param margins float32 `[pairs, columns]`, row-major
 * @param strengthOfFold index of the strength per fold, and last of the final head
 */
export function heldOutLength(
  margins: Float32Array,
  layout: FoldColumns,
  foldOfPair: Uint8Array,
  strengthOfFold: readonly number[],
  lengthDifferences: Float32Array<ArrayBuffer>,
): HeldOutLength {
  const slopes = strengthOfFold.map((strength, fold) =>
    slopeOfColumn(margins, layout, fold * layout.strengths + strength, lengthDifferences),
  );
  return {
    margins: heldOutMargins(margins, layout, foldOfPair, strengthOfFold),
    lengthParts: lengthDifferences.map((difference, pair) => slopes[foldOfPair[pair]] * difference),
    lengthDifferences,
    slope: slopes[layout.folds],
  };
}

/**
 * Slope on length of one column's head, over the pairs it learned from.
 * @param margins float32 `[pairs, columns]`, row-major
 */
export function slopeOfColumn(
  margins: Float32Array,
  { columns, rowWeights }: Pick<FoldColumns, 'columns' | 'rowWeights'>,
  column: number,
  lengthDifferences: Float32Array,
): number {
  const seen = Array.from(lengthDifferences.keys()).filter((pair) => rowWeights[pair * columns + column] > 0);
  return lengthSlope(
    seen.map((pair) => margins[pair * columns + column]),
    seen.map((pair) => lengthDifferences[pair]),
  );
}

/**
 * What each control of length would make of the same pairs. Uncalibrated: a temperature turns no margin around.
 * @param isControl `[pairs]`, 1 where the pair counts in the figures
 */
export function assessLength(heldOut: HeldOutLength, isControl: Uint8Array): NonNullable<Trust['length']> {
  const fair = (values: Float32Array): Float32Array => values.filter((_, pair) => isControl[pair] === 1);
  return figuresUnderControls(
    fair(heldOut.margins),
    fair(heldOut.lengthParts),
    fair(heldOut.lengthDifferences),
  );
}
