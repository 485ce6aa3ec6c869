/** Manifests: what passes as one, and what is refused before a file system or the hub sees it. */
import { describe, expect, test } from 'vitest';
import {
  isModelPath,
  isRepository,
  MAX_MODEL_FILES,
  readManifest,
  totalBytes,
} from '../../src/core/modelManifest.ts';

const file = {
  path: 'onnx/model.onnx',
  bytes: 5,
  digest: { kind: 'sha256', hex: 'a'.repeat(64) },
} as const;
const manifest = { id: 'tiny', repository: 'owner/tiny', commit: 'c'.repeat(40), files: [file] };

test('a manifest is read as it is', () => {
  const git = { path: 'config.json', bytes: 0, digest: { kind: 'git', hex: 'b'.repeat(40) } };
  const two = { ...manifest, files: [file, git] };
  expect(readManifest(two)).toBe(two);
  expect(totalBytes(readManifest(two))).toBe(5);
  expect(readManifest({ id: 'of a folder', files: [] }).repository).toBeUndefined();
});

const withFile = (changes: object) => ({ ...manifest, files: [{ ...file, ...changes }] });
const many = (count: number) => ({
  ...manifest,
  files: Array.from({ length: count }, (_, index) => ({ ...file, path: `${index}.json` })),
});

test.each([
  [undefined, '`model` is missing or no object'],
  [{ ...manifest, id: '' }, '`model.id` is no name for a model'],
  [{ ...manifest, id: '..' }, '`model.id` is no name for a model'],
  [{ ...manifest, id: 'x'.repeat(201) }, '`model.id` is no name for a model'],
  [{ ...manifest, repository: 'tiny' }, '`model.repository` is no repository'],
  [{ ...manifest, repository: 'owner/../api' }, '`model.repository` is no repository'],
  [{ ...manifest, commit: 'main' }, '`model.commit` is not 40 hexadecimal digits'],
  [{ ...manifest, commit: 'C'.repeat(40) }, '`model.commit` is not 40 hexadecimal digits'],
  [{ ...manifest, other: 1 }, '`model.other` is a field that nobody knows'],
  [{ ...manifest, files: [file, file] }, '`model.files` names a file twice'],
  [many(MAX_MODEL_FILES + 1), '`model.files` has more than 64 entries'],
  [withFile({ path: '../config.json' }), '`model.files[0].path` is no path within a model'],
  [withFile({ path: undefined }), '`model.files[0].path` is no path within a model'],
  [withFile({ bytes: -1 }), '`model.files[0].bytes` is not an integer from 0 to 4294967296'],
  [withFile({ bytes: 4 * 1024 ** 3 + 1 }), '`model.files[0].bytes` is not an integer'],
  [withFile({ digest: { kind: 'md5', hex: 'a' } }), '`model.files[0].digest.kind` is none of sha256, git'],
  [withFile({ digest: { kind: 'git', hex: 'a'.repeat(64) } }), '`model.files[0].digest.hex` is not 40'],
  [withFile({ digest: { kind: 'sha256', hex: '/'.repeat(64) } }), '`model.files[0].digest.hex` is not 64'],
])('what is no manifest is refused by the place: %#', (value, says) => {
  expect(() => readManifest(value)).toThrow(says);
});

test('the largest that may be passes', () => {
  expect(readManifest(many(MAX_MODEL_FILES)).files).toHaveLength(64);
  expect(readManifest(withFile({ bytes: 4 * 1024 ** 3 })).files).toHaveLength(1);
});

describe('paths within a model', () => {
  test.each(['config.json', 'onnx/model_q4f16.onnx_data', '1_Pooling/config.json', 'a/b/c/d.json'])(
    '%s is one',
    (path) => expect(isModelPath(path)).toBe(true),
  );
  test.each([
    ...[
      '',
      '/config.json',
      '../config.json',
      'a/../b',
      'a//b',
      'a/',
      '.git/config',
      'a\\b',
      'a?b',
      'a%2e',
      'é',
    ],
    ...['a/b/c/d/e.json', 'x'.repeat(201), 'a\n'],
  ])('%j is none', (path) => expect(isModelPath(path)).toBe(false));
});

test.each([
  ['owner/name', true],
  ['HuggingFaceTB/SmolLM2-135M-Instruct', true],
  ['owner/name.with_all-9', true],
  ['name', false],
  ['owner/name/more', false],
  ['../name', false],
  ['owner/.name', false],
  ['owner/na me', false],
  ['owner/name?x', false],
])('%s is a name of a repository: %s', (name, is) => {
  expect(isRepository(name)).toBe(is);
});
