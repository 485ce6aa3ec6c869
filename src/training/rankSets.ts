/**
 * From features to rankings, alike in the browser and in the terminal: rewards of all rows, each prompt's candidates in
 * order, and how sure the head is of every step down.
 */
import { LENGTH_SHARE, withoutLength } from '../core/lengthControl.ts';
import { marginOf, posteriorOf } from '../core/posterior.ts';
import { rankCandidates, type Ranking } from '../core/ranking.ts';
import type { RewardHead } from '../core/rewardHead.ts';
import { scoreCandidates } from './scoreCandidates.ts';

export type RankingHead = Pick<
  RewardHead,
  'parameters' | 'inverseTemperature' | 'covariance' | 'dimension' | 'length'
>;

/** Feature rows of each prompt's candidates. */
export type RowsOfSet = readonly Uint32Array[];

/**
 * @param features float32 `[rows, dimension]`, row-major
 * @param logLengths float32 `[rows]`
 */
export function rankSets(
  head: RankingHead,
  features: Float32Array,
  logLengths: Float32Array,
  rowsOfSet: RowsOfSet,
): Ranking[] {
  const raw = scoreCandidates(head.parameters, features, head.dimension);
  const { control, slope } = head.length ?? { control: 'off', slope: 0 };
  const rewards = withoutLength(raw, logLengths, LENGTH_SHARE[control] * slope);
  const deviation = deviations(head, features);
  return rowsOfSet.map((rows) =>
    rankCandidates(
      Float64Array.from(rows, (row) => rewards[row]),
      head.inverseTemperature,
      deviation && ((better, next) => deviation(rows[better], rows[next])),
    ),
  );
}

/**
 * Posterior standard deviation of the margin between two rows, logits; undefined where the head has no posterior. The
 * slope on length counts as known.
 */
function deviations(
  head: RankingHead,
  features: Float32Array,
): ((one: number, other: number) => number) | undefined {
  const posterior = posteriorOf(head);
  if (!posterior) return undefined;
  const { dimension } = posterior;
  const difference = new Float64Array(dimension);
  return (one, other) => {
    for (let i = 0; i < dimension; i++) {
      difference[i] = features[one * dimension + i] - features[other * dimension + i];
    }
    return Math.sqrt(marginOf(posterior, difference).variance);
  };
}
