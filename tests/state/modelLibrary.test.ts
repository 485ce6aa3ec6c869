/** Which models are here, one coming in at a time, and what the page is told of it. */
import { beforeEach, describe, expect, test } from 'vitest';
import { LANGUAGE_MODELS } from '../../src/core/languageCatalogue.ts';
import { languageModelId } from '../../src/core/languageModel.ts';
import { SENTENCE_MODELS } from '../../src/core/modelCatalogue.ts';
import { PalateError } from '../../src/core/palateError.ts';
import { modelId, type ModelDevice } from '../../src/core/sentenceModel.ts';
import { LanguageLibrary } from '../../src/state/languageLibrary.ts';
import { ModelDownloads } from '../../src/state/modelDownloads.svelte.ts';
import { SentenceLibrary } from '../../src/state/sentenceLibrary.svelte.ts';
import { FakeDownload } from './fakeDownload.ts';

const [known] = SENTENCE_MODELS;
const unsized = SENTENCE_MODELS.find(({ manifest }) => !manifest)!;
const manifest = known.manifest!;
const languageManifest = LANGUAGE_MODELS[0].manifests.wasm!;

let hub: FakeDownload;
let library: SentenceLibrary;
let writers: LanguageLibrary;
let inspected: string[];
/** How often the worker that writes was ended. */
let ended: number;

beforeEach(() => {
  hub = new FakeDownload();
  inspected = [];
  ended = 0;
  const inspector = <Facts>(kind: string, facts: Facts) => ({
    inspect: (id: string) => {
      inspected.push(`${kind}: ${id}`);
      return Promise.resolve(facts);
    },
    end: () => void ended++,
  });
  const downloads = new ModelDownloads(hub);
  library = new SentenceLibrary(
    downloads,
    inspector('sentence', { dimension: 32, pooling: 'mean', maxTokens: 128 }),
  );
  writers = new LanguageLibrary(downloads, inspector('language', { contextTokens: 512, stopIds: [] }));
});

test('a model that is fetched is there, with its size, until it is deleted', async () => {
  await library.look();
  expect(library.isKept(manifest.id)).toBe(false);
  await library.download(manifest);
  await new Promise((resolve) => setTimeout(resolve));
  expect(library.statusOf(manifest.id)).toEqual({ kind: 'done', id: manifest.id });
  expect(library.isKept(manifest.id)).toBe(true);
  expect(library.bytesOf(manifest.id)).toBeGreaterThan(20e6);
  await library.forget(manifest.id);
  expect(library.isKept(manifest.id)).toBe(false);
});

test('while it comes in, the page is told how much there is', async () => {
  let seen;
  hub.onHalf = () => (seen = library.statusOf(manifest.id));
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
  expect(library.statusOf(manifest.id)).toMatchObject({ kind: 'cancelled' });
  expect(library.isKept(manifest.id)).toBe(false);
  expect(library.bytesOf(manifest.id)).toBeGreaterThan(10e6);
  hub.onHalf = () => undefined;
  hub.failure = new PalateError('download-failed', 'The file is a web page.');
  await library.download(manifest);
  expect(library.statusOf(manifest.id)).toMatchObject({
    kind: 'failed',
    message: 'The file is a web page.',
  });
});

test('of a model whose sizes are not known the hub is asked at its commit, and nothing is fetched', async () => {
  expect(library.manifestOf(unsized.model)).toBeUndefined();
  await library.ask(unsized.model);
  const { source, commit, weights } = unsized.model;
  expect(hub.asked).toEqual([`${source} ${commit} ${weights}`]);
  expect(library.manifestOf(unsized.model)!.id).toBe(modelId(unsized.model));
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
  expect(library.statusOf(library.finding)).toMatchObject({
    kind: 'failed',
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
    expect(library.statusOf(library.finding)).toMatchObject({
      kind: 'failed',
      message: 'mine is not taken: it has no tokenizer.json.',
    });
    expect(hub.asked).toEqual([]);
  });
});

describe('the two kinds', () => {
  const pick = (paths: readonly string[]) => paths.map((path) => ({ path, file: new File(['x'], path) }));

  test('are on one shelf, and neither is shown or read as the other', async () => {
    await library.find('palate/tiny', '', 'fp32');
    await library.download(library.found!);
    await writers.find('palate/tiny', '', 'fp32');
    await writers.download(writers.found!);
    await Promise.all([library.look(), writers.look()]);
    expect(library.others.map(({ id }) => id)).toEqual(['palate/tiny@0123456789ab/fp32']);
    expect(writers.others.map(({ id }) => id)).toEqual(['palate/tiny@0123456789ab/fp32/writes']);
    expect(inspected).toEqual([
      'sentence: palate/tiny@0123456789ab/fp32',
      'language: palate/tiny@0123456789ab/fp32/writes',
    ]);
    await writers.forget(writers.others[0].id);
    expect([library.others.length, writers.others.length]).toEqual([1, 0]);
  });

  test('come in one at a time, and what one of them met is not told of the other', async () => {
    const running = writers.download(languageManifest);
    expect([library.isBusy, library.isBusyElsewhere, writers.isBusyElsewhere]).toEqual([true, true, false]);
    await library.download(manifest);
    await running;
    expect(hub.kept.map((one) => one.manifest.id)).toEqual([languageManifest.id]);
    await writers.look();
    expect(writers.others).toEqual([]);
    hub.failure = new PalateError('download-failed', 'There is no repository palate/none.');
    await writers.find('palate/none', 'main', 'q8');
    expect(writers.statusOf(writers.finding)?.kind).toBe('failed');
    expect(library.statusOf(library.finding)).toBeUndefined();
  });

  test.each([
    ['q8', { wasm: 'q8' }],
    ['q4', { wasm: 'q4', webgpu: 'q4' }],
  ] as const)(
    'a folder of a language model with %s weights is used where those run',
    async (kind, weights) => {
      const onnx = { q8: 'onnx/model_quantized.onnx', q4: 'onnx/model_q4.onnx' }[kind];
      await writers.addFolder('mine', pick(['config.json', 'tokenizer.json', onnx]), kind);
      const [{ id, model }] = writers.others;
      expect(model).toMatchObject({ name: 'mine', weights, contextTokens: 512, stopIds: [] });
      for (const device of Object.keys(weights)) {
        expect(languageModelId(model!, device as ModelDevice)).toBe(id);
      }
    },
  );

  test('a model that writes nothing is shown with what it is', async () => {
    const problem = 'It is a BertModel.';
    const inspect = () => Promise.reject(new PalateError('bad-file', problem));
    const broken = { inspect, end: () => undefined };
    const others = new LanguageLibrary(new ModelDownloads(hub), broken);
    await others.addFolder('mine', pick(['config.json', 'tokenizer.json', 'onnx/model.onnx']), 'fp32');
    expect(others.others).toMatchObject([{ problem }]);
  });
});

test('a language model that is deleted is no longer held open by the worker that writes', async () => {
  await writers.download(languageManifest);
  expect(ended).toBe(0);
  await writers.forget(languageManifest.id);
  expect(writers.isKept(languageManifest.id)).toBe(false);
  expect(ended).toBe(1);
});
