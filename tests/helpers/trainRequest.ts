/** What the page asks of the trainer, over pairs whose rule is known. */
import type { TrainRequest } from '../../workers/trainerApi.ts';
import { ruledPairs } from './ruledPairs.ts';

export function trainRequest(change: Partial<TrainRequest> = {}, pairs = 150, dimension = 12): TrainRequest {
  const data = ruledPairs(pairs, dimension, 0.85);
  return {
    ...data,
    features: { data: data.features, rows: 2 * pairs, dimension },
    logLengths: new Float32Array(2 * pairs),
    promptOfPair: Uint32Array.from(data.promptOfPair),
    weights: Float32Array.from(data.weights),
    ...{ headKind: 'linear', lengthControl: 'off', hasFixedPrior: true, seed: 4, backend: 'cpu' },
    ...{ dataHash: 'abcdef01', encoderId: 'e', encoderStateId: 's', ties: 0 },
    ...change,
  };
}
