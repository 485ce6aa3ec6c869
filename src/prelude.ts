/**
 * The first thing that runs, on the page and in every worker: takes away what could carry text out and what the app
 * never uses, before other code could keep hold of it. The headers forbid the same; this stands in where a host does
 * not send them or a browser does not know them all. It is a second lock, not a wall: code that is bent on getting
 * out may find a way past it, which is why the headers come first.
 */

/** Ways to another computer, and to windows and workers that would have them anew. */
const CONNECTIONS = [
  'RTCPeerConnection',
  'webkitRTCPeerConnection',
  'WebTransport',
  'WebSocket',
  'WebSocketStream',
  'EventSource',
  'XMLHttpRequest',
  'fetchLater',
  'open',
  'SharedWorker',
  'importScripts',
  'PaymentRequest',
  'PresentationRequest',
  'XSLTProcessor',
] as const;

/** Methods of the same kind. */
const METHODS = [
  ['Navigator', 'sendBeacon'],
  ['BackgroundFetchManager', 'fetch'],
  ['Clients', 'openWindow'],
  ['WindowClient', 'navigate'],
] as const;

/**
 * Elements that no script of the app makes: a frame has anew what is taken away here, and a link makes the browser
 * look up the name of a host, whatever the content policy says.
 */
const UNUSED_ELEMENTS: ReadonlySet<string> = new Set([
  ...['iframe', 'frame', 'fencedframe', 'object', 'embed'],
  'link',
]);

type Realm = Record<string, unknown>;
type Create = (this: unknown, ...names: unknown[]) => unknown;

const realm = globalThis as unknown as Realm;
const PeerConnection = realm.RTCPeerConnection as (new () => { close(): void }) | undefined;

for (const name of CONNECTIONS) {
  // The development server talks to its page.
  if (name in realm && !(import.meta.env.DEV && name === 'WebSocket')) takeAway(realm, name);
}
for (const [owner, method] of METHODS) {
  const prototype = (realm[owner] as { prototype: Realm } | undefined)?.prototype;
  if (prototype && method in prototype) takeAway(prototype, method);
}
if ('Document' in realm) {
  refuseElements((realm.Document as { prototype: Record<string, Create> }).prototype);
  stayHere(realm.navigation as EventTarget | undefined);
}
// What is read from a file must not be able to add properties to every object. Not frozen: a frozen prototype would
// also forbid objects a `toString` of their own.
for (const { prototype } of [Object, Array, Function]) Object.preventExtensions(prototype);

/**
 * @returns whether this browser obeys the header Connection-Allowlist here: it then makes no peer connection at all;
 * undefined where it never makes any, as in a worker
 */
export function obeysConnectionAllowlist(): boolean | undefined {
  if (!PeerConnection) return undefined;
  try {
    new PeerConnection().close();
    return false;
  } catch {
    return true;
  }
}

function takeAway(owner: Realm, name: string): void {
  Object.defineProperty(owner, name, { value: undefined, writable: false, configurable: false });
}

function refuseElements(document: Record<string, Create>): void {
  for (const [method, place] of [
    ['createElement', 0],
    ['createElementNS', 1],
  ] as const) {
    const create = document[method];
    const createOther: Create = function (...names) {
      const asked = String(names[place]);
      const kind = asked.slice(asked.indexOf(':') + 1).toLowerCase();
      if (UNUSED_ELEMENTS.has(kind)) throw new TypeError(`Palate has no use for <${kind}>.`);
      names[place] = asked;
      return create.apply(this, names);
    };
    Object.defineProperty(document, method, { value: createOther, writable: false, configurable: false });
  }
}

/** Following a link, or being sent after one, ends at the edge of the app's own origin. */
function stayHere(navigation: EventTarget | undefined): void {
  navigation?.addEventListener('navigate', (event) => {
    const { url } = (event as Event & { destination: { url: string } }).destination;
    if (new URL(url).origin !== location.origin) event.preventDefault();
  });
}
