/**
 * Makes sure there is a Chromium to test with. On Debian as root it installs the distribution's; anywhere else it
 * says in one line what to run, and installs nothing.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { findChromium } from './chromium.ts';

const advice =
  'No Chromium found. Run: npx playwright install chromium (or set CHROMIUM_PATH to a Chromium or Chrome).';

/**
 * Finds or installs a Chromium.
 * @returns undefined when there is one, else one line that says what to do
 */
export function ensureChromium(): string | undefined {
  try {
    if (findChromium()) return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
  if (!isDebian() || process.getuid?.() !== 0) return advice;
  console.log('No Chromium found: installing it with apt-get.');
  for (const command of [['update'], ['install', '-y', 'chromium']]) {
    const { status } = spawnSync('apt-get', ['-qq', ...command], {
      stdio: ['ignore', 'ignore', 'inherit'],
      env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
    });
    if (status !== 0) return `apt-get ${command.join(' ')} failed. ${advice}`;
  }
  return findChromium() ? undefined : advice;
}

/** Debian itself: on Ubuntu the package of that name only asks for another package manager. */
function isDebian(): boolean {
  const release = '/etc/os-release';
  return existsSync(release) && /^ID=debian$/m.test(readFileSync(release, 'utf8'));
}
