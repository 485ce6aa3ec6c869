/** The built app is served with every security header, and works without asking for more than they allow. */
import { readdirSync, readFileSync } from 'node:fs';
import { expect, test, type BrowserContext, type Page } from '@playwright/test';
import {
  cacheControl,
  downloadHeaders,
  headersOf,
  policyInPage,
  securityHeaders,
} from '../../src/securityHeaders.ts';

const assets = readdirSync('dist/assets').map((name) => `/assets/${name}`);
const workerScripts = assets.filter((path) => /worker-[\w-]+\.js$/.test(path));
const downloadScripts = workerScripts.filter((path) => path.startsWith('/assets/modelDownload.worker-'));

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
      for (const [name, value] of Object.entries(headersOf(path))) {
        expect(headers[name.toLowerCase()], `${name} of ${path}`).toBe(value);
      }
      expect(headers['cache-control'], path).toBe(cacheControl(path));
    }
  });
}

test('the headers of two scripts differ, and only in whom they let them reach', () => {
  const serverScripts = workerScripts.filter((path) => path.startsWith('/assets/localServer.worker-'));
  expect([downloadScripts, serverScripts].map(({ length }) => length)).toEqual([1, 1]);
  const open = [...downloadScripts, ...serverScripts];
  expect(new Set(assets.filter((path) => headersOf(path) !== securityHeaders))).toEqual(new Set(open));
  const differs = (path: string, sources: readonly string[], more = ''): void => {
    const policy = securityHeaders['Content-Security-Policy'];
    const quoted = sources.map((source) => `"${source}"`).join(' ');
    expect(headersOf(path)).toEqual({
      ...securityHeaders,
      'Content-Security-Policy': policy.replace(
        "connect-src 'self'",
        `connect-src 'self' ${sources.join(' ')}`,
      ),
      'Connection-Allowlist': `(response-origin ${quoted});webrtc=block${more}`,
    });
  };
  differs(open[0], ['https://huggingface.co', 'https://*.hf.co'], ';redirects=allow');
  differs(open[1], [
    ...['http://localhost:*', 'http://127.0.0.1:*', 'https://localhost:*', 'https://127.0.0.1:*'],
  ]);
});

/** A page or a worker. */
interface Realm {
  evaluate<Result>(run: (address: string) => Promise<Result>, address: string): Promise<Result>;
}

test.describe('the hub', () => {
  const ADDRESS = 'https://huggingface.co/owner/name/resolve/main/config.json';

  /** Answers in the hub's place, and counts what got so far. */
  async function answerForHub(context: BrowserContext): Promise<string[]> {
    const asked: string[] = [];
    await context.route(/^https:\/\/(huggingface\.co|[\w.-]+\.hf\.co)\//, (route) => {
      asked.push(route.request().url());
      return route.fulfill({ body: '{}', headers: { 'Access-Control-Allow-Origin': '*' } });
    });
    return asked;
  }

  const statusFor = (realm: Realm, address = ADDRESS): Promise<number> =>
    realm.evaluate(
      (url) =>
        fetch(url, { credentials: 'omit' }).then(
          ({ status }) => status,
          () => 0,
        ),
      address,
    );

  for (const isControlled of [false, true]) {
    test(`is out of reach for the page and its workers, ${isControlled ? 'with' : 'without'} the service worker`, async ({
      page,
      context,
    }) => {
      const asked = await answerForHub(context);
      await page.goto('/');
      await expect(page.getByTestId('judged')).toBeVisible();
      if (isControlled) {
        await page.evaluate(() => navigator.serviceWorker.ready);
        await page.reload();
        await expect(page.getByTestId('judged')).toBeVisible();
        expect(await page.evaluate(() => navigator.serviceWorker.controller !== null)).toBe(true);
      }
      await expect.poll(() => page.workers().length).toBeGreaterThan(1);
      expect(await statusFor(page)).toBe(0);
      for (const worker of page.workers()) expect(await statusFor(worker), worker.url()).toBe(0);
      expect(asked).toEqual([]);
    });
  }

  for (const path of workerScripts) {
    const isDownload = downloadScripts.includes(path);
    const name = /\/(\w+)\.worker/.exec(path)![1];
    test(`is ${isDownload ? 'in' : 'out of'} reach for the script of ${name}`, async ({ page, context }) => {
      const asked = await answerForHub(context);
      // A page of the same origin without a policy of its own starts any script: what holds is the script's.
      await page.route('**/bare', (route) =>
        route.fulfill({ body: '<!doctype html>', contentType: 'text/html' }),
      );
      await page.goto('/bare');
      const started = page.waitForEvent('worker');
      await page.evaluate((script) => void new Worker(script, { type: 'module' }), path);
      const worker = await started;
      expect(await statusFor(worker)).toBe(isDownload ? 200 : 0);
      expect(await statusFor(worker, 'https://cdn.us.hf.co/x')).toBe(isDownload ? 200 : 0);
      expect(asked).toHaveLength(isDownload ? 2 : 0);
      for (const other of ['https://hf.co.example.com/', 'http://huggingface.co/', 'https://example.com/']) {
        expect(await statusFor(worker, other), other).toBe(0);
      }
    });
  }
});

test('what has a hash in its name is kept for good, pages are asked for again', () => {
  expect(cacheControl('/palate/assets/index-CXFBOvlB.js')).toContain('immutable');
  for (const path of ['/', '/index.html', '/sw.js', '/decks/everyday.json']) {
    expect(cacheControl(path)).toBe('no-cache');
  }
});

test('the page holds its policy itself, before anything it loads, for hosts that send no headers', async ({
  page,
  baseURL,
}) => {
  const source = await (await fetch(baseURL!)).text();
  expect(source.indexOf('http-equiv="Content-Security-Policy"')).toBeLessThan(source.indexOf('<link'));
  expect(source.indexOf('charset')).toBeLessThan(1024);
  await page.route('**/*', async (route) => {
    const response = await route.fetch();
    await route.fulfill({ response, headers: { 'content-type': response.headers()['content-type'] } });
  });
  const violations = await watchViolations(page);
  await page.goto('/');
  await expect(page.getByTestId('judged')).toBeVisible();
  const policy = await page.locator('meta[http-equiv="Content-Security-Policy"]').getAttribute('content');
  expect(policy).toBe(policyInPage['Content-Security-Policy']);
  expect(await violations()).toEqual([]);
  expect(await reaches(page, 'https://example.com/')).toBe(false);
  expect((await violations())[0]).toContain('connect-src');
});

test('a static host finds the same headers in the build, those of the download worker in place of the others', () => {
  const file = readFileSync('dist/_headers', 'utf8');
  for (const [name, value] of Object.entries({ ...securityHeaders, ...downloadHeaders }))
    expect(file).toContain(`  ${name}: ${value}\n`);
  for (const path of ['/', ...assets]) {
    const { 'Cache-Control': _, ...sent } = asCloudflareSends(file, path);
    expect(sent, path).toEqual(headersOf(path));
  }
});

/** By its rules for `_headers`: what several say of one header is joined, unless taken away before. */
function asCloudflareSends(file: string, path: string): Record<string, string> {
  const sent: Record<string, string> = {};
  let applies = false;
  for (const line of file.split('\n')) {
    const [, name, value] = /^ {2}([\w-]+): (.*)$/.exec(line) ?? [];
    if (line.startsWith('/')) applies = path.startsWith(line.replace(/\*$/, ''));
    else if (applies && line.startsWith('  ! ')) delete sent[line.slice(4)];
    else if (applies && name) sent[name] = name in sent ? `${sent[name]}, ${value}` : value;
  }
  return sent;
}

test('a worker starts from a script of the build only, and no text becomes markup', async ({ page }) => {
  await page.goto('/');
  const outcomes = await page.evaluate(async () => {
    const refused = (act: () => unknown): string => {
      try {
        act();
        return 'done';
      } catch (error) {
        return error instanceof Error ? error.name : String(error);
      }
    };
    return {
      worker: refused(() => new Worker('/assets/other.js')),
      serviceWorker: await navigator.serviceWorker.register('/other.js').then(
        () => 'done',
        (error: Error) => error.name,
      ),
      markup: refused(() => (document.createElement('p').innerHTML = '<b>text</b>')),
      policy: refused(() =>
        (
          globalThis as unknown as { trustedTypes: { createPolicy(name: string, rules: object): unknown } }
        ).trustedTypes.createPolicy('mine', {}),
      ),
    };
  });
  expect(outcomes).toEqual({
    worker: 'TypeError',
    serviceWorker: 'TypeError',
    markup: 'TypeError',
    policy: 'TypeError',
  });
});

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
  expect(await reaches(page, 'https://example.com/')).toBe(false);
  await page.evaluate(() => {
    const script = document.createElement('script');
    // Not by a property, which would throw at once: this is refused when it is about to run.
    script.append('document.title = "inline script ran"');
    document.head.append(script);
  });
  await expect(page).toHaveTitle(/Palate/);
  const directives = (await violations()).map((violation) => violation.split(' ')[0]);
  expect(directives).toEqual(expect.arrayContaining(['connect-src', 'require-trusted-types-for']));
});

function reaches(page: Page, address: string): Promise<boolean> {
  return page.evaluate(
    (url) =>
      fetch(url, { mode: 'no-cors' }).then(
        () => true,
        () => false,
      ),
    address,
  );
}

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

test('the app says that it sent nothing to another host, and what it asked its own', async ({ page }) => {
  await page.goto('/');
  const chip = page.getByRole('link', { name: /^0 sent out/ });
  await expect(chip).toHaveAttribute(
    'title',
    /^[1-9]\d* requests since this page opened, all to its own host/,
  );
  await chip.click();
  await expect(page).toHaveURL(/selfcheck/);
});
