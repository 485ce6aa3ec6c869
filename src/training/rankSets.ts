/**
 * From features to rankings, alike in the browser and in the terminal: rewards of all rows, each prompt's candidates in
 * order, and how sure the head is of every step down.
 */
import { acceptanceOf, holds } from '../core/acceptanceBar.ts';
import { jackknifeDeviation } from '../core/jackknife.ts';
import { LENGTH_SHARE, withoutLength } from '../core/lengthControl.ts';
import { marginOf, posteriorOf, rewardsAmong, type LinearPosterior } from '../core/posterior.ts';
import { rankCandidates, type Ranking, type RankingOrder, type RankingDoubt } from '../core/ranking.ts';
import type { HeadParameters, RewardHead } from '../core/rewardHead.ts';
import { scoreCandidates } from './scoreCandidates.ts';

/** A head without what it knows about itself. */
export type RankingHead = Omit<RewardHead, 'id' | 'trust' | 'provenance'>;

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
  order: RankingOrder,
): Ranking[] {
  const { control, slope } = head.length ?? { control: 'off', slope: 0 };
  const rewardsBy = (parameters: HeadParameters): Float64Array =>
    withoutLength(
      scoreCandidates(parameters, features, head.dimension),
      logLengths,
      LENGTH_SHARE[control] * slope,
    );
  const rewards = rewardsBy(head.parameters);
  const posterior = posteriorOf(head);
  const members = head.members?.map(rewardsBy);
  const bar = head.bar && holds(head.bar) ? head.bar : undefined;
  return rowsOfSet.map((rows) => {
    const doubt = posterior
      ? doubtOf(posterior, features, rows, order)
      : members && spreadOf(members, rows, order);
    const ranking = rankCandidates(
      Float64Array.from(rows, (row) => rewards[row]),
      head.inverseTemperature,
      doubt,
    );
    if (!bar) return ranking;
    return ranking.map((candidate) => ({
      ...candidate,
      acceptance: acceptanceOf(bar, head.inverseTemperature * rewards[rows[candidate.index]]),
    }));
  });
}

/** The slope on length counts as known. */
function doubtOf(
  posterior: LinearPosterior,
  features: Float32Array,
  rows: Uint32Array,
  order: RankingOrder,
): RankingDoubt {
  const { dimension } = posterior;
  const difference = new Float64Array(dimension);
  return {
    ofMargin: (better, next) => {
      for (let i = 0; i < dimension; i++) {
        difference[i] = features[rows[better] * dimension + i] - features[rows[next] * dimension + i];
      }
      return Math.sqrt(marginOf(posterior, difference).variance);
    },
    ...(order === 'cautious' && { ofRewards: rewardDeviations(posterior, features, rows) }),
  };
}

/** What the heads of an ensemble leave open. @param members `[rows]` each, rewards of every row */
function spreadOf(members: readonly Float64Array[], rows: Uint32Array, order: RankingOrder): RankingDoubt {
  const distinct = [...new Set(rows)];
  const averages = members.map(
    (rewards) => distinct.reduce((sum, row) => sum + rewards[row], 0) / distinct.length,
  );
  const beside = (row: number): number =>
    jackknifeDeviation(members.map((rewards, member) => rewards[row] - averages[member]));
  return {
    ofMargin: (better, next) =>
      jackknifeDeviation(members.map((rewards) => rewards[rows[better]] - rewards[rows[next]])),
    ...(order === 'cautious' && { ofRewards: Float64Array.from(rows, beside) }),
  };
}

/** `[candidates]`. A text that occurs twice is one candidate: copies do not pull the average their way. */
function rewardDeviations(
  posterior: LinearPosterior,
  features: Float32Array,
  rows: Uint32Array,
): Float64Array<ArrayBuffer> {
  const distinct = [...new Set(rows)];
  const rewards = rewardsAmong(posterior, features, distinct);
  const ofRow = new Map(distinct.map((row, index) => [row, Math.sqrt(rewards[index].variance)]));
  return Float64Array.from(rows, (row) => ofRow.get(row)!);
}
