import { chmodSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterEach, expect, test, vi } from 'vitest';
import { findChromium } from './chromium.ts';

afterEach(() => {
  vi.unstubAllEnvs();
});

function folderWith(name: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'palate-chromium-'));
  writeFileSync(join(folder, name), '');
  chmodSync(join(folder, name), 0o755);
  return folder;
}

test('CHROMIUM_PATH comes before the browser of the system', () => {
  const chosen = join(folderWith('my-browser'), 'my-browser');
  vi.stubEnv('PATH', folderWith('chromium'));
  vi.stubEnv('CHROMIUM_PATH', chosen);
  expect(findChromium()).toBe(chosen);
});

test('a CHROMIUM_PATH that leads nowhere is an error, not a reason to take another browser', () => {
  vi.stubEnv('CHROMIUM_PATH', '/nowhere/chromium');
  expect(() => findChromium()).toThrow('CHROMIUM_PATH names /nowhere/chromium, which does not exist.');
});

test('chromium comes before google-chrome wherever they stand on the PATH', () => {
  const folders = [folderWith('google-chrome'), folderWith('chromium')];
  vi.stubEnv('CHROMIUM_PATH', '');
  vi.stubEnv('PATH', folders.join(delimiter));
  expect(findChromium()).toBe(join(folders[1], 'chromium'));
});
