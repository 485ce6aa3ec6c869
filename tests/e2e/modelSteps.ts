/** Steps that several end-to-end tests share: a file is dropped, kept, and trained on. */
import { readFileSync } from 'node:fs';
import { expect, type Page } from '@playwright/test';
import { judgedTranscripts } from './transcripts.ts';

/** Lets go of a file over the page, as a person would. */
export async function dropFile(page: Page, name: string, text: string): Promise<void> {
  const dataTransfer = await page.evaluateHandle(
    ([fileName, content]) => {
      const transfer = new DataTransfer();
      transfer.items.add(new File([content], fileName));
      return transfer;
    },
    [name, text],
  );
  await page.dispatchEvent('main', 'dragover', { dataTransfer });
  await page.dispatchEvent('main', 'drop', { dataTransfer });
}

/** Judged transcripts, thirty if not said otherwise, go through the preview into the project. */
export async function keepTranscripts(
  page: Page,
  options?: Parameters<typeof judgedTranscripts>[0],
): Promise<void> {
  await page.goto('/#/data');
  await dropFile(page, 'transcripts.jsonl', judgedTranscripts(options));
  await page.getByRole('button', { name: /^Keep/ }).click();
  await expect(page.getByText('transcripts.jsonl').first()).toBeVisible();
}

/** Chooses where to compute, trains, and waits for the sentence. */
export async function train(page: Page, backend: 'WebGPU' | 'Automatic' | 'CPU'): Promise<void> {
  await page.goto('/#/model');
  await chooseBackend(page, backend);
  await page.getByRole('button', { name: /^Train/ }).click();
  await expect(page.getByText('Trained and kept.')).toBeVisible({ timeout: 40_000 });
  await expect(page.getByText(/^Agrees with you on/)).toBeVisible();
}

export async function chooseBackend(page: Page, backend: 'WebGPU' | 'Automatic' | 'CPU'): Promise<void> {
  const choice = page.getByLabel('Runs on');
  if (!(await choice.isVisible())) await page.getByText('Settings', { exact: true }).click();
  await choice.selectOption(backend);
}

/** What the provenance list says under a heading. */
export async function provenanceOf(page: Page, name: string): Promise<string> {
  const row = page.locator('dl > div').filter({ has: page.getByText(name, { exact: true }) });
  return row.locator('dd').innerText();
}

const axe = readFileSync('node_modules/axe-core/axe.min.js', 'utf8');

/** Accessibility violations of the page as it stands, by rule and element. */
export async function violationsOf(page: Page): Promise<string[]> {
  await page.evaluate(axe);
  return page.evaluate(async () => {
    const { violations } = await (globalThis as unknown as { axe: AxeCore }).axe.run();
    return violations.flatMap(({ id, nodes }) => nodes.map(({ target }) => `${id}: ${target.join(' ')}`));
  });
}

interface AxeCore {
  run(): Promise<{ violations: { id: string; nodes: { target: string[] }[] }[] }>;
}

/** Text as a person reads it: special spaces are spaces. */
export function plain(text: string): string {
  return text.replace(/[\u00a0\u202f]/g, ' ').replaceAll('\u2060', '');
}
