/**
 * From what enters the hidden units to the derivative of the loss by it, pair by pair and member by member:
 *
 *   activations = tanh(activations), in place
 *   margin = Σ over the member's units of output · (activation of chosen − activation of rejected)
 *   slope = weight · d loss / d margin
 *   residuals = ± slope · output · (1 − activation²), + for chosen
 *
 * A member is `hidden` neighbouring columns, `members` = heads / hidden. Places of the batch without a pair (order −1)
 * and pairs of weight 0 get slope 0.
 *
 * activations `[pairs, heads]` in and out; units `[heads, UNIT_SCALARS]`, order `[batches, pairs / 2]`, clock `[1]`,
 * rowWeights `[all pairs, members]`, targetMargins `[all pairs]` in; slopes `[pairs / 2, members, 2]` (slope, weight)
 * and residuals `[pairs, heads]` out. `pairs` of the size counts the rows of the batch, chosen and rejected in turn.
 */
import { tanh } from '../../../core/elementary.ts';
import { preferenceLossGradient } from '../../../core/bradleyTerry.ts';
import { UNIT, UNIT_SCALARS } from '../../layout.ts';
import type { Twin } from '../twin.ts';

export const mlpResiduals: Twin = (
  { activations, units, order, clock, rowWeights, targetMargins, slopes, residuals },
  { pairs, heads, hidden = 1 },
) => {
  const members = heads / hidden;
  const first = (clock[0] * pairs) / 2;
  for (let place = 0; place < pairs / 2; place++) {
    const pair = order[first + place];
    for (let member = 0; member < members; member++) {
      const weight = pair < 0 ? 0 : rowWeights[pair * members + member];
      const chosen = 2 * place * heads + member * hidden;
      const rejected = chosen + heads;
      let margin = 0;
      for (let unit = 0; unit < hidden; unit++) {
        activations[chosen + unit] = tanh(activations[chosen + unit]);
        activations[rejected + unit] = tanh(activations[rejected + unit]);
        const output = units[(member * hidden + unit) * UNIT_SCALARS + UNIT.output];
        margin += output * (activations[chosen + unit] - activations[rejected + unit]);
      }
      const slope = weight === 0 ? 0 : weight * preferenceLossGradient(margin, targetMargins[pair]);
      slopes[(place * members + member) * 2] = slope;
      slopes[(place * members + member) * 2 + 1] = weight;
      for (let unit = 0; unit < hidden; unit++) {
        const outer = slope * units[(member * hidden + unit) * UNIT_SCALARS + UNIT.output];
        residuals[chosen + unit] = outer * (1 - activations[chosen + unit] ** 2);
        residuals[rejected + unit] = -outer * (1 - activations[rejected + unit] ** 2);
      }
    }
  }
};
