/** A server on this machine and the browser's own model, as a person chooses and uses them. */
import { expect, test, type Page } from '@playwright/test';
import { FakeLanguageServer } from '../helpers/fakeLanguageServer.ts';
import { violationsOf } from './modelSteps.ts';

const PROMPT = 'Name a tea for a wet evening in June.';
const server = (page: Page) => page.getByRole('region', { name: 'A program on this machine' });
const pool = (page: Page) => page.getByText(/wordings? in \d+ candidates?\./);

async function write(page: Page, count: number): Promise<void> {
  await page.getByRole('textbox', { name: 'Prompt' }).fill(PROMPT);
  await page.getByLabel('How many').fill(String(count));
  await page.getByRole('button', { name: `Write ${count} candidates` }).click();
  await expect(page.getByRole('button', { name: 'Cancel' })).toBeHidden({ timeout: 30_000 });
}

test('a server writes once it was connected to, and is asked for nothing before and nothing else', async ({
  page,
}) => {
  const local = await FakeLanguageServer.open();
  await page.goto('/#/generate/writers');
  await server(page).getByLabel('Address').fill(local.address);
  expect(local.asked).toEqual([]);
  await server(page).getByRole('button', { name: 'Connect', exact: true }).click();
  await server(page).getByRole('button', { name: 'Use tiny:latest' }).click();
  await expect(server(page).getByText('In use')).toBeVisible();
  expect(await violationsOf(page)).toEqual([]);
  await page.getByRole('link', { name: 'Back to writing' }).click();
  const host = new URL(local.address).host;
  await expect(page.getByText(`Written by tiny:latest on ${host}.`)).toBeVisible();
  await write(page, 3);
  await expect(pool(page)).toContainText('3 candidates');
  const asked = local.asked.filter(({ method }) => method !== 'OPTIONS');
  expect(asked.map(({ method, path }) => `${method} ${path}`)).toEqual([
    'GET /v1/models',
    ...Array(3).fill('POST /v1/chat/completions'),
  ]);
  expect(asked[1].body!.messages).toEqual([{ role: 'user', content: PROMPT }]);
  expect(new Set(asked.slice(1).map(({ body }) => body!.seed)).size).toBe(3);

  await page.reload();
  await page.getByRole('textbox', { name: 'Prompt' }).fill(PROMPT);
  await page.getByRole('button', { name: /^Write/ }).click();
  await expect(page.getByRole('alert')).toContainText('Connect to it first');
  expect(local.asked.filter(({ method }) => method !== 'OPTIONS')).toHaveLength(4);
  local.close();
});

test('an address on another machine is refused before anything is asked, and a server that is off is named', async ({
  page,
}) => {
  await page.goto('/#/generate/writers');
  const asked: string[] = [];
  page.on('request', (request) => asked.push(request.url()));
  for (const [address, said] of [
    ['http://192.168.1.7:11434', 'on this machine'],
    ['http://localhost.evil.example:11434', 'on this machine'],
    ['http://localhost:9', 'localhost:9'],
  ]) {
    await server(page).getByLabel('Address').fill(address);
    await server(page).getByRole('button', { name: 'Connect', exact: true }).click();
    await expect(server(page).getByRole('status')).toContainText(said);
  }
  expect(asked.filter((address) => !/^http:\/\/(localhost|127\.0\.0\.1):/.test(address))).toEqual([]);
});

/** A stand-in for the interface that Chrome has where it has a model. */
async function bringModel(page: Page, availability: string): Promise<void> {
  await page.addInitScript((state) => {
    let sessions = 0;
    let now = state;
    (globalThis as { LanguageModel?: unknown }).LanguageModel = {
      availability: () => Promise.resolve(now),
      create: ({ monitor }: { monitor?: (target: EventTarget) => void }) => {
        const target = new EventTarget();
        monitor?.(target);
        target.dispatchEvent(Object.assign(new Event('downloadprogress'), { loaded: 1 }));
        now = 'available';
        const own = ++sessions;
        return Promise.resolve({
          destroy: () => undefined,
          promptStreaming: () =>
            new ReadableStream({
              start(controller) {
                for (const word of ['Answer', ' number', ` ${own}`]) controller.enqueue(word);
                controller.close();
              },
            }),
        });
      },
    };
  }, availability);
}

test('the browser’s own model is downloaded only when that is asked for, and then writes', async ({
  page,
}) => {
  await bringModel(page, 'downloadable');
  await page.goto('/#/generate/writers');
  const browser = page.getByRole('region', { name: 'The browser’s own model' });
  await expect(browser.getByRole('button', { name: 'Use' })).toHaveCount(0);
  await browser.getByRole('button', { name: /download/i }).click();
  await browser.getByRole('button', { name: 'Use' }).click();
  expect(await violationsOf(page)).toEqual([]);
  await page.getByRole('link', { name: 'Back to writing' }).click();
  await expect(page.getByText('Written by the browser’s own model.')).toBeVisible();
  await page.getByText('How freely').click();
  await expect(page.getByText(/may pass over the seed, the temperature/)).toBeVisible();
  await write(page, 2);
  await expect(page.getByText('2 wordings in 2 candidates.')).toBeVisible();
  await expect(page.getByText('Answer number 3').first()).toBeVisible();
});

test('where the browser brings no model, that is said', async ({ page }) => {
  await page.addInitScript(() => delete (globalThis as { LanguageModel?: unknown }).LanguageModel);
  await page.goto('/#/generate/writers');
  await expect(page.getByText('This browser brings no language model for pages.')).toBeVisible();
});
