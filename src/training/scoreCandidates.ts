/** From features to rewards, in logits. Only differences within one prompt mean anything. */
import { tanh } from '../core/elementary.ts';
import type { HeadParameters } from '../core/rewardHead.ts';

/**
 * Rewards of all rows. Sums run in float64 in column order whatever the number of rows, so a candidate scores the
 * same alone and in a batch, in the browser and in the terminal.
 * @param features float32 `[rows, dimension]`, row-major
 * @returns float32 `[rows]`
 */
export function scoreCandidates(
  parameters: HeadParameters,
  features: Float32Array,
  dimension: number,
): Float32Array<ArrayBuffer> {
  const rows = features.length / dimension;
  const rewards = new Float32Array(rows);
  for (let row = 0; row < rows; row++) {
    const start = row * dimension;
    rewards[row] =
      parameters.kind === 'linear'
        ? dot(parameters.weights, 0, features, start, dimension)
        : mlpReward(parameters, features, start, dimension);
  }
  return rewards;
}

function mlpReward(
  head: Extract<HeadParameters, { kind: 'mlp' }>,
  features: Float32Array,
  start: number,
  dimension: number,
): number {
  let reward = 0;
  for (let unit = 0; unit < head.hidden; unit++) {
    const input =
      dot(head.hiddenWeights, unit * dimension, features, start, dimension) + head.hiddenBias[unit];
    reward += head.outputWeights[unit] * tanh(input);
  }
  return reward;
}

function dot(a: Float32Array, aStart: number, b: Float32Array, bStart: number, length: number): number {
  let sum = 0;
  for (let i = 0; i < length; i++) sum += a[aStart + i] * b[bStart + i];
  return sum;
}
