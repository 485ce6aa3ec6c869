/** A sentence model from an empty profile: found, fetched, tested, trained with, ranked with; then without a network. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, type Page } from '@playwright/test';
import { FakeHub, HUB, routeHub } from '../helpers/fakeHub.ts';
import { tinyEncoder } from '../helpers/tinyModels/tinyEncoder.ts';
import { isKept, judged, test, visit } from './deployed.ts';
import { chooseBackend, dropFile, keepTranscripts, violationsOf } from './modelSteps.ts';
import { candidateLines } from './transcripts.ts';

test.use({ contextOptions: { reducedMotion: 'reduce' } });

const REPOSITORY = 'palate/tiny-encoder';

function tinyHub(options?: Parameters<typeof tinyEncoder>[0]): FakeHub {
  return new FakeHub(new Map([[REPOSITORY, tinyEncoder(options)]]));
}

const added = (page: Page) => page.getByLabel(/^palate\/tiny-encoder@/);
const found = (page: Page) => page.getByLabel('Found');

async function ask(page: Page): Promise<void> {
  await page.goto('/#/model/encoder');
  await page.getByLabel('Repository').fill(REPOSITORY);
  await page.getByLabel('Weights').selectOption('fp32');
  await page.getByRole('button', { name: 'Ask for its size' }).last().click();
}

/** Found, seen, fetched. */
async function fetchTiny(page: Page): Promise<void> {
  await ask(page);
  await expect(found(page)).toContainText(/14\d kB in\s+\d files/);
  await found(page)
    .getByRole('button', { name: /^Download 14\d kB/ })
    .click();
  await expect(added(page).getByRole('button', { name: 'Use' })).toBeVisible({ timeout: 30_000 });
}

async function useTiny(page: Page): Promise<void> {
  await added(page).getByRole('button', { name: 'Use' }).click();
  await expect(added(page).getByText('In use')).toBeVisible();
}

/** Trains a head that reads by the model in use. */
async function trainOn(page: Page): Promise<void> {
  await page.goto('/#/model');
  await page.getByRole('button', { name: /^Train/ }).click();
  await expect(page.getByText('Trained and kept.')).toBeVisible({ timeout: 60_000 });
}

async function saved(page: Page, button: string): Promise<string> {
  const download = page.waitForEvent('download');
  await page.getByRole('button', { name: button }).click();
  return (await download).path();
}

async function rankingOf(page: Page): Promise<string> {
  await page.goto('/#/rerank');
  await dropFile(page, 'mine.jsonl', candidateLines(4));
  await expect(page.getByText('4 prompts, 12 candidates.')).toBeVisible({ timeout: 30_000 });
  return readFileSync(await saved(page, 'Save as JSONL'), 'utf8');
}

function writeModel(folder: string): void {
  for (const [path, bytes] of tinyEncoder()) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), bytes);
  }
}

/** Ranks and rewards, row by row. */
function rewardsOf(ranked: string): readonly number[] {
  const lines = ranked.trim().split('\n');
  return lines.flatMap((line) => {
    const { candidates } = JSON.parse(line) as { candidates: { rank: number; score: number }[] };
    return candidates.flatMap(({ rank, score }) => [rank, score]);
  });
}

for (const backend of ['CPU', 'WebGPU'] as const) {
  test(`on ${backend}: a model is found, fetched, used for a head and a ranking, and works without a network after a reload`, async ({
    page,
    host,
  }) => {
    const hub = tinyHub();
    await routeHub(page.context(), hub);
    await visit(page);
    await keepTranscripts(page);
    await fetchTiny(page);
    const fetched = hub.requests.length;
    await useTiny(page);
    expect(await violationsOf(page)).toEqual([]);

    await page.goto('/#/model');
    await expect(
      page.getByText('Texts are read by palate/tiny-encoder, beside the built-in one.'),
    ).toBeVisible();
    await chooseBackend(page, backend);
    await page.getByRole('button', { name: /^Train/ }).click();
    await expect(page.getByText('Trained and kept.')).toBeVisible({ timeout: 60_000 });
    const where = backend === 'CPU' ? 'the processor' : 'the graphics device';
    await expect(page.getByText(`It ran on ${where}, after a test with known vectors.`)).toBeVisible();
    const before = await rankingOf(page);
    expect(hub.requests.length).toBe(fetched);

    await host.stop();
    const asked: string[] = [];
    page.context().on('request', (request) => {
      if (!request.serviceWorker() && request.url().startsWith(HUB)) asked.push(request.url());
    });
    await page.reload();
    await expect(page.getByText('Paste candidates')).toBeVisible();
    expect(await rankingOf(page)).toBe(before);
    expect(asked).toEqual([]);
    expect(hub.requests.length).toBe(fetched);
  });
}

test('the terminal ranks with the head and the files of the model as the page does, and says when it lacks them', async ({
  page,
}, info) => {
  await routeHub(page.context(), tinyHub());
  await visit(page);
  await keepTranscripts(page);
  await fetchTiny(page);
  await useTiny(page);
  await trainOn(page);
  const head = await saved(page, 'Export head');
  const ranked = rewardsOf(await rankingOf(page));

  writeModel(info.outputPath('tiny'));
  const [candidates, out] = [info.outputPath('mine.jsonl'), info.outputPath('ranked.jsonl')];
  writeFileSync(candidates, candidateLines(4));
  const palate = (...more: string[]) =>
    spawnSync(
      process.execPath,
      ['--import', 'tsx', 'src/cli/palate.ts', 'rerank', head, candidates, '--out', out, ...more],
      { encoding: 'utf8' },
    );
  expect(palate('--model', info.outputPath('tiny')).stderr).toBe('');
  rewardsOf(readFileSync(out, 'utf8')).forEach((value, place) => expect(value).toBeCloseTo(ranked[place], 3));
  expect(palate().stderr).toContain('name the folder with the files of palate/tiny-encoder');
  expect(palate('--model', info.outputPath()).stderr).toContain('holds no model: it has no config.json');
});

test('a model that gives nothing but zeros is told, and the head from before stays in use', async ({
  page,
}) => {
  await routeHub(page.context(), tinyHub({ outputScale: 0 }));
  await visit(page);
  await keepTranscripts(page);
  await fetchTiny(page);
  await useTiny(page);
  await page.goto('/#/model');
  await page.getByRole('button', { name: /^Train/ }).click();
  await expect(page.getByText(/gives the same vector for different sentences, or none/)).toBeVisible({
    timeout: 60_000,
  });
  await expect(page.getByText(/^Agrees with you on/)).toBeVisible();
});

test('a model comes from a folder on the disk, and nothing is asked of the hub', async ({ page }, info) => {
  const hub = tinyHub();
  await routeHub(page.context(), hub);
  writeModel(info.outputPath('my-encoder'));
  await visit(page);
  await keepTranscripts(page);
  await page.goto('/#/model/encoder');
  await page.getByLabel('Weights').selectOption('fp32');
  await page.getByLabel('Choose a folder').setInputFiles(info.outputPath('my-encoder'));
  const card = page.getByLabel(/^my-encoder@/);
  await card.getByRole('button', { name: 'Use' }).click();
  await expect(card.getByText('In use')).toBeVisible();
  await trainOn(page);
  expect(hub.requests).toEqual([]);
});

test('a download that is cancelled goes on later from where it was', async ({ page }) => {
  const hub = tinyHub();
  hub.delayMs = () => 3_000;
  await routeHub(page.context(), hub);
  await visit(page);
  await ask(page);
  await found(page)
    .getByRole('button', { name: /^Download/ })
    .click();
  await page.getByRole('button', { name: 'Cancel' }).click();
  await expect(page.getByText('Cancelled. What came in is kept')).toBeVisible();
  hub.delayMs = () => 0;
  await found(page)
    .getByRole('button', { name: /^Download/ })
    .click();
  await expect(added(page).getByRole('button', { name: 'Use' })).toBeVisible({ timeout: 30_000 });
});

test('a file that is wrong is refused by name, and the next try heals', async ({ page }) => {
  const hub = tinyHub();
  hub.spoil = (path, answer) =>
    path.endsWith('onnx/model.onnx')
      ? {
          ...answer,
          headers: { ...answer.headers, 'content-type': 'text/html' },
          body: '<!doctype html><title>Log in</title>',
        }
      : answer;
  await routeHub(page.context(), hub);
  await visit(page);
  await ask(page);
  await found(page)
    .getByRole('button', { name: /^Download/ })
    .click();
  await expect(page.getByText(/onnx\/model\.onnx.*web page/)).toBeVisible();
  hub.spoil = (_, answer) => answer;
  await found(page)
    .getByRole('button', { name: /^Download/ })
    .click();
  await expect(added(page).getByRole('button', { name: 'Use' })).toBeVisible({ timeout: 30_000 });
});

test('a model that is deleted is told where it is needed, and the built-in encoder takes its place', async ({
  page,
}) => {
  await routeHub(page.context(), tinyHub());
  await visit(page);
  await keepTranscripts(page);
  await fetchTiny(page);
  await useTiny(page);
  await added(page).getByRole('button', { name: 'Delete' }).click();
  await expect(added(page)).toHaveCount(0);
  await page.goto('/#/model');
  await page.getByRole('button', { name: /^Train/ }).click();
  await expect(page.getByText(/it is not on this device/)).toBeVisible();
  await page.getByRole('link', { name: 'Change' }).click();
  await page
    .getByRole('listitem')
    .filter({ hasText: 'Built-in' })
    .getByRole('button', { name: 'Use' })
    .click();
  await page.getByRole('link', { name: 'Back to the model' }).click();
  await page.getByRole('button', { name: /^Train/ }).click();
  await expect(page.getByText('Trained and kept.')).toBeVisible();
});

test('nothing is fetched by opening the page, and nothing but the facts of a model is told before it is asked for', async ({
  page,
}) => {
  const hub = tinyHub();
  await routeHub(page.context(), hub);
  await visit(page);
  await page.goto('/#/model/encoder');
  await expect(page.getByRole('heading', { name: 'MiniLM, small' })).toBeVisible();
  const card = page.getByRole('listitem').filter({ hasText: 'MiniLM, small' });
  await expect(card).toContainText('23.7 MB from huggingface.co, Xenova/all-MiniLM-L6-v2, commit 751bff3');
  await expect(card).toContainText('Apache-2.0');
  expect(await violationsOf(page)).toEqual([]);
  await page.reload();
  await isKept(page);
  await page.goto('/#/compare');
  await expect(judged(page)).toBeVisible();
  expect(hub.requests).toEqual([]);
});
