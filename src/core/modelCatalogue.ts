/**
 * Sentence models that were chosen and whose files are known: at a commit, with their sizes and hashes. Facts are from the
 * models' cards and from lock files of public projects that agree on the hashes.
 */
import { manifestFrom, type FileRow } from './catalogueFiles.ts';
import type { ModelManifest } from './modelManifest.ts';
import { modelId, type SentenceModel } from './sentenceModel.ts';

export interface CatalogueEntry {
  readonly model: SentenceModel;
  readonly licence: string;
  readonly languages: string;
  /** What it is good for, as one sentence. */
  readonly about: string;
  /** Whether it can run on a graphics device too. */
  readonly devices: string;
  /** Absent where not all sizes are known: the hub is asked before anything is fetched. */
  readonly manifest?: ModelManifest;
}

const MINILM = { source: 'Xenova/all-MiniLM-L6-v2', commit: '751bff37182d3f1213fa05d7196b954e230abad9' };
const BGE = { source: 'Xenova/bge-small-en-v1.5', commit: 'ea104dacec62c0de699686887e3f920caeb4f3e3' };
const E5 = { source: 'Xenova/multilingual-e5-small', commit: '761b726dd34fb83930e26aab4e9ac3899aa1fa78' };
const GRANITE = {
  source: 'onnx-community/granite-embedding-small-english-r2-ONNX',
  commit: '1dc7835ba0cb9c76a3618d0bf0c427c97671b3c8',
};

const PROCESSOR = 'Runs on the processor.';
const BOTH = 'Runs on the graphics device where that passes a test, on the processor elsewhere.';
const NO_PREFIX = { promptPrefix: '', responsePrefix: '' };

const MINILM_TEXTS: readonly FileRow[] = [
  ['config.json', 650, '7135149f7cffa1a573466c6e4d8423ed73b62fd2332c575bf738a0d033f70df7'],
  ['tokenizer.json', 711_661, 'da0e79933b9ed51798a3ae27893d3c5fa4a201126cef75586296df9b4d2c62a0'],
  ['tokenizer_config.json', 366, '9261e7d79b44c8195c1cada2b453e55b00aeb81e907a6664974b4d7776172ab3'],
];

export const SENTENCE_MODELS: readonly CatalogueEntry[] = [
  entry(
    {
      ...{ name: 'MiniLM, small', ...MINILM, weights: 'q8', dimension: 384, pooling: 'mean' },
      // Its tokenizer takes 512, but it was trained on 256.
      ...{ ...NO_PREFIX, maxTokens: 256 },
    },
    {
      ...{ licence: 'Apache-2.0', languages: 'English', devices: PROCESSOR },
      about: 'The usual first choice: small, quick, good at what short texts are about.',
    },
    [
      ...MINILM_TEXTS,
      [
        'onnx/model_quantized.onnx',
        22_972_370,
        'afdb6f1a0e45b715d0bb9b11772f032c399babd23bfc31fed1c170afc848bdb1',
      ],
    ],
  ),
  entry(
    {
      ...{ name: 'MiniLM, whole', ...MINILM, weights: 'fp32', dimension: 384, pooling: 'mean' },
      ...{ ...NO_PREFIX, maxTokens: 256 },
    },
    {
      ...{ licence: 'Apache-2.0', languages: 'English', devices: BOTH },
      about: 'The same model with its numbers whole, so that a graphics device can run it.',
    },
    [
      ...MINILM_TEXTS,
      ['onnx/model.onnx', 90_387_606, '759c3cd2b7fe7e93933ad23c4c9181b7396442a2ed746ec7c1d46192c469c46e'],
    ],
  ),
  entry(
    {
      ...{ name: 'BGE small', ...BGE, weights: 'q8', dimension: 384, pooling: 'first' },
      // Its prefix is for questions that look for passages; here answers are compared with answers.
      ...{ ...NO_PREFIX, maxTokens: 512 },
    },
    {
      ...{ licence: 'MIT', languages: 'English', devices: PROCESSOR },
      about: 'Twice as deep as MiniLM and reads twice as far; takes about twice as long.',
    },
    [
      ['config.json', 683, 'fa73f90bf92c8cace1fbcb709626306f2bdbc9ea3e5b5f94b440df9b6aa56350'],
      ['tokenizer.json', 711_396, 'd241a60d5e8f04cc1b2b3e9ef7a4921b27bf526d9f6050ab90f9267a1f9e5c66'],
      ['tokenizer_config.json', 366, '9261e7d79b44c8195c1cada2b453e55b00aeb81e907a6664974b4d7776172ab3'],
      [
        'onnx/model_quantized.onnx',
        34_014_426,
        '6c9c6101a956d62dfb5e7190c538226c0c5bb9cb27b651234b6df063ee7dbfe4',
      ],
    ],
  ),
  entry(
    {
      ...{ name: 'E5 small, multilingual', ...E5, weights: 'q8', dimension: 384, pooling: 'mean' },
      // It always saw one of two; for texts of one kind its authors say this one for both.
      ...{ promptPrefix: 'query: ', responsePrefix: 'query: ', maxTokens: 512 },
    },
    {
      ...{ licence: 'MIT', languages: 'About 100', devices: PROCESSOR },
      about: 'For texts that are not English, or in several languages.',
    },
    [
      ['config.json', 658, 'cb99455288675345e1a4f411438d5d0adbba5fbd3a67ea4fb03c015433b996c1'],
      ['tokenizer.json', 17_082_730, '0b44a9d7b51c3c62626640cda0e2c2f70fdacdc25bbbd68038369d14ebdf4c39'],
      ['tokenizer_config.json', 443, 'a1d6bc8734a6f635dc158508bef000f8e2e5a759c7d92f984b2c86e5ff53425b'],
      [
        'onnx/model_quantized.onnx',
        118_308_185,
        'f80102d3f2a1229f387d3c81909990d8945513e347b0eab049f7de3c6f98c193',
      ],
    ],
  ),
  entry(
    {
      ...{ name: 'Granite small', ...GRANITE, weights: 'q8', dimension: 384, pooling: 'first' },
      // It could read 8,192; on a processor such a text takes minutes.
      ...{ ...NO_PREFIX, maxTokens: 2_048 },
    },
    {
      ...{ licence: 'Apache-2.0', languages: 'English', devices: PROCESSOR },
      about: 'For long texts: reads four times as far as the others in one go.',
    },
  ),
];

function entry(
  model: SentenceModel,
  facts: Pick<CatalogueEntry, 'licence' | 'languages' | 'about' | 'devices'>,
  files?: readonly FileRow[],
): CatalogueEntry {
  return { model, ...facts, ...(files ? { manifest: manifestFrom(modelId(model), model, files) } : {}) };
}
