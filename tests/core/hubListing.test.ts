/** What the hub says of a repository, and which files of it a model needs. */
import { expect, test } from 'vitest';
import { chooseFiles, readListing, WEIGHTS } from '../../src/core/hubListing.ts';

const small = (rfilename: string) => ({ rfilename, size: 10, blobId: 'c'.repeat(40) });
const large = (rfilename: string, size = 3_000) => ({
  rfilename,
  size,
  blobId: 'a'.repeat(40),
  lfs: { sha256: 'b'.repeat(64), size, pointerSize: 134 },
});
const sha = '0123456789abcdef0123456789abcdef01234567';
const listingOf = (...siblings: readonly object[]) =>
  readListing({ id: 'owner/tiny', sha, gated: false, tags: ['onnx'], siblings });

const usual = listingOf(
  ...['README.md', '.gitattributes', 'config.json', 'generation_config.json', 'special_tokens_map.json'].map(
    small,
  ),
  ...['1_Pooling/config.json', 'modules.json', 'tokenizer.json', 'tokenizer_config.json', 'vocab.txt'].map(
    small,
  ),
  ...['model.safetensors', 'onnx/model.onnx', 'onnx/model.onnx_data', 'onnx/model.onnx_data_1'].map((path) =>
    large(path),
  ),
  ...[
    'onnx/model_quantized.onnx',
    'onnx/model_q4.onnx',
    'onnx/model_q4f16.onnx',
    'onnx/model_q4f16.onnx_data',
  ].map((path) => large(path)),
  large('onnx/model.onnx_data_old'),
);

const common = [
  ...['config.json', 'tokenizer.json', 'tokenizer_config.json', 'special_tokens_map.json'],
  ...['generation_config.json', 'modules.json', '1_Pooling/config.json'],
];

test.each([
  ['fp32', ['onnx/model.onnx', 'onnx/model.onnx_data', 'onnx/model.onnx_data_1']],
  ['q8', ['onnx/model_quantized.onnx']],
  ['q4', ['onnx/model_q4.onnx']],
  ['q4f16', ['onnx/model_q4f16.onnx', 'onnx/model_q4f16.onnx_data']],
] as const)('a model with weights %s needs its own and the small files', (weights, own) => {
  const files = chooseFiles(usual, weights);
  if (typeof files === 'string') throw new Error(files);
  expect(files.map(({ path }) => path)).toEqual([...common, ...own]);
});

test('weights that are not there are told with those that are', () => {
  expect(chooseFiles(usual, 'fp16')).toBe(
    'it has no onnx/model_fp16.onnx; of such files it has fp32, q8, q4, q4f16',
  );
});

test('a repository without files for a browser says so', () => {
  const files = ['config.json', 'tokenizer.json'].map(small);
  for (const weights of WEIGHTS) {
    expect(chooseFiles(listingOf(...files, large('model.safetensors')), weights)).toMatch(
      /none for use in a browser/,
    );
  }
  expect(chooseFiles(listingOf(large('onnx/model.onnx')), 'fp32')).toBe(
    'it has no config.json and no tokenizer.json',
  );
});

test('large files have the SHA-256 of their bytes, small ones the name git gives them', () => {
  expect(listingOf(small('a.json'), large('b.onnx', 7)).files).toEqual([
    { path: 'a.json', bytes: 10, digest: { kind: 'git', hex: 'c'.repeat(40) } },
    { path: 'b.onnx', bytes: 7, digest: { kind: 'sha256', hex: 'b'.repeat(64) } },
  ]);
});

test('paths that no model has and files no browser could hold are not among the files', () => {
  const files = listingOf(small('.gitattributes'), small('a b.json'), large('huge.onnx', 5e9)).files;
  expect(files).toEqual([]);
});

test('a repository that asks for a licence is told from one that does not', () => {
  const gatedBy = (gated: unknown) => readListing({ sha, siblings: [], gated }).isGated;
  expect(['auto', 'manual', true, false, undefined].map(gatedBy)).toEqual([true, true, true, false, false]);
});
