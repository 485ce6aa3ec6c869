/**
 * One step of Adam (Kingma and Ba, 2015) with decoupled weight decay on the mean loss of a batch, hidden unit by hidden
 * unit. W is the weight of the unit's member in the batch, summed; g = Σ over the chunks of partials / W:
 *
 *   mean = β₁·mean + (1 − β₁)·g,  square = β₂·square + (1 − β₂)·g²
 *   weight −= rate · mean / (√square + ε) + learningRate · weightDecay · weight,
 *   rate = learningRate · √(1 − β₂ᵗ) / (1 − β₁ᵗ)
 *
 * The output weight moves by the same rule on Σ slope · (activation of chosen − of rejected) / W. A member without
 * weight in the batch stays as it is. The clock moves on by one batch.
 *
 * partials `[gradientChunks, heads, dimension]`, activations `[pairs, heads]`, slopes `[pairs / 2, members, 2]` (slope,
 * weight) in; weights, means, squares `[heads, dimension]`, units `[heads, UNIT_SCALARS]`, clock `[1]` in and out.
 * `pairs` of the size counts the rows of the batch, chosen and rejected in turn.
 */
import { chunks, GRADIENT_CHUNK, UNIT, UNIT_SCALARS } from '../../layout.ts';
import type { FloatArray, Twin } from '../twin.ts';

const BETA1 = 0.9;
const BETA2 = 0.999;
const EPSILON = 1e-8;

export const adamStep: Twin = (tensors, size) => {
  const { partials, weights, means, squares, units, clock } = tensors;
  const { pairs, dimension, heads } = size;
  const partialCount = chunks(pairs, GRADIENT_CHUNK);
  for (let head = 0; head < heads; head++) {
    const { slope, weight: total } = outputSlope(tensors, size, head);
    if (total === 0) continue;
    const unit = units.subarray(head * UNIT_SCALARS, (head + 1) * UNIT_SCALARS);
    unit[UNIT.meanShare] = BETA1 * unit[UNIT.meanShare] + (1 - BETA1);
    unit[UNIT.squareShare] = BETA2 * unit[UNIT.squareShare] + (1 - BETA2);
    const rate = (unit[UNIT.learningRate] * Math.sqrt(unit[UNIT.squareShare])) / unit[UNIT.meanShare];
    const kept = 1 - unit[UNIT.learningRate] * unit[UNIT.weightDecay];
    for (let i = head * dimension; i < (head + 1) * dimension; i++) {
      let sum = 0;
      for (let chunk = 0; chunk < partialCount; chunk++) sum += partials[chunk * heads * dimension + i];
      const gradient = sum / total;
      means[i] = BETA1 * means[i] + (1 - BETA1) * gradient;
      squares[i] = BETA2 * squares[i] + (1 - BETA2) * gradient * gradient;
      weights[i] = kept * weights[i] - (rate * means[i]) / (Math.sqrt(squares[i]) + EPSILON);
    }
    moveOutput(unit, slope / total, rate, kept);
  }
  clock[0]++;
};

/** Sums over the batch: the slope of the unit's output weight, and the weight of its member. */
function outputSlope(
  { activations, slopes }: Parameters<Twin>[0],
  { pairs, heads, hidden = 1 }: Parameters<Twin>[1],
  head: number,
): { slope: number; weight: number } {
  const members = heads / hidden;
  const member = Math.floor(head / hidden);
  let [slope, weight] = [0, 0];
  for (let place = 0; place < pairs / 2; place++) {
    const own = (place * members + member) * 2;
    const chosen = 2 * place * heads + head;
    slope += slopes[own] * (activations[chosen] - activations[chosen + heads]);
    weight += slopes[own + 1];
  }
  return { slope, weight };
}

function moveOutput(unit: FloatArray, gradient: number, rate: number, kept: number): void {
  unit[UNIT.mean] = BETA1 * unit[UNIT.mean] + (1 - BETA1) * gradient;
  unit[UNIT.square] = BETA2 * unit[UNIT.square] + (1 - BETA2) * gradient * gradient;
  unit[UNIT.output] =
    kept * unit[UNIT.output] - (rate * unit[UNIT.mean]) / (Math.sqrt(unit[UNIT.square]) + EPSILON);
}
