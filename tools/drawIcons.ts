/**
 * `npx tsx tools/drawIcons.ts`: draws the icons of the installed app from public/icon.svg. Those that the system cuts
 * to a shape of its own (`maskable`) keep a margin: a circle of four fifths of the width is sure to be seen.
 */
import { mkdirSync, readFileSync } from 'node:fs';
import { chromium } from 'playwright';
import { chromiumLaunchOptions } from '../tests/runner/chromium.ts';

const ICONS = [
  { file: 'icon-192.png', size: 192, share: 1 },
  { file: 'icon-512.png', size: 512, share: 1 },
  { file: 'maskable-192.png', size: 192, share: 0.78 },
  { file: 'maskable-512.png', size: 512, share: 0.78 },
  // Home screens of Apple fill what is transparent with black.
  { file: 'apple-touch-icon.png', size: 180, share: 0.9 },
];
const PAPER = '#fbfaf7';

const drawing = readFileSync('public/icon.svg', 'utf8');
mkdirSync('public/icons', { recursive: true });
const browser = await chromium.launch(chromiumLaunchOptions());
const page = await browser.newPage();
for (const { file, size, share } of ICONS) {
  await page.setViewportSize({ width: size, height: size });
  const background = share < 1 ? PAPER : 'transparent';
  await page.setContent(
    `<style>body { margin: 0; height: 100vh; display: grid; place-items: center; background: ${background} }
     svg { width: ${share * 100}%; }</style>${drawing}`,
  );
  await page.screenshot({ path: `public/icons/${file}`, omitBackground: true });
}
await browser.close();
