/**
 * Lint rules that leave few files the network: names, properties and forms of code by which a script reaches another
 * computer, by a detour too. The browser refuses the same (src/securityHeaders.ts); here it is told before it is built.
 */
const message =
  'The app talks to no server but for models (workers/modelDownload.worker.ts) and to one on this machine ' +
  '(workers/localServer.worker.ts).';

/** As names of the realm, and as properties of it. */
export const networkGlobals = [
  ...['fetch', 'fetchLater', 'XMLHttpRequest', 'WebSocket', 'WebSocketStream', 'EventSource'],
  ...['RTCPeerConnection', 'WebTransport', 'PaymentRequest', 'PresentationRequest'],
  ...['SharedWorker', 'importScripts', 'open', 'Image', 'Audio', 'FontFace'],
].map((name) => ({ name, message }));

const realms = ['window', 'self', 'globalThis', 'worker'];

export const networkProperties = [
  ...networkGlobals.flatMap(({ name }) => realms.map((object) => ({ object, property: name, message }))),
  ...[
    'sendBeacon',
    'openWindow',
    'backgroundFetch',
    'addModule',
    'compileStreaming',
    'instantiateStreaming',
  ].map((property) => ({ property, message })),
  ...['assign', 'replace', 'href'].map((property) => ({ object: 'location', property, message })),
];

/** Elements that load what they are told, and links, which are followed. */
const loading =
  '/^(audio|base|embed|form|frame|iframe|image|img|input|link|meta|object|script|source|style|track|video)$/';
/** Components have some of these by right: forms that are not sent, fields, and styles that become files. */
const loadingInMarkup = loading
  .replace('form|', '')
  .replace('input|', '')
  .replace('style|', '')
  .replace('|meta', '');

export const networkSyntax = [
  { selector: 'AssignmentExpression[left.name="location"]', message },
  { selector: 'AssignmentExpression[left.property.name="location"]', message },
  { selector: 'ImportExpression:not([source.type="Literal"])', message },
  {
    selector: 'NewExpression[callee.name="Worker"]',
    message: 'Workers start in src/state/workerScripts.ts.',
  },
  {
    selector: `CallExpression[callee.property.name=/^createElement(NS)?$/] > Literal[value=${loading}]`,
    message,
  },
  { selector: `CallExpression[callee.property.name=/^createElement(NS)?$/] > Identifier`, message },
  {
    selector: 'AssignmentExpression[left.property.name=/^(src|srcset|srcdoc|ping|action|formAction)$/]',
    message,
  },
  { selector: `SvelteElement[name.name=${loadingInMarkup}]`, message },
  { selector: 'SvelteAttribute[key.name=/^(src|srcset|srcdoc|ping|action|formaction|target)$/]', message },
  { selector: 'SvelteAttribute[key.name="href"] > SvelteLiteral[value=/^[a-z]*:|^\\u002F/i]', message },
];
