/**
 * Every way we know by which a page, a worker or a service worker could make its browser send something somewhere.
 * The tests try them all, against a server that counts what arrives; the page /selfcheck tries them in anybody's
 * browser, against an address that is nobody's. The one place that may use them: everywhere else lint forbids it.
 *
 * Trying means trying for real: a channel that the browser lets through sends a request. None carries anything.
 */

export type Context = 'page' | 'worker' | 'service worker';

/** Where to try to reach. */
export interface Target {
  /** The address for one channel, so that whoever listens there can tell which one it was. */
  readonly http: (channel: string) => string;
  /** `stun:host:port` */
  readonly stun: (channel: string) => string;
  /** Over QUIC, so `https:`. */
  readonly quic: (channel: string) => string;
}

export interface Channel {
  readonly name: string;
  readonly contexts: readonly Context[];
  /** Would take the page away with it if it got through. */
  readonly leaves?: true;
  /** @returns at once or when the try is over; throws where it is refused */
  readonly send: (to: Target) => unknown;
}

interface WindowParts {
  readonly [name: string]: new (...values: unknown[]) => {
    close: () => void;
    createDataChannel(name: string): void;
    createOffer(): Promise<unknown>;
    setLocalDescription(offer: unknown): Promise<void>;
  };
}

const EVERYWHERE: readonly Context[] = ['page', 'worker', 'service worker'];
const OF_REQUESTS: readonly Channel[] = [
  { name: 'fetch', contexts: EVERYWHERE, send: (to) => fetch(to.http('fetch'), { mode: 'no-cors' }) },
  {
    name: 'fetch-after-closing',
    contexts: EVERYWHERE,
    send: (to) =>
      fetch(to.http('fetch-after-closing'), { mode: 'no-cors', method: 'POST', body: '0', keepalive: true }),
  },
  {
    name: 'fetch-later',
    contexts: ['page'],
    send: (to) =>
      named<(address: string, options: object) => void>('fetchLater')(to.http('fetch-later'), {
        activateAfter: 0,
      }),
  },
  {
    name: 'xhr',
    contexts: ['page', 'worker'],
    send: (to) => {
      const request = new XMLHttpRequest();
      request.open('GET', to.http('xhr'));
      request.send();
    },
  },
  {
    name: 'beacon',
    contexts: ['page'],
    send: (to) => {
      navigator.sendBeacon(to.http('beacon'), '0');
    },
  },
  { name: 'web-socket', contexts: EVERYWHERE, send: (to) => new WebSocket(asSocket(to.http('web-socket'))) },
  {
    name: 'web-socket-stream',
    contexts: EVERYWHERE,
    send: (to) =>
      new (named<new (address: string) => { opened: Promise<unknown> }>('WebSocketStream'))(
        asSocket(to.http('web-socket-stream')),
      ).opened,
  },
  { name: 'event-source', contexts: EVERYWHERE, send: (to) => new EventSource(to.http('event-source')) },
  {
    name: 'web-transport',
    contexts: EVERYWHERE,
    send: (to) => new WebTransport(to.quic('web-transport')).ready,
  },
  {
    name: 'web-rtc',
    contexts: ['page'],
    send: (to) => offerPeer(globalThis as unknown as WindowParts, to.stun('web-rtc')),
  },
  {
    name: 'web-rtc-of-a-frame',
    contexts: ['page'],
    send: (to) => {
      const frame = element('iframe', {});
      return offerPeer(frame.contentWindow as unknown as WindowParts, to.stun('web-rtc-of-a-frame'));
    },
  },
  {
    name: 'cache-add',
    contexts: EVERYWHERE,
    send: async (to) => (await caches.open('selfcheck')).add(to.http('cache-add')),
  },
  {
    name: 'compile-streaming',
    contexts: EVERYWHERE,
    send: (to) => WebAssembly.compileStreaming(fetch(to.http('compile-streaming'))),
  },
  {
    name: 'font-face',
    contexts: ['page', 'worker'],
    send: (to) => new FontFace('selfcheck', `url(${to.http('font-face')})`).load(),
  },
  {
    name: 'background-fetch',
    contexts: ['page'],
    send: async (to) => {
      const { backgroundFetch } = (await navigator.serviceWorker.ready) as unknown as {
        backgroundFetch: { fetch(id: string, addresses: string[]): Promise<unknown> };
      };
      return backgroundFetch.fetch('selfcheck', [to.http('background-fetch')]);
    },
  },
];

const OF_SCRIPTS: readonly Channel[] = [
  {
    name: 'import',
    contexts: ['page', 'worker'],
    send: (to) => import(/* @vite-ignore */ to.http('import')),
  },
  {
    name: 'import-scripts',
    contexts: ['worker'],
    send: (to) => named<(address: string) => void>('importScripts')(to.http('import-scripts')),
  },
  {
    name: 'worker-of-text',
    contexts: ['page', 'worker'],
    send: (to) => new Worker(blobOf(`fetch(${JSON.stringify(to.http('worker-of-text'))},{mode:'no-cors'})`)),
  },
  {
    name: 'shared-worker-of-text',
    contexts: ['page'],
    send: (to) => {
      const script = `fetch(${JSON.stringify(to.http('shared-worker-of-text'))},{mode:'no-cors'})`;
      return new SharedWorker(blobOf(script));
    },
  },
  { name: 'script', contexts: ['page'], send: (to) => element('script', { src: to.http('script') }) },
  {
    name: 'script-in-svg',
    contexts: ['page'],
    send: (to) => inSvg('script', to.http('script-in-svg')),
  },
  {
    name: 'audio-worklet',
    contexts: ['page'],
    send: (to) => new OfflineAudioContext(1, 1, 44_100).audioWorklet.addModule(to.http('audio-worklet')),
  },
  {
    name: 'speculation-rules',
    contexts: ['page'],
    send: (to) => {
      const rules = document.createElement('script');
      rules.type = 'speculationrules';
      const urls = [to.http('speculation-rules')];
      rules.append(JSON.stringify({ prefetch: [{ urls }] }));
      document.head.append(rules);
    },
  },
];

/** `rel` of a link, and what it says it is. */
const LINKS = [
  ['stylesheet'],
  ['icon'],
  ['manifest'],
  ['preload', 'image'],
  ['preload', 'fetch'],
  ['modulepreload'],
  ['prefetch'],
  ['preconnect'],
  ['dns-prefetch'],
] as const;

const OF_ELEMENTS: readonly Channel[] = [
  ...LINKS.map(([rel, as]): Channel => {
    const name = as ? `link-${rel}-${as}` : `link-${rel}`;
    const send = (to: Target) => element('link', { rel, href: to.http(name), ...(as ? { as } : {}) });
    return { name, contexts: ['page'], send };
  }),
  { name: 'image', contexts: ['page'], send: (to) => (new Image().src = to.http('image')) },
  { name: 'image-set', contexts: ['page'], send: (to) => (new Image().srcset = to.http('image-set')) },
  { name: 'image-in-svg', contexts: ['page'], send: (to) => inSvg('image', to.http('image-in-svg')) },
  {
    name: 'image-button',
    contexts: ['page'],
    send: (to) => element('input', { type: 'image', src: to.http('image-button') }),
  },
  {
    name: 'background',
    contexts: ['page'],
    send: (to) => {
      element('p', {}).style.backgroundImage = `url(${to.http('background')})`;
    },
  },
  {
    name: 'style-import',
    contexts: ['page'],
    send: (to) => element('style', {}).append(`@import url(${to.http('style-import')});`),
  },
  {
    name: 'adopted-style',
    contexts: ['page'],
    send: (to) => {
      const sheet = new CSSStyleSheet();
      sheet.replaceSync(`body { list-style-image: url(${to.http('adopted-style')}); display: list-item }`);
      document.adoptedStyleSheets.push(sheet);
    },
  },
  {
    name: 'markup',
    contexts: ['page'],
    send: (to) => (element('p', {}).innerHTML = `<img src="${to.http('markup')}">`),
  },
  { name: 'audio', contexts: ['page'], send: (to) => new Audio(to.http('audio')).load() },
  { name: 'video', contexts: ['page'], send: (to) => element('video', { src: to.http('video') }).load() },
  { name: 'poster', contexts: ['page'], send: (to) => element('video', { poster: to.http('poster') }) },
  {
    name: 'subtitles',
    contexts: ['page'],
    send: (to) => {
      const video = element('video', { crossorigin: 'anonymous' });
      const track = document.createElement('track');
      Object.assign(track, { default: true, src: to.http('subtitles') });
      video.append(track);
      track.track.mode = 'showing';
    },
  },
  { name: 'frame', contexts: ['page'], send: (to) => element('iframe', { src: to.http('frame') }) },
  {
    name: 'frame-of-text',
    contexts: ['page'],
    send: (to) => element('iframe', { srcdoc: `<img src="${to.http('frame-of-text')}">` }),
  },
  { name: 'object', contexts: ['page'], send: (to) => element('object', { data: to.http('object') }) },
  { name: 'embed', contexts: ['page'], send: (to) => element('embed', { src: to.http('embed') }) },
];

const OF_NAVIGATION: readonly Channel[] = [
  { name: 'window', contexts: ['page'], send: (to) => window.open(to.http('window')) },
  {
    name: 'link-to-a-tab',
    contexts: ['page'],
    send: (to) => element('a', { href: to.http('link-to-a-tab'), target: '_blank', rel: 'opener' }).click(),
  },
  {
    name: 'link-ping',
    contexts: ['page'],
    send: (to) => element('a', { href: '#main', ping: to.http('link-ping') }).click(),
  },
  {
    name: 'form-to-a-tab',
    contexts: ['page'],
    send: (to) => element('form', { action: to.http('form-to-a-tab'), target: '_blank' }).submit(),
  },
  {
    name: 'form',
    contexts: ['page'],
    leaves: true,
    send: (to) => element('form', { action: to.http('form'), method: 'post' }).submit(),
  },
  {
    name: 'link',
    contexts: ['page'],
    leaves: true,
    send: (to) => element('a', { href: to.http('link') }).click(),
  },
  {
    name: 'location',
    contexts: ['page'],
    leaves: true,
    send: (to) => (location.href = to.http('location')),
  },
  {
    name: 'refresh',
    contexts: ['page'],
    leaves: true,
    send: (to) => element('meta', { 'http-equiv': 'refresh', content: `0;url=${to.http('refresh')}` }),
  },
  {
    name: 'move-the-page',
    contexts: ['service worker'],
    leaves: true,
    send: async (to) => {
      const windows = await named<WindowClients>('clients').matchAll({ type: 'window' });
      await windows[0].navigate(to.http('move-the-page'));
    },
  },
];

export const CHANNELS: readonly Channel[] = [...OF_REQUESTS, ...OF_SCRIPTS, ...OF_ELEMENTS, ...OF_NAVIGATION];

export type Trial = 'tried' | 'refused';

/** What became of one try as far as its own realm can see; a request that was stopped later counts as tried. */
export async function tryChannel(channel: Channel, to: Target, patienceMs: number): Promise<Trial> {
  const over = new Promise<Trial>((resolve) => setTimeout(() => resolve('tried'), patienceMs));
  try {
    const sent = Promise.resolve(channel.send(to)).then((): Trial => 'tried');
    return await Promise.race([sent, over]);
  } catch {
    return 'refused';
  }
}

function named<T>(name: string): T {
  return (globalThis as unknown as Record<string, T>)[name];
}

function asSocket(address: string): string {
  return address.replace(/^http/, 'ws');
}

function blobOf(script: string): string {
  return URL.createObjectURL(new Blob([script], { type: 'text/javascript' }));
}

function element<Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag,
  attributes: Readonly<Record<string, string>>,
): HTMLElementTagNameMap[Tag] {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  (tag === 'link' || tag === 'meta' ? document.head : document.body).append(made);
  return made;
}

function inSvg(tag: string, address: string): void {
  const space = 'http://www.w3.org/2000/svg';
  const svg = document.createElementNS(space, 'svg');
  const inside = document.createElementNS(space, tag);
  inside.setAttribute('href', address);
  svg.append(inside);
  document.body.append(svg);
}

async function offerPeer(parts: WindowParts, server: string): Promise<void> {
  const peer = new parts.RTCPeerConnection({ iceServers: [{ urls: server }] });
  peer.createDataChannel('selfcheck');
  await peer.setLocalDescription(await peer.createOffer());
}

interface WindowClients {
  matchAll(options: object): Promise<readonly { navigate(address: string): Promise<unknown> }[]>;
}
