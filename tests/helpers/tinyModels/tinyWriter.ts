/** The tiny language model as a person chooses it, and something to ask of it. */
import type { LanguageModel } from '../../../src/core/languageModel.ts';
import type { GenerateRequest } from '../../../workers/generatorApi.ts';
import { LANGUAGE_MODEL_POSITIONS } from './tinyLanguageModel.ts';

export const tinyWriter: LanguageModel = {
  name: 'Tiny writer',
  source: 'palate/tiny-writer',
  commit: '0123456789abcdef0123456789abcdef01234567',
  weights: { wasm: 'fp32', webgpu: 'fp32' },
  contextTokens: LANGUAGE_MODEL_POSITIONS,
  stopIds: [],
};

export function writeRequest(change: Partial<GenerateRequest> = {}): GenerateRequest {
  return {
    model: tinyWriter,
    device: 'wasm',
    messages: [{ role: 'user', content: 'Why is the sky blue?' }],
    count: 8,
    seed: 10,
    temperature: 1,
    topK: 40,
    maxNewTokens: 24,
    stopTexts: [],
    ...change,
  };
}
