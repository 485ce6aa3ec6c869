/** No screen may shut anybody out: axe finds nothing, in either theme and at any width, and the keyboard suffices. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { expect, test, type Page } from '@playwright/test';
import type * as Axe from 'axe-core';

const axeSource = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const screens = ['compare', 'data', 'model', 'rerank'] as const;

/** What axe objects to, one line each. */
async function violations(page: Page): Promise<string[]> {
  await page.evaluate(axeSource);
  return page.evaluate(async () => {
    const { axe } = window as unknown as { axe: typeof Axe };
    const { violations } = await axe.run();
    return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`);
  });
}

async function open(page: Page, hash: string): Promise<void> {
  await page.goto(`/${hash}`);
  await expect(page.getByRole('heading', { level: 1 })).toBeAttached();
}

/** The page scrolls down, never sideways. */
async function expectNoSidewaysScroll(page: Page): Promise<void> {
  const excess = await page.evaluate(
    () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
  );
  expect(excess).toBeLessThanOrEqual(0);
}

for (const colorScheme of ['light', 'dark'] as const) {
  for (const viewport of [
    { width: 1440, height: 900 },
    { width: 390, height: 844 },
    { width: 320, height: 256 }, // 1280 × 1024 at 400 %
  ]) {
    test(`every screen passes axe, ${colorScheme}, ${viewport.width} wide`, async ({ browser }) => {
      const context = await browser.newContext({ colorScheme, viewport, reducedMotion: 'reduce' });
      const page = await context.newPage();
      for (const screen of screens) {
        await open(page, `#/${screen}`);
        expect(await violations(page), screen).toEqual([]);
        await expectNoSidewaysScroll(page);
      }
      await context.close();
    });
  }

  test(`dialogs, an undone verdict, a preview and the table pass axe, ${colorScheme}`, async ({
    browser,
  }) => {
    const context = await browser.newContext({ colorScheme, reducedMotion: 'reduce' });
    const page = await context.newPage();
    await open(page, '#/compare');
    await page.keyboard.press('?');
    await expect(page.getByRole('dialog', { name: 'Keys' })).toBeVisible();
    expect(await violations(page)).toEqual([]);
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: 'My taste' }).click();
    expect(await violations(page)).toEqual([]);
    await page.keyboard.press('Escape');
    await page.keyboard.press('Shift+2');
    await expect(page.getByTestId('judged')).toHaveText('1');
    await page.keyboard.press('Backspace');
    await page.keyboard.press('d');
    await expect(page.getByText('Before: B much better.')).toBeVisible();
    await page.getByText('Your own', { exact: true }).click();
    expect(await violations(page)).toEqual([]);

    await open(page, '#/data');
    const file = new URL('../fixtures/formats/anthropicHh.jsonl', import.meta.url).pathname;
    await page.getByLabel('Choose files').setInputFiles(file);
    await expect(page.getByTestId('account')).toBeVisible();
    expect(await violations(page)).toEqual([]);
    await page.getByRole('button', { name: /^Keep/ }).click();
    await expect(page.getByRole('row')).not.toHaveCount(0);
    expect(await violations(page)).toEqual([]);
    await context.close();
  });
}

test('the theme can be chosen against the system and is kept', async ({ browser }) => {
  const context = await browser.newContext({ colorScheme: 'light' });
  const page = await context.newPage();
  await open(page, '#/compare');
  const background = (): Promise<string> =>
    page.evaluate(() => getComputedStyle(document.body.parentElement!).backgroundColor);
  const light = await background();
  await page.getByRole('button', { name: /^Theme: as the system/ }).click();
  await page.getByRole('button', { name: /^Theme: light/ }).click();
  await expect(page.getByRole('button', { name: /^Theme: dark/ })).toBeVisible();
  expect(await background()).not.toBe(light);
  await page.reload();
  await expect(page.getByRole('button', { name: /^Theme: dark/ })).toBeVisible();
  expect(await background()).not.toBe(light);
  await context.close();
});

test('the keyboard alone reaches every screen and judges, undoes and opens a project', async ({ page }) => {
  await open(page, '#/compare');
  for (const [key, name] of [
    ['d', 'data'],
    ['m', 'model'],
    ['r', 'rerank'],
    ['c', 'compare'],
  ]) {
    await page.keyboard.press('g');
    await page.keyboard.press(key);
    await expect(page).toHaveURL(new RegExp(`#/${name}$`));
  }
  await page.keyboard.press('Tab');
  await expect(page.getByRole('link', { name: 'Skip to the screen' })).toBeFocused();
  await page.keyboard.press('Tab');
  await page.keyboard.press('Tab');
  await expect(page.getByRole('button', { name: 'My taste' })).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(page.getByRole('dialog', { name: 'Projects' })).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(page.getByRole('button', { name: 'My taste' })).toBeFocused();

  const verdict = page.getByRole('button', { name: 'A is better' });
  for (
    let step = 0;
    step < 24 && !(await verdict.evaluate((node) => node === document.activeElement));
    step++
  ) {
    await page.keyboard.press('Tab');
  }
  await expect(verdict).toBeFocused();
  const ring = await verdict.evaluate((node) => getComputedStyle(node).outlineStyle);
  expect(ring).toBe('solid');
  await page.keyboard.press('Enter');
  await expect(page.getByTestId('judged')).toHaveText('1');
  await page.keyboard.press('Backspace');
  await expect(page.getByTestId('judged')).toHaveText('0');
});

test('single keys can be switched off, and Ctrl+Z still undoes', async ({ page }) => {
  await open(page, '#/compare');
  await page.keyboard.press('1');
  await expect(page.getByTestId('judged')).toHaveText('1');
  await page.getByRole('button', { name: 'Keys' }).click();
  await page.getByRole('checkbox', { name: 'Keys without Ctrl act on the page' }).uncheck();
  await page.keyboard.press('Escape');
  await page.keyboard.press('1');
  await page.keyboard.press('Control+z');
  await expect(page.getByTestId('judged')).toHaveText('0');
});
