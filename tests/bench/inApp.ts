/** What a person waits for in the app itself, built and served: a judgment beside a thousand imported ones. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium, type Page } from 'playwright';
import { build, preview } from 'vite';
import { createRandom } from '../../src/core/random.ts';
import { chromiumLaunchOptions } from '../runner/chromium.ts';
import { median } from './contest.ts';
import { writeText } from './page/everyday.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const PAIRS = 1000;
/** The app repeats no pair within the first twenty answers, so that each of these is one pair more. */
const JUDGMENTS = 15;
/** For the head to reach the disk, as a person's reading would. */
const PAUSE_MS = 600;

/** @returns median milliseconds from the key to the sentence of the head that learned from it */
export async function judgmentInAppMilliseconds(): Promise<number> {
  const outDir = mkdtempSync(join(tmpdir(), 'palate-'));
  await build({ root: ROOT, logLevel: 'error', build: { outDir, emptyOutDir: true } });
  const server = await preview({ root: ROOT, build: { outDir }, preview: { open: false } });
  const browser = await chromium.launch(chromiumLaunchOptions());
  try {
    const page = await browser.newPage();
    await importPairs(page, server.resolvedUrls!.local[0]);
    const times: number[] = [];
    for (let count = 0; count < JUDGMENTS; count++) {
      times.push(await judge(page, count % 2 === 0 ? '1' : '2'));
      await page.waitForTimeout(PAUSE_MS);
    }
    return median(times.slice(3));
  } finally {
    await browser.close();
    await server.close();
    rmSync(outDir, { recursive: true });
  }
}

/** Takes in pairs of some hundred words each, and waits for the head that follows them. */
async function importPairs(page: Page, url: string): Promise<void> {
  const random = createRandom(10);
  const lines = Array.from({ length: PAIRS }, (_, pair) => {
    const prompt = `Question ${pair}: ${writeText(random, 10)}`;
    const [chosen, rejected] = [70, 60].map((least) => writeText(random, least + random.integer(70)));
    return JSON.stringify({ prompt, chosen, rejected });
  });
  await page.goto(`${url}#/data`);
  await page
    .locator('input[type=file]')
    .first()
    .setInputFiles({
      name: 'pairs.jsonl',
      mimeType: 'application/jsonl',
      buffer: Buffer.from(lines.join('\n')),
    });
  await page.getByRole('button', { name: /^Keep/ }).click();
  await page.getByText('pairs.jsonl').first().waitFor();
  await page.goto(`${url}#/compare`);
  await page.getByTestId('live-trust').waitFor();
  await page.waitForTimeout(PAUSE_MS);
}

/** Every judgment is one pair more, which the sentence names. */
async function judge(page: Page, key: string): Promise<number> {
  // No function in here has a name: the compiler would mark it with a helper that the page lacks.
  const learned = page.evaluate((selector) => {
    const before = document.querySelector(selector)!.textContent;
    let pressedAt = 0;
    window.addEventListener('keydown', () => (pressedAt = performance.now()), { capture: true, once: true });
    return new Promise<number>((resolve) => {
      new MutationObserver((_, observer) => {
        if (document.querySelector(selector)!.textContent === before) return;
        observer.disconnect();
        resolve(performance.now() - pressedAt);
      }).observe(document.body, { childList: true, characterData: true, subtree: true });
    });
  }, '[data-testid="live-trust"]');
  await page.keyboard.press(key);
  return learned;
}
