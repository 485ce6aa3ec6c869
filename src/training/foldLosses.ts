/** The losses of a run as it goes, from the margins of all its heads. */
import { preferenceLoss } from '../core/bradleyTerry.ts';

export interface FoldLosses {
  /** Mean over the training pairs of the final head, nats per pair. */
  readonly trainingLoss: number;
  /** Mean over all pairs under the fold heads that had not seen them, nats per pair. */
  readonly heldOutLoss: number;
}

/**
 * Means over the pairs: of the last member where it trains, and of the others where they do not.
 * @param margins float32 `[pairs, members]`, row-major, logits; `rowWeights` likewise
 */
export function foldLosses(
  margins: Float32Array,
  problem: {
    readonly members: number;
    readonly rowWeights: Float32Array;
    /** `[pairs]`, demanded margins, logits. */
    readonly targetMargins: Float32Array;
  },
): FoldLosses {
  const { members, rowWeights, targetMargins } = problem;
  let [training, weights, heldOut, count] = [0, 0, 0, 0];
  margins.forEach((margin, index) => {
    const loss = preferenceLoss(margin, targetMargins[Math.floor(index / members)]);
    const weight = rowWeights[index];
    if (index % members === members - 1) {
      training += weight * loss;
      weights += weight;
    } else if (weight === 0) {
      heldOut += loss;
      count++;
    }
  });
  return { trainingLoss: training / weights, heldOutLoss: heldOut / count };
}
