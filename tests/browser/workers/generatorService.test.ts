/** The tiny language model in the runtime that the app ships, on the processor and on WebGPU. */
import asyncifyMjs from 'onnxruntime-web/ort-wasm-simd-threaded.asyncify.mjs?url';
import asyncifyWasm from 'onnxruntime-web/ort-wasm-simd-threaded.asyncify.wasm?url';
import { afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { GenerationProgress } from '../../../src/core/languageModel.ts';
import type { ModelDevice } from '../../../src/core/sentenceModel.ts';
import { useRuntime } from '../../../src/encoder/transformers.ts';
import { WorkerClient } from '../../../src/state/workerClient.ts';
import { generatorOver } from '../../../src/state/workerClients.ts';
import type { GenerateRequest, GeneratorApi } from '../../../workers/generatorApi.ts';
import { GeneratorService } from '../../../workers/generatorService.ts';
import {
  tinyLanguageModel,
  type TinyLanguageModelOptions,
} from '../../helpers/tinyModels/tinyLanguageModel.ts';
import { writeRequest } from '../../helpers/tinyModels/tinyWriter.ts';

const DEVICES: readonly ModelDevice[] = ['wasm', 'webgpu'];

beforeAll(() => useRuntime({ mjs: asyncifyMjs, wasm: asyncifyWasm }, 1));

function openService(options?: TinyLanguageModelOptions) {
  const files = new Map([...tinyLanguageModel(options)].map(([path, bytes]) => [path, new Blob([bytes])]));
  return new GeneratorService(() => Promise.resolve(files));
}

const service = openService();

async function write(change: Partial<GenerateRequest> = {}, of: GeneratorApi = service) {
  const seen: GenerationProgress[] = [];
  const candidates = await of.generate(writeRequest(change), (progress) => seen.push(progress));
  return { candidates, seen, texts: candidates.map(({ text }) => text) };
}

describe('eight candidates', () => {
  test('are the same for the same seed, twice and on both devices', async () => {
    const { texts } = await write();
    expect(new Set(texts).size).toBe(8);
    expect((await write()).texts).toEqual(texts);
    for (const device of DEVICES) expect((await write({ device }, openService())).texts).toEqual(texts);
  });

  test('are others for another seed', async () => {
    const [{ texts }, other] = [await write(), await write({ seed: 11 })];
    for (const text of other.texts) expect(texts).not.toContain(text);
  });

  test('begin with those of a request for fewer', async () => {
    expect((await write({ count: 3 })).texts).toEqual((await write()).texts.slice(0, 3));
  });
});

describe.each(DEVICES)('on %s', (device) => {
  test('every token is told, and the end of each candidate before the next begins', async () => {
    const { candidates, seen } = await write({ device, count: 3 });
    for (const [place, { text, seed, tokens, end }] of candidates.entries()) {
      const told = seen.filter(({ candidate }) => candidate === place);
      expect(told.slice(0, -1).map((progress) => progress.tokens)).toEqual(
        Array.from({ length: tokens! }, (_, at) => at + 1),
      );
      expect(told.at(-1)).toMatchObject({ text, seed, tokens, end });
      expect(told.slice(0, -1).every((progress) => progress.end === undefined)).toBe(true);
    }
    expect(seen.map(({ candidate }) => candidate)).toEqual(
      seen.map(({ candidate }) => candidate).sort((one, other) => one - other),
    );
    for (const { tokensPerSecond } of seen) expect(tokensPerSecond).toBeGreaterThan(0);
  });

  test('a message that says cancel arrives within a token; what was finished stays told', async () => {
    const seen: GenerationProgress[] = [];
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => void service.cancel();
    let cancelledAt = Infinity;
    const running = service.generate(writeRequest({ device, maxNewTokens: 200 }), (progress) => {
      seen.push(progress);
      if (cancelledAt < Infinity || progress.candidate < 2 || progress.tokens! < 3) return;
      cancelledAt = seen.length;
      port2.postMessage('cancel');
    });
    await expect(running).rejects.toMatchObject({ code: 'cancelled' });
    port1.close();
    const after = seen.slice(cancelledAt);
    expect(after.filter(({ end }) => end === undefined).length).toBeLessThanOrEqual(1);
    expect(after.at(-1)).toMatchObject({ candidate: 2, end: 'cancelled' });
    const ended = seen.filter(({ end }) => end !== undefined && end !== 'cancelled');
    const whole = await write({ device, maxNewTokens: 200, count: 2 });
    expect(ended.map(({ text }) => text)).toEqual(whole.texts);
  });

  test.each([
    ['gives zeros', { outputScale: 0 }, 'to it every word is as likely as any other'],
    ['gives what is no number', { outputScale: NaN }, 'what it gives are not numbers'],
    ['does not read the prompt', { promptScale: 0 }, 'it answers different prompts alike'],
  ])('a model that %s is refused before it writes a word', async (_, options, problem) => {
    const seen: unknown[] = [];
    const broken = openService(options);
    const running = broken.generate(writeRequest({ device }), (progress) => seen.push(progress));
    const where = device === 'webgpu' ? 'the graphics device' : 'the processor';
    await expect(running).rejects.toMatchObject({
      code: 'model-failed',
      message: expect.stringContaining(
        `Tiny writer fails its test on ${where}: ${problem}. Use it`,
      ) as string,
    });
    expect(seen).toEqual([]);
  });

  test('calls that overlap are answered in turn', async () => {
    const order: number[] = [];
    const calls = [5, 6, 5].map((seed, call) =>
      service.generate(writeRequest({ device, seed, count: 2 }), () => order.push(call)),
    );
    const [first, other, again] = await Promise.all(calls);
    expect(again).toEqual(first);
    expect(other).not.toEqual(first);
    expect(order).toEqual([...order].sort());
  });
});

test('a cancel is for the calls that wait, and not for those that come later', async () => {
  const calls = [1, 2].map((seed) => service.generate(writeRequest({ seed }), () => undefined));
  await service.cancel();
  for (const { status } of await Promise.allSettled(calls)) expect(status).toBe('rejected');
  expect((await write({ count: 1 })).texts).toHaveLength(1);
});

test('a prompt that is too long is refused, and the model goes on', async () => {
  const messages = [{ role: 'user', content: 'x'.repeat(600) }] as const;
  await expect(write({ messages })).rejects.toMatchObject({ code: 'bad-prompt' });
  expect((await write({ count: 1 })).texts).toHaveLength(1);
});

test('its own settings say how far it reads', async () => {
  expect(await service.inspect('palate/tiny-writer')).toEqual({ contextTokens: 512, stopIds: [] });
});

test('a device for which the model has no weights is refused before anything is opened', async () => {
  const model = { ...writeRequest().model, weights: { wasm: 'fp32' } as const };
  await expect(write({ model, device: 'webgpu' })).rejects.toMatchObject({
    code: 'model-missing',
    message: 'Tiny writer cannot be run on webgpu, only on wasm.',
  });
});

describe('a worker', () => {
  const started: Worker[] = [];
  afterEach(() => started.splice(0).forEach((worker) => worker.terminate()));

  /** @param damaged the file that is not whole when the first worker opens it first */
  function openWorkers(damaged: string) {
    const create = () => {
      const worker = new Worker(new URL('../../helpers/tinyWriter.worker.ts', import.meta.url), {
        type: 'module',
        name: started.length === 0 ? damaged : '',
      });
      started.push(worker);
      return worker;
    };
    // On a crowded machine a token can take longer than a worker is usually given.
    return generatorOver(new WorkerClient<GeneratorApi>('generator', create, { cancelGraceMs: 10_000 }));
  }

  test('whose model was damaged says so, and is of no more use until it is ended', async () => {
    const generator = openWorkers('onnx/model.onnx');
    for (let time = 0; time < 2; time++) {
      await expect(write({}, generator)).rejects.toMatchObject({ name: 'PalateError model-failed' });
    }
    generator.end();
    expect((await write({}, generator)).texts).toEqual((await write()).texts);
    expect(started).toHaveLength(2);
  });

  test('that is cancelled keeps its model, and tells what it was at', async () => {
    const generator = openWorkers('');
    const seen: GenerationProgress[] = [];
    const running = generator.generate(writeRequest({ count: 100, maxNewTokens: 400 }), (progress) => {
      seen.push(progress);
      if (seen.length === 5) void generator.cancel();
    });
    await expect(running).rejects.toMatchObject({ message: 'Generation was cancelled.' });
    expect(seen.at(-1)!.end).toBe('cancelled');
    expect((await write({ count: 1 }, generator)).texts).toHaveLength(1);
    expect(started).toHaveLength(1);
  });
});
