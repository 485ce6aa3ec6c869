/** A language model from an empty profile: found, fetched, used; then without hub and host. */
import { expect, type Page } from '@playwright/test';
import { FakeHub, HUB, routeHub } from '../helpers/fakeHub.ts';
import { tinyLanguageModel } from '../helpers/tinyModels/tinyLanguageModel.ts';
import { test, visit } from './deployed.ts';

test.use({ contextOptions: { reducedMotion: 'reduce' } });

const REPOSITORY = 'palate/tiny-writer';
const found = (page: Page) => page.getByLabel('Found');
const added = (page: Page) => page.getByLabel(/^palate\/tiny-writer@/);

async function writeFour(page: Page): Promise<void> {
  await page.getByRole('textbox', { name: 'Prompt' }).fill('Why is the sky blue?');
  await page.getByText('How freely').click();
  await page.getByLabel('Seed').fill('10');
  await page.getByLabel('Tokens at most').fill('24');
  await page.getByRole('button', { name: 'Write 4 candidates' }).click();
  await expect(page.getByRole('button', { name: 'Cancel' })).toBeHidden({ timeout: 60_000 });
}

test('a language model is found, fetched and used, and writes the same without a network after a reload', async ({
  page,
  host,
}) => {
  const hub = new FakeHub(new Map([[REPOSITORY, tinyLanguageModel()]]));
  await routeHub(page.context(), hub);
  await visit(page);
  await page.goto('/#/generate');
  await expect(page.getByRole('button', { name: /^Write/ })).toBeDisabled();
  await page.getByRole('link', { name: 'Choose what writes' }).click();
  expect(hub.requests).toEqual([]);
  await page.getByLabel('Repository').fill(REPOSITORY);
  await page.getByLabel('Weights').selectOption('fp32');
  await page.getByRole('button', { name: 'Ask for its size' }).last().click();
  await found(page)
    .getByRole('button', { name: /^Download/ })
    .click();
  await added(page).getByRole('button', { name: 'Use' }).click({ timeout: 30_000 });
  await expect(added(page).getByText('In use')).toBeVisible();
  const fetched = hub.requests.length;

  await page.getByRole('link', { name: 'Back to writing' }).click();
  await expect(page.getByText(/^Written by palate\/tiny-writer/)).toBeVisible();
  await writeFour(page);
  await expect(page.getByText('4 wordings in 4 candidates.')).toBeVisible();
  expect(hub.requests.length).toBe(fetched);

  await host.stop();
  const asked: string[] = [];
  page.context().on('request', (request) => {
    if (!request.serviceWorker() && request.url().startsWith(HUB)) asked.push(request.url());
  });
  await page.reload();
  await writeFour(page);
  await expect(page.getByText('4 written, none of them new.')).toBeVisible();
  expect(asked).toEqual([]);

  await page.goto('/#/model/encoder');
  await expect(page.getByRole('heading', { name: 'MiniLM, small' })).toBeVisible();
  await expect(added(page)).toHaveCount(0);
  await page.goto('/#/generate/writers');
  await added(page).getByRole('button', { name: 'Delete' }).click();
  await expect(added(page)).toHaveCount(0);
});

test('a model that is chosen and gone is named when it is asked to write', async ({ page }) => {
  await visit(page);
  const choice = {
    kind: 'model',
    device: 'wasm',
    model: {
      ...{ name: 'Gone', source: 'palate/gone', commit: '0'.repeat(40) },
      ...{ weights: { wasm: 'q8' }, contextTokens: 64, stopIds: [] },
    },
  };
  await page.evaluate((json) => localStorage.setItem('palate.writer', json), JSON.stringify(choice));
  await page.goto('/#/generate');
  await page.reload();
  await page.getByRole('textbox', { name: 'Prompt' }).fill('Why?');
  await page.getByRole('button', { name: 'Write 4 candidates' }).click();
  await expect(page.getByRole('alert')).toContainText('palate/gone@000000000000/q8');
  await expect(page.getByRole('alert')).toContainText('it is not on this device');
});
