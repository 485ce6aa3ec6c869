/**
 * The response headers Palate is served with: on the page, on worker scripts (a worker obeys the policy of its own
 * script, not of the page) and on every asset. They hold the promise that no text leaves the device: the page may
 * talk to its own origin only, runs no script that was not built with it, and cannot be framed. Two scripts may talk to
 * somebody else as well: the worker that fetches models and is never sent a text, to the hub; and the worker that asks
 * a language server, to programs on this machine.
 *
 * Everything that sends or writes them takes them from here: the preview server, the file `_headers` in the build,
 * the service worker, and the policy inside the page for hosts that send none.
 */
import { LOOPBACK_HOSTS } from './core/loopback.ts';

type Headers = Readonly<Record<string, string>>;

/** What a page may load, by kind; what is not listed is refused. */
const contentPolicy: Readonly<Record<string, string>> = {
  'default-src': "'none'",
  // Compiling WebAssembly counts as script to a browser; 'unsafe-eval' is not needed for it.
  'script-src': "'self' 'wasm-unsafe-eval'",
  'worker-src': "'self'",
  'style-src': "'self'",
  'img-src': "'self' data:",
  'font-src': "'self'",
  'connect-src': "'self'",
  'manifest-src': "'self'",
  'base-uri': "'none'",
  'form-action': "'none'",
  'frame-src': "'none'",
  'object-src': "'none'",
  // Text becomes markup or the address of a script only through these two: Svelte's for the templates it compiled,
  // and ours for the scripts of src/state/workerScripts.ts.
  'require-trusted-types-for': "'script'",
  'trusted-types': 'svelte-trusted-html app-url',
};

/** What a browser obeys in a header alone, not inside the page. */
const headerOnlyPolicy: Readonly<Record<string, string>> = {
  'frame-ancestors': "'none'",
  // No windows and no tabs: the one way past the rules above that needs no bug is to open another page. Forms are
  // allowed for their submit event; 'form-action' lets none of them be sent.
  sandbox: 'allow-scripts allow-same-origin allow-downloads allow-forms allow-modals',
};

/** Browser features Palate never uses, switched off so that nothing on the page can ask for them. */
const unusedFeatures = [
  'accelerometer',
  'autoplay',
  'browsing-topics',
  'camera',
  'display-capture',
  'encrypted-media',
  'gamepad',
  'geolocation',
  'gyroscope',
  'hid',
  'magnetometer',
  'microphone',
  'midi',
  'payment',
  'publickey-credentials-get',
  'screen-wake-lock',
  'serial',
  'usb',
  'xr-spatial-tracking',
];

/** Makes the page cross-origin isolated: precise timers and memory shared between threads. */
export const isolationHeaders: Headers = {
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Embedder-Policy': 'require-corp',
  'Cross-Origin-Resource-Policy': 'same-origin',
};

const quietHeaders: Headers = {
  'Referrer-Policy': 'no-referrer',
  'X-Content-Type-Options': 'nosniff',
  'X-DNS-Prefetch-Control': 'off',
  'Permissions-Policy': unusedFeatures.map((feature) => `${feature}=()`).join(', '),
};

/** Every header of the built app, but for the two scripts below. */
export const securityHeaders: Headers = {
  ...isolationHeaders,
  ...quietHeaders,
  'Content-Security-Policy': formatPolicy({ ...contentPolicy, ...headerOnlyPolicy }),
  // Closes what a content policy leaves open, following a link and WebRTC, where the browser knows it.
  'Connection-Allowlist': '(response-origin);webrtc=block',
};

/** The hub, and the hosts it redirects to for large files: it moves them about under this name. */
const HUB_SOURCES = ['https://huggingface.co', 'https://*.hf.co'];

/** This machine, at any port. */
const LOOPBACK_SOURCES = ['http', 'https'].flatMap((scheme) =>
  LOOPBACK_HOSTS.map((host) => `${scheme}://${host}:*`),
);

/** What differs for the script of the download worker. */
export const downloadHeaders: Headers = {
  'Content-Security-Policy': policyTo(HUB_SOURCES),
  // Without the word for redirections Chromium 150 follows none, not even within the list; with it, to anywhere, so
  // that it is the content policy which keeps them among the hosts above.
  'Connection-Allowlist': `${allowlistTo(HUB_SOURCES)};redirects=allow`,
};

/** What differs for the script of the worker that asks a language server; nothing there may redirect it. */
export const localServerHeaders: Headers = {
  'Content-Security-Policy': policyTo(LOOPBACK_SOURCES),
  'Connection-Allowlist': allowlistTo(LOOPBACK_SOURCES),
};

/** The scripts that may talk to others than their origin, by the name of their worker. */
const OPEN_SCRIPTS: Readonly<
  Record<string, { readonly headers: Headers; readonly sources: readonly string[] }>
> = {
  modelDownload: { headers: downloadHeaders, sources: HUB_SOURCES },
  localServer: { headers: localServerHeaders, sources: LOOPBACK_SOURCES },
};

/** In the build; while developing they lie where their sources do. */
const WORKER_SCRIPT = /\/(?:assets\/(\w+)\.worker-[\w-]+\.js|workers\/(\w+)\.worker\.ts)$/;

/** Which headers differ for the scripts of a build, by where they lie, as static hosts write it. */
export const differingHeaders: readonly (readonly [path: string, headers: Headers])[] = Object.entries(
  OPEN_SCRIPTS,
).map(([name, { headers }]) => [`/assets/${name}.worker-*`, headers]);

/**
 * The headers an answer carries.
 * @param path of what is asked for, without its query
 */
export function headersOf(path: string): Headers {
  const open = openScript(path);
  return open ? { ...securityHeaders, ...open.headers } : securityHeaders;
}

function openScript(path: string): (typeof OPEN_SCRIPTS)[string] | undefined {
  const [, built, source] = WORKER_SCRIPT.exec(path) ?? [];
  const name = built ?? source ?? '';
  return Object.hasOwn(OPEN_SCRIPTS, name) ? OPEN_SCRIPTS[name] : undefined;
}

/** Whether an address is one of the hub's. */
export function isHub({ protocol, hostname }: URL): boolean {
  return protocol === 'https:' && (hostname === 'huggingface.co' || hostname.endsWith('.hf.co'));
}

/** What of all this can stand inside the page: all that holds at a first visit to a host that sends no headers. */
export const policyInPage: Headers = {
  'Content-Security-Policy': formatPolicy(contentPolicy),
  'X-DNS-Prefetch-Control': 'off',
};

/**
 * Names of built assets hold a hash of their contents, so they never change; everything else is asked for again.
 * @param path from the root of the build, with its leading slash
 */
export function cacheControl(path: string): string {
  return path.includes('/assets/') ? 'max-age=31536000, immutable' : 'no-cache';
}

/**
 * Headers of the development server. Hot reloading injects styles and talks over a WebSocket, so scripts and styles
 * may be inline there and connections to the same host are allowed; everything else is as in the built app.
 * @param path of what is asked for, without its query
 */
export function developmentHeadersOf(path: string): Headers {
  const sources = openScript(path)?.sources ?? [];
  return {
    ...isolationHeaders,
    ...quietHeaders,
    'Content-Security-Policy': formatPolicy({
      ...contentPolicy,
      ...headerOnlyPolicy,
      'script-src': "'self' 'wasm-unsafe-eval' 'unsafe-inline'",
      'style-src': "'self' 'unsafe-inline'",
      'connect-src': ["'self' ws:", ...sources].join(' '),
    }),
  };
}

/** The policy of a script that may talk to some sources beside its own. */
function policyTo(sources: readonly string[]): string {
  const connections = ["'self'", ...sources].join(' ');
  return formatPolicy({ ...contentPolicy, ...headerOnlyPolicy, 'connect-src': connections });
}

function allowlistTo(sources: readonly string[]): string {
  return `(response-origin ${sources.map((source) => `"${source}"`).join(' ')});webrtc=block`;
}

function formatPolicy(policy: Readonly<Record<string, string>>): string {
  return Object.entries(policy)
    .map(([directive, sources]) => `${directive} ${sources}`)
    .join('; ');
}
