/**
 * A large file is read, looked at and kept while the page stays alive. The longest task of the page's own thread is
 * printed for each part, in time on the clock and in time on the processor: on a busy machine the first tells little.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium, type Page } from 'playwright';
import { chromiumLaunchOptions, findChromium } from '../../runner/chromium.ts';
import { formatCount, notTested, type FaultContext, type FaultRow } from '../group.ts';

const ROWS = { small: 3_000, push: 20_000, nightly: 50_000 } as const;
const PARTS = ['reading', 'keeping', 'judging after it'] as const;
type Part = (typeof PARTS)[number];

export async function run(context: FaultContext): Promise<FaultRow[]> {
  const rows = ROWS[context.size];
  const fault = `a file of ${formatCount(rows)} rows imported`;
  if (!findChromium()) return [notTested(fault, 'there is no Chromium')];
  const folder = mkdtempSync(join(tmpdir(), 'palate-import-'));
  const browser = await chromium.launch(chromiumLaunchOptions());
  try {
    const file = join(folder, 'large.jsonl');
    writeFileSync(file, largeFile(rows));
    const page = await browser.newPage({ reducedMotion: 'reduce' });
    await page.goto(`${await context.address()}#/data`);
    const longest = {} as Record<Part, string>;
    let kept = 0;
    for (const part of PARTS) {
      await browser.startTracing(page, { categories: TRACED });
      kept = (await ACTS[part](page, file)) ?? kept;
      longest[part] = longestTask(await browser.stopTracing());
    }
    const detail = PARTS.map((part) => `longest task ${part}: ${longest[part]}`).join('; ');
    return [{ fault, injected: 1, survived: kept === rows ? 1 : 0, lost: rows - kept, detail }];
  } finally {
    await browser.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** @returns comparisons in the table, where the part ends with them shown */
const ACTS: Readonly<Record<Part, (page: Page, file: string) => Promise<number | undefined>>> = {
  async reading(page, file) {
    await page.locator('input[type=file]').first().setInputFiles(file);
    await page.getByTestId('account').waitFor({ timeout: 120_000 });
    return undefined;
  },
  async keeping(page) {
    await page.getByRole('button', { name: /^Keep / }).click();
    const said = page.getByText(/^Kept from/).first();
    await said.waitFor({ timeout: 600_000 });
    await page.waitForTimeout(1_000);
    const [, count] = /: ([\d,]+) preferences/.exec(await said.innerText()) ?? [];
    return Number((count ?? '0').replaceAll(',', ''));
  },
  async 'judging after it'(page) {
    await page.goto(`${page.url().split('#')[0]}#/compare`);
    await page.getByTestId('judged').waitFor();
    for (let given = 0; given < 5; given++) await page.keyboard.press('1', { delay: 300 });
    return undefined;
  },
};

function largeFile(rows: number): string {
  const line = (n: number): string =>
    JSON.stringify({
      prompt: `Question ${n}: how is tea made in the house with the number ${n}?`,
      chosen: `Answer ${n}. ${'Boil the water, warm the pot, and wait for a while. '.repeat(6)}`,
      rejected: `Reply ${n}. ${'It is made somehow, as everybody knows already. '.repeat(6)}`,
    });
  return Array.from({ length: rows }, (_, n) => line(n)).join('\n');
}

const TRACED = ['disabled-by-default-devtools.timeline', 'devtools.timeline', 'toplevel', '__metadata'];

interface TraceEvent {
  readonly name: string;
  readonly ph: string;
  readonly pid: number;
  readonly tid: number;
  /** Microseconds, by the clock and by the processor. */
  readonly dur?: number;
  readonly tdur?: number;
  readonly args?: { readonly name?: string };
}

/** The longest task of any page's main thread. */
function longestTask(trace: Buffer): string {
  const { traceEvents } = JSON.parse(trace.toString()) as { readonly traceEvents: readonly TraceEvent[] };
  const main = new Set(
    traceEvents
      .filter(({ name, args }) => name === 'thread_name' && args?.name === 'CrRendererMain')
      .map(({ pid, tid }) => `${pid} ${tid}`),
  );
  const tasks = traceEvents.filter(({ name, pid, tid }) => name === 'RunTask' && main.has(`${pid} ${tid}`));
  const most = (of: (task: TraceEvent) => number | undefined): string =>
    `${Math.round(Math.max(0, ...tasks.map((task) => of(task) ?? 0)) / 1000)} ms`;
  const long = tasks.filter(({ tdur = 0 }) => tdur > 50_000).length;
  return `${most(({ tdur }) => tdur)} (${most(({ dur }) => dur)} by the clock, ${long} over 50 ms)`;
}
