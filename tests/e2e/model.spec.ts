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

test('a new judgment makes the head stale, and says so', async ({ page }) => {
  await keepTranscripts(page);
  await train(page, 'CPU');
  await page.goto('/#/compare');
  await page.keyboard.press('1');
  await page.goto('/#/model');
  await expect(page.getByText('1 judgment since this head was trained.')).toBeVisible();
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
