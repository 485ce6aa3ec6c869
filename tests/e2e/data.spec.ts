/** Files in: dropped, looked at, kept or not, found again, deleted and brought back, saved and restored. */
import { readFileSync } from 'node:fs';
import { expect, test, type Page } from '@playwright/test';

test.use({ contextOptions: { reducedMotion: 'reduce' } });

const fixture = new URL('../fixtures/formats/anthropicHh.jsonl', import.meta.url).pathname;

interface DroppedFile {
  readonly name: string;
  readonly text: string;
}

/** Drops files on the page as a person would with the mouse. */
async function drop(page: Page, files: readonly DroppedFile[]): Promise<void> {
  const transfer = await page.evaluateHandle((dropped) => {
    const data = new DataTransfer();
    for (const { name, text } of dropped) data.items.add(new File([text], name));
    return data;
  }, files);
  await page.dispatchEvent('body', 'dragover', { dataTransfer: transfer });
  await page.dispatchEvent('body', 'drop', { dataTransfer: transfer });
}

const hh = (): DroppedFile => ({ name: 'anthropicHh.jsonl', text: readFileSync(fixture, 'utf8') });
const account = (page: Page) => page.getByTestId('account');
const rows = (page: Page) => page.getByRole('table').locator('tbody tr');

async function openPage(page: Page, hash: string): Promise<void> {
  await page.goto(`/${hash}`);
  await expect(page.getByRole('link', { name: 'Palate, go to Compare' })).toBeVisible();
}

test('a dropped HH file is previewed with winners marked, and kept only when the person says so', async ({
  page,
}) => {
  await openPage(page, '#/compare');
  await drop(page, [hh()]);
  await expect(page).toHaveURL(/#\/data$/);
  await expect(account(page)).toHaveText(
    /^6 rows = \d+ imported \+ \d+ ties? \+ \d+ rejected \+ \d+ duplicates?$/,
  );
  const [whole, ...parts] = (await account(page).textContent())!.match(/\d+/g)!.map(Number);
  expect(parts.reduce((sum, part) => sum + part, 0)).toBe(whole);
  const winner = page.getByRole('article').first().locator('.won .person-text');
  await expect(winner).toHaveText('Yes, in small portions.');
  await page.getByRole('button', { name: 'Swap: the other one won' }).click();
  await expect(winner).toHaveText('Soup is wet.');
  await page.getByRole('button', { name: 'Swap: the other one won' }).click();
  await expect(winner).toHaveText('Yes, in small portions.');

  await page.getByRole('button', { name: /^Keep \d+ comparisons$/ }).click();
  await expect(rows(page)).toHaveCount(parts[0] + parts[1]);
  await page.reload();
  await expect(rows(page)).toHaveCount(parts[0] + parts[1]);
  await expect(page.getByRole('row', { name: /freeze soup/ }).locator('[data-name="Winner"]')).toHaveText(
    'Yes, in small portions.',
  );

  await drop(page, [hh()]);
  await expect(account(page)).toHaveText(/0 imported/);
  await expect(page.getByRole('button', { name: 'Nothing to keep' })).toBeDisabled();
  await page.getByRole('button', { name: 'Discard' }).click();
  await expect(rows(page)).toHaveCount(parts[0] + parts[1]);
});

test('a swap turns every pair that is kept', async ({ page }) => {
  await openPage(page, '#/data');
  await drop(page, [hh()]);
  await page.getByRole('button', { name: 'Swap: the other one won' }).click();
  await page.getByRole('button', { name: /^Keep/ }).click();
  await expect(page.getByRole('row', { name: /freeze soup/ }).locator('[data-name="Winner"]')).toHaveText(
    'Soup is wet.',
  );
});

test('broken rows are named by line and reason and can be downloaded; unreadable files change nothing', async ({
  page,
}) => {
  await openPage(page, '#/data');
  await drop(page, [{ name: 'broken.jsonl', text: `${hh().text.trimEnd()}\n{"chosen": 7}\nnot json\n` }]);
  const rejected = page.getByRole('region', { name: 'Rejected rows' });
  await expect(rejected.getByRole('row', { name: /^7 / })).toBeVisible();
  await expect(rejected.getByRole('row', { name: /^8 .*not json/ })).toBeVisible();
  const download = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Download all as CSV' }).click();
  const file = await download;
  expect(file.suggestedFilename()).toBe('broken.jsonl.rejected.csv');
  expect(readFileSync(await file.path(), 'utf8')).toMatch(
    /^"file","line","reason","excerpt"\r?\n"broken\.jsonl",\d+,/,
  );
  await page.getByRole('button', { name: 'Discard' }).click();

  await drop(page, [{ name: 'empty.jsonl', text: '' }]);
  await expect(page.getByText(/Nothing was changed\. .*empty\.jsonl/)).toBeVisible();
  await expect(page.getByText('Nothing is here yet.')).toBeVisible();
});

test('comparisons are found, deleted, restored and opened to be judged again', async ({ page }) => {
  await openPage(page, '#/data');
  await drop(page, [hh()]);
  await page.getByRole('button', { name: /^Keep/ }).click();
  await expect(rows(page)).not.toHaveCount(0);
  const all = await rows(page).count();
  await page.getByRole('searchbox').fill('freeze SOUP');
  await expect(rows(page)).toHaveCount(1);
  await page.getByRole('checkbox', { name: 'Select this comparison' }).check();
  await page.getByRole('button', { name: 'Delete', exact: true }).click();
  await expect(page.getByText('Deleted 1 comparison.')).toBeVisible();
  await page.getByRole('searchbox').fill('');
  await expect(rows(page)).toHaveCount(all - 1);
  await page.getByRole('checkbox', { name: 'Deleted' }).check();
  await page.getByRole('checkbox', { name: 'Select this comparison' }).check();
  await page.getByRole('button', { name: 'Restore', exact: true }).click();
  await page.getByRole('checkbox', { name: 'Deleted' }).uncheck();
  await expect(rows(page)).toHaveCount(all);

  await page
    .getByRole('row', { name: /freeze soup/ })
    .getByRole('link', { name: 'Judge again' })
    .click();
  await expect(page.getByRole('region', { name: 'Prompt' })).toContainText('Can I freeze soup?');
  await page.keyboard.press('3');
  await expect(page.locator('[data-count="Ties"]')).toHaveText('1');
  await page.keyboard.press('Backspace');
  await expect(page.locator('[data-count="Ties"]')).toHaveText('0');
});

test('a backup file brings everything back after the browser forgot it', async ({ page, browser }) => {
  await openPage(page, '#/data');
  await drop(page, [hh()]);
  await page.getByRole('button', { name: /^Keep/ }).click();
  await expect(rows(page)).not.toHaveCount(0);
  const all = await rows(page).count();
  const download = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Save backup file' }).click();
  const path = await (await download).path();

  const elsewhere = await browser.newContext();
  const otherPage = await elsewhere.newPage();
  await openPage(otherPage, '#/data');
  await otherPage.getByLabel('Restore…').setInputFiles({
    name: 'mine.palate.gz',
    mimeType: 'application/gzip',
    buffer: readFileSync(path),
  });
  await expect(otherPage.getByText('From mine.palate.gz:')).toBeVisible();
  await expect(rows(otherPage)).toHaveCount(all);

  await otherPage.getByLabel('Restore…').setInputFiles({
    name: 'damaged.gz',
    mimeType: 'application/gzip',
    buffer: readFileSync(path).subarray(0, 200),
  });
  await expect(otherPage.locator('.notice.problem')).toContainText('damaged.gz');
  await elsewhere.close();
});
