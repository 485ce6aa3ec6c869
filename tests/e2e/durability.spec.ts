/** What was called saved is there again, whatever happens to the database. */
import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
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

test('data erased while the page is open: what is on screen can be saved as a file and comes back from it', async ({
  page,
}) => {
  await page.goto('/');
  await expect(judged(page)).toHaveText('0');
  await page.keyboard.press('1');
  await expect(judged(page)).toHaveText('1');
  const session = await page.context().newCDPSession(page);
  const origin = new URL(page.url()).origin;
  await session.send('Storage.clearDataForOrigin', { origin, storageTypes: 'indexeddb,file_systems' });
  await expect(page.getByText(/was erased while this page was open/)).toBeVisible();
  await page.keyboard.press('2');
  await expect(judged(page)).toHaveText('2');
  await expect(page.getByText('1 act is in this window only.')).toBeVisible();
  const download = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Save backup file' }).click();
  const file = await (await download).path();

  page.on('dialog', (dialog) => void dialog.accept());
  await page.goto('about:blank');
  await page.goto('/#/data');
  await page.getByLabel('Restore…').setInputFiles({
    name: 'saved.palate.gz',
    mimeType: 'application/gzip',
    buffer: readFileSync(file),
  });
  await expect(page.getByText('From saved.palate.gz:')).toBeVisible();
  await page.goto('/#/compare');
  await expect(judged(page)).toHaveText('2');
});

test('without room nothing is called saved, judging goes on, and with room again everything is saved', async ({
  page,
}) => {
  const session = await page.context().newCDPSession(page);
  const { origin } = new URL(test.info().project.use.baseURL!);
  const setRoom = (quotaSize?: number) =>
    session.send('Storage.overrideQuotaForOrigin', { origin, ...(quotaSize && { quotaSize }) });
  const notSaved = page.getByRole('alert').filter({ hasText: 'Not saved.' });
  await setRoom(40_000);
  await page.goto('/');
  await expect(judged(page)).toHaveText('0');
  // A build that comes in for use offline and is refused may have held the room for a moment, before the first act.
  const inWindowOnly = notSaved.filter({ hasText: 'in this window only' });
  let count = 0;
  while (count < 60 && !(await inWindowOnly.isVisible())) {
    await page.keyboard.press('1');
    await expect(judged(page)).toHaveText(String(++count));
  }
  await expect(notSaved).toContainText('1 act is in this window only');
  await expect(page.getByRole('button', { name: 'Not saved' })).toBeVisible();
  await page.keyboard.press('1');
  await expect(judged(page)).toHaveText(String(++count));
  await expect(notSaved).toContainText('2 acts are in this window only');
  await setRoom();
  await page.getByRole('button', { name: 'Try again' }).click();
  await expect(notSaved).toBeHidden();
  await expect(page.getByText('Saved on this device')).toBeVisible();
  await page.reload();
  await expect(judged(page)).toHaveText(String(count));
});

test('a first visit without any room works in memory and says so', async ({ page }) => {
  const session = await page.context().newCDPSession(page);
  const { origin } = new URL(test.info().project.use.baseURL!);
  await session.send('Storage.overrideQuotaForOrigin', { origin, quotaSize: 1 });
  await page.goto('/');
  await expect(judged(page)).toHaveText('0');
  await page.keyboard.press('1');
  await expect(judged(page)).toHaveText('1');
  await expect(page.getByRole('alert')).toContainText('Not saved.');
});

test('a tab of an older Palate gives way to a newer one, and says so', async ({ page }) => {
  await page.goto('/');
  await expect(judged(page)).toHaveText('0');
  await page.keyboard.press('1');
  await expect(judged(page)).toHaveText('1');
  await page.evaluate(
    () =>
      new Promise<void>((resolve, reject) => {
        const opening = indexedDB.open('palate', 1_000);
        opening.onsuccess = () => resolve(opening.result.close());
        opening.onerror = () => reject(opening.error!);
      }),
  );
  await expect(page.getByText(/A newer Palate is open in another tab/)).toBeVisible();
  await expect(page.getByRole('button', { name: 'Reload' })).toBeVisible();
});

test('where the work is kept is told on request, with what the last backup file lacks', async ({ page }) => {
  await page.goto('/');
  await expect(judged(page)).toHaveText('0');
  await page.keyboard.press('1');
  await expect(judged(page)).toHaveText('1');
  await page.getByRole('button', { name: 'Saved on this device' }).click();
  const sheet = page.getByRole('dialog', { name: 'Where your work is kept' });
  await expect(sheet.getByText('There is no backup file yet.')).toBeVisible();
  const download = page.waitForEvent('download');
  await sheet.getByRole('button', { name: 'Save backup file' }).click();
  await download;
  await expect(sheet.getByText(/nothing was done in this project since/)).toBeVisible();
  await sheet.getByRole('button', { name: 'Close' }).click();
  await page.keyboard.press('1');
  await expect(judged(page)).toHaveText('2');
  await page.getByRole('button', { name: 'Saved on this device' }).click();
  await expect(sheet.getByText(/1 act in this project ago/)).toBeVisible();
});

test('the data of a newer Palate is left as it is, and can be saved as a file', async ({ page }) => {
  await page.goto('/');
  await expect(judged(page)).toHaveText('0');
  await page.keyboard.press('1');
  await expect(judged(page)).toHaveText('1');
  // Where no Palate runs that could be in its way.
  await page.goto('/manifest.webmanifest');
  const records = () =>
    page.evaluate(
      () =>
        new Promise<string>((resolve, reject) => {
          const opening = indexedDB.open('palate', 1_000);
          opening.onerror = () => reject(opening.error!);
          opening.onsuccess = () => {
            const database = opening.result;
            const events = database.transaction('events').objectStore('events').getAll();
            events.onsuccess = () => {
              database.close();
              resolve(JSON.stringify(events.result));
            };
          };
        }),
    );
  const before = await records();
  await page.goto('/');
  await expect(page.getByText('was written by a newer Palate')).toBeVisible();
  const download = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Save everything as a file' }).click();
  const file = await download;
  expect(file.suggestedFilename()).toMatch(/^palate-\d{4}-\d\d-\d\d\.database\.jsonl\.gz$/);
  const lines = gunzipSync(readFileSync(await file.path()))
    .toString()
    .trim()
    .split('\n');
  const saved = lines.map((line) => JSON.parse(line) as { store?: string; value?: unknown });
  expect(saved[0]).toEqual({ palateDatabase: 1_000 });
  const events = saved.filter(({ store }) => store === 'events').map(({ value }) => value);
  expect(JSON.stringify(events)).toBe(before);
  expect(events).toHaveLength(1);
  await page.goto('/manifest.webmanifest');
  expect(await records()).toBe(before);
});
