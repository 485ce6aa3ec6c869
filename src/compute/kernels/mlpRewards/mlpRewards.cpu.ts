/**
 * rewards[text, member] = Σ over the member's units of output · tanh(inputs[text, unit]). A member is `hidden`
 * neighbouring columns, `members` = heads / hidden.
 *
 * inputs `[pairs, heads]`, units `[heads, UNIT_SCALARS]` in; rewards `[pairs, members]` out. `pairs` of the size counts
 * texts.
 */
import { tanh } from '../../../core/elementary.ts';
import { UNIT, UNIT_SCALARS } from '../../layout.ts';
import type { Twin } from '../twin.ts';

export const mlpRewards: Twin = ({ inputs, units, rewards }, { pairs, heads, hidden = 1 }) => {
  const members = heads / hidden;
  for (let i = 0; i < pairs * members; i++) {
    const column = (i % members) * hidden;
    let reward = 0;
    for (let unit = 0; unit < hidden; unit++) {
      const output = units[(column + unit) * UNIT_SCALARS + UNIT.output];
      reward += output * tanh(inputs[i * hidden + unit]);
    }
    rewards[i] = reward;
  }
};
