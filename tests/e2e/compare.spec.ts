/** Judging by keyboard, as a person would: what is pressed is kept, undone, done again, and there after a reload. */
import { expect, test, type Page } from '@playwright/test';

test.use({ contextOptions: { reducedMotion: 'reduce' } });

const judged = (page: Page) => page.getByTestId('judged');
const promptOf = (page: Page) => page.getByRole('region', { name: 'Prompt' }).getByRole('paragraph');
const paneOf = (page: Page, name: 'A' | 'B') =>
  page.getByRole('article', { name: `Response ${name}` }).getByRole('paragraph');

async function open(page: Page): Promise<void> {
  await page.goto('/');
  await expect(judged(page)).toHaveText('0');
}

async function shownTexts(page: Page): Promise<(string | null)[]> {
  return [
    await promptOf(page).textContent(),
    await paneOf(page, 'A').textContent(),
    await paneOf(page, 'B').textContent(),
  ];
}

async function countsOf(page: Page): Promise<Record<string, string | null>> {
  const cells = await page.locator('[data-count]').all();
  const entries = cells.map(async (cell) => [
    await cell.getAttribute('data-count'),
    await cell.textContent(),
  ]);
  return Object.fromEntries(await Promise.all(entries));
}

/** Presses a verdict key and waits until it counts. */
async function judge(page: Page, key: string, count: number): Promise<void> {
  await page.keyboard.press(key);
  await expect(judged(page)).toHaveText(String(count));
}

test('twenty verdicts, five taken back, two done again and a reload leave the same pair and the same counts', async ({
  page,
}) => {
  await open(page);
  const keys = ['1', '2', '3', 'ArrowLeft', 'ArrowRight', '4', 'Shift+1', 'Shift+2', '=', '0'];
  const seen: (string | null)[][] = [];
  for (let index = 0; index < 20; index++) {
    seen.push(await shownTexts(page));
    await judge(page, keys[index % keys.length], index + 1);
  }
  expect(new Set(seen.map((texts) => [...texts].sort().join('\n'))).size).toBe(20);

  for (let back = 1; back <= 5; back++) {
    await page.keyboard.press(back % 2 === 1 ? 'Backspace' : 'Control+z');
    await expect(judged(page)).toHaveText(String(20 - back));
    expect(await shownTexts(page)).toEqual(seen[20 - back]);
  }
  await expect(page.getByText('Before: B is better')).toBeHidden();
  await expect(page.getByText('Before: Both bad.')).toBeVisible();

  await judge(page, 'Control+Shift+z', 16);
  await judge(page, 'Control+y', 17);
  const texts = await shownTexts(page);
  const counts = await countsOf(page);
  expect(texts).toEqual(seen[17]);
  expect(counts).toEqual({ Preferences: '11', Ties: '3', 'Both bad': '3', Skipped: '0' });

  await page.reload();
  await expect(judged(page)).toHaveText('17');
  expect(await shownTexts(page)).toEqual(texts);
  expect(await countsOf(page)).toEqual(counts);
  await judge(page, 'Control+y', 18);
});

test('a pair is on screen within two seconds of opening the page', async ({ page }) => {
  const start = Date.now();
  await page.goto('/');
  await expect(paneOf(page, 'B')).toBeVisible();
  expect(Date.now() - start).toBeLessThan(2_000);
});

test('keys pressed in a field or under a dialog are no verdicts', async ({ page }) => {
  await open(page);
  await page.keyboard.press('n');
  await page.keyboard.type('1 better than 2');
  await page.keyboard.press('Escape');
  await page.keyboard.press('?');
  await expect(page.getByRole('dialog', { name: 'Keys' })).toBeVisible();
  await page.keyboard.press('1');
  await page.keyboard.press('Escape');
  await expect(page.getByRole('dialog')).toBeHidden();
  await expect(judged(page)).toHaveText('0');
  await page.reload();
  await expect(page.getByLabel('Note on this pair')).toHaveValue('1 better than 2');
});

test('a skip moves on without a verdict, and word differences can be shown', async ({ page }) => {
  await open(page);
  const before = await shownTexts(page);
  await page.keyboard.press('d');
  await expect(page.locator('article mark').first()).toBeVisible();
  expect(await shownTexts(page)).toEqual(before);
  await page.keyboard.press('Space');
  await expect(page.locator('[data-count="Skipped"]')).toHaveText('1');
  await expect(judged(page)).toHaveText('0');
  expect(await shownTexts(page)).not.toEqual(before);
});

test('typed responses become pairs that are asked next, shown as text and not as markup', async ({
  page,
}) => {
  await open(page);
  await page.getByText('Your own', { exact: true }).click();
  await page.getByRole('textbox', { name: 'Prompt' }).fill('Say <b>hello</b>');
  await page.getByLabel('Response 1').fill('<img src=x onerror="document.title=1"> Hello');
  await page.getByLabel('Response 2').fill('Good day');
  await page.getByRole('button', { name: 'One more' }).click();
  await page.getByLabel('Response 3').fill('Hi');
  await page.getByRole('button', { name: 'Add 3 pairs' }).click();
  await expect(promptOf(page)).toHaveText('Say <b>hello</b>');
  for (let count = 1; count <= 3; count++) await judge(page, '1', count);
  await expect(promptOf(page)).not.toHaveText('Say <b>hello</b>');
  expect(await page.locator('main img').count()).toBe(0);
});

test('projects keep their own judgments; a new one starts empty', async ({ page }) => {
  await open(page);
  await judge(page, '1', 1);
  await page.getByRole('button', { name: 'My taste' }).click();
  await page.getByLabel('New project').fill('Second');
  await page.getByRole('button', { name: 'Create' }).click();
  await expect(judged(page)).toHaveText('0');
  await page.reload();
  await expect(page.getByRole('button', { name: 'Second' })).toBeVisible();
  await page.getByRole('button', { name: 'Second' }).click();
  await page.getByRole('listitem').getByRole('button', { name: 'My taste' }).click();
  await expect(judged(page)).toHaveText('1');
});
