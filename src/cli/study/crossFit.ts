/** Margins that a head had no part in: every row is judged by the head of the folds that do not hold its prompt. */
import { timesVector } from '../../core/linearAlgebra.ts';
import { fitPosterior, type LabelledRows } from '../../core/posterior.ts';
import { FOLD_COUNT } from '../../core/split.ts';

/**
 * @param foldOfRow `[rows]`, in [0, `FOLD_COUNT`)
 * @returns `[rows]`, logits, uncalibrated
 */
export function crossFittedMargins(labelled: LabelledRows, foldOfRow: Uint8Array): Float64Array<ArrayBuffer> {
  const { differences, dimension } = labelled;
  const margins = new Float64Array(foldOfRow.length);
  for (let fold = 0; fold < FOLD_COUNT; fold++) {
    const weights = Float64Array.from(foldOfRow, (other, row) =>
      other === fold ? 0 : (labelled.weights?.[row] ?? 1),
    );
    const { mean } = fitPosterior({ ...labelled, weights });
    timesVector(differences, mean, dimension).forEach((margin, row) => {
      if (foldOfRow[row] === fold) margins[row] = margin;
    });
  }
  return margins;
}
