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

  const ranked = linesOf(await saved(page, 'Save as JSONL'));
  expect(ranked.map(({ id }) => id)).toEqual(Array.from({ length: 8 }, (_, index) => `row-${index}`));
  for (const line of ranked) {
    expect(line.winner_index).toBe(2);
    expect(line.responses).toHaveLength(3);
    expect(line.candidates.map(({ rank }) => rank)).toEqual([1, 2, 3]);
  }

  const candidates = info.outputPath('mine.jsonl');
  const fromTerminal = info.outputPath('ranked.jsonl');
  writeFileSync(candidates, candidateLines(8));
  const palate = ['--import', 'tsx', 'src/cli/palate.ts', 'rerank', head, candidates, '--out', fromTerminal];
  execFileSync(process.execPath, palate);
  expect(linesOf(fromTerminal)).toEqual(ranked);
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
