/**
 * One number for a training on the SIMD kernels: every byte of the weights and margins of six heads. Node and the
 * browser must give the same.
 */
import { openSimdBackend } from '../../src/compute/simdBackend.ts';
import { createRandom } from '../../src/core/random.ts';
import { bytesHash } from '../../src/core/textHash.ts';
import { trainLinearHeads } from '../../src/training/trainLinearHeads.ts';

/** Computed in Node 20; the test in the browser holds Chromium to it. */
export const SIMD_FINGERPRINT = 'ca7fb5d33ddc748b25a24d07549bbc53';

export async function simdFingerprint(): Promise<string> {
  const [pairs, dimension, heads] = [150, 30, 6];
  const random = createRandom(11);
  // Whole numbers only: the generator's normal draws use Math.log, which engines round differently.
  const problem = {
    ...{ pairs, dimension, heads },
    differences: Float32Array.from({ length: pairs * dimension }, () => (random.integer(2001) - 1000) / 1024),
    rowWeights: Float32Array.from({ length: pairs * heads }, () => random.integer(3)),
    lambdas: Float64Array.from({ length: heads }, (_, head) => 2 ** (head - 3)),
  };
  const { weights, margins } = await trainLinearHeads(await openSimdBackend(), problem, {
    maxIterations: 60,
    gradientTolerance: 1e-5,
    readbackEvery: 1,
    signal: { aborted: false },
    yieldToEvents: () => Promise.resolve(),
    onProgress: () => undefined,
  });
  const parts = [weights, margins].map((array) => bytesHash(new Uint8Array(array.buffer)));
  return bytesHash(new TextEncoder().encode(parts.join(' ')));
}
