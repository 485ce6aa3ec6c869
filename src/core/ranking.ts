/**
 * From rewards to a ranking of one prompt's candidates. Rewards of different prompts are never compared: only
 * differences within a prompt mean anything.
 */
import { preferenceProbability } from './bradleyTerry.ts';

/** Below this probability of beating the next one, a lead is called too close to call. */
export const CLOSE_CALL = 0.6;

export interface RankedCandidate {
  /** Position in the input. */
  readonly index: number;
  /** 1 for the best; equal rewards share a rank. */
  readonly rank: number;
  /** Reward in logits, centred on the mean of this prompt's candidates. */
  readonly score: number;
  /** P(this one ≻ the next one down), calibrated; undefined for the last. */
  readonly beatsNext?: number;
  /** P(this one ≻ the next one down) is below `CLOSE_CALL`. */
  readonly tooCloseToCall: boolean;
}

/** Best first. */
export type Ranking = readonly RankedCandidate[];

/**
 * Ranks by reward, the earlier candidate first where rewards are equal. Independent of the order and the number of
 * the other candidates but for the centring of `score`.
 * @param rewards logits, one per candidate
 * @param inverseTemperature calibration of the head
 * @throws RangeError when a reward is not finite
 */
export function rankCandidates(rewards: ArrayLike<number>, inverseTemperature: number): Ranking {
  const n = rewards.length;
  let mean = 0;
  for (let i = 0; i < n; i++) {
    if (!Number.isFinite(rewards[i])) {
      throw new RangeError(`The reward of candidate ${i + 1} is ${rewards[i]}; expected a finite number.`);
    }
    mean += rewards[i] / n;
  }
  const order = Array.from({ length: n }, (_, i) => i).sort((i, j) => rewards[j] - rewards[i] || i - j);
  let rank = 1;
  return order.map((index, place) => {
    if (place > 0 && rewards[index] !== rewards[order[place - 1]]) rank = place + 1;
    const next = order[place + 1];
    const beatsNext =
      next === undefined
        ? undefined
        : preferenceProbability(rewards[index] - rewards[next], inverseTemperature);
    return {
      index,
      rank,
      score: rewards[index] - mean,
      beatsNext,
      tooCloseToCall: beatsNext !== undefined && beatsNext < CLOSE_CALL,
    };
  });
}
