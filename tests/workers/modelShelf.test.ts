/** Models on the shelf: what counts as whole, and what is found when it is looked at again. */
import { beforeEach, expect, test } from 'vitest';
import type { ModelManifest } from '../../src/core/modelManifest.ts';
import { ModelShelf } from '../../workers/modelShelf.ts';
import { MemoryFolder } from '../helpers/memoryFolder.ts';
import { madeUpBytes, manifestFor, type Contents } from '../helpers/modelSamples.ts';

const contents: Contents = { 'config.json': madeUpBytes(50, 1), 'onnx/model.onnx': madeUpBytes(300, 2) };
const manifest = manifestFor(contents, 'owner/tiny é');
const { id } = manifest;
const [config, weights] = manifest.files;

let folder: MemoryFolder;
let shelf: ModelShelf;

beforeEach(() => {
  folder = new MemoryFolder();
  shelf = new ModelShelf(folder.handle);
});

async function put(made: ModelManifest = manifest, upTo = made.files.length): Promise<void> {
  await shelf.begin(made);
  for (const file of made.files.slice(0, upTo)) {
    const handle = await shelf.write(made.id, file);
    handle.write(contents[file.path], { at: 0 });
    handle.close();
    await shelf.keep(made.id, file);
  }
}

async function spoil(name: string, change: (bytes: Uint8Array) => void): Promise<void> {
  (await (await folder.getDirectoryHandle(encodeURIComponent(id))).getFileHandle(name)).spoil(change);
}

test('a model is handed out as files by path', async () => {
  await put();
  const files = await shelf.open(id);
  expect([...files].map(([path, { size }]) => [path, size])).toEqual([
    ['config.json', 50],
    ['onnx/model.onnx', 300],
  ]);
});

test.each([
  ['that was never there', () => Promise.resolve(), /it is not on this device/],
  ['of which a file is not there', () => put(manifest, 1), /onnx\/model\.onnx is not whole/],
  [
    'of which a file is too short',
    async () => {
      await put();
      const handle = await shelf.write(id, weights);
      handle.truncate(299);
      handle.close();
    },
    /onnx\/model\.onnx is not whole/,
  ],
  [
    'of which a file was written to its end and not checked',
    async () => {
      await put(manifest, 1);
      const handle = await shelf.write(id, weights);
      handle.write(contents[weights.path], { at: 0 });
      handle.close();
    },
    /onnx\/model\.onnx is not whole/,
  ],
  [
    'whose manifest is torn',
    async () => {
      await put();
      await spoil('manifest.json', (bytes) => bytes.fill(0, 20));
    },
    /it is not on this device/,
  ],
])('a model %s is missing, and the sentence says what to do', async (_, prepare, says) => {
  await prepare();
  await expect(shelf.open(id)).rejects.toMatchObject({
    code: 'model-missing',
    message: expect.stringMatching(says),
  });
  await expect(shelf.open(id)).rejects.toThrow(/Download it again/);
});

test('a file that rotted on the disk is found, named and deleted, and the others stay', async () => {
  await put();
  await shelf.verify(id, 'onnx/model.onnx');
  await spoil(weights.digest.hex, (bytes) => (bytes[100] ^= 1));
  await expect(shelf.verify(id, 'onnx/model.onnx')).rejects.toThrow(
    'its file onnx/model.onnx is no longer what was checked when it came in, and was deleted',
  );
  expect(await shelf.isKept(id, weights)).toBe(false);
  expect((await shelf.begun(id, weights)).size).toBe(0);
  await shelf.verify(id, 'config.json');
  expect(await shelf.isKept(id, config)).toBe(true);
});

test('a file that no manifest names cannot be verified', async () => {
  await put();
  await expect(shelf.verify(id, 'other.json')).rejects.toMatchObject({ code: 'model-missing' });
});

test('a torn manifest costs no file once it is written again', async () => {
  await put();
  await spoil('manifest.json', (bytes) => bytes.fill(0, 20));
  expect(await shelf.list()).toMatchObject([{ manifest: { id, files: [] }, isWhole: false }]);
  await shelf.begin(manifest);
  expect((await shelf.open(id)).size).toBe(2);
});

test('models are listed with what they take up, and forgotten with all of it', async () => {
  await put();
  await put({ ...manifest, id: 'another' }, 1);
  const size = (made: ModelManifest): number => JSON.stringify(made).length;
  expect(await shelf.list()).toMatchObject([
    { manifest: { id: 'another' }, isWhole: false, bytes: 50 + size({ ...manifest, id: 'another' }) },
    { manifest, isWhole: true, bytes: 351 + size(manifest) },
  ]);
  await shelf.forget(id);
  await shelf.forget(id);
  expect((await shelf.list()).map((kept) => kept.manifest.id)).toEqual(['another']);
});
