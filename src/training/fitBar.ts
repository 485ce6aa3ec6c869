/** The bar for good enough, from responses judged for themselves and heads that had not seen their prompts. */
import { fitAcceptanceBar, type AcceptanceBar } from '../core/acceptanceBar.ts';
import { LENGTH_SHARE, withoutLength, type LengthTerm } from '../core/lengthControl.ts';
import type { HeadParameters } from '../core/rewardHead.ts';
import { scoreCandidates } from './scoreCandidates.ts';
import type { Folds, TrainingData } from './trainingData.ts';

/**
 * Undefined where there are too few of either kind. A prompt without a pair was seen by no head, so the final one rates
 * its responses.
 * @param heads of the folds, then the final one
 */
export function fitBar(
  heads: readonly HeadParameters[],
  { singles, features, dimension, logLengths, promptOfPair }: TrainingData,
  folds: Folds,
  inverseTemperature: number,
  length: LengthTerm,
): AcceptanceBar | undefined {
  if (!singles) return undefined;
  const foldOfPrompt = new Map(Array.from(promptOfPair, (prompt, pair) => [prompt, folds.ofPair[pair]]));
  const raw = Array.from(singles.rows, (row, index) => {
    const head = heads[foldOfPrompt.get(singles.prompts[index]) ?? folds.count];
    return scoreCandidates(head, features.subarray(row * dimension, (row + 1) * dimension), dimension)[0];
  });
  const lengths = Array.from(singles.rows, (row) => logLengths[row]);
  const rewards = withoutLength(raw, lengths, LENGTH_SHARE[length.control] * length.slope);
  return fitAcceptanceBar(
    Float64Array.from(rewards, (reward) => inverseTemperature * reward),
    singles.isGood,
  );
}
