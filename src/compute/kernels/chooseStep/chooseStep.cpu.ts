/**
 * Per head: takes the multiple of Newton's step with the lowest objective, moves the weights there and keeps the
 * losses. Standing still counts as a stall: the first forgets the history, the second ends the head.
 *
 * lineSums `[lineChunks, heads, LINE_SUMS]`, directions `[heads, dimension]` in;
 * scalars `[heads, SCALARS]`, weights `[heads, dimension]` in and out
 */
import { chunks, LINE_CHUNK, LINE_SUMS, SCALAR, SCALARS, STEP_MULTIPLES } from '../../layout.ts';
import type { Twin } from '../twin.ts';

export const chooseStep: Twin = ({ lineSums, scalars, directions, weights }, { pairs, dimension, heads }) => {
  const sums = new Float64Array(LINE_SUMS);
  for (let head = 0; head < heads; head++) {
    const scalar = head * SCALARS;
    sums.fill(0);
    for (let chunk = 0; chunk < chunks(pairs, LINE_CHUNK); chunk++) {
      for (let k = 0; k < LINE_SUMS; k++) sums[k] += lineSums[(chunk * heads + head) * LINE_SUMS + k];
    }
    const newton = scalars[scalar + SCALAR.step];
    let best = -(scalars[scalar + SCALAR.roundoff] / 8) * sums[0];
    let taken = 0;
    for (let k = 1; k < STEP_MULTIPLES.length && newton !== 0; k++) {
      const t = STEP_MULTIPLES[k] * newton;
      const penalty =
        scalars[scalar + SCALAR.lambda] *
        (t * scalars[scalar + SCALAR.weightsAlong] + 0.5 * t * t * scalars[scalar + SCALAR.directionSquare]);
      if (sums[k] + penalty < best) {
        best = sums[k] + penalty;
        taken = t;
      }
    }
    scalars[scalar + SCALAR.loss] = sums[0];
    scalars[scalar + SCALAR.heldOutLoss] = sums[LINE_SUMS - 1];
    scalars[scalar + SCALAR.step] = taken;
    scalars[scalar + SCALAR.stalled] = taken === 0 ? scalars[scalar + SCALAR.stalled] + 1 : 0;
    scalars[scalar + SCALAR.iteration]++;
    const own = head * dimension;
    for (let i = 0; i < dimension && taken !== 0; i++) weights[own + i] += taken * directions[own + i];
  }
};
