/** Downloads onto the browser's own file system, by workers that can be ended and that hold real locks. */
import { proxy, wrap, type Remote } from 'comlink';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { DownloadProgress } from '../../../workers/modelDownloadApi.ts';
import { BAD_DOWNLOADS } from '../../helpers/memoryHub.ts';
import type { HubWorker } from '../../helpers/memoryHub.worker.ts';
import { manifestFor, modelOf } from '../../helpers/modelSamples.ts';

const WEIGHTS_PATH = 'onnx/model.onnx';
const small = manifestFor(modelOf(20_000));

const workers: Worker[] = [];

async function openTab(weightsBytes = 20_000): Promise<{ tab: Remote<HubWorker>; worker: Worker }> {
  const worker = new Worker(new URL('../../helpers/memoryHub.worker.ts', import.meta.url), {
    type: 'module',
  });
  workers.push(worker);
  const tab = wrap<HubWorker>(worker);
  await tab.serve(weightsBytes);
  return { tab, worker };
}

beforeEach(async () => {
  const root = await navigator.storage.getDirectory();
  await root.removeEntry('models', { recursive: true }).catch(() => undefined);
});
afterEach(async () => {
  for (const worker of workers.splice(0)) worker.terminate();
  // A handle that was not closed is given free a moment after its worker ends.
  await new Promise((resolve) => setTimeout(resolve, 100));
});

/** A callback to pass to a worker, and the first progress over so many bytes. */
function reaching(bytes: number): { onProgress: (told: DownloadProgress) => void; reached: Promise<void> } {
  let reach: () => void;
  const reached = new Promise<void>((resolve) => (reach = resolve));
  return { onProgress: proxy(({ done }) => done >= bytes && reach()), reached };
}

const nobody = proxy(() => undefined);

async function expectWhole(tab: Remote<HubWorker>, manifest = small): Promise<void> {
  expect(await tab.verify(manifest.id)).toEqual(['config.json', WEIGHTS_PATH]);
}

describe.each(BAD_DOWNLOADS)('$kind', ({ kind, says }) => {
  test('is refused, and the next try heals', async () => {
    const { tab } = await openTab();
    await tab.spoil(kind);
    await expect(tab.download(small, nobody)).rejects.toMatchObject({
      name: 'PalateError download-failed',
      message: expect.stringMatching(says) as string,
    });
    await expect(tab.verify(small.id)).rejects.toMatchObject({ name: 'PalateError model-missing' });
    await tab.spoil('');
    await tab.download(small, nobody);
    await expectWhole(tab);
  });
});

test('a worker that is ended in the middle leaves what came, and the next goes on from there', async () => {
  const length = 3_000_000;
  const manifest = manifestFor(modelOf(length));
  const { tab, worker } = await openTab(length);
  await tab.stall(2_000_000);
  void tab.download(manifest, nobody);
  const { tab: other } = await openTab();
  await expect.poll(async () => (await other.list())[0]?.bytes).toBeGreaterThan(2_000_000);
  const next = await openTab(length);
  worker.terminate();
  await next.tab.download(manifest, nobody);
  const [{ path, from }, ...others] = await next.tab.requests();
  expect({ path, from, others }).toEqual({ path: WEIGHTS_PATH, from: 2_000_000, others: [] });
  await expectWhole(next.tab, manifest);
});

test('two tabs fetch a model once, and a third that waits can be cancelled', async () => {
  const [first, second, third] = [await openTab(), await openTab(), await openTab()];
  await first.tab.stall(10_000);
  const waits = first.tab.download(small, nobody);
  await expect.poll(() => first.tab.list()).toMatchObject([{ isWhole: false }]);
  const other = second.tab.download(small, nobody);
  const outcome = expect(third.tab.download(small, nobody)).rejects.toMatchObject({
    name: 'PalateError cancelled',
  });
  await expect(second.tab.forget(small.id)).rejects.toThrow(/Cancel that first/);
  await third.tab.cancel();
  await outcome;
  const ended = expect(waits).rejects.toMatchObject({ name: 'PalateError cancelled' });
  await first.tab.cancel();
  await ended;
  await other;
  await first.tab.spoil('');
  await first.tab.requests();
  await first.tab.download(small, nobody);
  expect(await first.tab.requests()).toEqual([]);
  await expectWhole(first.tab);
});

test('a large file comes in, can be cancelled while it does, and is read again on the way back', async () => {
  const length = 60_000_000;
  const manifest = manifestFor(modelOf(length));
  const { tab } = await openTab(length);
  const { onProgress, reached } = reaching(length / 4);
  const outcome = expect(tab.download(manifest, onProgress)).rejects.toMatchObject({
    name: 'PalateError cancelled',
  });
  await reached;
  const asked = performance.now();
  await tab.cancel();
  await outcome;
  const cancelled = performance.now();
  await tab.download(manifest, nobody);
  const done = performance.now();
  await tab.verify(manifest.id);
  const [, { from: start }, ...rest] = await tab.requests();
  expect(start).toBe(0);
  expect(rest).toMatchObject([{ path: WEIGHTS_PATH }]);
  expect(rest[0].from).toBeGreaterThan(0);
  const seconds = (from: number, to: number): string => ((to - from) / 1000).toFixed(2);
  console.log(
    `cancelled in ${seconds(asked, cancelled)} s at ${(rest[0].from / 1e6).toFixed(0)} of 60 MB; ` +
      `rest in ${seconds(cancelled, done)} s; verified in ${seconds(done, performance.now())} s`,
  );
});
