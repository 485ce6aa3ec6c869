/** The built app is served with every security header, and works without asking for more than they allow. */
import { readdirSync } from 'node:fs';
import { expect, test, type Page } from '@playwright/test';
import { securityHeaders } from '../../src/securityHeaders.ts';

const assets = readdirSync('dist/assets').map((name) => `/assets/${name}`);
const workerScripts = assets.filter((path) => /worker-[\w-]+\.js$/.test(path));

test('the build holds worker scripts of their own', () => {
  expect(workerScripts.length).toBeGreaterThanOrEqual(2);
});

for (const [kind, paths] of [
  ['the page', ['/']],
  ['worker scripts', workerScripts],
  ['other assets', assets.filter((path) => !workerScripts.includes(path))],
  ['public files', ['/icon.svg', '/manifest.webmanifest', '/first-paint.css']],
] as const) {
  test(`every header is sent with ${kind}`, async ({ request }) => {
    expect(paths.length).toBeGreaterThan(0);
    for (const path of paths) {
      const response = await request.get(path);
      expect(response.status(), path).toBe(200);
      const headers = response.headers();
      for (const [name, value] of Object.entries(securityHeaders)) {
        expect(headers[name.toLowerCase()], `${name} of ${path}`).toBe(value);
      }
    }
  });
}

test('a path that does not exist is a 404, not the start page', async ({ request }) => {
  expect((await request.get('/models/missing.json')).status()).toBe(404);
});

test('the page is cross-origin isolated and breaks no policy while it starts', async ({ page }) => {
  const violations = await watchViolations(page);
  await page.goto('/');
  await expect(page.locator('#app')).not.toBeEmpty();
  await page.waitForLoadState('networkidle');
  expect(await page.evaluate(() => crossOriginIsolated)).toBe(true);
  expect(await violations()).toEqual([]);
});

test('the page has no inline script, style element or style attribute in its source', async ({ request }) => {
  const source = await (await request.get('/')).text();
  expect(source).not.toMatch(/<style|\sstyle=|\son\w+=/i);
  for (const [tag] of source.matchAll(/<script[^>]*>/gi)) expect(tag).toContain(' src=');
});

test('the policy refuses another origin and inline script', async ({ page }) => {
  const violations = await watchViolations(page);
  await page.goto('/');
  const reached = await page.evaluate(() =>
    fetch('https://example.com/').then(
      () => true,
      () => false,
    ),
  );
  expect(reached).toBe(false);
  await page.evaluate(() => {
    const script = document.createElement('script');
    script.textContent = 'document.title = "inline script ran"';
    document.head.append(script);
  });
  await expect(page).toHaveTitle(/Palate/);
  const directives = (await violations()).map((violation) => violation.split(' ')[0]);
  expect(directives).toEqual(expect.arrayContaining(['connect-src', 'script-src-elem']));
});

/** Records policy violations from before the first script on, and those the console tells of (workers included). */
async function watchViolations(page: Page): Promise<() => Promise<string[]>> {
  const fromConsole: string[] = [];
  page.on('console', (message) => {
    if (/Content Security Policy|Permissions.Policy/i.test(message.text())) {
      fromConsole.push(message.text());
    }
  });
  await page.addInitScript(() => {
    const seen: string[] = [];
    Object.assign(globalThis, { policyViolations: seen });
    document.addEventListener('securitypolicyviolation', (event) => {
      seen.push(`${event.effectiveDirective} ${event.blockedURI}`);
    });
  });
  return async () => {
    const fromEvents = await page.evaluate(
      () => (globalThis as unknown as { policyViolations: string[] }).policyViolations,
    );
    return [...fromEvents, ...fromConsole];
  };
}
