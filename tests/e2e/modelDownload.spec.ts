/**
 * The download worker of the built app, started as the app starts it and asked as the app asks it, over the real file
 * system of the browser: under its own policy, behind the service worker, with a hub on this machine.
 */
import { test as base, chromium, expect, type Page } from '@playwright/test';
import type { FoundModel } from '../../workers/modelDownloadApi.ts';
import type { ModelManifest } from '../../src/core/modelManifest.ts';
import { OBEY_ALLOWLIST } from '../containment/battery.ts';
import { hubContents, ServedHub, WEIGHTS_PATH } from '../helpers/servedHub.ts';
import { chromiumLaunchOptions } from '../runner/chromium.ts';
import { openApp, startWorker, type InPage } from './builtWorker.ts';

const TOTAL = Object.values(hubContents).reduce((sum, { length }) => sum + length, 0);

const test = base.extend<{ flags: string[]; hub: ServedHub }>({
  flags: [[], { option: true }],
  hub: async ({ browserName: _ }, use) => {
    const hub = await ServedHub.open();
    await use(hub);
    hub.close();
  },
  page: async ({ hub, flags, baseURL }, use) => {
    const { executablePath, args } = chromiumLaunchOptions();
    const browser = await chromium.launch({ executablePath, args: [...args, ...hub.flags, ...flags] });
    const page = await browser.newPage({ baseURL });
    await use(page);
    await browser.close();
  },
});

async function describeModel(page: Page): Promise<ModelManifest> {
  const found = await page.evaluate(
    () => (globalThis as unknown as InPage).call('describe', 'owner/tiny', 'main', 'fp32') as Promise<never>,
  );
  return { ...(found as FoundModel), id: 'owner/tiny' };
}

/** @returns the last progress that was told */
const download = (page: Page, manifest: ModelManifest): Promise<unknown> =>
  page.evaluate(async (wanted) => {
    let last: unknown;
    await (globalThis as unknown as InPage).call('download', wanted, (told: unknown) => (last = told));
    await new Promise((resolve) => setTimeout(resolve, 50));
    return last;
  }, manifest);

const list = (page: Page): Promise<{ isWhole: boolean; bytes: number }[]> =>
  page.evaluate(() => (globalThis as unknown as InPage).call('list') as Promise<never>);

async function reloadUnderServiceWorker(page: Page): Promise<void> {
  await page.evaluate(() => navigator.serviceWorker.ready);
  await page.reload();
  await expect(page.getByTestId('judged')).toBeVisible();
  expect(await page.evaluate(() => navigator.serviceWorker.controller !== null)).toBe(true);
}

for (const obeys of [false, true]) {
  test.describe(`a browser that ${obeys ? 'obeys' : 'ignores'} Connection-Allowlist`, () => {
    test.use({ flags: obeys ? [OBEY_ALLOWLIST] : [] });

    test('fetches a model over redirections, and has it afterwards without the hub', async ({
      page,
      hub,
    }) => {
      await openApp(page);
      await reloadUnderServiceWorker(page);
      expect(hub.asked).toEqual([]);
      await startWorker(page, 'modelDownload');
      const manifest = await describeModel(page);
      expect(manifest.files.map(({ path }) => path)).toEqual(Object.keys(hubContents));
      expect(await download(page, manifest)).toEqual({ done: TOTAL, total: TOTAL, path: WEIGHTS_PATH });
      const folder = `huggingface.co/owner/tiny/resolve/${manifest.commit}`;
      expect(hub.asked).toEqual([
        'huggingface.co/api/models/owner/tiny/revision/main',
        ...[`${folder}/config.json`, `${folder}/tokenizer.json`, `${folder}/${WEIGHTS_PATH}`],
        'us.aws.cdn.hf.co/weights',
      ]);
      hub.close();
      await page.reload();
      await startWorker(page, 'modelDownload');
      expect(await list(page)).toMatchObject([{ isWhole: true }]);
      expect(await download(page, manifest)).toMatchObject({ done: TOTAL });
      await page.evaluate((id) => (globalThis as unknown as InPage).call('forget', id), manifest.id);
      expect(await list(page)).toEqual([]);
    });

    test('is not led anywhere else', async ({ page, hub }) => {
      await openApp(page);
      await startWorker(page, 'modelDownload');
      const manifest = await describeModel(page);
      hub.spoil = ({ url }, response) => {
        if (!url!.endsWith(WEIGHTS_PATH)) return false;
        response.writeHead(302, { Location: 'https://example.com/weights' }).end();
        return true;
      };
      await expect(download(page, manifest)).rejects.toThrow('huggingface.co could not be reached');
      expect(hub.asked.filter((asked) => asked.startsWith('example.com'))).toEqual([]);
    });
  });
}

test('a connection that breaks and a web page are told by name; the next try fetches the rest', async ({
  page,
  hub,
}) => {
  await openApp(page);
  await startWorker(page, 'modelDownload');
  const manifest = await describeModel(page);
  hub.spoil = ({ headers }, response) => {
    if (headers.host === 'huggingface.co') return false;
    response.writeHead(200, { 'Content-Length': 3_000_000 });
    response.write(hubContents[WEIGHTS_PATH].subarray(0, 1_000_000), () => {
      setTimeout(() => response.destroy(), 500);
    });
    return true;
  };
  const named = 'onnx/model.onnx of owner/tiny could not be fetched: ';
  await expect(download(page, manifest)).rejects.toThrow(`${named}the connection broke off`);
  hub.spoil = ({ headers }, response) => {
    if (headers.host === 'huggingface.co') return false;
    response.writeHead(200, { 'Content-Type': 'text/html' }).end('<!doctype html><html>');
    return true;
  };
  await expect(download(page, manifest)).rejects.toThrow(`${named}a web page came in its place`);
  expect(await list(page)).toMatchObject([{ isWhole: false }]);
  hub.spoil = () => false;
  hub.asked.length = 0;
  await download(page, manifest);
  expect(hub.asked[1]).toBe('us.aws.cdn.hf.co/weights 1000000-');
  expect(await list(page)).toMatchObject([{ isWhole: true }]);
});

test('without room for it a model is not kept, its room is given back, and the next try heals', async ({
  page,
}) => {
  await openApp(page);
  await startWorker(page, 'modelDownload');
  const manifest = await describeModel(page);
  const browser = await page.context().newCDPSession(page);
  const origin = new URL(page.url()).origin;
  const { usage } = await browser.send('Storage.getUsageAndQuota', { origin });
  await browser.send('Storage.overrideQuotaForOrigin', { origin, quotaSize: usage + 1_500_000 });
  await expect(download(page, manifest)).rejects.toThrow(
    `There is no room for ${manifest.id}. Delete a model`,
  );
  const [begun] = await list(page);
  expect(begun.isWhole).toBe(false);
  expect(begun.bytes).toBeLessThan(10_000);
  await browser.send('Storage.overrideQuotaForOrigin', { origin });
  await download(page, manifest);
  expect(await list(page)).toMatchObject([{ isWhole: true }]);
});
