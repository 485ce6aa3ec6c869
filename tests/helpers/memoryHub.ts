/** A hub in memory that counts what it is asked for, and all the ways in which its answers can be bad. */
import type { Fetch } from '../../workers/hub.ts';
import { COMMIT, type Contents } from './modelSamples.ts';

export interface HubRequest {
  readonly path: string;
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** The byte that is asked for first. */
  readonly from: number;
  readonly signal: AbortSignal;
}

export type Spoil = (request: HubRequest) => Response | Promise<Response> | undefined;

/** As a network hands them out, but for files so small that they would come in one. */
const pieceBytes = (length: number): number => (length > 1_000_000 ? 65_536 : 1_000);

export class MemoryHub {
  readonly contents: Contents;
  readonly requests: { readonly path: string; readonly from: number }[] = [];
  spoil: Spoil = () => undefined;

  constructor(contents: Contents) {
    this.contents = contents;
  }

  readonly fetch: Fetch = async (address, { headers, signal }) => {
    const path = address.replace(`https://huggingface.co/owner/tiny/resolve/${COMMIT}/`, '');
    const from = Number(/\d+/.exec((headers as Record<string, string>).Range ?? '0')![0]);
    this.requests.push({ path, from });
    if (!Object.hasOwn(this.contents, path)) return new Response('Entry not found', { status: 404 });
    const request = { path, bytes: this.contents[path], from, signal: signal! };
    return (await this.spoil(request)) ?? goodAnswer(request);
  };
}

export function goodAnswer({ bytes, from, signal }: HubRequest): Response {
  if (from === 0) return new Response(stream(bytes, signal));
  return part(stream(bytes.subarray(from), signal), `bytes ${from}-${bytes.length - 1}/${bytes.length}`);
}

export function part(body: BodyInit, range: string): Response {
  return new Response(body, { status: 206, headers: { 'Content-Range': range } });
}

/** @param end what happens after the last byte; the stream stays open where it is `never` */
export function stream(
  bytes: Uint8Array,
  signal: AbortSignal,
  end: 'end' | 'break' | 'never' = 'end',
): ReadableStream<Uint8Array> {
  let at = 0;
  return new ReadableStream(
    {
      start(controller) {
        signal.addEventListener('abort', () => controller.error(signal.reason));
      },
      pull(controller) {
        if (at < bytes.length) {
          controller.enqueue(bytes.slice(at, (at += pieceBytes(bytes.length))));
        } else if (end === 'end') controller.close();
        else if (end === 'break') controller.error(new TypeError('network error'));
        else return new Promise(() => undefined);
      },
    },
    { highWaterMark: 0 },
  );
}

/** A request that nobody answers. */
export function silence(signal: AbortSignal): Promise<Response> {
  return new Promise((_, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason as Error));
  });
}

export interface BadDownload {
  readonly kind: string;
  /** What a person is told, after the file and its repository. */
  readonly says: RegExp;
  readonly spoil: Spoil;
  /** How many bytes are there afterwards of a file of which there was nothing before. */
  readonly kept?: number;
}

const PAGE = '<!DOCTYPE html><html><body>Log in to the network</body></html>';
const POINTER = `version https://git-lfs.github.com/spec/v1\noid sha256:${'0'.repeat(64)}\nsize 5000\n`;

const withStatus = (status: number) => () => new Response('no', { status });
const html = { headers: { 'Content-Type': 'text/html; charset=utf-8' } };

function changed(bytes: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  return bytes.map((byte, index) => (index === bytes.length >> 1 ? byte ^ 1 : byte));
}

/** Each on a file of 5,000 bytes or more. */
export const BAD_DOWNLOADS: readonly BadDownload[] = [
  {
    kind: 'a body cut short',
    says: /the answer ended after 1500 of \d+ bytes\. Try again: it goes on from there\./,
    spoil: ({ bytes, signal }) => new Response(stream(bytes.subarray(0, 1_500), signal)),
    kept: 1_500,
  },
  {
    kind: 'a connection that breaks',
    says: /the connection broke off\. .* what came before is kept\./,
    spoil: ({ bytes, signal }) => new Response(stream(bytes.subarray(0, 2_500), signal, 'break')),
    kept: 2_500,
  },
  {
    kind: 'no network',
    says: /huggingface\.co could not be reached\. See whether this device has a network/,
    spoil: () => Promise.reject(new TypeError('Failed to fetch')),
  },
  { kind: 'a web page', says: /a web page came in its place/, spoil: () => new Response(PAGE, html) },
  {
    kind: 'a web page that is called a file',
    says: /a web page came in its place/,
    spoil: () => new Response(PAGE),
  },
  {
    kind: 'a Git LFS pointer',
    says: /a Git LFS pointer came in its place/,
    spoil: () => new Response(POINTER),
  },
  {
    kind: 'wrong bytes of the right length',
    says: /its bytes are not those that belong there: (SHA-256|git's hash) differs\. It was not kept\. Try again\./,
    spoil: ({ bytes, signal }) => new Response(stream(changed(bytes), signal)),
  },
  {
    kind: 'more than was said',
    says: /more came than the \d+ bytes that belong there/,
    spoil: ({ bytes, signal }) => new Response(stream(new Uint8Array([...bytes, 1]), signal)),
  },
  { kind: 'nothing', says: /the answer was empty/, spoil: () => new Response('') },
  { kind: 'status 404', says: /no such file or no such commit\. Choose another/, spoil: withStatus(404) },
  { kind: 'status 401', says: /signed in and accepted the licence/, spoil: withStatus(401) },
  { kind: 'status 403', says: /signed in and accepted the licence/, spoil: withStatus(403) },
  {
    kind: 'status 429',
    says: /too many requests from this network\. Wait some minutes/,
    spoil: withStatus(429),
  },
  { kind: 'status 500', says: /a fault of its own \(status 500\)/, spoil: withStatus(500) },
  { kind: 'status 503', says: /a fault of its own \(status 503\)/, spoil: withStatus(503) },
  { kind: 'status 418', says: /answered with status 418/, spoil: withStatus(418) },
  {
    kind: 'a part that was not asked for',
    says: /a part of it came where all was asked for/,
    spoil: ({ bytes }) => part(bytes.subarray(10), `bytes 10-${bytes.length - 1}/${bytes.length}`),
  },
];

/** Bad answers to a request for the rest of a file; nothing of it is kept. */
export const BAD_RESTS: readonly BadDownload[] = [
  {
    kind: 'another part',
    says: /another part came than was asked for \(bytes 0-9\/\d+ instead of bytes \d+-\d+\/\d+\)/,
    spoil: ({ bytes }) => part(bytes.subarray(0, 10), `bytes 0-9/${bytes.length}`),
  },
  {
    kind: 'a part of a longer file',
    says: /another part came than was asked for/,
    spoil: ({ bytes, from }) =>
      part(bytes.subarray(from), `bytes ${from}-${bytes.length}/${bytes.length + 1}`),
  },
  {
    kind: 'another part whose range is hidden',
    says: /its bytes are not those that belong there/,
    spoil: ({ bytes, from }) => new Response(bytes.subarray(0, bytes.length - from), { status: 206 }),
  },
  { kind: 'status 416', says: /it ends before what was asked for/, spoil: withStatus(416) },
];
