/** Our own hidden layer, on a given backend. */
import type { Backend } from '../../../src/compute/backend.ts';
import { trainMlpHeads } from '../../../src/training/trainMlpHeads.ts';
import { hiddenOptions, type HiddenTrainer } from '../hiddenProblem.ts';

export function palateHidden(backend: Backend): HiddenTrainer {
  return async ({ data }, epochs) =>
    (await trainMlpHeads(backend, data, hiddenOptions(epochs))).parameters[0];
}
