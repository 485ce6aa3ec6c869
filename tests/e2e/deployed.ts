/** Tests that own their host: they stop it, change what it serves, and publish new versions on it. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test as base, type Page } from '@playwright/test';
import { Host, writeVersion } from '../helpers/host.ts';

interface Deployed {
  /** Serves the build. */
  readonly host: Host;
  /** The folder of another version of the build; the same for the same name. */
  readonly version: (name: string) => string;
}

export const test = base.extend<Deployed>({
  // eslint-disable-next-line no-empty-pattern -- Playwright reads from the pattern what a fixture needs
  host: async ({}, use) => {
    const host = await new Host('dist').start();
    await use(host);
    await host.stop();
  },
  // eslint-disable-next-line no-empty-pattern -- as above
  version: async ({}, use) => {
    const folder = mkdtempSync(join(tmpdir(), 'palate-versions-'));
    const made = new Map<string, string>();
    await use((name) => {
      if (!made.has(name)) made.set(name, writeVersion('dist', join(folder, name), name));
      return made.get(name)!;
    });
    rmSync(folder, { recursive: true, force: true });
  },
  baseURL: async ({ host }, use) => use(host.address),
});

export const judged = (page: Page) => page.getByTestId('judged');

/** Opens the app, waits until it is kept on the device, and answers for it from there. */
export async function visit(page: Page): Promise<void> {
  await page.goto('/');
  await expect(judged(page)).toBeVisible();
  await isKept(page);
}

/** Until the page is answered for by a service worker. */
export async function isKept(page: Page): Promise<void> {
  await page.waitForFunction(() => navigator.serviceWorker.controller?.state === 'activated');
}

/** One more verdict, seen and kept. */
export async function judge(page: Page, key = '1'): Promise<void> {
  const before = Number(await judged(page).textContent());
  await page.keyboard.press(key);
  await expect(judged(page)).toHaveText(String(before + 1));
}

/** The name of the script the page runs: it tells the versions apart. */
export function scriptOf(page: Page): Promise<string> {
  return page.evaluate(() =>
    document.querySelector<HTMLScriptElement>('script[src]')!.src.split('/').at(-1)!,
  );
}
