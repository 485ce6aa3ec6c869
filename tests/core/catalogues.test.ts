/** What the catalogues of models promise, as far as it can be checked without the hub. */
import { describe, expect, test } from 'vitest';
import { LANGUAGE_IDS, LANGUAGE_MODELS } from '../../src/core/languageCatalogue.ts';
import { isWriterId, languageModelId } from '../../src/core/languageModel.ts';
import { chooseFiles } from '../../src/core/hubListing.ts';
import { SENTENCE_MODELS } from '../../src/core/modelCatalogue.ts';
import { isCommit, isRepository, readManifest, totalBytes } from '../../src/core/modelManifest.ts';
import { modelId, type ModelDevice } from '../../src/core/sentenceModel.ts';

const DEVICES: readonly ModelDevice[] = ['wasm', 'webgpu'];

const known = [
  ...SENTENCE_MODELS.flatMap(({ model, manifest }) =>
    manifest ? [{ name: model.name, model, weights: model.weights, id: modelId(model), manifest }] : [],
  ),
  ...LANGUAGE_MODELS.flatMap(({ model, manifests }) =>
    DEVICES.flatMap((device) => {
      const [weights, manifest] = [model.weights[device], manifests[device]];
      const id = languageModelId(model, device)!;
      return weights && manifest
        ? [{ name: `${model.name} on ${device}`, model, weights, id, manifest }]
        : [];
    }),
  ),
];

test.each(known)(
  '$name: all the files it is opened with, named as it is',
  ({ model, weights, id, manifest }) => {
    expect(readManifest(manifest)).toBe(manifest);
    expect(manifest).toMatchObject({ id, repository: model.source, commit: model.commit });
    expect(chooseFiles(manifest, weights)).toHaveLength(manifest.files.length);
  },
);

describe('language models', () => {
  test('are at least four, from commits, under 1.5 GB, two of them with their files', () => {
    expect(LANGUAGE_MODELS.length).toBeGreaterThanOrEqual(4);
    for (const { model, manifests } of LANGUAGE_MODELS) {
      expect(isRepository(model.source) && isCommit(model.commit)).toBe(true);
      for (const manifest of Object.values(manifests)) {
        expect(totalBytes(manifest)).toBeLessThan(1.5e9);
        // The chat template stands in it, and what ends an answer in the other.
        const paths = manifest.files.map(({ path }) => path);
        expect(paths).toEqual(expect.arrayContaining(['tokenizer_config.json', 'generation_config.json']));
      }
    }
    expect(LANGUAGE_MODELS.filter(({ manifests }) => manifests.wasm && manifests.webgpu)).toHaveLength(2);
  });

  test('are never run with 8 bits on a graphics device', () => {
    for (const { model } of LANGUAGE_MODELS) expect(model.weights.webgpu).not.toBe('q8');
  });

  test('have ids that no sentence model has', () => {
    expect(LANGUAGE_IDS.size).toBe(6);
    for (const id of LANGUAGE_IDS) expect(isWriterId(id)).toBe(true);
    for (const { model } of SENTENCE_MODELS) expect(isWriterId(modelId(model))).toBe(false);
  });
});
