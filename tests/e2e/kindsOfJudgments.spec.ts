/** All the ways to say what one prefers, by keyboard alone: each is one act to take back, and nothing of it is left. */
import { readFileSync } from 'node:fs';
import { expect, test, type Page } from '@playwright/test';
import { violationsOf } from './modelSteps.ts';

test.use({ contextOptions: { reducedMotion: 'reduce' } });

const judged = (page: Page) => page.getByTestId('judged');

async function press(page: Page, key: string, count: number): Promise<void> {
  await page.keyboard.press(key);
  await expect(judged(page)).toHaveText(String(count));
}

interface HeadFile {
  readonly head: {
    readonly parameters: unknown;
    readonly trust: unknown;
    readonly provenance: { readonly dataHash: string; readonly counts: { readonly pairs: number } };
  };
}

/** What the head in use has learned, as its file says it, once it has learned from this many pairs. */
async function learned(page: Page, pairs: number): Promise<unknown> {
  await page.keyboard.press('g');
  await page.keyboard.press('m');
  await expect(page.getByText(new RegExp(`^${pairs} pairs over`))).toBeVisible();
  const download = page.waitForEvent('download');
  await page.getByRole('button', { name: /head file|Save the head|Export/ }).press('Enter');
  const { head } = JSON.parse(readFileSync(await (await download).path(), 'utf8')) as HeadFile;
  await page.keyboard.press('g');
  await page.keyboard.press('c');
  await expect(judged(page)).toBeVisible();
  return [head.parameters, head.trust, head.provenance.dataHash];
}

test('ranking four, editing a winner, a thumb and a second look are undone to the same head, and survive a reload', async ({
  page,
}) => {
  await page.goto('/');
  await expect(judged(page)).toHaveText('0');
  for (let count = 1; count <= 8; count++) await press(page, count % 3 === 0 ? '1' : '2', count);
  const before = await learned(page, 8);

  // A ranking of four with a tie makes five preferences and a tie.
  await page.keyboard.press('k');
  await expect(page.getByRole('article')).toHaveCount(4);
  for (const digit of ['2', '1', '3', '3']) await page.keyboard.press(digit);
  await expect(page.getByRole('list', { name: 'Order so far' })).toContainText('Place 3: C, D');
  expect(await violationsOf(page)).toEqual([]);
  await press(page, 'Enter', 14);
  await expect(page.locator('[data-count="Preferences"]')).toHaveText('13');

  // The winner chosen last is edited: two preferences more.
  await page.keyboard.press('p');
  await page.keyboard.press('Shift+E');
  await expect(page.getByRole('dialog', { name: 'Edit the winner' })).toBeVisible();
  await expect(page.getByText('This is the winner as it was.')).toBeVisible();
  expect(await violationsOf(page)).toEqual([]);
  await page.keyboard.press('End');
  await page.keyboard.type(' And thank you.');
  await page.keyboard.press('Control+Enter');
  await expect(page.getByRole('dialog')).toBeHidden();
  await expect(judged(page)).toHaveText('16');

  await page.keyboard.press('o');
  await expect(page.getByRole('article', { name: 'Response', exact: true })).toBeVisible();
  expect(await violationsOf(page)).toEqual([]);
  await press(page, '1', 17);

  // The first verdict turned out otherwise; its reasons go with it.
  await page.keyboard.press('p');
  await page.keyboard.press('l');
  await expect(page.getByText('How did it turn out?')).toBeVisible();
  const former = await page.getByText(/^Before: [AB] better/).innerText();
  await page.keyboard.press('e');
  await expect(page.getByRole('button', { name: 'clear' })).toHaveAttribute('aria-pressed', 'true');
  await page.keyboard.press(former.includes('A better') ? '2' : '1');
  await expect(page.getByText('How did it turn out?')).toBeHidden();
  await page.reload();
  await expect(judged(page)).toHaveText('17');
  expect(await learned(page, 15)).not.toEqual(before);

  // All of it is taken back, each act at once, each where it was given.
  await page.keyboard.press('Backspace');
  await expect(page.getByText(/^Before: [AB] better/)).toBeVisible();
  await press(page, 'Backspace', 16);
  await expect(page.getByText('Before: Good.')).toBeVisible();
  await press(page, 'Backspace', 14);
  await press(page, 'Backspace', 8);
  await expect(page.getByRole('list', { name: 'Order so far' })).toContainText('Place 3: C, D');
  await page.reload();
  await expect(judged(page)).toHaveText('8');
  await expect(page.getByRole('list', { name: 'Order so far' })).toContainText('Place 2: A');
  expect(await learned(page, 8)).toEqual(before);

  // And done again: the log has lost nothing.
  for (const count of [14, 16, 17]) await press(page, 'Control+y', count);
  await page.keyboard.press('Control+y');
  await page.reload();
  await expect(judged(page)).toHaveText('17');
  await expect(page.locator('[data-count="Preferences"]')).toHaveText('15');
});

test('the list of reasons can be changed, and a letter dragged into a place', async ({ page }) => {
  await page.goto('/');
  await page.getByRole('button', { name: 'Change the list' }).click();
  await page.getByRole('textbox', { name: /^One a line/ }).fill('funny\n  kind \nfunny\n');
  await page.getByRole('button', { name: 'Save the list' }).click();
  await expect(page.getByRole('dialog')).toBeHidden();
  await page.keyboard.press('w');
  await expect(page.getByRole('button', { name: 'kind' })).toHaveAttribute('aria-pressed', 'true');
  await press(page, '1', 1);
  await expect(page.getByRole('button', { name: 'kind' })).toHaveAttribute('aria-pressed', 'false');
  await page.keyboard.press('Backspace');
  await expect(page.getByRole('button', { name: 'kind' })).toHaveAttribute('aria-pressed', 'true');

  await page.keyboard.press('k');
  await page
    .getByRole('heading', { name: 'B', exact: true })
    .dragTo(page.getByRole('list', { name: 'Order so far' }).getByRole('listitem').first());
  await expect(page.getByRole('list', { name: 'Order so far' })).toContainText('Place 1: B');
});

test('a reason gets a head of its own, and candidates can be ranked by it', async ({ page }) => {
  await page.goto('/');
  await expect(judged(page)).toHaveText('0');
  for (let count = 1; count <= 7; count++) {
    if (count > 1) await page.keyboard.press('e');
    await press(page, count % 2 === 0 ? '1' : '2', count);
  }
  await page.keyboard.press('g');
  await page.keyboard.press('m');
  const reasons = page.locator('section').filter({ has: page.getByRole('heading', { name: 'By reason' }) });
  await expect(reasons).toContainText('6 preferences to learn from.');
  await reasons.getByRole('button', { name: 'Train on clear' }).press('Enter');
  await expect(reasons).toContainText(/Agrees with you on/);
  await expect(page.getByText(/^7 pairs over/)).toBeVisible();
  expect(await violationsOf(page)).toEqual([]);
  await page.keyboard.press('g');
  await page.keyboard.press('r');
  await page.getByLabel('Rank by').selectOption('clear');
  await expect(page.getByRole('region', { name: 'Head' })).toContainText('Ranked by what you found clear,');
});
