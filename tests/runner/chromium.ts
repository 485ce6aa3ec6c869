/**
 * Which Chromium the tests drive, and how it is started: WebGPU on the software adapter, so that kernels run on any
 * machine. Used by the Vitest and Playwright settings and by the test runner, which installs a browser where it may.
 */
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { chromium } from 'playwright';
import { networkLogArguments } from '../containment/networkLog.ts';

const systemNames = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];

/** Places outside the PATH where an ordinary installation puts the browser. */
const usualPlaces = [
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
];

/** Arguments every tested browser gets. */
export const chromiumArguments: readonly string[] = [
  '--no-sandbox', // Chromium refuses to start as root in a container otherwise
  '--enable-unsafe-webgpu',
  '--use-webgpu-adapter=swiftshader',
  '--disable-background-networking',
  '--disable-component-update',
  '--no-first-run',
];

/**
 * Looks for a Chromium: the variable CHROMIUM_PATH, then the system's, then the one Playwright downloads.
 * @returns its absolute path, or undefined when there is none
 * @throws Error when CHROMIUM_PATH names a file that does not exist
 */
export function findChromium(): string | undefined {
  const chosen = process.env.CHROMIUM_PATH;
  if (chosen) {
    if (!existsSync(chosen)) throw new Error(`CHROMIUM_PATH names ${chosen}, which does not exist.`);
    return chosen;
  }
  const folders = (process.env.PATH ?? '').split(delimiter).filter((folder) => folder !== '');
  const candidates = systemNames.flatMap((name) => folders.map((folder) => join(folder, name)));
  return [...candidates, ...usualPlaces, chromium.executablePath()].find((path) => existsSync(path));
}

let logs = 0;

/**
 * Launch options for Playwright. Where NETWORK_LOGS names a folder, the browser keeps its log of the network there. Without a browser the path stays out, and Playwright's own error names the file it
 * misses.
 */
export function chromiumLaunchOptions(): { executablePath?: string; args: string[] } {
  const executablePath = findChromium();
  const folder = process.env.NETWORK_LOGS;
  const logged = folder ? networkLogArguments(join(folder, `${process.pid}-${logs++}.json`)) : [];
  return { ...(executablePath ? { executablePath } : {}), args: [...chromiumArguments, ...logged] };
}
