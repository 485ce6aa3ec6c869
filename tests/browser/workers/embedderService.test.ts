/** The tiny encoder in the runtime that the app ships, on the processor and on WebGPU. */
import asyncifyMjs from 'onnxruntime-web/ort-wasm-simd-threaded.asyncify.mjs?url';
import asyncifyWasm from 'onnxruntime-web/ort-wasm-simd-threaded.asyncify.wasm?url';
import { beforeAll, expect, test } from 'vitest';
import { cosine } from '../../../src/core/vectorTest.ts';
import { useRuntime } from '../../../src/encoder/transformers.ts';
import { EmbedderService } from '../../../workers/embedderService.ts';
import type { ModelDevice } from '../../../src/core/sentenceModel.ts';
import { tinyChoice } from '../../helpers/tinyModels/tinyChoice.ts';
import { tinyEncoder } from '../../helpers/tinyModels/tinyEncoder.ts';
import nodeVectors from '../../helpers/tinyModels/nodeVectors.json' with { type: 'json' };

const { dimension } = tinyChoice.model;
const TEXTS = nodeVectors.texts;

beforeAll(() => useRuntime({ mjs: asyncifyMjs, wasm: asyncifyWasm }, 1));

function openService() {
  const files = new Map([...tinyEncoder()].map(([path, bytes]) => [path, new Blob([bytes])]));
  return new EmbedderService(() => Promise.resolve(files));
}

test.each<ModelDevice>(['wasm', 'webgpu'])('the vectors of %s are those of Node', async (device) => {
  const service = openService();
  const progress: number[] = [];
  const { data, tokens, read } = await service.embed(
    { choice: tinyChoice, device, texts: TEXTS },
    ({ done }) => progress.push(done),
  );
  const expected = Float32Array.from(nodeVectors.data);
  for (const row of TEXTS.keys()) expect(cosine(data, expected, row, dimension)).toBeGreaterThan(0.9999);
  expect(Array.from(tokens)).toEqual(nodeVectors.tokens);
  expect(Array.from(read)).toEqual(nodeVectors.read);
  expect(progress.at(-1)).toBe(TEXTS.length);
});

test('a cancel ends an encoding between two batches', async () => {
  const service = openService();
  const texts = Array.from({ length: 400 }, (_, index) => `${'a long answer '.repeat(20)}${index}`);
  const seen: number[] = [];
  const running = service.embed({ choice: tinyChoice, device: 'wasm', texts }, ({ done }) => {
    seen.push(done);
    void service.cancel();
  });
  await expect(running).rejects.toMatchObject({ code: 'cancelled' });
  expect(seen).toHaveLength(1);
  const after = await service.embed({ choice: tinyChoice, device: 'wasm', texts: ['yes'] }, () => undefined);
  expect(after.tokens).toHaveLength(1);
});

test('calls that overlap are answered one after the other', async () => {
  const service = openService();
  const calls = [0, 1, 2].map((index) =>
    service.embed({ choice: tinyChoice, device: 'webgpu', texts: [`text ${index}`, 'yes'] }, () => undefined),
  );
  const vectors = await Promise.all(calls);
  const last = vectors.map(({ data }) => Array.from(data.subarray(dimension)));
  expect(last[1]).toEqual(last[0]);
  expect(last[2]).toEqual(last[0]);
});

test('a model that is damaged is told as such', async () => {
  const files = new Map([...tinyEncoder()].map(([path, bytes]) => [path, new Blob([bytes])]));
  files.set('onnx/model.onnx', new Blob([new Uint8Array(1_000)]));
  const service = new EmbedderService(() => Promise.resolve(files));
  await expect(
    service.embed({ choice: tinyChoice, device: 'wasm', texts: ['a'] }, () => undefined),
  ).rejects.toMatchObject({ code: 'model-failed' });
});
