import { expect, test, vi } from 'vitest';
import type { GeneratorClient } from '../../src/state/workerClients.ts';
import { PalateError } from '../../src/core/palateError.ts';
import { Writers } from '../../src/state/writers.svelte.ts';
import type { WriterChoice } from '../../src/core/writerChoice.ts';
import { tinyWriter, writeRequest } from '../helpers/tinyModels/tinyWriter.ts';
import { mapStore, writerDependencies } from './openApp.ts';
import { SilentGenerator } from './simpleWorkers.ts';

const choice: WriterChoice = { kind: 'model', model: tinyWriter, device: 'wasm' };

const { model: _model, device: _device, ...request } = writeRequest();

test('nobody writes until somebody was chosen, who is remembered on the device', () => {
  const settings = mapStore();
  const writers = new Writers(writerDependencies(settings));
  expect([writers.choice, writers.source]).toEqual([undefined, undefined]);
  writers.use(choice);
  expect(writers.source?.name).toBe('Tiny writer');
  expect(new Writers(writerDependencies(settings)).choice).toEqual(choice);
  writers.use(undefined);
  expect(new Writers(writerDependencies(settings)).choice).toBeUndefined();
});

test.each([
  '{',
  '"model"',
  '{"kind":"mind reader"}',
  JSON.stringify({ ...choice, device: 'abacus' }),
  JSON.stringify({ ...choice, model: { ...choice.model, contextTokens: -1 } }),
  JSON.stringify({ ...choice, extra: 1 }),
])('a choice that this app cannot read is none: %s', (json) => {
  const settings = mapStore(new Map([['palate.writer', json]]));
  expect(new Writers(writerDependencies(settings)).choice).toBeUndefined();
});

test('a model gets what is asked for, and a worker that it broke is ended', async () => {
  const generator: GeneratorClient = new SilentGenerator();
  const writers = new Writers({ ...writerDependencies(), generator });
  writers.use(choice);
  const generate = vi.spyOn(generator, 'generate').mockResolvedValueOnce([]);
  const end = vi.spyOn(generator, 'end');
  const tell = () => undefined;
  await writers.source!.generate(request, tell);
  expect(generate).toHaveBeenCalledWith({ ...request, model: choice.model, device: 'wasm' }, tell);
  for (const [code, times] of [
    ['cancelled', 0],
    ['model-failed', 1],
  ] as const) {
    generate.mockRejectedValueOnce(new PalateError(code, 'It ended.'));
    await expect(writers.source!.generate(request, tell)).rejects.toMatchObject({ code });
    expect(end).toHaveBeenCalledTimes(times);
  }
});

test('a model of a server writes once it is connected to, and belongs to the address it was chosen at', async () => {
  const settings = mapStore();
  const server = { kind: 'server', address: 'http://127.0.0.1:1234', model: 'seven' } as const;
  new Writers(writerDependencies(settings)).use(server);
  const asked: unknown[] = [];
  const localServer = {
    models: (address: string) => Promise.resolve([address]),
    generate: (given: unknown) => Promise.resolve(void asked.push(given) as never),
    cancel: () => Promise.resolve(),
  };
  const writers = new Writers({ ...writerDependencies(settings), localServer });
  const tell = () => undefined;
  await expect(writers.source!.generate(request, tell)).rejects.toThrow('Connect to it first.');
  expect(asked).toEqual([]);
  await writers.server.connect(server.address);
  await writers.source!.generate(request, tell);
  expect(asked).toEqual([{ ...request, address: server.address, model: 'seven' }]);
  await writers.server.connect('http://localhost:9');
  expect(writers.source).toBeUndefined();
});

test('the browser’s own model is the one that writes where it was chosen', () => {
  const writers = new Writers(writerDependencies());
  writers.use({ kind: 'browser' });
  expect(writers.source?.name).toBe('the browser’s own model');
});
