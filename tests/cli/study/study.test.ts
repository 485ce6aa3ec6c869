/** The learning study as a process, on preferences whose rule is known. */
import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { FileStudy } from '../../../src/cli/study/studyReport.ts';

let folder: string;
let file: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'palate-study-'));
  file = join(folder, 'longer.jsonl');
  const rows = Array.from({ length: 80 }, (_, i) => {
    const long = `Number ${i}: first warm the pan, then add a little oil, and stir until everything is soft.`;
    return JSON.stringify({ prompt: `How do I fry it, try ${i}?`, chosen: long, rejected: `Fry it, ${i}.` });
  });
  await writeFile(file, rows.join('\n'));
});
afterAll(() => rm(folder, { recursive: true }));

function study(...args: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  return new Promise((resolve) => {
    execFile(process.execPath, ['--import', 'tsx', 'src/cli/study.ts', ...args], (error, stdout, stderr) =>
      resolve({ code: typeof error?.code === 'number' ? error.code : 0, stdout, stderr }),
    );
  });
}

test('prints by seed what was learned, what asking needed and what length was worth', async () => {
  const { code, stdout } = await study(file, '--seeds', '1', '--json');
  expect(code).toBe(0);
  const [{ pairs, bySeed }] = JSON.parse(stdout) as FileStudy[];
  expect(pairs).toBe(80);
  const [{ rulers, recipe, asking, noise, length }] = bySeed;
  expect(rulers.longer).toBe(1);
  // 20 and 50 labels, and all 56; 300 and 1,000 are more than the file holds.
  expect(recipe!.map((figures) => figures?.accuracy ?? null)).toEqual([1, 1, null, null, null, 1]);
  expect(asking).toHaveLength(6);
  expect(asking!.flat().every((accuracy) => accuracy > 0.9)).toBe(true);
  expect(noise).toBeUndefined();
  expect(length![2]![0].correlation).toBeGreaterThan(0.9);
}, 60_000);

test('a command line that names no file or no part is refused with the usage', async () => {
  for (const args of [[], [file, '--only', 'nothing'], [file, '--seeds', '0']]) {
    const { code, stderr } = await study(...args);
    expect(code).toBe(2);
    expect(stderr).toContain('FILE... [--seeds K]');
  }
}, 60_000);
