/**
 * lineSums[chunk, head, k] = Σ over the chunk's pairs of w·softplus(−(m + multiple_k·step·p)) − w·softplus(−m) for
 * every multiple but the first, whose sum is w·softplus(−m) itself: differences keep their digits near the optimum.
 * The last sum is softplus(−m) over the pairs of weight zero. The twin puts the whole sums into chunk 0.
 *
 * rowWeights w, margins m, projections p `[pairs, heads]` in; scalars `[heads, SCALARS]` in;
 * lineSums `[lineChunks, heads, LINE_SUMS]` out
 */
import { softplus } from '../../../core/bradleyTerry.ts';
import { LINE_SUMS, SCALAR, SCALARS, STEP_MULTIPLES } from '../../layout.ts';
import type { Twin } from '../twin.ts';

export const lineLosses: Twin = (
  { rowWeights, margins, projections, scalars, lineSums },
  { pairs, heads },
) => {
  lineSums.fill(0);
  for (let pair = 0, i = 0; pair < pairs; pair++) {
    for (let head = 0; head < heads; head++, i++) {
      const here = softplus(-margins[i]);
      const weight = rowWeights[i];
      const target = head * LINE_SUMS;
      if (weight === 0) {
        lineSums[target + LINE_SUMS - 1] += here;
        continue;
      }
      lineSums[target] += weight * here;
      const step = scalars[head * SCALARS + SCALAR.step];
      if (step === 0) continue;
      for (let k = 1; k < STEP_MULTIPLES.length; k++) {
        lineSums[target + k] +=
          weight * (softplus(-(margins[i] + STEP_MULTIPLES[k] * step * projections[i])) - here);
      }
    }
  }
};
