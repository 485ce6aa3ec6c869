/** The section of language models, mounted in a browser over a hub and a shelf in memory. */
import { flushSync, mount, unmount } from 'svelte';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { page } from 'vitest/browser';
import { LANGUAGE_MODELS } from '../../../src/core/languageCatalogue.ts';
import type { LanguageModel } from '../../../src/core/languageModel.ts';
import { totalBytes } from '../../../src/core/modelManifest.ts';
import type { ModelDevice } from '../../../src/core/sentenceModel.ts';
import { LanguageLibrary } from '../../../src/state/languageLibrary.ts';
import { ModelDownloads } from '../../../src/state/modelDownloads.svelte.ts';
import LanguageModels from '../../../src/ui/generate/LanguageModels.svelte';
import { FakeDownload } from '../../state/fakeDownload.ts';

const megabytes = (bytes: number) => `${(bytes / 1e6).toFixed(1)} MB`;
const card = (name: string) => page.getByRole('listitem').filter({ hasText: name });
const button = (name: string, label: string | RegExp) => card(name).getByRole('button', { name: label });

interface Use {
  model: LanguageModel;
  device: ModelDevice;
}

let hub: FakeDownload;
let section: ReturnType<typeof mount>;
let props: { used: Use | undefined; isLocked: boolean };

function open(hasGraphics = true): void {
  if (!hasGraphics) vi.spyOn(navigator, 'gpu', 'get').mockReturnValue(undefined as unknown as GPU);
  const library = new LanguageLibrary(new ModelDownloads(hub), {
    inspect: () => Promise.resolve({ contextTokens: 512, stopIds: [] }),
    end: () => undefined,
  });
  const state = $state<typeof props>({ used: undefined, isLocked: false });
  props = state;
  section = mount(LanguageModels, {
    target: document.body,
    props: {
      library,
      get used() {
        return state.used;
      },
      get isLocked() {
        return state.isLocked;
      },
      onUse(model: LanguageModel, device: ModelDevice) {
        state.used = { model, device };
      },
    },
  });
}

beforeEach(() => void (hub = new FakeDownload()));
afterEach(async () => {
  vi.restoreAllMocks();
  await unmount(section);
});

test('says of each model what it downloads, from where, how large it is, and under which licence', async () => {
  open();
  for (const { model, licence, licenceNote = licence, languages, manifests } of LANGUAGE_MODELS) {
    const told = card(model.name);
    const size = manifests.wasm ? megabytes(totalBytes(manifests.wasm)) : 'The hub says how much';
    for (const part of [size, model.source, model.commit.slice(0, 7), licence, licenceNote, languages]) {
      await expect.element(told).toHaveTextContent(part);
    }
  }
  expect(hub.asked).toEqual([]);
});

test('what is downloaded is for the device that was chosen, and it is used on that', async () => {
  open();
  const [{ model, manifests }] = LANGUAGE_MODELS;
  const forGraphics = manifests.webgpu!;
  await page.getByLabelText(`Device for ${model.name}`).selectOptions('Graphics device');
  await button(model.name, `Download ${megabytes(totalBytes(forGraphics))}`).click();
  await button(model.name, 'Use').click();
  expect(hub.kept.map(({ manifest }) => manifest.id)).toEqual([forGraphics.id]);
  expect(props.used).toEqual({ model, device: 'webgpu' });
  await expect.element(card(model.name)).toHaveTextContent('In use');
  await page.getByLabelText(`Device for ${model.name}`).selectOptions('Processor');
  await expect.element(button(model.name, /^Download/)).toBeVisible();
});

test('of a model without known sizes the hub is asked first; it goes when it is deleted', async () => {
  open();
  const { name } = LANGUAGE_MODELS[1].model;
  await button(name, 'Ask for its size').click();
  expect(hub.kept).toEqual([]);
  await button(name, 'Download 1 kB').click();
  await expect.element(card(name)).toHaveTextContent('1 kB on this device');
  await button(name, 'Delete').click();
  await expect.element(button(name, 'Download 1 kB')).toBeVisible();
  expect(hub.kept).toEqual([]);
});

test('another model is found by its name and used on the device that was chosen', async () => {
  open();
  await page.getByLabelText('Repository').fill('palate/tiny');
  await page.getByLabelText('Weights').selectOptions('4 bit');
  await page.getByRole('button', { name: 'Ask for its size' }).last().click();
  await page.getByRole('button', { name: 'Download 1 kB' }).click();
  await page.getByLabelText('Device for palate/tiny').selectOptions('Graphics device');
  await page.getByRole('button', { name: 'Use', exact: true }).click();
  expect(props.used).toMatchObject({
    device: 'webgpu',
    model: { name: 'palate/tiny', weights: { wasm: 'q4', webgpu: 'q4' }, contextTokens: 512 },
  });
});

test('without a graphics device nothing is offered that needs one', async () => {
  open(false);
  const name = 'Gemma 3 270M';
  await expect.element(card(name)).toHaveTextContent('This browser offers no graphics device.');
  expect(card(name).getByRole('button').elements()).toEqual([]);
  await expect.element(button('Qwen3', /^Download 626\.8 MB/)).toBeVisible();
});

test('nothing can be chosen or deleted while something is written', async () => {
  const manifest = LANGUAGE_MODELS[0].manifests.wasm!;
  hub.kept = [{ manifest, isWhole: true, bytes: totalBytes(manifest) }];
  open();
  await expect.element(button('SmolLM2 135M', 'Use')).toBeEnabled();
  props.isLocked = true;
  flushSync();
  for (const label of ['Use', 'Delete']) {
    await expect.element(button('SmolLM2 135M', label)).toBeDisabled();
  }
});
