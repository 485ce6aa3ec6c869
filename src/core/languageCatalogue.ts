/**
 * Language models that were chosen, all under 1.5 GB, with weights that were seen to work on each device: 8 bits never
 * on the graphics device, where they give gibberish (huggingface/transformers.js#1317). Facts are from the models'
 * cards and from lock files of public projects that agree on the hashes.
 */
import { manifestFrom, type FileRow } from './catalogueFiles.ts';
import { languageModelId, MOST_CONTEXT, type LanguageModel } from './languageModel.ts';
import type { ModelManifest } from './modelManifest.ts';
import type { ModelDevice } from './sentenceModel.ts';

export interface LanguageEntry {
  readonly model: LanguageModel;
  readonly licence: string;
  /** What a licence asks that is not the usual one of open source. */
  readonly licenceNote?: string;
  readonly languages: string;
  /** What it is good for, as one sentence. */
  readonly about: string;
  /** A device has none where not all hashes are known: the hub is asked before anything is fetched. */
  readonly manifests: Readonly<Partial<Record<ModelDevice, ModelManifest>>>;
}

/** All of these could read further. */
const READS = { contextTokens: MOST_CONTEXT };

const SMOL_135: LanguageModel = {
  name: 'SmolLM2 135M',
  source: 'onnx-community/SmolLM2-135M-Instruct-ONNX',
  commit: 'b8a5c0f183b78c55955a5364f610c36668b5e681',
  // With q4f16 on a graphics device it was seen to say nothing but that it is done.
  weights: { wasm: 'q8', webgpu: 'q4' },
  ...READS,
  stopIds: [],
};

const SMOL_135_TEXTS: readonly FileRow[] = [
  ['config.json', 976, '88f5d2bbac13e61d28787184fa1aa13b7f81f7bda7c3869ece8a8930c27cc5ed'],
  ['generation_config.json', 132, '3a6555a034b32bf2fc6d35cc16207dc95c8af520b2d45febe48a1ad6cb46ff63'],
  ['tokenizer.json', 3_522_656, '7d27c493c729a66ecefc837280b05d948b1ed50d130eebdbf911b1b36cf38ed7'],
  ['tokenizer_config.json', 3_794, '7b85619980209ca801effcd87e5df7084a21abc3d8b8d27003a6b4ffcce170ef'],
];

const QWEN: LanguageModel = {
  name: 'Qwen3 0.6B',
  source: 'onnx-community/Qwen3-0.6B-ONNX',
  commit: 'da1453100cf3ff33ef56d17983fc7a8648706db6',
  weights: { wasm: 'q8', webgpu: 'q4f16' },
  ...READS,
  stopIds: [],
};

const QWEN_TEXTS: readonly FileRow[] = [
  ['config.json', 912, '8a04114ba59cc42b47d804d35d1d5c61d746ae4634f41f796768c6e302d39b9e'],
  ['generation_config.json', 219, '9e9e031ae8bca36eefcdcdd0b35d83c61baa01e31d68d5f5a961c9ca1a4b95bf'],
  ['tokenizer.json', 9_117_040, 'e7a95fce95bf5b0946d0ddb3f9d7caa030b7e850bbe92b0edb26bcf563e9f3d5'],
  ['tokenizer_config.json', 9_705, 'b0a8115cf05a7002cbe2575058c0139c1dee3f06f221c05717c3444947d78b9f'],
];

export const LANGUAGE_MODELS: readonly LanguageEntry[] = [
  {
    model: SMOL_135,
    ...{ licence: 'Apache-2.0', languages: 'English' },
    about: 'The smallest: quick even on a processor. Its answers are fluent, and often wrong.',
    manifests: {
      wasm: manifestFor(SMOL_135, 'wasm', [
        ...SMOL_135_TEXTS,
        [
          'onnx/model_quantized.onnx',
          135_658_354,
          '0fab87142e3eb1fcacb881f8282e7473e62ad66920c347b81f088da6fda2da37',
        ],
      ]),
      webgpu: manifestFor(SMOL_135, 'webgpu', [
        ...SMOL_135_TEXTS,
        [
          'onnx/model_q4.onnx',
          180_581_125,
          'eb0d67c7e3b7d40f42d681b5f2eff4cef78968afe3f76c954f987dd870327a2a',
        ],
      ]),
    },
  },
  {
    model: {
      name: 'SmolLM2 360M',
      source: 'onnx-community/SmolLM2-360M-Instruct-ONNX',
      commit: 'fe7c7db4c8921c9e3fa1c65cfd296fb3b1b1a8f9',
      weights: { wasm: 'q4', webgpu: 'q4' },
      ...READS,
      stopIds: [2],
    },
    ...{ licence: 'Apache-2.0', languages: 'English' },
    about: 'Follows what it is asked better than the smallest, and takes two to three times as long.',
    manifests: {},
  },
  {
    model: QWEN,
    ...{ licence: 'Apache-2.0', languages: 'About 100' },
    about: 'The best of these, and the largest: for languages other than English too.',
    manifests: {
      wasm: manifestFor(QWEN, 'wasm', [
        ...QWEN_TEXTS,
        [
          'onnx/model_quantized.onnx',
          617_687_575,
          'ccf8734e59fdf7475b2dc0c117005e267a3a08342c1d951e0a79f0bce57bf62a',
        ],
      ]),
      webgpu: manifestFor(QWEN, 'webgpu', [
        ...QWEN_TEXTS,
        [
          'onnx/model_q4f16.onnx',
          569_789_750,
          '9e33a5911974174761d0dfdcc0bec975d9c45af0eae5e9eb647b8ba9442a8f91',
        ],
      ]),
    },
  },
  {
    model: {
      name: 'Gemma 3 270M',
      source: 'onnx-community/gemma-3-270m-it-ONNX',
      commit: '2dbbfdb1b59bd034eb959428c6a7da9dd7ea27f0',
      // What its smaller weights are made of, the runtime knows on graphics devices only.
      weights: { webgpu: 'q4' },
      ...READS,
      stopIds: [1, 106],
    },
    licence: 'Gemma Terms of Use',
    licenceNote:
      'Not an open-source licence: it forbids some uses, and whoever passes on the model must pass on its terms. Read ai.google.dev/gemma/terms before you use it.',
    languages: 'Many, English best',
    about: 'Small and quick on a graphics device; knows little, writes well.',
    manifests: {},
  },
];

/** Of all devices. */
export const LANGUAGE_IDS: ReadonlySet<string> = new Set(
  LANGUAGE_MODELS.flatMap(({ model }) =>
    (['wasm', 'webgpu'] as const).flatMap((device) => languageModelId(model, device) ?? []),
  ),
);

function manifestFor(model: LanguageModel, device: ModelDevice, rows: readonly FileRow[]): ModelManifest {
  return manifestFrom(languageModelId(model, device)!, model, rows);
}
