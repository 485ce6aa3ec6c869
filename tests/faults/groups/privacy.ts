/**
 * A session in which every text holds a random word: import, judging, training, ranking, saving, a reload. The word
 * must stand nowhere in what Chromium's log of the network recorded, every byte of every connection included; and a
 * page that does give it away, in each of its forms, must be found out by the same search.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium, type BrowserContext, type Page } from 'playwright';
import { networkLogArguments, readLog } from '../../containment/networkLog.ts';
import { countForms, createToken, formsOf } from '../../containment/tokenForms.ts';
import { dropFile } from '../../e2e/modelSteps.ts';
import { candidateLines, judgedTranscripts } from '../../e2e/transcripts.ts';
import { chromiumLaunchOptions } from '../../runner/chromium.ts';
import { sum, type FaultContext, type FaultRow } from '../group.ts';

export async function run(context: FaultContext): Promise<FaultRow[]> {
  const address = await context.address();
  const token = createToken();
  const refused: string[] = [];
  const session = await recorded((browser) => useApp(browser, address, token, refused));
  const planted = await recorded((browser) => giveAway(browser, token));
  const forms = Object.keys(formsOf(token)).length;
  const finds = sum(Object.values(countForms(token, session)));
  const found = Object.values(countForms(token, planted)).filter((count) => count > 0).length;
  const size = `${(session.length / 1e6).toFixed(1)} MB of log`;
  return [
    row('texts of a session in the network log', forms, finds, `${finds} finds in ${size}`),
    row('requests of a session that the policy refused', 1, refused.length, refused[0]),
    { fault: 'a planted leak is found', injected: forms, survived: found, lost: 0 },
  ];
}

function row(fault: string, injected: number, lost: number, detail?: string): FaultRow {
  return { fault, injected, survived: lost === 0 ? injected : 0, lost, detail };
}

/** @returns what the browser's log of the network holds after the act */
async function recorded(act: (browser: BrowserContext) => Promise<void>): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'palate-privacy-'));
  const log = join(folder, 'network.json');
  const { executablePath, args } = chromiumLaunchOptions();
  const browser = await chromium.launchPersistentContext(folder, {
    executablePath,
    args: [...args, ...networkLogArguments(log)],
    reducedMotion: 'reduce',
  });
  try {
    await act(browser);
    await browser.close();
    return readLog(log);
  } finally {
    await browser.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function useApp(
  browser: BrowserContext,
  address: string,
  token: string,
  refused: string[],
): Promise<void> {
  const inEveryText = (texts: string): string =>
    texts.replace(/(Human: |Assistant: |"prompt":"|"responses":\[")/g, `$1${token} `);
  const page = await browser.newPage();
  await listenForRefusals(page, refused);
  const base = new URL(address);
  const go = (hash: string) => page.goto(new URL(hash, base).href);
  await go('#/data');
  await dropFile(page, 'transcripts.jsonl', inEveryText(judgedTranscripts()));
  await page.getByRole('button', { name: /^Keep/ }).click();
  await page.getByText('transcripts.jsonl').first().waitFor();
  await go('#/model');
  await page.getByRole('button', { name: /^Train/ }).click();
  await page.getByText('Trained and kept.').waitFor({ timeout: 120_000 });
  await go('#/rerank');
  await dropFile(page, 'mine.jsonl', inEveryText(candidateLines(4)));
  await page.getByText('4 prompts, 12 candidates.').waitFor();
  await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('button', { name: 'Save as JSONL' }).click(),
  ]);
  await go('#/compare');
  for (const key of ['1', '2', '1']) {
    await page.keyboard.press(key);
    await page.waitForTimeout(300);
  }
  await page.reload();
  await page.getByTestId('judged').waitFor();
}

/** What the page's policy refused, and what the console tells of the workers' policies. */
async function listenForRefusals(page: Page, refused: string[]): Promise<void> {
  await page.exposeFunction('tellRefusal', (text: string) => refused.push(text));
  await page.addInitScript(() => {
    document.addEventListener('securitypolicyviolation', ({ effectiveDirective, blockedURI }) => {
      const told = globalThis as unknown as { tellRefusal(text: string): void };
      told.tellRefusal(`${effectiveDirective} ${blockedURI}`);
    });
  });
  page.on('console', (message) => {
    if (/Content Security Policy|ERR_NETWORK_ACCESS_REVOKED/.test(message.text())) {
      refused.push(message.text());
    }
  });
}

/** A page without protection that sends the token somewhere in every form. */
async function giveAway(browser: BrowserContext, token: string): Promise<void> {
  const server = createServer((_request, response) => response.end('<!doctype html><title>leaks</title>'));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  const page = await browser.newPage();
  await page.goto(address);
  for (const form of Object.values(formsOf(token))) {
    await page.evaluate(([url, body]) => fetch(url, { method: 'POST', body }), [address, form]);
  }
  server.closeAllConnections();
  server.close();
}
