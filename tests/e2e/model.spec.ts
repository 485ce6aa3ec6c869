/** Training in the browser, from a dropped file to a sentence about the head. */
import { expect, test } from '@playwright/test';
import { keepTranscripts, plain, provenanceOf, train, violationsOf } from './modelSteps.ts';

test('a dropped file trains a head on WebGPU, which says how far it can be trusted and where it came from', async ({
  page,
}) => {
  await keepTranscripts(page);
  await train(page, 'WebGPU');
  const sentence = plain(await page.getByText(/^Agrees with you on/).innerText());
  expect(sentence).toMatch(
    /^Agrees with you on \d+ % of unseen pairs \(\d+–\d+, n = 30\)\. .*(ruler|rule|answer|coin)/,
  );
  expect(await provenanceOf(page, 'Ran on')).toMatch(/^WebGPU, ./);
  expect(await provenanceOf(page, 'Why there')).toMatch(/WebGPU was asked for/);
  expect(await provenanceOf(page, 'Learned from')).toMatch(/^30 pairs over 30 prompts/);

  const figure = page.locator('figure').filter({ hasText: 'Beside rules that do not read' });
  await figure.getByText('Show as table').click();
  await expect(figure.locator('tbody tr')).toHaveCount(5);
  for (const title of ['How sure, and how often right', 'Does 70 % mean 70 %?', 'Loss while it trained']) {
    await expect(page.getByRole('img', { name: title })).toBeVisible();
  }

  expect(await violationsOf(page)).toEqual([]);
  await page.reload();
  expect(plain(await page.getByText(/^Agrees with you on/).innerText())).toBe(sentence);
});

test('length can be taken out of a head with the keyboard, its effect in view before', async ({ page }) => {
  await keepTranscripts(page);
  await page.goto('/#/model');
  const section = page.locator('section').filter({ has: page.getByRole('heading', { name: 'Length' }) });
  await expect(section.locator('tbody tr')).toHaveText([/^off in use/, /^half/, /^full/]);
  await page.getByText('Settings', { exact: true }).click();
  await page.getByRole('radio', { name: 'off' }).focus();
  await page.keyboard.press('ArrowRight');
  await expect(section.locator('tbody tr')).toHaveText([/^off(?! in use)/, /^half in use/, /^full/]);
  expect(await provenanceOf(page, 'Length control')).toBe('half');
  await page.reload();
  await page.getByText('Settings', { exact: true }).click();
  await expect(page.getByRole('radio', { name: 'half' })).toBeChecked();
  expect(await violationsOf(page)).toEqual([]);
});

test('with a hidden layer a changed control for length waits for a training, and the page says so', async ({
  page,
}) => {
  await keepTranscripts(page);
  await page.goto('/#/model');
  await expect(page.getByText(/^Agrees with you on/)).toBeVisible();
  await page.getByText('Settings', { exact: true }).click();
  await page.getByLabel('Kind of head').selectOption('MLP');
  await page.getByRole('radio', { name: 'full' }).check();
  const note = page.getByText('This head has length control off; what you chose counts');
  await expect(note).toBeVisible();
  await train(page, 'CPU');
  await expect(note).toBeHidden();
  expect(await provenanceOf(page, 'Length control')).toBe('full');
});

test('a judgment that surprises the head is shown, and is gone when it was judged again', async ({
  page,
}) => {
  await keepTranscripts(page, { slip: 8 });
  await page.goto('/#/model');
  const section = page
    .locator('section')
    .filter({ has: page.getByRole('heading', { name: 'Judgments to look at again' }) });
  await expect(section).toContainText(/On [12] of 30 judgments the head gives .*chance would make that/);
  const first = section.getByRole('listitem').first();
  await expect(first).toContainText('How do I thank a host with a child?');
  await expect(first).toContainText(/The head: [5-9]\d.% for this one/);
  expect(await violationsOf(page)).toEqual([]);
  await first.getByRole('link', { name: 'Judge again' }).click();
  const before = page.getByText(/^Before: [AB] better/);
  await expect(page.getByText('How do I thank a host with a child?')).toBeVisible();
  await page.keyboard.press((await before.innerText()).includes(': A') ? '2' : '1');
  await expect(before).toBeHidden();
  await page.goto('/#/model');
  await expect(section).toContainText('On no judgment');
  expect(await violationsOf(page)).toEqual([]);
});

test('from forty pairs on, the page says what the next twenty judgments are worth, and draws the curve', async ({
  page,
}) => {
  await keepTranscripts(page, { prompts: 60 });
  await page.goto('/#/compare');
  const next = page.getByTestId('next-judgments');
  await expect(next).toHaveText(/^The next 20 judgments: about \+\d+\.\d points \(\d+\.\d\sto\s\d+\.\d\)\./);
  await page.goto('/#/model');
  await expect(page.getByRole('img', { name: 'Learning curve. Taught by a quarter' })).toBeVisible();
  const figure = page.locator('figure').filter({ hasText: 'Learning curve' });
  await figure.getByText('Show as table').click();
  await expect(figure.locator('tbody tr > :first-child')).toHaveText([
    ...['15', '30', '45', '60'],
    ...['20 more (forecast)', '60 more (forecast)'],
  ]);
  expect(await violationsOf(page)).toEqual([]);
});

test('a head follows every judgment without a button, and every undo', async ({ page }) => {
  await page.goto('/');
  const live = page.getByTestId('live-trust');
  await expect(page.getByTestId('judged')).toHaveText('0');
  for (let count = 1; count <= 8; count++) {
    await page.keyboard.press(count % 2 === 0 ? '1' : '2');
    await expect(page.getByTestId('judged')).toHaveText(String(count));
    if (count < 6) await expect(live).toBeHidden();
  }
  const learnedFrom = (pairs: number) =>
    expect(page.getByText(new RegExp(`^${pairs} pairs over`))).toBeVisible();
  await page.goto('/#/model');
  await learnedFrom(8);
  await page.goto('/#/compare');
  await expect(live).toBeVisible();
  await page.keyboard.press('Backspace');
  await expect(page.getByTestId('judged')).toHaveText('7');
  await page.goto('/#/model');
  await learnedFrom(7);
  await page.reload();
  await learnedFrom(7);
});

test('with a head the next questions are chosen, a reload asks the same one, and the page says why', async ({
  page,
}) => {
  // A verdict is confirmed on its own pair for a moment, which is not the pair that is asked.
  await page.emulateMedia({ reducedMotion: 'reduce' });
  await page.goto('/');
  await expect(page.getByTestId('judged')).toHaveText('0');
  for (let count = 1; count <= 12; count++) {
    await page.keyboard.press(count % 3 === 0 ? '1' : '2');
    await expect(page.getByTestId('judged')).toHaveText(String(count));
  }
  await expect(page.getByTestId('live-trust')).toBeVisible();
  await expect(page.getByTestId('why')).toHaveText(/chance|cannot tell|not judged yet/);
  const shown = async () => page.locator('article').allInnerTexts();
  // The pair just judged stays for a moment.
  await page.waitForTimeout(500);
  const before = await shown();
  await page.waitForTimeout(500);
  expect(await shown()).toEqual(before);
  await page.reload();
  await expect(page.getByTestId('why')).toBeVisible();
  expect(await shown()).toEqual(before);
});

test('too few preferences: the page says what is missing and claims nothing', async ({ page }) => {
  await page.goto('/#/model');
  await expect(
    page.getByText('Training needs at least 6 preferences; there are 0. Judge 6 more.'),
  ).toBeVisible();
  await expect(page.getByRole('button', { name: 'Train' })).toBeDisabled();
  await expect(page.getByText(/^Agrees with you/)).toHaveCount(0);
});

test('an exported head is a file of this app', async ({ page }) => {
  await keepTranscripts(page);
  await train(page, 'CPU');
  const download = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Export head' }).click();
  expect((await download).suggestedFilename()).toMatch(/head-\d{4}-\d\d-\d\d\.json$/);
});
