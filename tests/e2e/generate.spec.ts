/** The loop as a person goes round it, with a tiny language model that lies on the device. */
import { readFileSync } from 'node:fs';
import { expect, test, type Page } from '@playwright/test';
import { languageModelId } from '../../src/core/languageModel.ts';
import type { ModelDevice } from '../../src/core/sentenceModel.ts';
import { tinyLanguageModel } from '../helpers/tinyModels/tinyLanguageModel.ts';
import { tinyWriter } from '../helpers/tinyModels/tinyWriter.ts';
import { openApp, startWorker, type InPage } from './builtWorker.ts';
import { keepTranscripts, train, violationsOf } from './modelSteps.ts';

test.use({ contextOptions: { reducedMotion: 'reduce' } });

const PROMPT = 'Why is the sky blue?';

/** A model on the device, chosen to write. */
async function chooseWriter(page: Page, device: ModelDevice): Promise<void> {
  await openApp(page);
  await remember(page, device);
  await startWorker(page, 'modelDownload');
  const files = [...tinyLanguageModel()].map(([path, bytes]) => [path, [...bytes]] as const);
  await page.evaluate(
    async ([id, folder]) => {
      const picked = folder.map(([path, bytes]) => ({ path, file: new Blob([Uint8Array.from(bytes)]) }));
      await (globalThis as unknown as InPage).call('addFolder', id, picked, () => undefined);
    },
    [languageModelId(tinyWriter, device)!, files] as const,
  );
  await page.reload();
}

function remember(page: Page, device: ModelDevice): Promise<void> {
  const choice = JSON.stringify({ kind: 'model', model: tinyWriter, device });
  return page.evaluate((json) => localStorage.setItem('palate.writer', json), choice);
}

async function write(page: Page, count: number, seed?: number): Promise<void> {
  await page.getByRole('textbox', { name: 'Prompt' }).fill(PROMPT);
  await page.getByLabel('How many').fill(String(count));
  if (seed !== undefined) {
    const field = page.getByLabel('Seed');
    if (!(await field.isVisible())) await page.getByText('How freely').click();
    await field.fill(String(seed));
    await page.getByLabel('Tokens at most').fill('24');
    await page.getByLabel('Temperature').fill('1');
  }
  await page.getByRole('button', { name: `Write ${count} candidates` }).click();
  await expect(page.getByRole('button', { name: 'Cancel' })).toBeHidden({ timeout: 60_000 });
  await expect(page.getByText(/wordings? in \d+ candidates?/)).toBeVisible();
}

const candidates = (page: Page) => page.locator('section[aria-labelledby="pool-heading"] .person-text');
const history = (page: Page) => page.getByRole('region', { name: 'Prompts' });

test('eight candidates are ranked, judged and learned from, and there after a reload', async ({ page }) => {
  await chooseWriter(page, 'wasm');
  await keepTranscripts(page);
  await train(page, 'CPU');
  await page.goto('/#/generate');
  await write(page, 8, 10);
  await expect(page.getByRole('heading', { name: 'As the head ranks them' })).toBeVisible();
  await expect(candidates(page)).toHaveCount(8);
  await expect(page.getByText('whose answer would tell the head most')).toBeVisible();
  const panes = page.getByRole('article');
  const asked = await panes.allInnerTexts();
  await page.keyboard.press('1');
  await expect(history(page)).toContainText('1 round, 8 candidates, 1 judged');
  await expect(panes).toHaveCount(2);
  await expect.poll(() => panes.allInnerTexts()).not.toEqual(asked);
  await page.keyboard.press('Backspace');
  await expect(history(page)).toContainText('0 judged');
  await expect.poll(() => panes.allInnerTexts()).toEqual(asked);
  await page.keyboard.press('2');
  await expect(history(page)).toContainText('1 judged');

  await write(page, 3, 11);
  await expect(page.getByText('2 rounds of best of n')).toBeVisible();
  await expect(page.getByText(/Its best beats the best before it/)).toBeVisible();
  const ranked = await candidates(page).allInnerTexts();
  expect(ranked).toHaveLength(11);

  await page.reload();
  await history(page).getByText(PROMPT).click();
  await expect(candidates(page)).toHaveCount(11);
  await expect.poll(() => candidates(page).allInnerTexts()).toEqual(ranked);
});

test('the processor and the graphics device write the same texts from the same seed, ranked and judged alike', async ({
  page,
}) => {
  await chooseWriter(page, 'wasm');
  await keepTranscripts(page);
  await train(page, 'CPU');
  await page.goto('/#/generate');
  await write(page, 8, 10);
  await expect(candidates(page)).toHaveCount(8);
  const texts = await candidates(page).allInnerTexts();
  expect(new Set(texts).size).toBe(8);
  await remember(page, 'webgpu');
  await page.reload();
  await write(page, 8, 10);
  await expect(page.getByText('8 written, none of them new.')).toBeVisible();
  await expect.poll(() => candidates(page).allInnerTexts()).toEqual(texts);
  await expect(page.getByText(/2 nearly alike$/)).toHaveCount(8);
  await expect(page.getByRole('heading', { name: 'As the head ranks them' })).toBeVisible();
  await page.keyboard.press('1');
  await expect(history(page)).toContainText('2 rounds, 16 candidates, 1 judged');
});

test('writing is cancelled at once, and what was whole is kept', async ({ page }) => {
  await chooseWriter(page, 'wasm');
  await page.goto('/#/generate');
  await page.getByRole('textbox', { name: 'Prompt' }).fill(PROMPT);
  await page.getByLabel('How many').fill('32');
  await page.getByRole('button', { name: 'Write 32 candidates' }).click();
  await expect(page.getByText(/^[2-9]\d* of 32 written/)).toBeVisible({ timeout: 60_000 });
  await page.getByRole('button', { name: 'Cancel' }).click();
  await expect(page.getByText(/^Cancelled\. \d+ candidates kept\.$/)).toBeVisible();
  const said = await page.getByText(/^Cancelled\./).innerText();
  await expect(history(page)).toContainText(`1 round, ${/\d+/.exec(said)![0]} candidates`);
});

test('without a head pairs are judged all the same, and leave as a file', async ({ page }) => {
  await chooseWriter(page, 'wasm');
  await page.goto('/#/generate');
  await write(page, 4, 10);
  await expect(page.getByRole('heading', { name: 'As they were written' })).toBeVisible();
  await expect(page.getByRole('button', { name: 'Winners as SFT JSONL' })).toBeDisabled();
  await page.keyboard.press('1');
  await expect(history(page)).toContainText('1 judged');
  const saved = page.waitForEvent('download');
  await page.getByRole('button', { name: '1 pair as DPO JSONL' }).click();
  const rows = readFileSync(await (await saved).path(), 'utf8')
    .trim()
    .split('\n');
  expect(rows.map((row) => JSON.parse(row).prompt)).toEqual([[{ role: 'user', content: PROMPT }]]);
});

test('winners of every prompt leave as a file', async ({ page }) => {
  await chooseWriter(page, 'wasm');
  await keepTranscripts(page);
  await train(page, 'CPU');
  await page.goto('/#/generate');
  await write(page, 3, 10);
  const saved = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Winners as SFT JSONL' }).click();
  const [line] = readFileSync(await (await saved).path(), 'utf8').split('\n');
  const best = await candidates(page).first().innerText();
  expect(JSON.parse(line).messages).toEqual([
    { role: 'user', content: PROMPT },
    { role: 'assistant', content: best },
  ]);
  await expect(page.getByText(/^1 winner saved/)).toBeVisible();
});

test('a prompt is removed with its candidates once that is confirmed', async ({ page }) => {
  await chooseWriter(page, 'wasm');
  await page.goto('/#/generate');
  await write(page, 2, 10);
  await history(page).getByRole('button', { name: 'Remove' }).click();
  await history(page).getByRole('button', { name: 'Keep' }).click();
  await expect(history(page)).toContainText(PROMPT);
  await history(page).getByRole('button', { name: 'Remove' }).click();
  await history(page).getByRole('button', { name: 'Remove' }).click();
  await expect(history(page)).toContainText('What you write candidates for is kept here');
  await expect(candidates(page)).toHaveCount(0);
});

for (const scheme of ['light', 'dark'] as const) {
  test(`the screen has no fault that axe finds, in ${scheme}, empty and full`, async ({ page }) => {
    await page.emulateMedia({ colorScheme: scheme });
    await chooseWriter(page, 'wasm');
    await page.goto('/#/generate');
    await expect(page.getByRole('textbox', { name: 'Prompt' })).toBeVisible();
    expect(await violationsOf(page)).toEqual([]);
    await write(page, 3, 10);
    expect(await violationsOf(page)).toEqual([]);
    await page.getByRole('link', { name: 'Change' }).click();
    await expect(page.getByRole('heading', { name: 'What writes' })).toBeVisible();
    expect(await violationsOf(page)).toEqual([]);
  });
}
