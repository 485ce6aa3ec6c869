/** Two tabs of one browser on one project: each shows what the other judged, and nothing is lost. */
import { expect, test, type Page } from '@playwright/test';

test.use({ contextOptions: { reducedMotion: 'reduce' } });

/** Verdicts in each tab. */
const VERDICTS = 40;

const judged = (page: Page) => page.getByTestId('judged');

/** How many judgments this browser keeps, whoever shows them. */
function storedJudgments(page: Page): Promise<number> {
  return page.evaluate(async () => {
    const opened = <T>(request: IDBRequest<T>) =>
      new Promise<T>((resolve, reject) => {
        request.onsuccess = () => resolve(request.result);
        request.onerror = () => reject(request.error!);
      });
    const database = await opened(indexedDB.open('palate'));
    const entries = await opened(database.transaction('events').objectStore('events').getAll());
    database.close();
    return entries.filter(({ record }) => record.kind === 'judgment').length;
  });
}

test('eighty verdicts in two tabs are all kept, and both come to show the same count', async ({
  context,
}) => {
  const one = await context.newPage();
  await one.goto('/');
  await expect(judged(one)).toHaveText('0');
  const other = await context.newPage();
  await other.goto('/');
  await expect(judged(other)).toHaveText('0');
  for (let count = 0; count < VERDICTS; count++) {
    await Promise.all([one.keyboard.press('1'), other.keyboard.press('2')]);
  }

  const last = Date.now();
  const countOf = async (page: Page): Promise<number> => Number(await judged(page).textContent());
  await expect.poll(() => storedJudgments(one), { intervals: [20] }).toBe(2 * VERDICTS);
  const stored = Date.now();
  await expect.poll(async () => (await countOf(one)) - (await countOf(other)), { intervals: [20] }).toBe(0);
  console.log(`stored after ${stored - last} ms, the same count ${Date.now() - stored} ms later`);
  const shown = await judged(one).textContent();
  for (const page of [one, other]) {
    await page.reload();
    await expect(judged(page)).toHaveText(shown!);
  }
  expect(await storedJudgments(other)).toBe(2 * VERDICTS);
});

test('a verdict in one tab is counted in the other within half a second, and can be taken back there', async ({
  context,
}) => {
  const one = await context.newPage();
  await one.goto('/');
  await expect(judged(one)).toHaveText('0');
  const other = await context.newPage();
  await other.goto('/');
  await expect(judged(other)).toHaveText('0');
  await one.keyboard.press('1');
  await expect(judged(one)).toHaveText('1');
  await expect(judged(other)).toHaveText('1', { timeout: 500 });
  await other.keyboard.press('Backspace');
  await expect(judged(other)).toHaveText('0');
  await expect(judged(one)).toHaveText('0', { timeout: 500 });
});
