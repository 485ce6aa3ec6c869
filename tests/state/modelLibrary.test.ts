/** Which models are here, one coming in at a time, and what the page is told of it. */
import { beforeEach, describe, expect, test } from 'vitest';
import { SENTENCE_MODELS } from '../../src/core/modelCatalogue.ts';
import { PalateError } from '../../src/core/palateError.ts';
import { modelId } from '../../src/core/sentenceModel.ts';
import { FINDING, ModelLibrary } from '../../src/state/modelLibrary.svelte.ts';
import { FakeDownload } from './fakeDownload.ts';

const [known] = SENTENCE_MODELS;
const unsized = SENTENCE_MODELS.find(({ manifest }) => !manifest)!;
const manifest = known.manifest!;

let hub: FakeDownload;
let library: ModelLibrary;

beforeEach(() => {
  hub = new FakeDownload();
  library = new ModelLibrary(hub, hub);
});

test('a model that is fetched is there, with its size, until it is deleted', async () => {
  await library.look();
  expect(library.isKept(manifest.id)).toBe(false);
  await library.download(manifest);
  await new Promise((resolve) => setTimeout(resolve));
  expect(library.status).toEqual({ kind: 'done', id: manifest.id });
  expect(library.isKept(manifest.id)).toBe(true);
  expect(library.bytesOf(manifest.id)).toBeGreaterThan(20e6);
  await library.forget(manifest.id);
  expect(library.isKept(manifest.id)).toBe(false);
});

test('while it comes in, the page is told how much there is', async () => {
  let seen;
  hub.onHalf = () => (seen = library.status);
  const running = library.download(manifest);
  expect(library.isBusy).toBe(true);
  await running;
  const half = hub.kept[0].bytes / 2;
  expect(seen).toMatchObject({ kind: 'downloading', progress: { done: half, total: 2 * half } });
});

test('a second is not begun while one comes in', async () => {
  const running = library.download(manifest);
  await library.download(SENTENCE_MODELS[1].manifest!);
  await running;
  expect(hub.kept.map((one) => one.manifest.id)).toEqual([manifest.id]);
});

test('one that is cancelled is there in part, and one that fails says why', async () => {
  hub.onHalf = () => void library.cancel();
  await library.download(manifest);
  expect(library.status).toEqual({ kind: 'cancelled', id: manifest.id });
  expect(library.isKept(manifest.id)).toBe(false);
  expect(library.bytesOf(manifest.id)).toBeGreaterThan(10e6);
  hub.onHalf = () => undefined;
  hub.failure = new PalateError('download-failed', 'The file is a web page.');
  await library.download(manifest);
  expect(library.status).toEqual({ kind: 'failed', id: manifest.id, message: 'The file is a web page.' });
});

test('of a model whose sizes are not known the hub is asked at its commit, and nothing is fetched', async () => {
  expect(library.manifestOf(unsized)).toBeUndefined();
  await library.ask(unsized);
  const { source, commit, weights } = unsized.model;
  expect(hub.asked).toEqual([`${source} ${commit} ${weights}`]);
  expect(library.manifestOf(unsized)!.id).toBe(modelId(unsized.model));
  expect(hub.kept).toEqual([]);
});

test('a repository that is named is found, fetched, and described from its own files', async () => {
  await library.find(' palate/tiny ', '', 'fp32');
  expect(hub.asked).toEqual(['palate/tiny main fp32']);
  expect(library.found!.id).toBe('palate/tiny@0123456789ab/fp32');
  await library.download(library.found!);
  expect(library.found).toBeUndefined();
  expect(library.others).toMatchObject([
    { model: { name: 'palate/tiny', weights: 'fp32', dimension: 32, maxTokens: 128 } },
  ]);
});

test('one that cannot be found says why, where it was asked for', async () => {
  hub.failure = new PalateError('download-failed', 'There is no repository palate/none.');
  await library.find('palate/none', 'main', 'q8');
  expect(library.status).toEqual({
    kind: 'failed',
    id: FINDING,
    message: 'There is no repository palate/none.',
  });
});

describe('a folder', () => {
  const pick = (paths: readonly string[], lastModified = 1) =>
    paths.map((path) => ({ path, file: new File(['x'], path, { lastModified }) }));
  const PATHS = [
    'config.json',
    'tokenizer.json',
    'onnx/model.onnx',
    'onnx/model_quantized.onnx',
    'notes.txt',
  ];

  test('gives the files of the weights that were chosen, and is a model of its own when they change', async () => {
    await library.addFolder('mine', pick(PATHS), 'q8');
    await library.addFolder('mine', pick(PATHS, 2), 'q8');
    const [first, second] = hub.asked;
    expect(first).toMatch(/^mine@[0-9a-f]{12}\/q8: config.json tokenizer.json onnx\/model_quantized.onnx$/);
    expect(second).not.toBe(first);
    expect(library.others).toMatchObject([
      { model: { name: 'mine', weights: 'q8' } },
      { model: { name: 'mine', weights: 'q8' } },
    ]);
  });

  test('without what a model needs is refused by its name', async () => {
    await library.addFolder('mine', pick(['config.json']), 'q8');
    expect(library.status).toMatchObject({
      kind: 'failed',
      id: FINDING,
      message: 'mine is not taken: it has no tokenizer.json.',
    });
    expect(hub.asked).toEqual([]);
  });
});
