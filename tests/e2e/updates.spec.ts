/** New versions come in beside the old one: no open tab breaks, none reloads unasked, and nothing judged is lost. */
import { copyFileSync, cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { chromium, expect, type BrowserContext, type Page } from '@playwright/test';
import { TAB_LOCK } from '../../src/core/updateSignals.ts';
import { chromiumLaunchOptions } from '../runner/chromium.ts';
import { judge, judged, scriptOf, test, visit } from './deployed.ts';
import { keepTranscripts, train } from './modelSteps.ts';

test.use({ contextOptions: { reducedMotion: 'reduce' } });

const notice = (page: Page) => page.getByText('A new version is ready. Reload when it suits you.');

/** As a person who comes back to the tab. */
async function lookForNewVersion(page: Page): Promise<void> {
  await page.evaluate(() => document.dispatchEvent(new Event('visibilitychange')));
}

/** Whatever goes wrong with a script of the page, and every load after the first. */
function watch(page: Page): { problems: string[]; loads: () => number } {
  const problems: string[] = [];
  let loads = 0;
  page.on('pageerror', ({ message }) => problems.push(message));
  page.on('console', (message) => {
    if (message.type() === 'error') problems.push(message.text());
  });
  page.on('load', () => loads++);
  return { problems, loads: () => loads };
}

/** The workers start at first use, long after the page: each is a script of the version the tab runs. */
async function useEveryWorker(page: Page): Promise<void> {
  await keepTranscripts(page);
  await train(page, 'CPU');
}

/** Reloads by the notice, and waits until the page runs this script. */
async function takeNewVersion(page: Page, script: string): Promise<void> {
  await page.getByRole('button', { name: 'Reload' }).click();
  await expect.poll(() => scriptOf(page).catch(() => '')).toContain(script);
}

test('with all tabs closed the next start takes the new version by itself, even without the host', async ({
  host,
  version,
}, info) => {
  const profile = info.outputPath('profile');
  const open = async (): Promise<{ context: BrowserContext; page: Page }> => {
    const options = { ...chromiumLaunchOptions(), baseURL: host.address, reducedMotion: 'reduce' } as const;
    const context = await chromium.launchPersistentContext(profile, options);
    return { context, page: await context.newPage() };
  };
  host.folder = version('a');
  const before = await open();
  await visit(before.page);
  await judge(before.page);
  host.folder = version('b');
  await lookForNewVersion(before.page);
  await expect(notice(before.page)).toBeVisible();
  await host.stop();
  await before.page.reload();
  await judge(before.page);
  expect(await scriptOf(before.page)).toContain('a.js');
  await before.context.close();

  const after = await open();
  await after.page.goto('/');
  await expect(judged(after.page)).toHaveText('2');
  expect(await scriptOf(after.page)).toContain('b.js');
  await judge(after.page);
  await expect(notice(after.page)).toBeHidden();
  await after.context.close();
});

for (const path of [
  ['a', 'b'],
  ['a', 'b', 'c'],
  ['b', 'a'],
]) {
  test(`an open tab goes from ${path.join(' over ')} when it is asked to, and works until then`, async ({
    page,
    host,
    version,
  }) => {
    host.folder = version(path[0]);
    const { problems, loads } = watch(page);
    await visit(page);
    await judge(page);
    const first = await scriptOf(page);
    for (const name of path.slice(1)) {
      host.folder = version(name);
      await lookForNewVersion(page);
      await expect(notice(page)).toBeVisible();
      await judge(page);
      await expect
        .poll(() => page.evaluate(async () => (await navigator.serviceWorker.getRegistration())!.installing))
        .toBeNull();
    }
    expect(await scriptOf(page)).toBe(first);
    expect(loads()).toBe(1);
    await useEveryWorker(page);
    await page.goto('/#/compare');
    const before = await judged(page).textContent();
    expect(loads()).toBe(1);

    await takeNewVersion(page, `${path.at(-1)}.js`);
    await expect(judged(page)).toHaveText(before!);
    await expect(notice(page)).toBeHidden();
    await judge(page);
    await train(page, 'CPU');
    expect(problems).toEqual([]);
    expect(host.missing).toEqual([]);
  });
}

test('one tab takes the new version, the other goes on with the old one, on one database', async ({
  page,
  host,
  version,
  context,
}) => {
  host.folder = version('a');
  await visit(page);
  const other = await context.newPage();
  await other.goto('/');
  const { problems, loads } = watch(other);
  await expect(judged(other)).toHaveText('0');
  host.folder = version('b');
  await lookForNewVersion(page);
  await takeNewVersion(page, 'b.js');

  await expect(notice(other)).toBeVisible();
  for (let count = 1; count <= 10; count += 2) {
    await judge(page);
    await expect(judged(other)).toHaveText(String(count));
    await judge(other);
    await expect(judged(page)).toHaveText(String(count + 1));
  }
  await useEveryWorker(other);
  expect(await scriptOf(other)).toContain('a.js');
  expect(loads()).toBe(0);
  expect(problems).toEqual([]);
  expect(host.missing).toEqual([]);
});

test('a tab four versions old still has its files; once it is closed they go', async ({
  page,
  host,
  version,
  context,
}) => {
  host.folder = version('a');
  await visit(page);
  const fresh = await context.newPage();
  await fresh.goto('/');
  for (const name of ['b', 'c', 'd', 'e']) {
    host.folder = version(name);
    await lookForNewVersion(fresh);
    await takeNewVersion(fresh, `${name}.js`);
    await expect(notice(fresh)).toBeHidden();
  }
  expect(await builds(fresh)).toBe(4);
  await useEveryWorker(page);
  expect(host.missing).toEqual([]);

  await page.close();
  // A start that comes before the browser has let go of the closed tab leaves its files to a later one.
  await expect.poll(() => openTabs(fresh)).toBe(1);
  await fresh.reload();
  await expect.poll(() => builds(fresh)).toBe(3);
});

/** How many tabs the browser knows to run a version. */
function openTabs(page: Page): Promise<number> {
  return page.evaluate(async (prefix) => {
    const { held = [] } = await navigator.locks.query();
    return held.filter(({ name }) => name!.startsWith(prefix)).length;
  }, TAB_LOCK);
}

/** How many versions the browser keeps. */
function builds(page: Page): Promise<number> {
  return page.evaluate(async () => (await caches.keys()).length);
}

test('a version with a file that is not the one that was built is not taken, and the old one stays', async ({
  page,
  host,
  version,
}) => {
  host.folder = version('a');
  await visit(page);
  await judge(page);
  host.folder = version('b');
  host.spoil = (path, response) => {
    if (!path.includes('trainer.worker')) return false;
    response.end(readFileSync(join(host.folder, path)).subarray(1));
    return true;
  };
  const state = await page.evaluate(async () => {
    const registration = (await navigator.serviceWorker.getRegistration())!;
    const installing = new Promise<ServiceWorker>((resolve) => {
      registration.addEventListener('updatefound', () => resolve(registration.installing!));
    });
    await registration.update();
    const worker = await installing;
    return new Promise((resolve) => {
      worker.addEventListener('statechange', () => resolve(worker.state));
      if (worker.state !== 'installing') resolve(worker.state);
    });
  });
  expect(state).toBe('redundant');
  await expect(notice(page)).toBeHidden();
  expect(await builds(page)).toBe(1);
  await page.reload();
  expect(await scriptOf(page)).toContain('a.js');
  await judge(page);

  host.spoil = () => false;
  await lookForNewVersion(page);
  await expect(notice(page)).toBeVisible();
});

/** Service workers that were published by mistake. */
const BROKEN = {
  'answers every request with an error': 'new Response("broken", { status: 500 })',
  'fails at every request': 'Promise.reject(new Error("broken"))',
};

for (const [fault, answer] of Object.entries(BROKEN)) {
  for (const [cure, file] of [
    ['the retired one', 'tools/retiredServiceWorker.js'],
    ['a sound one', 'dist/sw.js'],
  ]) {
    test(`a service worker that ${fault} gives way to ${cure}`, async ({ host, version, context, page }) => {
      await visit(page);
      await judge(page);
      host.folder = version('broken');
      const script = `self.addEventListener("install", () => self.skipWaiting());
        self.addEventListener("fetch", (event) => event.respondWith(${answer}));`;
      writeFileSync(join(host.folder, 'sw.js'), script);
      await lookForNewVersion(page);
      await expect(notice(page)).toBeVisible();
      await page.close();
      expect(await countInNewTab(context)).toBeUndefined();

      host.folder = version('cured');
      cpSync('dist', host.folder, { recursive: true });
      copyFileSync(file, join(host.folder, 'sw.js'));
      await expect.poll(() => countInNewTab(context), { timeout: 40_000 }).toBe('1');
    });
  }
}

/** What the app shows as judged in a tab that is opened for it; nothing where it does not start. */
async function countInNewTab(context: BrowserContext): Promise<string | null | undefined> {
  const page = await context.newPage();
  await page.goto('/').catch(() => undefined);
  const count = await judged(page)
    .textContent({ timeout: 3_000 })
    .catch(() => undefined);
  await page.close();
  return count;
}
