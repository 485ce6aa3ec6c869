/** Reranking in the browser: candidates in, a ranked file out, and the terminal agrees. */
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { expect, test, type Page } from '@playwright/test';
import { dropFile, keepTranscripts, plain, train, violationsOf } from './modelSteps.ts';
import { candidateLines } from './transcripts.ts';

interface RankedLine {
  readonly id: string;
  readonly responses: readonly string[];
  readonly winner_index: number;
  readonly candidates: readonly {
    readonly index: number;
    readonly score: number;
    readonly rank: number;
    readonly p_beats_next: number | null;
  }[];
}

async function saved(page: Page, button: string): Promise<string> {
  const download = page.waitForEvent('download');
  await page.getByRole('button', { name: button }).click();
  return (await download).path();
}

const linesOf = (path: string): RankedLine[] =>
  readFileSync(path, 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as RankedLine);

test('dropped candidates are ranked, saved with all input fields, and ranked alike in the terminal', async ({
  page,
}, info) => {
  await keepTranscripts(page);
  await train(page, 'WebGPU');
  const head = await saved(page, 'Export head');
  await page.goto('/#/rerank');
  await dropFile(page, 'mine.jsonl', candidateLines(8));
  await expect(page.getByText('8 prompts, 24 candidates.')).toBeVisible();
  await expect(page.getByRole('navigation', { name: 'Prompts' }).getByRole('listitem')).toHaveCount(8);

  expect(await violationsOf(page)).toEqual([]);

  const inApp = await saved(page, 'Save as JSONL');
  const ranked = linesOf(inApp);
  expect(ranked.map(({ id }) => id)).toEqual(Array.from({ length: 8 }, (_, index) => `row-${index}`));
  for (const line of ranked) {
    expect(line.winner_index).toBe(2);
    expect(line.responses).toHaveLength(3);
    expect(line.candidates.map(({ rank }) => rank)).toEqual([1, 2, 3]);
  }

  const candidates = info.outputPath('mine.jsonl');
  writeFileSync(candidates, candidateLines(8));
  const terminal = (order: string): string => {
    const out = info.outputPath(`${order}.jsonl`);
    const args = ['rerank', head, candidates, '--out', out, '--order', order];
    execFileSync(process.execPath, ['--import', 'tsx', 'src/cli/palate.ts', ...args]);
    return readFileSync(out, 'utf8');
  };
  expect(readFileSync(inApp, 'utf8')).toBe(terminal('cautious'));
  await page.getByLabel('by expected reward').check();
  await expect(page.getByText('The head’s best guess')).toBeVisible();
  await expect(page.getByText(/cautiously [+−]/)).toHaveCount(0);
  expect(readFileSync(await saved(page, 'Save as JSONL'), 'utf8')).toBe(terminal('expected'));
});

test('a file of enough prompts shows what more candidates bring, as a drawing and as a table', async ({
  page,
}) => {
  await keepTranscripts(page);
  await train(page, 'CPU');
  await page.goto('/#/rerank');
  await dropFile(page, 'mine.jsonl', candidateLines(12));
  const chart = page.getByRole('figure').filter({ hasText: 'What more candidates bring' });
  await expect(chart.getByText('Over 12 prompts')).toBeVisible();
  await expect(chart.getByText('only your judgments can tell')).toBeVisible();
  await chart.getByText('Show as table').click();
  await expect(chart.locator('tbody tr')).toHaveCount(3);
  await expect(chart.locator('tbody tr').first()).toContainText('50');
  expect(await violationsOf(page)).toEqual([]);
});

test('pasted candidates are ranked; equal ones share a rank, and j and k walk the prompts of a file', async ({
  page,
}) => {
  await keepTranscripts(page);
  await train(page, 'CPU');
  await page.goto('/#/rerank');
  await page.getByLabel('Prompt', { exact: true }).fill('How do I whistle?');
  await page
    .getByLabel(/^Candidates/)
    .fill('That depends.\n---\nStart slowly, because haste spoils it.\n---\nThat depends.');
  await page.getByRole('button', { name: 'Rank 3 candidates' }).click();
  const rows = page.getByRole('region', { name: 'Ranking' }).locator('tbody tr');
  await expect(rows).toHaveCount(3);
  const ranks = (await rows.allInnerTexts()).map((text) => text.trim()[0]);
  expect([
    ['1', '2', '2'],
    ['1', '1', '3'],
  ]).toContainEqual(ranks);
  await expect(page.getByText('too close to call')).not.toHaveCount(0);

  await page.getByRole('button', { name: 'Rank others' }).click();
  await dropFile(page, 'mine.jsonl', candidateLines(3));
  const current = page.locator('nav [aria-current="true"]');
  const first = plain(await current.innerText());
  await page.keyboard.press('j');
  await expect(current).not.toHaveText(first);
  await page.keyboard.press('k');
  expect(plain(await current.innerText())).toBe(first);
});

test('without a head nothing is ranked, and a head of another encoder is refused by name', async ({
  page,
}) => {
  await page.goto('/#/rerank');
  await expect(page.getByText('There is no head to rank with yet.')).toBeVisible();
  await expect(page.getByRole('button', { name: /^Rank/ })).toHaveCount(0);

  await keepTranscripts(page);
  await train(page, 'CPU');
  const text = readFileSync(await saved(page, 'Export head'), 'utf8');
  const foreign = text.replace('"encoderId":"builtin-1"', '"encoderId":"unheard-of-3"');
  expect(foreign).not.toBe(text);
  await page.goto('/#/rerank');
  await dropFile(page, 'foreign.json', foreign);
  await expect(page.getByRole('alert')).toContainText('unheard-of-3');
});

test('a file that holds no candidates is refused with its name', async ({ page }) => {
  await keepTranscripts(page);
  await train(page, 'CPU');
  await page.goto('/#/rerank');
  await dropFile(page, 'noise.jsonl', '\u0000\u0001\u0002 not a file of candidates');
  await expect(page.getByRole('status').filter({ hasText: 'noise.jsonl' })).toBeVisible();
});
