/**
 * Per head: Newton's step length along the direction, −slope / (curvature + λ·|d|²). Zero for a head that is done.
 *
 * sums `[lineChunks, heads]` in; scalars `[heads, SCALARS]` in and out
 */
import { chunks, LINE_CHUNK, SCALAR, SCALARS } from '../../layout.ts';
import type { Twin } from '../twin.ts';

export const newtonStep: Twin = ({ sums, scalars }, { pairs, heads }) => {
  for (let head = 0; head < heads; head++) {
    const scalar = head * SCALARS;
    let curvature = scalars[scalar + SCALAR.lambda] * scalars[scalar + SCALAR.directionSquare];
    for (let chunk = 0; chunk < chunks(pairs, LINE_CHUNK); chunk++) curvature += sums[chunk * heads + head];
    const done = scalars[scalar + SCALAR.stalled] > 1 || !(curvature > 0);
    scalars[scalar + SCALAR.step] = done ? 0 : -scalars[scalar + SCALAR.slope] / curvature;
  }
};
