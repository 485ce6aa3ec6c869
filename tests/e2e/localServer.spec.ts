/**
 * The worker of the built app that asks a language server on this machine, under its own policy, and everybody else,
 * who may not: what a server on this machine is asked, the server tells.
 */
import { readdirSync } from 'node:fs';
import { chromium, expect, test as base, type Page } from '@playwright/test';
import { candidateSeeds, type GenerationProgress } from '../../src/core/languageModel.ts';
import type { ServerGenerateRequest } from '../../workers/localServerApi.ts';
import { OBEY_ALLOWLIST } from '../containment/battery.ts';
import { FakeLanguageServer, textFor } from '../helpers/fakeLanguageServer.ts';
import { chromiumLaunchOptions } from '../runner/chromium.ts';
import { openApp, startWorker, type InPage } from './builtWorker.ts';

const test = base.extend<{ flags: string[]; server: FakeLanguageServer }>({
  flags: [[], { option: true }],
  server: async ({ browserName: _ }, use) => {
    const server = await FakeLanguageServer.open({ pauseMs: 10 });
    await use(server);
    server.close();
  },
  page: async ({ page: plain, flags, baseURL }, use) => {
    if (flags.length === 0) return use(plain);
    const { executablePath, args } = chromiumLaunchOptions();
    const browser = await chromium.launch({ executablePath, args: [...args, ...flags] });
    await use(await browser.newPage({ baseURL }));
    await browser.close();
  },
});

const messages = [{ role: 'user', content: 'Write of tea.' }] as const;

const listModels = (page: Page, address: string): Promise<string[]> =>
  page.evaluate((at) => (globalThis as unknown as InPage).call('models', at) as Promise<never>, address);

const write = (page: Page, change: Partial<ServerGenerateRequest> & { readonly address: string }) =>
  page.evaluate(
    async (request) => {
      const told: GenerationProgress[] = [];
      const tell = (progress: GenerationProgress) => void told.push(progress);
      const { call } = globalThis as unknown as InPage;
      const candidates = (await call('generate', request, tell)) as { text: string }[];
      return { texts: candidates.map(({ text }) => text), told: told.length };
    },
    {
      ...{ model: 'small', messages, count: 3, seed: 7, temperature: 0.7, topK: 40, maxNewTokens: 50 },
      ...{ stopTexts: [], ...change },
    },
  );

async function putUnderServiceWorker(page: Page): Promise<void> {
  await page.evaluate(() => navigator.serviceWorker.ready);
  await page.reload();
  await expect(page.getByTestId('judged')).toBeVisible();
  expect(await page.evaluate(() => navigator.serviceWorker.controller !== null)).toBe(true);
}

/** Both names of this machine, as a request from a page would have them. */
function addressesOf({ address }: FakeLanguageServer): string[] {
  return [`${address}/v1/models`, `${address.replace('localhost', '127.0.0.1')}/v1/models`];
}

/** A page or a worker. */
interface Realm {
  evaluate<Result>(run: (address: string) => Promise<Result>, address: string): Promise<Result>;
}

/** Reads where it may, and else sends blindly. */
const reaches = (realm: Realm, address: string): Promise<boolean> =>
  realm.evaluate(async (url) => {
    const tries = [fetch(url), fetch(url, { mode: 'no-cors', method: 'POST', body: '{}' })];
    return (await Promise.allSettled(tries)).some(({ status }) => status === 'fulfilled');
  }, address);

for (const isControlled of [false, true]) {
  test.describe(isControlled ? 'under the service worker' : 'before there is a service worker', () => {
    test.use({ serviceWorkers: isControlled ? 'allow' : 'block' });

    test('candidates come from a server on this machine, which is asked nothing before', async ({
      page,
      server,
    }) => {
      await openApp(page);
      if (isControlled) await putUnderServiceWorker(page);
      await startWorker(page, 'localServer');
      expect(server.asked).toEqual([]);
      expect(await listModels(page, server.address)).toEqual(['tiny:latest', 'small']);
      const seeds = candidateSeeds(7, 3);
      const texts = seeds.map((seed) => textFor({ seed, max_tokens: 50, messages: [...messages] }));
      const { texts: written, told } = await write(page, { address: server.address });
      expect(written).toEqual(texts);
      // Beside the ends some of what came before them: the pauses keep it from arriving as one piece.
      expect(told).toBeGreaterThan(texts.length);
      for (const { headers } of server.asked) {
        expect(headers.referer).toBeUndefined();
        expect(headers.cookie).toBeUndefined();
      }
    });

    test('neither the page nor another worker reaches it', async ({ page, server }) => {
      await openApp(page);
      if (isControlled) await putUnderServiceWorker(page);
      await expect.poll(() => page.workers().length).toBeGreaterThan(1);
      for (const address of addressesOf(server)) {
        expect(await reaches(page, address)).toBe(false);
        for (const worker of page.workers()) expect(await reaches(worker, address), worker.url()).toBe(false);
      }
      expect(server.asked).toEqual([]);
    });
  });
}

test('the service worker itself does not reach it', async ({ page, context, server }) => {
  await openApp(page);
  const serviceWorker = context.serviceWorkers()[0] ?? (await context.waitForEvent('serviceworker'));
  for (const address of addressesOf(server)) expect(await reaches(serviceWorker, address)).toBe(false);
  expect(server.asked).toEqual([]);
});

for (const obeys of [false, true]) {
  test.describe(`a browser that ${obeys ? 'obeys' : 'ignores'} Connection-Allowlist`, () => {
    test.use({ flags: obeys ? [OBEY_ALLOWLIST] : [] });

    for (const script of readdirSync('dist/assets').filter((name) => /\.worker-[\w-]+\.js$/.test(name))) {
      const isOpen = script.startsWith('localServer.');
      test(`this machine is ${isOpen ? 'in' : 'out of'} reach for the script of ${script.split('.')[0]}`, async ({
        page,
        server,
      }) => {
        // A page of the same origin without a policy of its own starts any script: what holds is the script's.
        await page.route('**/bare', (route) =>
          route.fulfill({ body: '<!doctype html>', contentType: 'text/html' }),
        );
        await page.goto('/bare');
        const started = page.waitForEvent('worker');
        await page.evaluate((path) => void new Worker(path, { type: 'module' }), `/assets/${script}`);
        const worker = await started;
        for (const address of addressesOf(server)) expect(await reaches(worker, address)).toBe(isOpen);
        const asked = server.asked.length;
        expect(asked > 0).toBe(isOpen);
        const { port } = new URL(server.address);
        for (const other of [
          `http://127.0.0.2:${port}/`,
          `http://evil.localhost:${port}/`,
          'https://example.com/',
        ]) {
          expect(await reaches(worker, other), other).toBe(false);
        }
        expect(server.asked).toHaveLength(asked);
      });
    }
  });
}

test('a server that lets no pages in, and nobody there, are told with what to do', async ({ page }) => {
  const server = await FakeLanguageServer.open({ letsPagesIn: false });
  await openApp(page);
  await startWorker(page, 'localServer');
  const advice = `set Ollama’s OLLAMA_ORIGINS to ${new URL(page.url()).origin}`;
  await expect(listModels(page, server.address)).rejects.toThrow(advice);
  await expect(write(page, { address: server.address })).rejects.toThrow(advice);
  server.close();
  await expect(listModels(page, server.address)).rejects.toThrow(`${server.address}: it cannot be reached.`);
  await expect(listModels(page, 'http://127.0.0.1.evil.com')).rejects.toThrow(
    'only programs on this machine',
  );
});

test('a cancel hangs up', async ({ page }) => {
  // Long enough that the answer is not over before the cancel arrives.
  const server = await FakeLanguageServer.open({ pauseMs: 1_000 });
  await openApp(page);
  await startWorker(page, 'localServer');
  const run = page.evaluate(
    async (request) => {
      const { call } = globalThis as unknown as InPage;
      let heard: () => void;
      const begun = new Promise<void>((resolve) => (heard = resolve));
      const writing = call('generate', request, () => heard());
      void begun.then(() => call('cancel'));
      return writing.then(
        () => 'it went on',
        ({ message }: Error) => message,
      );
    },
    {
      ...{ address: server.address, model: 'small', messages, count: 5, seed: 7, temperature: 0.7 },
      ...{ topK: 40, maxNewTokens: 50, stopTexts: [] },
    },
  );
  expect(await run).toBe('Cancelled.');
  await expect.poll(() => server.hungUp).toBe(1);
  expect(server.asked.filter(({ method }) => method === 'POST')).toHaveLength(1);
  server.close();
});
