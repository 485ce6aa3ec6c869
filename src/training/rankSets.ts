/**
 * From features to rankings, alike in the browser and in the terminal: rewards of all rows, each prompt's candidates in
 * order, and how sure the head is of every step down.
 */
import { marginOf, type LinearPosterior } from '../core/posterior.ts';
import { rankCandidates, type Ranking } from '../core/ranking.ts';
import type { RewardHead } from '../core/rewardHead.ts';
import { scoreCandidates } from './scoreCandidates.ts';

export type RankingHead = Pick<RewardHead, 'parameters' | 'inverseTemperature' | 'covariance' | 'dimension'>;

/** Feature rows of each prompt's candidates. */
export type RowsOfSet = readonly Uint32Array[];

/** @param features float32 `[rows, dimension]`, row-major */
export function rankSets(head: RankingHead, features: Float32Array, rowsOfSet: RowsOfSet): Ranking[] {
  const rewards = scoreCandidates(head.parameters, features, head.dimension);
  const deviation = deviations(head, features);
  return rowsOfSet.map((rows) =>
    rankCandidates(
      Float32Array.from(rows, (row) => rewards[row]),
      head.inverseTemperature,
      deviation && ((better, next) => deviation(rows[better], rows[next])),
    ),
  );
}

/** Posterior standard deviation of the margin between two rows, logits; undefined where the head has no posterior. */
function deviations(
  { parameters, covariance, dimension }: RankingHead,
  features: Float32Array,
): ((one: number, other: number) => number) | undefined {
  if (parameters.kind !== 'linear' || !covariance) return undefined;
  const posterior: LinearPosterior = {
    dimension,
    mean: Float64Array.from(parameters.weights),
    covariance: Float64Array.from(covariance),
  };
  const difference = new Float64Array(dimension);
  return (one, other) => {
    for (let i = 0; i < dimension; i++) {
      difference[i] = features[one * dimension + i] - features[other * dimension + i];
    }
    return Math.sqrt(marginOf(posterior, difference).variance);
  };
}
