/** How a head was trained, in words. */
import type { RewardHead } from '../../core/rewardHead.ts';

/** "lambda = 1, iterations = 10" */
export function hyperparameterWords({ provenance }: RewardHead): string {
  return Object.entries(provenance.hyperparameters)
    .map(([name, value]) => `${name} = ${Number(value.toPrecision(4))}`)
    .join(', ');
}

/** Everything that was chosen: "Linear, length off, seed 1, lambda = 1, iterations = 10". */
export function settingsWords(head: RewardHead): string {
  const kind = head.parameters.kind === 'linear' ? 'Linear' : 'MLP';
  return `${kind}, length ${head.length?.control ?? 'off'}, seed ${head.provenance.seed}, ${hyperparameterWords(head)}`;
}
