/**
 * The Bradley-Terry model: P(chosen ≻ rejected) = σ(margin), margin = r(chosen) − r(rejected)
 * (Bradley and Terry, 1952). Rewards are shift-invariant, so only margins appear here.
 */
import { exp, log1p } from './elementary.ts';

/** log(1 + eˣ) without overflow: max(x, 0) + log1p(e^−|x|). */
export function softplus(x: number): number {
  return Math.max(x, 0) + log1p(exp(-Math.abs(x)));
}

/** 1 / (1 + e^−x), exact to the last bits at both ends. */
export function sigmoid(x: number): number {
  if (x >= 0) return 1 / (1 + exp(-x));
  const e = exp(x);
  return e / (1 + e);
}

/**
 * Negative log likelihood of one preference, −log σ(margin − targetMargin).
 * @param targetMargin a margin the data demands, in logits (as in Llama 2's reward loss); 0 without one
 */
export function preferenceLoss(margin: number, targetMargin = 0): number {
  return softplus(targetMargin - margin);
}

/** d preferenceLoss / d margin = −σ(targetMargin − margin), in (−1, 0). */
export function preferenceLossGradient(margin: number, targetMargin = 0): number {
  return -sigmoid(targetMargin - margin);
}

/** σ(margin · inverseTemperature): the probability that the first of two responses is preferred. */
export function preferenceProbability(margin: number, inverseTemperature = 1): number {
  return sigmoid(margin * inverseTemperature);
}
