/** Training data whose rule is known. */
import { createRandom } from '../../src/core/random.ts';
import type { TrainingData } from '../../src/training/trainingData.ts';

/** Pairs over prompts of three pairs each; the first feature decides, as often as `share` says. */
export function ruledPairs(pairs: number, dimension: number, share: number, seed = 1): TrainingData {
  const random = createRandom(seed);
  const features = Float32Array.from({ length: 2 * pairs * dimension }, random.normal);
  const chosen = new Uint32Array(pairs);
  const rejected = new Uint32Array(pairs);
  for (let pair = 0; pair < pairs; pair++) {
    const firstIsHigher = features[2 * pair * dimension] > features[(2 * pair + 1) * dimension];
    const chooseFirst = random.next() < share ? firstIsHigher : !firstIsHigher;
    chosen[pair] = 2 * pair + (chooseFirst ? 0 : 1);
    rejected[pair] = 2 * pair + (chooseFirst ? 1 : 0);
  }
  return {
    features,
    dimension,
    logLengths: new Float32Array(2 * pairs),
    rows: { chosen, rejected },
    promptOfPair: Uint32Array.from({ length: pairs }, (_, pair) => Math.floor(pair / 3)),
    weights: new Float32Array(pairs).fill(1),
    targetMargins: new Float32Array(pairs),
    cues: { longer: new Int8Array(pairs).fill(1), first: new Int8Array(pairs) },
    isControl: new Uint8Array(pairs).fill(1),
  };
}
