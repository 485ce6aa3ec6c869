/**
 * Answers for the app from the files of its build, so that it works without its host and always as one version. It
 * adds the security headers to every answer, whatever the host sends, and lets nothing through to another origin but
 * what is meant for the hub or for this machine.
 *
 * A new build waits until no tab runs the old one, or until a person asks for it; only then it takes over, and tabs of
 * the old build that are still open go on getting their own scripts. An address that is not a file of the build is
 * the host's to answer: a missing file stays missing.
 *
 * The build puts it at its root as `sw.js` (tools/serviceWorkerPlugin.ts). One that is broken is replaced by
 * tools/retiredServiceWorker.js.
 */
import '../src/prelude.ts';
import { isLoopback } from '../src/core/loopback.ts';
import { TAKE_OVER } from '../src/core/updateSignals.ts';
import { headersOf, isHub } from '../src/securityHeaders.ts';
import { BuildCache, type Build } from './buildCache.ts';

/** Put in by the build. */
declare const __BUILD__: Build;

const worker = self as unknown as ServiceWorkerGlobalScope;

const cache = new BuildCache(__BUILD__, {
  root: new URL('./', worker.location.href).href,
  caches: worker.caches,
  locks: worker.navigator.locks,
  fetch: (address, options) => worker.fetch(address, options),
});

const CONTENT_TYPES: Readonly<Record<string, string>> = {
  css: 'text/css; charset=utf-8',
  html: 'text/html; charset=utf-8',
  js: 'text/javascript; charset=utf-8',
  json: 'application/json',
  png: 'image/png',
  svg: 'image/svg+xml',
  wasm: 'application/wasm',
  webmanifest: 'application/manifest+json',
  woff2: 'font/woff2',
};

worker.addEventListener('install', (event) => event.waitUntil(cache.complete()));

worker.addEventListener('activate', (event) => {
  // At a first visit the page is there before its service worker.
  event.waitUntil(worker.clients.claim().then(tidy));
});

worker.addEventListener('message', (event) => {
  if (event.data === TAKE_OVER) event.waitUntil(worker.skipWaiting());
});

worker.addEventListener('fetch', (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (url.origin !== worker.location.origin) {
    // Left to the browser, which asks under the policy of whoever asked: it refuses all but one worker. Were it fetched
    // here, the policy of this script would have to allow it, and then for everybody.
    if (!isHub(url) && !isLoopback(url)) event.respondWith(Response.error());
    return;
  }
  if (request.method !== 'GET') return;
  event.respondWith(answer(request));
  if (request.mode === 'navigate') event.waitUntil(tidy());
});

async function answer(request: Request): Promise<Response> {
  const path = cache.pathOf(request.url);
  const bytes = path
    ? ((await cache.read(path)) ?? (await cache.readOnDemand(path)))
    : await cache.readOlder(request.url);
  const { pathname } = new URL(request.url);
  if (bytes) {
    return guarded(pathname, bytes, { headers: { 'Content-Type': contentType(path ?? request.url) } });
  }
  const response = await worker.fetch(request);
  // A redirection is for the browser to follow; it cannot be copied.
  return response.type === 'basic' ? guarded(pathname, response.body, response) : response;
}

/** An answer that carries every security header. */
function guarded(
  pathname: string,
  body: BodyInit | null,
  { status, statusText, headers }: ResponseInit,
): Response {
  const all = new Headers(headers);
  for (const [name, value] of Object.entries(headersOf(pathname))) all.set(name, value);
  // Without a type a browser that may not guess one offers a missing page as a download.
  if (!all.has('Content-Type')) all.set('Content-Type', 'text/plain; charset=utf-8');
  return new Response(body, { status, statusText, headers: all });
}

function contentType(path: string): string {
  return CONTENT_TYPES[path.slice(path.lastIndexOf('.') + 1)] ?? 'application/octet-stream';
}

/** Takes in again what was lost of this build and lets go of old ones; while another build comes in, neither. */
async function tidy(): Promise<void> {
  const { installing, waiting } = worker.registration;
  if (installing ?? waiting) return;
  if (!(await cache.isComplete())) await cache.complete().catch(() => undefined);
  await cache.forgetOlder();
}
