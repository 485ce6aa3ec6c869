/** What was called saved is there again, whatever happens to the database. */
import { expect, test, type Page } from '@playwright/test';

test.use({ contextOptions: { reducedMotion: 'reduce' } });

const judged = (page: Page) => page.getByTestId('judged');

/** The database of the origin is gone, as after a torn log: the files beside it stay. */
async function loseDatabase(page: Page, storageTypes = 'indexeddb'): Promise<void> {
  await page.goto('about:blank');
  const session = await page.context().newCDPSession(page);
  const origin = new URL(test.info().project.use.baseURL!).origin;
  await session.send('Storage.clearDataForOrigin', { origin, storageTypes });
}

test('a database that is lost comes back from the journal, and the page says how much', async ({ page }) => {
  await page.goto('/');
  await expect(judged(page)).toHaveText('0');
  for (let count = 1; count <= 7; count++) {
    await page.keyboard.press(count % 2 === 0 ? '1' : '2');
    await expect(judged(page)).toHaveText(String(count));
  }
  await page.keyboard.press('Backspace');
  await expect(judged(page)).toHaveText('6');
  await expect(page.getByText('Saved on this device')).toBeVisible();

  await loseDatabase(page);
  await page.goto('/');
  await expect(judged(page)).toHaveText('6');
  // Seven comparisons, seven verdicts, one undo.
  await expect(page.getByText(/had lost 15 records\. They were restored from the journal/)).toBeVisible();
  await page.getByRole('button', { name: 'Close', exact: true }).click();
  await expect(page.getByText(/had lost/)).toBeHidden();

  await page.keyboard.press('Control+y');
  await expect(judged(page)).toHaveText('7');
  await page.reload();
  await expect(judged(page)).toHaveText('7');
  await expect(page.getByText(/had lost/)).toBeHidden();
});

test('a project that was deleted does not come back with the others', async ({ page }) => {
  await page.goto('/');
  await expect(judged(page)).toHaveText('0');
  await page.keyboard.press('1');
  await expect(judged(page)).toHaveText('1');
  await page.getByRole('button', { name: 'My taste' }).click();
  await page.getByLabel('New project').fill('Second');
  await page.getByRole('button', { name: 'Create' }).click();
  await expect(judged(page)).toHaveText('0');
  await page.keyboard.press('1');
  await expect(judged(page)).toHaveText('1');
  await page.getByRole('button', { name: 'Second' }).click();
  await page
    .getByRole('button', { name: /^Delete/ })
    .first()
    .click();
  const confirm = page.getByRole('button', { name: /^Delete/ }).last();
  if (await confirm.isVisible()) await confirm.click();
  await expect(page.getByRole('button', { name: 'My taste' })).toBeVisible();
  await loseDatabase(page);
  await page.goto('/');
  await expect(judged(page)).toHaveText('1');
  await page.getByRole('button', { name: 'My taste' }).click();
  await expect(page.getByRole('listitem').filter({ hasText: 'Second' })).toHaveCount(0);
});

test('a loss of database and journal both does not pass for a first visit', async ({ page }) => {
  await page.goto('/');
  await expect(judged(page)).toHaveText('0');
  await expect(page.getByText(/they are gone/)).toBeHidden();
  await page.keyboard.press('1');
  await expect(judged(page)).toHaveText('1');
  await loseDatabase(page, 'indexeddb,file_systems');
  await page.goto('/');
  await expect(page.getByText(/kept judgments of yours, and they are gone/)).toBeVisible();
  await expect(judged(page)).toHaveText('0');
});
