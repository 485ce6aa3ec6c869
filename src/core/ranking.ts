/**
 * From rewards to a ranking of one prompt's candidates. Rewards of different prompts are never compared: only
 * differences within a prompt mean anything.
 */
import type { Acceptance } from './acceptanceBar.ts';
import { preferenceProbability } from './bradleyTerry.ts';
import { Z_95 } from './evaluation.ts';

/** By which number candidates are put in order: the expected reward, or the reward less what the head does not know. */
export const RANKING_ORDERS = ['cautious', 'expected'] as const;
export type RankingOrder = (typeof RANKING_ORDERS)[number];

/**
 * Posterior standard deviations that the cautious order takes off. Of what an oracle gains over a random pick among four
 * answers to an unseen question (Fine-Grained QA, twenty seeds) none, one and two get .09, .16, .17 after 30 labels, .17,
 * .21, .23 after 100 and .20, .22, .23 after 300; of two candidates the order is by reward whatever is taken off.
 */
const CAUTION = 1;

/** What a head does not know of one prompt's candidates: posterior standard deviations, logits. */
export interface RankingDoubt {
  /** Of the margin between two candidates. */
  readonly ofMargin: (better: number, next: number) => number;
  /** `[candidates]`, of their rewards beside the average candidate: with them the order is cautious. */
  readonly ofRewards?: ArrayLike<number>;
}

/** Below this probability of beating the next one, a lead is called too close to call. */
export const CLOSE_CALL = 0.6;

export interface RankedCandidate {
  /** Position in the input. */
  readonly index: number;
  /** 1 for the best; candidates equal in what decides the order share a rank. */
  readonly rank: number;
  /** Reward in logits, centred on the mean of this prompt's candidates. */
  readonly score: number;
  /** `score` less a posterior standard deviation of it, where that decided the order. */
  readonly lowerBound?: number;
  /** P(this one ≻ the next one down), calibrated; undefined for the last. */
  readonly beatsNext?: number;
  /** 95 % interval of `beatsNext` over the posterior of the head; absent where the head has none. */
  readonly beatsNextInterval?: { readonly low: number; readonly high: number };
  /** `beatsNext` is below `CLOSE_CALL`, or the margin is less than one posterior standard deviation. */
  readonly tooCloseToCall: boolean;
  /** P(good enough for the person), calibrated, with its 95 % interval; absent where the head has no bar that holds. */
  readonly acceptance?: Acceptance;
}

/** Best first, in the order that was asked for. */
export type Ranking = readonly RankedCandidate[];

/**
 * Ranks by reward, or cautiously by its lower bound, the earlier candidate first where those are equal. By reward, the
 * others do not decide which of two candidates comes first; by lower bound they may, since they make the average.
 * @param rewards logits, one per candidate
 * @param inverseTemperature calibration of the head
 * @throws RangeError when a reward is not finite
 */
export function rankCandidates(
  rewards: ArrayLike<number>,
  inverseTemperature: number,
  doubt?: RankingDoubt,
): Ranking {
  const n = rewards.length;
  let mean = 0;
  for (let i = 0; i < n; i++) {
    if (!Number.isFinite(rewards[i])) {
      throw new RangeError(`The reward of candidate ${i + 1} is ${rewards[i]}; expected a finite number.`);
    }
    mean += rewards[i] / n;
  }
  const scores = Float64Array.from(rewards, (reward) => reward - mean);
  const doubts = doubt?.ofRewards;
  const bounds = doubts && scores.map((score, index) => score - CAUTION * doubts[index]);
  const keys = bounds ?? scores;
  const places = Array.from({ length: n }, (_, i) => i).sort((i, j) => keys[j] - keys[i] || i - j);
  let rank = 1;
  return places.map((index, place) => {
    if (place > 0 && keys[index] !== keys[places[place - 1]]) rank = place + 1;
    const candidate = { index, rank, score: scores[index], ...(bounds && { lowerBound: bounds[index] }) };
    const next = places[place + 1];
    if (next === undefined) return { ...candidate, tooCloseToCall: false };
    const margin = rewards[index] - rewards[next];
    return { ...candidate, ...stepDown(margin, inverseTemperature, doubt?.ofMargin(index, next)) };
  });
}

/** How sure the head is that one candidate beats the next. */
function stepDown(
  margin: number,
  inverseTemperature: number,
  deviation: number | undefined,
): Pick<RankedCandidate, 'beatsNext' | 'beatsNextInterval' | 'tooCloseToCall'> {
  // Engines differ in the last bit of exponentials; rounded to float32 the app and the terminal agree.
  const at = (shift: number): number =>
    Math.fround(preferenceProbability(margin + shift, inverseTemperature));
  const beatsNext = at(0);
  if (deviation === undefined) return { beatsNext, tooCloseToCall: beatsNext < CLOSE_CALL };
  return {
    beatsNext,
    beatsNextInterval: { low: at(-Z_95 * deviation), high: at(Z_95 * deviation) },
    tooCloseToCall: beatsNext < CLOSE_CALL || margin < deviation,
  };
}
