/**
 * margins += step · projections; residuals = w·σ(−margins), the negative derivative of the loss by the margin.
 *
 * rowWeights w, projections `[pairs, heads]`, scalars `[heads, SCALARS]` in; margins `[pairs, heads]` in and out;
 * residuals `[pairs, heads]` out
 */
import { sigmoid } from '../../../core/bradleyTerry.ts';
import { SCALAR, SCALARS } from '../../layout.ts';
import type { Twin } from '../twin.ts';

export const advanceMargins: Twin = (
  { rowWeights, projections, scalars, margins, residuals },
  { pairs, heads },
) => {
  for (let pair = 0, i = 0; pair < pairs; pair++) {
    for (let head = 0; head < heads; head++, i++) {
      margins[i] += scalars[head * SCALARS + SCALAR.step] * projections[i];
      residuals[i] = rowWeights[i] === 0 ? 0 : rowWeights[i] * sigmoid(-margins[i]);
    }
  }
};
