/** Whether this machine can run what a group needs. */
import { findChromium } from '../runner/chromium.ts';

/** @returns why browsers cannot be killed and their files damaged here; undefined when they can */
export function findObstacle(): string | undefined {
  if (process.platform !== 'linux') return 'browsers are killed by what Linux tells of processes in /proc';
  return findChromium() ? undefined : 'there is no Chromium';
}
