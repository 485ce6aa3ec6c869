/** The generator worker of the built app, with a model that lies on this device, under the app's own policy. */
import { expect, test, type Page } from '@playwright/test';
import { languageModelId, type GenerationProgress } from '../../src/core/languageModel.ts';
import type { GenerateRequest } from '../../workers/generatorApi.ts';
import { tinyLanguageModel } from '../helpers/tinyModels/tinyLanguageModel.ts';
import { tinyWriter, writeRequest } from '../helpers/tinyModels/tinyWriter.ts';
import { openApp, startWorker, type InPage } from './builtWorker.ts';

const MODEL_ID = languageModelId(tinyWriter, 'wasm')!;

async function keepModel(page: Page): Promise<void> {
  await startWorker(page, 'modelDownload');
  const files = [...tinyLanguageModel()].map(([path, bytes]) => [path, [...bytes]] as const);
  await page.evaluate(
    async ([id, folder]) => {
      const picked = folder.map(([path, bytes]) => ({ path, file: new Blob([Uint8Array.from(bytes)]) }));
      await (globalThis as unknown as InPage).call('addFolder', id, picked, () => undefined);
    },
    [MODEL_ID, files] as const,
  );
}

const write = (page: Page, change: Partial<GenerateRequest> = {}) =>
  page.evaluate(async (request) => {
    const told: GenerationProgress[] = [];
    const tell = (progress: GenerationProgress) => void told.push(progress);
    const { call } = globalThis as unknown as InPage;
    const candidates = (await call('generate', request, tell)) as { text: string }[];
    return { texts: candidates.map(({ text }) => text), ends: told.filter(({ end }) => end).length };
  }, writeRequest(change));

test('eight candidates, the same on the processor and on the graphics device, and nothing is asked of any host', async ({
  page,
}) => {
  const asked: string[] = [];
  page.on('request', (request) => asked.push(new URL(request.url()).origin));
  await openApp(page);
  await keepModel(page);
  await startWorker(page, 'generator');
  const { texts, ends } = await write(page);
  expect(new Set(texts).size).toBe(8);
  expect(ends).toBe(8);
  await startWorker(page, 'generator');
  expect((await write(page, { device: 'webgpu' })).texts).toEqual(texts);
  expect(new Set(asked)).toEqual(new Set([new URL(page.url()).origin]));
});

test('a model that is not on this device, or no longer what it was, is told by name', async ({ page }) => {
  await openApp(page);
  await startWorker(page, 'generator');
  await expect(write(page)).rejects.toThrow(
    `The model ${MODEL_ID} cannot be used: it is not on this device.`,
  );
  await keepModel(page);
  await page.evaluate(async () => {
    const root = await navigator.storage.getDirectory();
    const models = await root.getDirectoryHandle('models');
    for await (const folder of models.values()) {
      const files: FileSystemFileHandle[] = [];
      for await (const file of (folder as FileSystemDirectoryHandle).values()) {
        if (file.kind === 'file') files.push(file);
      }
      const sizes = await Promise.all(files.map(async (file) => (await file.getFile()).size));
      const largest = files[sizes.indexOf(Math.max(...sizes))];
      const writable = await largest.createWritable({ keepExistingData: true });
      await writable.write({ type: 'write', position: 1_000, data: new Uint8Array([1, 2, 3]) });
      await writable.close();
    }
  });
  await startWorker(page, 'generator');
  await expect(write(page)).rejects.toThrow('its file onnx/model.onnx is no longer what was checked');
});
