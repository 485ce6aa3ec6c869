/** After the first visit the app works without its host: everything here runs while the host does not. */
import { cpSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { chromium, expect, type Page } from '@playwright/test';
import { headersOf } from '../../src/securityHeaders.ts';
import { listBuild } from '../../tools/serviceWorkerPlugin.ts';
import { isKept, judge, judged, test, visit } from './deployed.ts';
import { chromiumLaunchOptions } from '../runner/chromium.ts';
import { dropFile, keepTranscripts, train } from './modelSteps.ts';
import { candidateLines } from './transcripts.ts';

test.use({ contextOptions: { reducedMotion: 'reduce' } });

const { files, onDemand } = listBuild('dist');
/** Kept at the first visit: all but what runs models. */
const FILES = Object.keys(files).filter((path) => !onDemand.includes(path));

/** Paths of the files the browser keeps, from the root. */
function keptFiles(page: Page): Promise<string[]> {
  return page.evaluate(async () => {
    const kept = await Promise.all(
      (await caches.keys()).map(async (name) => (await caches.open(name)).keys()),
    );
    return kept.flat().map(({ url }) => new URL(url).pathname.slice(1));
  });
}

test('judging, undoing, ranking, judging one by one, and all of it after a reload', async ({
  page,
  host,
}) => {
  await visit(page);
  await host.stop();
  for (const key of ['1', '2', '3', '1']) await judge(page, key);
  await page.keyboard.press('Backspace');
  await expect(judged(page)).toHaveText('3');

  await page.keyboard.press('k');
  await expect(page.getByRole('article')).toHaveCount(4);
  for (const digit of ['1', '2', '3', '4', 'Enter']) await page.keyboard.press(digit);
  await expect(judged(page)).toHaveText('9');
  await page.keyboard.press('o');
  await judge(page, '1');

  await page.reload();
  await expect(judged(page)).toHaveText('10');
  expect(await page.evaluate(() => crossOriginIsolated)).toBe(true);
});

test('importing, training, watching, reranking and saving a backup', async ({ page, host }) => {
  await visit(page);
  await host.stop();
  await keepTranscripts(page);
  await train(page, 'CPU');
  await page.keyboard.press('.');
  await expect(page.getByRole('region', { name: 'Watch it learn' }).getByRole('status')).toContainText(
    'Paused after 1 iteration.',
    { timeout: 40_000 },
  );
  await page.goto('/#/rerank');
  await dropFile(page, 'mine.jsonl', candidateLines(8));
  await expect(page.getByText('8 prompts, 24 candidates.')).toBeVisible();

  await page.goto('/#/data');
  await expect(page.getByText('works without a connection')).toBeVisible();
  const download = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Save backup file' }).click();
  expect(readFileSync(await (await download).path(), 'utf8').split('\n').length).toBeGreaterThan(30);
});

test('a second tab, the theme and the keys', async ({ page, host, context }) => {
  await visit(page);
  await host.stop();
  await judge(page);
  const second = await context.newPage();
  await second.goto('/');
  await expect(judged(second)).toHaveText('1');
  await judge(second);
  await expect(judged(page)).toHaveText('2');
  await second.getByRole('button', { name: /^Theme/ }).click();
  await second.keyboard.press('?');
  await expect(second.getByRole('dialog', { name: 'Keys' })).toBeVisible();
  await second.reload();
  await expect(second.locator('html')).toHaveAttribute('data-theme', 'light');
});

test('a cold start, timed', async ({ page, host, context }) => {
  await visit(page);
  await judge(page);
  await page.close();
  await host.stop();
  const started = Date.now();
  const cold = await context.newPage();
  await cold.goto('/');
  await expect(judged(cold)).toHaveText('1');
  console.log(`cold start without a host: ${Date.now() - started} ms`);
});

test('every file of the build comes with every header, and an address that is none stays missing', async ({
  page,
  host,
}) => {
  host.sendsHeaders = false;
  await visit(page);
  await page.reload();
  await expect(judged(page)).toBeVisible();
  expect((await keptFiles(page)).sort()).toEqual(FILES);
  const answers = await page.evaluate(
    (paths) =>
      Promise.all(
        paths.map(async (path) => {
          const response = await fetch(path);
          return { path, status: response.status, headers: Object.fromEntries(response.headers) };
        }),
      ),
    ['', 'missing.js', ...FILES].map((path) => `/${path}`),
  );
  for (const { path, status, headers } of answers) {
    expect(status, path).toBe(path === '/missing.js' ? 404 : 200);
    for (const [name, value] of Object.entries(headersOf(path))) {
      expect(headers[name.toLowerCase()], `${name} of ${path}`).toBe(value);
    }
  }
  const missing = await page.goto('/models/');
  expect(missing!.status()).toBe(404);
});

test('what the host sends without headers works, and has them from the second load on', async ({
  page,
  host,
}) => {
  host.sendsHeaders = false;
  await visit(page);
  expect(await page.evaluate(() => crossOriginIsolated)).toBe(false);
  await judge(page);
  await expect(page.getByText(/without its security headers/)).toBeVisible();
  await page.getByRole('button', { name: 'Reload' }).click();
  await expect(page.getByText(/without its security headers/)).toBeHidden();
  await expect(judged(page)).toHaveText('1');
  expect(await page.evaluate(() => crossOriginIsolated)).toBe(true);
  expect(
    await page.evaluate(() => fetch('https://example.com/', { mode: 'no-cors' }).catch(() => 'refused')),
  ).toBe('refused');
});

test('files that were lost from the browser are taken in again', async ({ page, host }) => {
  await visit(page);
  await page.evaluate(async () => {
    for (const name of await caches.keys()) await caches.delete(name);
  });
  await page.reload();
  await expect(judged(page)).toBeVisible();
  await expect.poll(async () => (await keptFiles(page)).length).toBe(FILES.length);
  await host.stop();
  await page.reload();
  await judge(page);
});

test('a file that was changed in the browser is not served', async ({ page }) => {
  await visit(page);
  await page.evaluate(async () => {
    const cache = await caches.open((await caches.keys())[0]);
    for (const { url } of await cache.keys()) {
      if (/index.*\.js$/.test(url)) await cache.put(url, new Response('document.title = "changed"'));
    }
  });
  await page.reload();
  await judge(page);
  await expect(page).toHaveTitle(/Palate/);
});

test('in any folder of a host it is the same', async ({ page, host }, info) => {
  const folder = '/some/folder/';
  host.folder = info.outputPath('site');
  cpSync('dist', join(host.folder, folder), { recursive: true });
  await page.goto(folder);
  await isKept(page);
  expect((await keptFiles(page)).sort()).toEqual(FILES.map((path) => folder.slice(1) + path));
  await host.stop();
  await page.reload();
  await judge(page);
});

test('where there is no room for the app itself, judgments are kept all the same', async ({ page, host }) => {
  const session = await page.context().newCDPSession(page);
  const origin = host.address;
  // Less than the build takes, more than the judgments do.
  await session.send('Storage.overrideQuotaForOrigin', { origin, quotaSize: 500_000 });
  await page.goto('/');
  await expect(judged(page)).toBeVisible();
  for (let count = 1; count <= 5; count++) await judge(page);
  await expect.poll(() => page.evaluate(() => caches.keys())).toEqual([]);
  expect(await page.evaluate(() => navigator.serviceWorker.controller)).toBeNull();
  // While the files of the app came in, there may have been no room for a moment.
  await expect(page.getByText('Saved on this device')).toBeVisible();
  await page.reload();
  await expect(judged(page)).toHaveText('5');
  await judge(page);

  await session.send('Storage.overrideQuotaForOrigin', { origin });
  await page.reload();
  await expect.poll(async () => (await keptFiles(page)).length).toBe(FILES.length);
  await isKept(page);
  await host.stop();
  await page.reload();
  await expect(judged(page)).toHaveText('6');
});

for (const [headers, sends] of [
  ['with its headers, sandbox and all', true],
  ['without headers', false],
] as const) {
  test(`the app can be installed from a host that serves it ${headers}`, async ({ host }, info) => {
    host.sendsHeaders = sends;
    const context = await chromium.launchPersistentContext(
      info.outputPath('profile'),
      chromiumLaunchOptions(),
    );
    const page = await context.newPage();
    await page.goto(host.address);
    await isKept(page);
    await page.reload();
    const session = await context.newCDPSession(page);
    const { manifest, errors } = (await session.send('Page.getAppManifest')) as unknown as {
      manifest: { icons: { url: string }[] };
      errors: unknown[];
    };
    expect(errors).toEqual([]);
    expect((await session.send('Page.getInstallabilityErrors')).installabilityErrors).toEqual([]);
    expect((await session.send('Page.getAppId')).appId).toBe(`${host.address}/`);
    for (const { url } of manifest.icons) expect(FILES).toContain(new URL(url).pathname.slice(1));
    await context.close();
  });
}
