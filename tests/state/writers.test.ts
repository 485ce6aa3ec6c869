import { expect, test, vi } from 'vitest';
import type { GeneratorClient } from '../../src/state/workerClients.ts';
import { PalateError } from '../../src/core/palateError.ts';
import { Writers } from '../../src/state/writers.svelte.ts';
import type { WriterChoice } from '../../src/core/writerChoice.ts';
import { tinyWriter, writeRequest } from '../helpers/tinyModels/tinyWriter.ts';
import { mapStore } from './openApp.ts';
import { SilentGenerator } from './simpleWorkers.ts';

const choice: WriterChoice = { kind: 'model', model: tinyWriter, device: 'wasm' };

const { model: _model, device: _device, ...request } = writeRequest();

test('nobody writes until somebody was chosen, who is remembered on the device', () => {
  const settings = mapStore();
  const writers = new Writers(new SilentGenerator(), settings);
  expect([writers.choice, writers.source]).toEqual([undefined, undefined]);
  writers.use(choice);
  expect(writers.source?.name).toBe('Tiny writer');
  expect(new Writers(new SilentGenerator(), settings).choice).toEqual(choice);
  writers.use(undefined);
  expect(new Writers(new SilentGenerator(), settings).choice).toBeUndefined();
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
  expect(new Writers(new SilentGenerator(), settings).choice).toBeUndefined();
});

test('a model gets what is asked for, and a worker that it broke is ended', async () => {
  const generator: GeneratorClient = new SilentGenerator();
  const writers = new Writers(generator, mapStore());
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
