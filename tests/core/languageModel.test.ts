import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  candidateSeeds,
  isWriterId,
  languageModelId,
  readWriterId,
  writerId,
} from '../../src/core/languageModel.ts';
import { modelId, readModelId } from '../../src/core/sentenceModel.ts';
import { tinyWriter } from '../helpers/tinyModels/tinyWriter.ts';

describe('seeds of candidates', () => {
  const seeds = fc.integer({ min: 0, max: 2 ** 32 - 1 });

  test('are all different, the same each time, and those of fewer candidates first', () => {
    fc.assert(
      fc.property(seeds, fc.nat(64), fc.nat(16), (seed, count, more) => {
        const few = candidateSeeds(seed, count);
        expect(new Set(few).size).toBe(count);
        expect(candidateSeeds(seed, count + more).slice(0, count)).toEqual(few);
        for (const one of few) expect(one >>> 0).toBe(one);
      }),
    );
  });

  test('are others for another seed', () => {
    fc.assert(
      fc.property(seeds, seeds, (one, other) => {
        if (one !== other) expect(candidateSeeds(one, 4)).not.toEqual(candidateSeeds(other, 4));
      }),
    );
  });
});

test('the files of a model are named by the weights of a device, and by nothing where it has none', () => {
  const model = { ...tinyWriter, weights: { wasm: 'q8', webgpu: undefined } as const };
  expect(languageModelId(model, 'wasm')).toBe('palate/tiny-writer@0123456789ab/q8/writes');
  expect(languageModelId(model, 'webgpu')).toBeUndefined();
});

test('the same files have another name as a sentence model, and neither is read as the other', () => {
  const files = { source: 'owner/writes', commit: '0123456789ab', weights: 'q4' } as const;
  expect(readWriterId(writerId(files))).toEqual(files);
  expect(readModelId(modelId(files))).toEqual(files);
  expect(readModelId(writerId(files))).toBeUndefined();
  expect(readWriterId(modelId(files))).toBeUndefined();
  expect([writerId(files), modelId(files)].map(isWriterId)).toEqual([true, false]);
});
