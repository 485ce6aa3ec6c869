/**
 * How folds become columns. Column `fold * strengths + strength` leaves fold `fold` out (weight 0 on its pairs);
 * the columns after the folds, `folds * strengths + strength`, see everything: the final heads.
 */
import type { HeadParameters, StrengthTrial } from '../core/rewardHead.ts';

export interface FoldColumns {
  readonly folds: number;
  readonly strengths: number;
  /** (folds + 1) · strengths. */
  readonly columns: number;
  /** float32 `[pairs, columns]`, row-major. */
  readonly rowWeights: Float32Array<ArrayBuffer>;
}

/** What a kind of head hands back before it is judged. */
export interface FittedColumns {
  readonly parameters: HeadParameters;
  /** Of the heads that each left a fold out. */
  readonly foldParameters: readonly HeadParameters[];
  /** float32 `[pairs, columns]`, row-major. */
  readonly margins: Float32Array;
  readonly layout: FoldColumns;
  /** Index of the strength per fold, and last of the final head. */
  readonly strengthOfFold: readonly number[];
  readonly hyperparameters: Readonly<Record<string, number>>;
  readonly strengthCurve?: readonly StrengthTrial[];
}

/** @param weights `[pairs]`, weight of every pair in the likelihood */
export function foldColumns(
  weights: Float32Array,
  foldOfPair: Uint8Array,
  folds: number,
  strengths: number,
): FoldColumns {
  const columns = (folds + 1) * strengths;
  const rowWeights = new Float32Array(weights.length * columns);
  for (let pair = 0; pair < weights.length; pair++) {
    const heldOutFrom = foldOfPair[pair] * strengths;
    for (let column = 0; column < columns; column++) {
      const heldOut = column >= heldOutFrom && column < heldOutFrom + strengths;
      rowWeights[pair * columns + column] = heldOut ? 0 : weights[pair];
    }
  }
  return { folds, strengths, columns, rowWeights };
}

/**
 * Margin of every pair under the fold head that had not seen it, for the strength chosen for its fold.
 * @param margins float32 `[pairs, columns]`, row-major
 * @param strengthOfFold index of the strength per fold
 */
export function heldOutMargins(
  margins: Float32Array,
  layout: FoldColumns,
  foldOfPair: Uint8Array,
  strengthOfFold: readonly number[],
): Float32Array<ArrayBuffer> {
  return Float32Array.from(foldOfPair, (fold, pair) => {
    return margins[pair * layout.columns + fold * layout.strengths + strengthOfFold[fold]];
  });
}
