/**
 * The response headers Palate is served with: on the page, on worker scripts (a worker obeys the policy of its own
 * script, not of the page) and on every asset. They hold the promise that no text leaves the device: the page may
 * talk to its own origin only, runs no script that was not built with it, and cannot be framed.
 *
 * A host that serves the built files itself must send the same set; the README lists them.
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
  'frame-ancestors': "'none'",
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
  'Permissions-Policy': unusedFeatures.map((feature) => `${feature}=()`).join(', '),
};

/** Every header of the built app. */
export const securityHeaders: Headers = {
  ...isolationHeaders,
  ...quietHeaders,
  'Content-Security-Policy': formatPolicy(contentPolicy),
};

/**
 * Headers of the development server. Hot reloading injects styles and talks over a WebSocket, so scripts and styles
 * may be inline there and connections to the same host are allowed; everything else is as in the built app.
 */
export const developmentHeaders: Headers = {
  ...isolationHeaders,
  ...quietHeaders,
  'Content-Security-Policy': formatPolicy({
    ...contentPolicy,
    'script-src': "'self' 'wasm-unsafe-eval' 'unsafe-inline'",
    'style-src': "'self' 'unsafe-inline'",
    'connect-src': "'self' ws:",
  }),
};

function formatPolicy(policy: Readonly<Record<string, string>>): string {
  return Object.entries(policy)
    .map(([directive, sources]) => `${directive} ${sources}`)
    .join('; ');
}
