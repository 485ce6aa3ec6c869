/** Watching a head learn, with the keyboard alone: play, pause, step, tune, keep. */
import { expect, test, type Page } from '@playwright/test';
import { chooseBackend, keepTranscripts, plain, provenanceOf, train, violationsOf } from './modelSteps.ts';

const view = (page: Page) => page.getByRole('region', { name: 'Watch it learn' });
/** How many steps were taken, as the page says it. */
async function stepsOf(page: Page): Promise<number> {
  return Number(/After (\d+) /i.exec(await view(page).locator('.label').innerText())![1]);
}

/** Goes on with Tab until the control has the focus. */
async function tabTo(page: Page, name: string): Promise<void> {
  const control = page.getByRole('button', { name }).or(page.getByRole('combobox', { name }));
  for (let step = 0; step < 12; step++) {
    if (await control.evaluate((node) => node === document.activeElement)) return;
    await page.keyboard.press('Tab');
  }
  await expect(control).toBeFocused();
}

for (const backend of ['CPU', 'WebGPU'] as const) {
  test(`a run on ${backend} plays, pauses, steps and becomes the head in use, by keyboard alone`, async ({
    page,
  }) => {
    await keepTranscripts(page, { slip: 8 });
    await page.goto('/#/model');
    await expect(page.getByText(/^Agrees with you on/)).toBeVisible();
    await chooseBackend(page, backend);

    await page.locator('h1').focus();
    await page.keyboard.press('.');
    const status = view(page).getByRole('status');
    await expect(status).toContainText('Paused after 1 iteration.', { timeout: 40_000 });
    await expect(view(page).getByRole('button', { name: 'Play' })).toBeFocused();
    await page.keyboard.press('.');
    await expect(status).toContainText('Paused after 2 iterations.');
    const sentence = view(page)
      .getByText(/^Agrees with you on/)
      .last();
    expect(plain(await sentence.innerText())).toMatch(/of unseen pairs \(\d+–\d+, n = 30\)/);
    // The curve from before the first step on.
    await expect(view(page).locator('figure').first().locator('tbody tr')).toHaveCount(3);
    expect(await violationsOf(page)).toEqual([]);

    await tabTo(page, 'Strength of the prior');
    await page.keyboard.press('ArrowUp');
    await page.keyboard.press('Shift+Tab');
    await page.keyboard.press('Shift+Tab');
    await page.keyboard.press('p');
    await expect(status).toHaveText('Playing.');
    await expect.poll(() => stepsOf(page)).toBeGreaterThan(2);
    await page.keyboard.press('p');
    await expect(status).toContainText('Paused after');
    // A step that was on its way arrives.
    await page.waitForTimeout(300);
    const paused = await stepsOf(page);
    await page.waitForTimeout(900);
    expect(await stepsOf(page)).toBe(paused);

    await tabTo(page, 'Keep this head');
    await page.keyboard.press('Enter');
    await expect(page.getByText(/^The head you watched is kept and in use\./)).toBeVisible();
    await expect(page.getByRole('button', { name: 'Watch it learn' })).toBeFocused();
    const hyperparameters = await provenanceOf(page, 'Hyperparameters');
    expect(hyperparameters).toContain(`iterations = ${paused}`);
    expect(hyperparameters).toContain('lambda = 0.5, lambda until 2 = 1');
    expect(await provenanceOf(page, 'Ran on')).toMatch(backend === 'CPU' ? /^CPU/ : /^WebGPU/);
  });
}

test('a discarded run leaves nothing, and judging goes on beside one that waits', async ({ page }) => {
  await keepTranscripts(page);
  await page.goto('/#/model');
  await expect(page.getByText(/^Agrees with you on/)).toBeVisible();
  await page.getByRole('button', { name: 'Watch it learn' }).click();
  await expect(view(page).getByText('Nothing is learned yet.')).toBeVisible();
  await page.goto('/#/compare');
  await page.getByText('Your own', { exact: true }).click();
  await page.goto('/#/model');
  await expect(view(page).getByText('Nothing is learned yet.')).toBeVisible();
  await view(page).getByRole('button', { name: 'Discard' }).click();
  await expect(page.getByRole('button', { name: 'Watch it learn' })).toBeFocused();
  await expect(page.getByRole('heading', { name: 'Heads so far' })).toBeVisible();
  await expect(page.locator('section').filter({ hasText: 'Heads so far' }).locator('tbody tr')).toHaveCount(
    1,
  );
});

test('heads are compared on the same pairs, and an older one can be taken into use', async ({ page }) => {
  await keepTranscripts(page, { slip: 8 });
  await train(page, 'CPU');
  await page.keyboard.press('.');
  await expect(view(page).getByRole('status')).toContainText('Paused after 1 iteration.');
  await view(page).getByRole('button', { name: 'Keep this head' }).click();
  const history = page
    .locator('section')
    .filter({ has: page.getByRole('heading', { name: 'Heads so far' }) });
  await expect(history.getByText('Tick two or more to compare them.')).toBeVisible();
  for (const index of [0, 1]) {
    await history.getByRole('checkbox').nth(index).focus();
    await page.keyboard.press('Space');
  }
  const compared = page.getByRole('region', { name: 'Heads compared' });
  await expect(compared.getByRole('row', { name: /^Settings/ })).toContainText(
    'iterations = 1, converged = 0',
  );
  await expect(compared.getByRole('row', { name: /^Log loss/ })).toHaveText(/0\.\d{3}.*0\.\d{3}/);
  const difference = page.getByText(
    'How often head 2 agrees less how often head 1 does, on pairs that neither had seen',
  );
  expect(plain(await difference.innerText())).toMatch(
    /[+−±]\d+\.\d points \([+−±]\d+\.\d to [+−±]\d+\.\d, n = 30\)/,
  );
  await expect(page.getByRole('img', { name: 'Held-out loss of these runs' })).toBeVisible();
  expect(await violationsOf(page)).toEqual([]);

  await history.getByRole('button', { name: 'Use this one' }).first().click();
  await expect(page.getByText('You chose the head in use; newer ones wait below.')).toBeVisible();
  expect(await provenanceOf(page, 'Hyperparameters')).not.toContain('converged');
  await page.reload();
  expect(await provenanceOf(page, 'Hyperparameters')).not.toContain('converged');
  await page.getByRole('button', { name: 'Use the newest' }).click();
  await expect(history.locator('tbody tr').first()).toContainText('in use');
});
