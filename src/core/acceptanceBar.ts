/**
 * How good is good enough. The bar is the reward τ of an imagined response that is just acceptable: a response with
 * reward r is acceptable with probability σ(k(r − τ)), which for k = 1 is the head's own probability of preferring it to
 * that one. Rewards of different prompts were never compared by the person, so whether they say anything of the sort is
 * measured first: without it no bar is drawn.
 */
import { sigmoid } from './bradleyTerry.ts';
import { Z_95 } from './evaluation.ts';

/** Fewer good or bad responses than this draw no line. */
export const LEAST_LABELS = 5;
/** Deviation of the prior of the intercept, and mean and deviation of the slope's: k = 1 is what the head promises. */
const PRIOR = { intercept: 3, slope: 1, slopeDeviation: 0.5 };
const MOST_STEPS = 100;
const TOLERANCE = 1e-10;

export interface AcceptanceBar {
  /** P(acceptable) = σ(intercept + slope · reward), rewards calibrated, logits. */
  readonly intercept: number;
  readonly slope: number;
  /** Laplace's posterior covariance: of the intercept, of both, of the slope. */
  readonly covariance: readonly [number, number, number];
  /** Responses it was drawn from. */
  readonly good: number;
  readonly bad: number;
  /** Share of pairs of a good and a bad response of any prompts in which the good one has the higher reward. */
  readonly separation: Separation;
}

export interface Separation {
  readonly value: number;
  readonly low: number;
  readonly high: number;
}

export interface Acceptance {
  readonly probability: number;
  readonly low: number;
  readonly high: number;
}

/**
 * The bar, or undefined where there are too few responses of either kind.
 * @param rewards `[responses]`, calibrated, of heads that had not seen the prompts, logits
 * @param isGood `[responses]`, 1 where the person found it good enough
 */
export function fitAcceptanceBar(
  rewards: ArrayLike<number>,
  isGood: ArrayLike<number>,
): AcceptanceBar | undefined {
  let good = 0;
  for (let i = 0; i < isGood.length; i++) good += isGood[i];
  const bad = isGood.length - good;
  if (good < LEAST_LABELS || bad < LEAST_LABELS) return undefined;
  let [intercept, slope] = [0, PRIOR.slope];
  let covariance: [number, number, number] = [0, 0, 0];
  for (let step = 0; step < MOST_STEPS; step++) {
    // Newton on two parameters; the priors keep the problem strictly convex.
    let gradient0 = intercept / PRIOR.intercept ** 2;
    let gradient1 = (slope - PRIOR.slope) / PRIOR.slopeDeviation ** 2;
    let [h00, h01, h11] = [1 / PRIOR.intercept ** 2, 0, 1 / PRIOR.slopeDeviation ** 2];
    for (let i = 0; i < rewards.length; i++) {
      const p = sigmoid(intercept + slope * rewards[i]);
      const curvature = p * (1 - p);
      gradient0 += p - isGood[i];
      gradient1 += (p - isGood[i]) * rewards[i];
      h00 += curvature;
      h01 += curvature * rewards[i];
      h11 += curvature * rewards[i] ** 2;
    }
    const determinant = h00 * h11 - h01 ** 2;
    covariance = [h11 / determinant, -h01 / determinant, h00 / determinant];
    const change0 = covariance[0] * gradient0 + covariance[1] * gradient1;
    const change1 = covariance[1] * gradient0 + covariance[2] * gradient1;
    // A whole step may overshoot where the curvature is small.
    const share = Math.min(1, 2 / Math.max(Math.abs(change0), Math.abs(change1)));
    intercept -= share * change0;
    slope -= share * change1;
    if (Math.abs(change0) + Math.abs(change1) < TOLERANCE) break;
  }
  return { intercept, slope, covariance, good, bad, separation: separationOf(rewards, isGood) };
}

/** Rewards surely tell good from bad better than a coin: only then does the bar mean anything. */
export function holds({ separation }: AcceptanceBar): boolean {
  return separation.low > 0.5;
}

/** P(acceptable) of a calibrated reward, with its 95 % interval over the posterior of the bar. */
export function acceptanceOf(
  { intercept, slope, covariance: [v00, v01, v11] }: AcceptanceBar,
  reward: number,
): Acceptance {
  const mean = intercept + slope * reward;
  const half = Z_95 * Math.sqrt(Math.max(0, v00 + 2 * v01 * reward + v11 * reward ** 2));
  // Engines differ in the last bit of exponentials; rounded to float32 the app and the terminal agree.
  const [probability, low, high] = [mean, mean - half, mean + half].map((at) => Math.fround(sigmoid(at)));
  return { probability, low, high };
}

export function isGoodEnough({ probability }: Acceptance): boolean {
  return probability >= 0.5;
}

/** Area under the ROC curve with Hanley and McNeil's 95 % interval (1982); equal rewards count one half. */
function separationOf(rewards: ArrayLike<number>, isGood: ArrayLike<number>): Separation {
  const of = (label: number): number[] => Array.from(rewards).filter((_, i) => isGood[i] === label);
  const [good, bad] = [of(1), of(0)];
  let wins = 0;
  for (const one of good) for (const other of bad) wins += one > other ? 1 : one === other ? 0.5 : 0;
  const pairs = good.length * bad.length;
  // Half a pair on either side keeps the variance above 0 where good and bad do not overlap.
  const area = (wins + 0.5) / (pairs + 1);
  const [q1, q2] = [area / (2 - area), (2 * area ** 2) / (1 + area)];
  const ofGood = (good.length - 1) * (q1 - area ** 2);
  const ofBad = (bad.length - 1) * (q2 - area ** 2);
  const half = Z_95 * Math.sqrt((area * (1 - area) + ofGood + ofBad) / pairs);
  const value = wins / pairs;
  return { value, low: Math.max(0, value - half), high: Math.min(1, value + half) };
}
