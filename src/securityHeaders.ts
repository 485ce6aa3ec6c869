/**
 * The response headers Palate is served with: on the page, on worker scripts (a worker obeys the policy of its own
 * script, not of the page) and on every asset. They hold the promise that no text leaves the device: the page may
 * talk to its own origin only, runs no script that was not built with it, and cannot be framed. One script, the worker
 * that fetches models and is never sent a text, may talk to the hub as well.
 *
 * Everything that sends or writes them takes them from here: the preview server, the file `_headers` in the build,
 * the service worker, and the policy inside the page for hosts that send none.
 */

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

/** Every header of the built app, but for the one script below. */
export const securityHeaders: Headers = {
  ...isolationHeaders,
  ...quietHeaders,
  'Content-Security-Policy': formatPolicy({ ...contentPolicy, ...headerOnlyPolicy }),
  // Closes what a content policy leaves open, following a link and WebRTC, where the browser knows it.
  'Connection-Allowlist': '(response-origin);webrtc=block',
};

/** The hub, and the hosts it redirects to for large files: it moves them about under this name. */
const HUB_SOURCES = ['https://huggingface.co', 'https://*.hf.co'];

/** What differs for the script of the download worker. */
export const downloadHeaders: Headers = {
  'Content-Security-Policy': formatPolicy({
    ...contentPolicy,
    ...headerOnlyPolicy,
    'connect-src': ["'self'", ...HUB_SOURCES].join(' '),
  }),
  // Without the word for redirections Chromium 150 follows none, not even within the list; with it, to anywhere, so
  // that it is the content policy which keeps them among the hosts above.
  'Connection-Allowlist': `(response-origin ${HUB_SOURCES.map((source) => `"${source}"`).join(' ')});webrtc=block;redirects=allow`,
};

/** In the build; while developing it lies where its source does. */
const DOWNLOAD_SCRIPT = /\/(assets\/modelDownload\.worker-[\w-]+\.js|workers\/modelDownload\.worker\.ts)$/;

/** Where the script of the download worker lies in the build, as static hosts write it. */
export const DOWNLOAD_SCRIPTS = '/assets/modelDownload.worker-*';

/**
 * The headers an answer carries.
 * @param path of what is asked for, without its query
 */
export function headersOf(path: string): Headers {
  return DOWNLOAD_SCRIPT.test(path) ? { ...securityHeaders, ...downloadHeaders } : securityHeaders;
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
  const sources = DOWNLOAD_SCRIPT.test(path) ? HUB_SOURCES : [];
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

function formatPolicy(policy: Readonly<Record<string, string>>): string {
  return Object.entries(policy)
    .map(([directive, sources]) => `${directive} ${sources}`)
    .join('; ');
}
