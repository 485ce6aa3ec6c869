/**
 * How folds become columns. Column `fold * strengths + strength` leaves fold `fold` out (weight 0 on its pairs);
 * the columns after the folds, `folds * strengths + strength`, see everything: the final heads. Where a learning curve
 * is asked for, heads follow that leave a fold out and learn from a part of the rest, see `partColumn`.
 */
import { CURVE_PARTS } from '../core/learningCurve.ts';

export interface FoldColumns {
  readonly folds: number;
  readonly strengths: number;
  /** (folds + 1) · strengths, and folds · PARTS.length more where there are parts. */
  readonly columns: number;
  /** float32 `[pairs, columns]`, row-major. */
  readonly rowWeights: Float32Array<ArrayBuffer>;
}

/** `count` quarters of the pairs, from quarter `from` on. */
interface Part {
  readonly from: number;
  readonly count: number;
}

const ALL: Part = { from: 0, count: CURVE_PARTS };

/**
 * One, two and three quarters, each as often as it fits without overlap: a forecast for twenty judgments is then off by
 * .26 points in place of .36 with one of each (root mean square over two public sets, 50 to 600 judgments).
 */
export const PARTS: readonly Part[] = [1, 2, 3].flatMap((count) =>
  Array.from({ length: Math.floor(CURVE_PARTS / count) }, (_, run) => ({ from: run * count, count })),
);

export function hasParts({ folds, strengths, columns }: FoldColumns): boolean {
  return columns > (folds + 1) * strengths;
}

/** Column of the head that leaves `fold` out and learns from the rest of `PARTS[part]`. */
export function partColumn({ folds, strengths }: FoldColumns, fold: number, part: number): number {
  return (folds + 1) * strengths + fold * PARTS.length + part;
}

/**
 * @param weights `[pairs]`, weight of every pair in the likelihood, above 0
 * @param quarterOfPair `[pairs]`, in [0, CURVE_PARTS), prompts whole; without it there are no parts
 */
export function foldColumns(
  weights: Float32Array,
  foldOfPair: Uint8Array,
  folds: number,
  strengths: number,
  quarterOfPair?: Uint8Array,
): FoldColumns {
  const heads: { readonly fold: number; readonly part: Part }[] = [];
  for (let fold = 0; fold <= folds; fold++) {
    for (let strength = 0; strength < strengths; strength++) heads.push({ fold, part: ALL });
  }
  for (let fold = 0; quarterOfPair && fold < folds; fold++) {
    heads.push(...PARTS.map((part) => ({ fold, part })));
  }
  const columns = heads.length;
  const rowWeights = new Float32Array(weights.length * columns);
  heads.forEach(({ fold, part: { from, count } }, column) => {
    for (let pair = 0; pair < weights.length; pair++) {
      const quarter = quarterOfPair?.[pair] ?? 0;
      const isSeen = foldOfPair[pair] !== fold && quarter >= from && quarter < from + count;
      rowWeights[pair * columns + column] = isSeen ? weights[pair] : 0;
    }
  });
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
