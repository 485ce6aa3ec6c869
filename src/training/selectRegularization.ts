/**
 * Chooses the strength λ of the penalty by cross-validated log loss. For the held-out figures of a fold the strength
 * is chosen on the other folds only, so a fold never picks the strength it is then judged with.
 */
import { softplus } from '../core/bradleyTerry.ts';
import { accuracy } from '../core/evaluation.ts';
import type { StrengthTrial } from '../core/rewardHead.ts';
import { heldOutMargins, type FoldColumns } from './foldColumns.ts';

/** Penalty λ/2·|w|² beside the mean loss, in half-decades from 10^−5 to 10^−1.5. */
export const STRENGTHS: readonly number[] = [1e-5, 1e-4, 1e-3, 1e-2].flatMap((power) => [
  power,
  power * Math.sqrt(10),
]);

export interface StrengthSelection {
  /** Index into `STRENGTHS` for the final head. */
  readonly chosen: number;
  /** Index per fold, chosen without that fold. */
  readonly strengthOfFold: readonly number[];
  readonly curve: readonly StrengthTrial[];
}

/** @param margins float32 `[pairs, columns]`, row-major, logits */
export function selectRegularization(
  margins: Float32Array,
  layout: FoldColumns,
  foldOfPair: Uint8Array,
): StrengthSelection {
  const perStrength = STRENGTHS.map((_, strength) =>
    heldOutMargins(margins, layout, foldOfPair, new Array<number>(layout.folds).fill(strength)),
  );
  const lossOfFold = perStrength.map((heldOut) => {
    const losses = new Float64Array(layout.folds);
    heldOut.forEach((margin, pair) => (losses[foldOfPair[pair]] += softplus(-margin)));
    return losses;
  });
  const total = lossOfFold.map((losses) => losses.reduce((sum, loss) => sum + loss, 0));
  return {
    chosen: indexOfMinimum(total),
    strengthOfFold: Array.from({ length: layout.folds }, (_, fold) =>
      indexOfMinimum(total.map((sum, strength) => sum - lossOfFold[strength][fold])),
    ),
    curve: STRENGTHS.map((lambda, strength) => ({
      lambda,
      logLoss: total[strength] / foldOfPair.length,
      accuracy: accuracy(perStrength[strength]).value,
    })),
  };
}

function indexOfMinimum(values: readonly number[]): number {
  return values.reduce((best, value, index) => (value < values[best] ? index : best), 0);
}
