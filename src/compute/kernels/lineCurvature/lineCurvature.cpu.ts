/**
 * sums[chunk, head] = Σ over the chunk's pairs of w·σ(m)·σ(−m)·p²: the second derivative of the data loss along the
 * direction. The twin puts the whole sum into chunk 0.
 *
 * rowWeights w, margins m, projections p `[pairs, heads]` in; sums `[lineChunks, heads]` out
 */
import { sigmoid } from '../../../core/bradleyTerry.ts';
import type { Twin } from '../twin.ts';

export const lineCurvature: Twin = ({ rowWeights, margins, projections, sums }, { pairs, heads }) => {
  sums.fill(0);
  for (let pair = 0, i = 0; pair < pairs; pair++) {
    for (let head = 0; head < heads; head++, i++) {
      if (rowWeights[i] === 0) continue;
      const p = sigmoid(margins[i]);
      sums[head] += rowWeights[i] * p * (1 - p) * projections[i] * projections[i];
    }
  }
};
