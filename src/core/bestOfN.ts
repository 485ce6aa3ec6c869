/**
 * What taking the best of n candidates does. From N candidates of one prompt, all draws of n without replacement are
 * averaged at once: sorted by score, the candidate at place i from the bottom wins C(i − 1, n − 1) of C(N, n) draws (the
 * unbiased estimator of Nakano and others, 2021). So a prompt with N candidates tells of every n up to N.
 */
import { log } from './elementary.ts';
import { preferenceProbability } from './bradleyTerry.ts';

/**
 * Probability of every candidate to win a draw of n; equal scores share theirs.
 * @param scores one per candidate, each candidate once
 * @param n from 1 to the number of candidates
 */
export function winnerShares(scores: ArrayLike<number>, n: number): Float64Array<ArrayBuffer> {
  const count = scores.length;
  const order = Array.from({ length: count }, (_, index) => index).sort((i, j) => scores[j] - scores[i]);
  const shares = new Float64Array(count);
  let atPlace = n / count;
  for (let place = 0; place < count;) {
    let end = place;
    let together = 0;
    for (; end < count && scores[order[end]] === scores[order[place]]; end++) {
      together += atPlace;
      atPlace *= Math.max(0, count - end - n) / (count - end - 1);
    }
    for (let i = place; i < end; i++) shares[order[i]] = together / (end - place);
    place = end;
  }
  return shares;
}

/** Expected value of the winner of a draw of n. @param values one per candidate */
export function winnerValue(scores: ArrayLike<number>, values: ArrayLike<number>, n: number): number {
  return winnerShares(scores, n).reduce((sum, share, index) => sum + share * values[index], 0);
}

/**
 * Probability of every candidate to be preferred to another one of its prompt, drawn by chance.
 * @param rewards logits, two or more
 * @param inverseTemperature calibration of the head
 */
export function beatsAnother(
  rewards: ArrayLike<number>,
  inverseTemperature: number,
): Float64Array<ArrayBuffer> {
  const count = rewards.length;
  return Float64Array.from(rewards, (reward, index) => {
    let sum = 0;
    for (let other = 0; other < count; other++) {
      if (other !== index) sum += preferenceProbability(reward - rewards[other], inverseTemperature);
    }
    return sum / (count - 1);
  });
}

/**
 * KL divergence of the best of n from a single draw, nats: ln n − (n − 1)/n, exact for continuous scores and a bound for
 * others (Hilton and Gao, 2022; Beirami and others, 2024).
 */
export function bestOfNDivergence(n: number): number {
  return log(n) - (n - 1) / n;
}
