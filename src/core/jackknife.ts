/**
 * What an ensemble of heads that each left a fold out says of the head that saw everything: the delete-a-group jackknife
 * (Kott, 2001) estimates the variance of the full estimate from the spread of the ones that miss a group.
 */
import { mean } from './statistics.ts';

/** Two-sided 95 % quantiles of Student's t by degrees of freedom, 1 to 9, over the normal one: few groups know little. */
const T_OVER_NORMAL = [6.483, 2.195, 1.624, 1.417, 1.312, 1.249, 1.206, 1.177, 1.154];

/**
 * Standard deviation of the full estimate, widened so that 1.96 of it hold 95 % however few the groups.
 * @param estimates one for each group left out, at least two
 */
export function jackknifeDeviation(estimates: readonly number[]): number {
  const groups = estimates.length;
  const centre = mean(estimates);
  const squares = estimates.reduce((sum, estimate) => sum + (estimate - centre) ** 2, 0);
  return (T_OVER_NORMAL[groups - 2] ?? 1) * Math.sqrt(((groups - 1) / groups) * squares);
}
