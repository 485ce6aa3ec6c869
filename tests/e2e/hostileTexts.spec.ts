/**
 * Texts that would run, break out of their place or pass for others, in every field that a person or a file can fill:
 * none runs, none adds an element, none makes the policy complain, and what cannot be seen is shown as a mark.
 */
import { expect, test, type Page } from '@playwright/test';
import type { PreferenceEvent } from '../../src/core/preference.ts';
import { writeBackup } from '../../src/storage/backup.ts';
import { createMemoryStorage } from '../../src/storage/memoryStorage.ts';
import { SOUND_HEADS } from '../helpers/portableHeads.ts';
import { SCRIPT_TEXTS } from '../helpers/scriptTexts.ts';
import { sampleImport, sampleJudgment, sampleProject } from '../helpers/storageSamples.ts';

test.use({ contextOptions: { reducedMotion: 'reduce' } });

/** Texts of a file, so that all pages together show all of them. */
const PER_FILE = Math.ceil(SCRIPT_TEXTS.length / 4);
const parts = Array.from({ length: Math.ceil(SCRIPT_TEXTS.length / PER_FILE) }, (_, part) =>
  SCRIPT_TEXTS.slice(part * PER_FILE, (part + 1) * PER_FILE),
);

declare global {
  var told: string[];
}

async function watch(page: Page): Promise<string[]> {
  const errors: string[] = [];
  page.on('pageerror', (error) => errors.push(`error: ${error.message}`));
  page.on('dialog', (dialog) => {
    errors.push(`dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  await page.addInitScript(() => {
    globalThis.told = [];
    Object.assign(globalThis, { ran: () => globalThis.told.push('a script ran') });
    document.addEventListener('securitypolicyviolation', (event) =>
      globalThis.told.push(`policy: ${event.violatedDirective} ${event.blockedURI}`),
    );
  });
  return errors;
}

async function open(page: Page, address: string): Promise<void> {
  await page.goto(address);
  await expect(page.getByRole('link', { name: 'Palate, go to Compare' })).toBeVisible();
}

async function expectNothing(page: Page, errors: readonly string[]): Promise<void> {
  const told = await page.evaluate(() => {
    const foreign = document.querySelectorAll(
      'script:not([src]), img, iframe, object, embed, video, audio, base, math, marquee, form[action], ' +
        '.foreign, [onerror], [onload], [onclick], [href^="javascript:" i], main style, main link, main meta, main template',
    );
    return [
      ...globalThis.told,
      ...Array.from(foreign, (element) => `element: ${element.outerHTML.slice(0, 200)}`),
    ];
  });
  expect([...told, ...errors]).toEqual([]);
}

async function drop(page: Page, name: string, text: string): Promise<void> {
  const transfer = await page.evaluateHandle(
    ([fileName, content]) => {
      const data = new DataTransfer();
      data.items.add(new File([content], fileName));
      return data;
    },
    [name, text] as const,
  );
  await page.dispatchEvent('body', 'drop', { dataTransfer: transfer });
}

test('there are more than two hundred of them', () =>
  expect(new Set(SCRIPT_TEXTS).size).toBeGreaterThanOrEqual(200));

parts.forEach((texts, part) => {
  test(`in prompts, responses, models, verdicts and names of files, part ${part + 1}`, async ({ page }) => {
    const errors = await watch(page);
    await open(page, '/#/data');
    const rows = texts.flatMap((text, n) => [
      {
        prompt: [
          { role: 'system', content: text },
          { role: 'user', content: text },
        ],
        chosen: `${text} a${n}`,
        rejected: `b${n} ${text}`,
      },
      { [text]: text, prompt: text, chosen: 7, rejected: text },
      {
        prompt: text,
        response_a: `${text}1`,
        response_b: `${text}2`,
        winner: 'a',
        model_a: text,
        model_b: text,
      },
    ]);
    await drop(page, `${texts[part].slice(0, 100)}.jsonl`, rows.map((row) => JSON.stringify(row)).join('\n'));
    await expect(page.getByTestId('account')).toBeVisible();
    await page.getByText(/rejected rows?$/).click();
    await expectNothing(page, errors);
    await page.getByRole('button', { name: /^Keep / }).click();
    await expect(page.getByRole('table').last().locator('tbody tr')).toHaveCount(50, {
      timeout: 30_000,
    });
    await page.getByRole('button', { name: 'More' }).first().click();
    await expectNothing(page, errors);
    await page.getByRole('button', { name: 'Older' }).click();
    await expect(page.getByRole('table').last().locator('tbody tr').first()).toBeVisible();
    await expectNothing(page, errors);
  });

  test(`in candidates and their files, part ${part + 1}`, async ({ page }) => {
    const errors = await watch(page);
    await open(page, '/#/rerank');
    const head = JSON.parse(SOUND_HEADS[0]) as { head: { provenance: Record<string, string> } };
    Object.assign(head.head.provenance, { aspect: texts[0], backendReason: texts[1].slice(0, 900) });
    await drop(page, `${texts[2].slice(0, 100)}.json`, JSON.stringify(head));
    const rows = texts.map((text, n) =>
      JSON.stringify({
        ...{ prompt: text, responses: [{ text: `${text} ${n}`, model: text }, `other ${text}`] },
        [text.slice(0, 100)]: text,
      }),
    );
    await page.getByLabel('File of candidates').setInputFiles({
      ...{ name: 'candidates.jsonl', mimeType: 'text/plain' },
      buffer: Buffer.from([...rows, JSON.stringify({ [texts[0].slice(0, 100)]: texts[1] })].join('\n')),
    });
    await expect(page.getByRole('button', { name: 'Save as JSONL' })).toBeVisible({ timeout: 30_000 });
    await expectNothing(page, errors);
  });
});

test('in names of projects, reasons, notes, typed texts, ids and past imports, from a backup', async ({
  page,
}) => {
  test.slow(); // Every project is written to the disk by itself.
  const storage = createMemoryStorage();
  for (const [n, text] of SCRIPT_TEXTS.entries()) {
    const { settings } = sampleProject('');
    await storage.putProject({
      ...{ id: `${n} ${text}`, name: text, createdAt: n },
      settings: { ...settings, aspects: SCRIPT_TEXTS.slice(n, n + 7) },
    });
  }
  const [first] = await storage.listProjects();
  await storage.add(first.id, {
    comparisons: SCRIPT_TEXTS.map((text, n) => ({
      ...{ id: `${text} ${n}`, prompt: [{ role: 'user', content: text }], a: { text: `${text}1` } },
      ...{ b: { text: `${text}2` }, source: { kind: 'typed' } },
    })),
    events: SCRIPT_TEXTS.flatMap((text, n): PreferenceEvent[] => {
      const comparisonId = `${text} ${n}`;
      const judgment = { ...sampleJudgment(`judgment ${text} ${n}`, comparisonId), reasons: [text] };
      return [judgment, { kind: 'note', id: `note ${text} ${n}`, at: 1, comparisonId, text }];
    }),
    imports: SCRIPT_TEXTS.map((text, n) => ({ ...sampleImport(`${n}`), file: text, format: text })),
  });
  const errors = await watch(page);
  await open(page, '/#/data');
  await page.getByLabel('Restore…').setInputFiles({
    ...{ name: 'everything.palate', mimeType: 'application/gzip' },
    buffer: Buffer.from(await (await writeBackup(storage, 0)).arrayBuffer()),
  });
  const rows = page.getByRole('table').last().locator('tbody tr');
  await expect(rows).toHaveCount(50, { timeout: 30_000 });
  for (let left = SCRIPT_TEXTS.length; left > 0; left -= 50) {
    // One row is open at a time, with its note.
    const more = page.getByRole('button', { name: 'More' });
    for (let row = 0; row < Math.min(50, left); row += 10) await more.nth(row).click();
    await expectNothing(page, errors);
    if (left > 50) await page.getByRole('button', { name: 'Older' }).click();
  }
  for (const screen of ['compare', 'model', 'rerank']) {
    await open(page, `/?${screen}#/${screen}`);
    await page.getByRole('button', { name: SCRIPT_TEXTS[0] }).first().click();
    await expect(page.getByRole('dialog').getByRole('listitem')).toHaveCount(SCRIPT_TEXTS.length);
    await expectNothing(page, errors);
    await page.keyboard.press('Escape');
    await expectNothing(page, errors);
  }
  expect(await page.title()).toContain(SCRIPT_TEXTS[0]);
});

test('marks of direction and characters without width are shown, and the stored text keeps them', async ({
  page,
}) => {
  await open(page, '/#/data');
  const chosen = 'start \u202eturned\u202c \u200bend';
  await drop(page, 'marks.jsonl', JSON.stringify({ prompt: 'p', chosen, rejected: 'plain' }));
  const text = page.locator('.won .person-text');
  await expect(text.locator('.hidden-mark')).toHaveText(['RLO', 'PDF', 'ZWSP']);
  await expect(text).toHaveCSS('unicode-bidi', 'isolate');
  await page.getByRole('button', { name: /^Keep / }).click();
  await expect(page.getByText('Kept from')).toBeVisible();
  const stored = await page.evaluate(async () => {
    const open = (name: string): Promise<IDBDatabase> =>
      new Promise((resolve) => {
        const request = indexedDB.open(name);
        request.onsuccess = () => resolve(request.result);
      });
    const [{ name }] = await indexedDB.databases();
    const request = (await open(name!)).transaction('comparisons').objectStore('comparisons').getAll();
    await new Promise((resolve) => (request.onsuccess = resolve));
    return JSON.stringify(request.result);
  });
  expect(stored).toContain(JSON.stringify(chosen));
});
