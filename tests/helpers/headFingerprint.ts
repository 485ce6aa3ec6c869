/**
 * One number for everything a head is: texts are encoded, a head is trained on the processor, and every number in it
 * counts, with the questions it would ask. Node and Chromium must give the same.
 */
import { rulerCues } from '../../src/core/evaluation.ts';
import { logLengths } from '../../src/core/lengthControl.ts';
import { createRandom } from '../../src/core/random.ts';
import type { HeadKind } from '../../src/core/rewardHead.ts';
import { textHash } from '../../src/core/textHash.ts';
import { createCpuBackend } from '../../src/compute/cpuBackend.ts';
import { DEFAULT_ENCODER_ID } from '../../src/encoder/catalogue.ts';
import { trainRewardHead } from '../../src/training/trainRewardHead.ts';
import { EncoderService } from '../../workers/encoderService.ts';
import type { TrainRequest } from '../../workers/trainerApi.ts';
import { TrainerService } from '../../workers/trainerService.ts';
import { writeText } from '../bench/page/everyday.ts';

/** Computed in Node 20; the tests hold Node and Chromium to them. */
export const HEAD_FINGERPRINTS = {
  'linear, SIMD': '8278457ba9d8170b24dcc507101319df',
  'hidden layer, SIMD': '03d685dfbb840a4a724e6dcf78df6009',
  'linear with its strength searched, without SIMD': 'fb800b98be8c7cb97a3984dfa1c4413e',
} as const;
export type FingerprintedHead = keyof typeof HEAD_FINGERPRINTS;

const PAIRS = 120;

export async function headFingerprint(of: FingerprintedHead): Promise<string> {
  const request = await makeRequest(of === 'hidden layer, SIMD' ? 'mlp' : 'linear');
  if (of === 'linear, SIMD') {
    const { chosen, rejected } = request.rows;
    return hashOf(
      await new TrainerService().follow({
        ...request,
        candidates: { chosen: chosen.slice(0, 20), rejected: rejected.slice(0, 20) },
        asking: { strategy: 'bald', count: 4, controlShare: 0.2 },
      }),
    );
  }
  if (of === 'hidden layer, SIMD') return hashOf(await new TrainerService().train(request, () => undefined));
  const { features, dimension } = { features: request.features.data, dimension: request.features.dimension };
  return hashOf(
    await trainRewardHead(
      createCpuBackend(),
      { ...request, features, dimension },
      { ...request, hasFixedPrior: false },
      {
        signal: { aborted: false },
        yieldToEvents: () => Promise.resolve(),
        onProgress: () => undefined,
      },
    ),
  );
}

/** Two answers to each question, the one with more words in the first half of the alphabet preferred, mostly. */
async function makeRequest(headKind: HeadKind): Promise<TrainRequest> {
  const random = createRandom(12);
  const inputs = Array.from({ length: PAIRS }, () => writeText(random, 8)).flatMap((prompt) =>
    [0, 1].map(() => ({ prompt, response: writeText(random, 20 + random.integer(60)) })),
  );
  const promptOfRow = Uint32Array.from(inputs, (_, row) => row >> 1);
  const encoded = await new EncoderService().encode(
    {
      ...{ encoderId: DEFAULT_ENCODER_ID, inputs, promptOfRow },
      cached: inputs.map(() => undefined),
      state: { kind: 'fit', pairs: Uint32Array.from(inputs.keys()), seed: 3 },
    },
    () => undefined,
  );
  const early = (row: number): number => inputs[row].response.split(/\b(?=[a-m])/).length;
  const firstWins = Array.from({ length: PAIRS }, (_, pair) => {
    return early(2 * pair) > early(2 * pair + 1) === random.next() < 0.9;
  });
  const chosen = Uint32Array.from(firstWins, (wins, pair) => 2 * pair + (wins ? 0 : 1));
  const rejected = Uint32Array.from(firstWins, (wins, pair) => 2 * pair + (wins ? 1 : 0));
  return {
    ...{ headKind, lengthControl: 'half', seed: 3, backend: 'cpu', ties: 0 },
    features: encoded.features,
    logLengths: logLengths(inputs.map(({ response }) => response)),
    rows: { chosen, rejected },
    promptOfPair: Uint32Array.from({ length: PAIRS }, (_, pair) => pair),
    weights: Float32Array.from({ length: PAIRS }, (_, pair) => 1 / (1 + (pair % 2))),
    targetMargins: Float32Array.from({ length: PAIRS }, (_, pair) => (pair % 3) / 2),
    cues: rulerCues(
      firstWins.map((_, pair) => ({
        chosen: inputs[chosen[pair]].response,
        rejected: inputs[rejected[pair]].response,
      })),
    ),
    isControl: new Uint8Array(PAIRS).fill(1),
    singles: {
      rows: Uint32Array.from({ length: 40 }, (_, row) => row),
      prompts: Uint32Array.from({ length: 40 }, (_, row) => row >> 1),
      isGood: Uint8Array.from({ length: 40 }, (_, row) => (early(row) > 20 ? 1 : 0)),
    },
    hasFixedPrior: encoded.hasFixedPrior,
    ...{ dataHash: 'abcdef01', encoderId: DEFAULT_ENCODER_ID, encoderStateId: encoded.stateId },
  };
}

/** Numbers are written with all their digits; what names a run and says how long it took does not count. */
function hashOf(head: object): string {
  const left = new Set(['id', 'trainedAt', 'durationMs']);
  return textHash(
    JSON.stringify(head, (key, value: unknown) => {
      if (left.has(key)) return undefined;
      return ArrayBuffer.isView(value) ? Array.from(value as Float32Array) : value;
    }),
  );
}
