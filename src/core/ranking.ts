/**
 * From rewards to a ranking of one prompt's candidates. Rewards of different prompts are never compared: only
 * differences within a prompt mean anything.
 */
import { preferenceProbability } from './bradleyTerry.ts';
import { Z_95 } from './evaluation.ts';

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
  /** 95 % interval of `beatsNext` over the posterior of the head; absent where the head has none. */
  readonly beatsNextInterval?: { readonly low: number; readonly high: number };
  /** `beatsNext` is below `CLOSE_CALL`, or the margin is less than one posterior standard deviation. */
  readonly tooCloseToCall: boolean;
}

/** Best first. */
export type Ranking = readonly RankedCandidate[];

/**
 * Ranks by reward, the earlier candidate first where rewards are equal. Independent of the order and the number of
 * the other candidates but for the centring of `score`.
 * @param rewards logits, one per candidate
 * @param inverseTemperature calibration of the head
 * @param deviation posterior standard deviation of the margin between two candidates, logits
 * @throws RangeError when a reward is not finite
 */
export function rankCandidates(
  rewards: ArrayLike<number>,
  inverseTemperature: number,
  deviation?: (better: number, next: number) => number,
): Ranking {
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
    const candidate = { index, rank, score: rewards[index] - mean };
    const next = order[place + 1];
    if (next === undefined) return { ...candidate, tooCloseToCall: false };
    const margin = rewards[index] - rewards[next];
    return { ...candidate, ...stepDown(margin, inverseTemperature, deviation?.(index, next)) };
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
