/**
 * A hub of one small model on this machine, which a browser takes for huggingface.co and the hosts beside it:
 * redirections and policies are then the browser's own, which answers given in its place would pass by.
 */
import { createHash } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { COMMIT, madeUpBytes } from './modelSamples.ts';
import { selfSigned } from './selfSigned.ts';

export const WEIGHTS_PATH = 'onnx/model.onnx';

export const hubContents: Readonly<Record<string, Buffer>> = {
  'config.json': Buffer.from('{"model_type":"bert"}'),
  'tokenizer.json': Buffer.from('{"version":"1.0"}'),
  [WEIGHTS_PATH]: Buffer.from(madeUpBytes(3_000_000, 1)),
};

const LARGE_FILES = 'us.aws.cdn.hf.co';

const listing = {
  sha: COMMIT,
  gated: false,
  siblings: Object.entries(hubContents).map(([rfilename, bytes]) => ({
    rfilename,
    size: bytes.length,
    blobId: createHash('sha1').update(`blob ${bytes.length}\0`).update(bytes).digest('hex'),
    ...(rfilename === WEIGHTS_PATH && {
      lfs: { sha256: createHash('sha256').update(bytes).digest('hex'), size: bytes.length },
    }),
  })),
};

type Spoil = (request: IncomingMessage, response: ServerResponse) => boolean;

export class ServedHub {
  readonly #server: Server;
  /** Who was asked for what, from which byte on, as `host/path` or `host/path 5-`. */
  readonly asked: string[] = [];
  /** Answers in place of the hub's own. */
  spoil: Spoil = () => false;

  private constructor(server: Server) {
    this.#server = server;
    server.on('request', (request, response) => this.#answer(request, response));
  }

  static async open(): Promise<ServedHub> {
    const server = createServer(selfSigned());
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return new ServedHub(server);
  }

  /** For the browser: the hub's names lead here, and one that is not. */
  get flags(): string[] {
    const { port } = this.#server.address() as AddressInfo;
    const names = ['huggingface.co', '*.hf.co', 'example.com'];
    const rules = names.map((name) => `MAP ${name} 127.0.0.1:${port}`).join();
    return [`--host-resolver-rules=${rules}`, '--ignore-certificate-errors'];
  }

  close(): void {
    this.#server.closeAllConnections();
    this.#server.close();
  }

  #answer(request: IncomingMessage, response: ServerResponse): void {
    const { host, range } = request.headers;
    const path = request.url!.split('?')[0];
    const from = Number(/^bytes=(\d+)-$/.exec(range ?? '')?.[1] ?? 0);
    this.asked.push(`${host}${path}${from > 0 ? ` ${from}-` : ''}`);
    response.setHeader('Access-Control-Allow-Origin', '*');
    response.setHeader('Access-Control-Expose-Headers', 'Content-Range');
    if (this.spoil(request, response)) return;
    if (host === LARGE_FILES) return send(response, hubContents[WEIGHTS_PATH], from);
    if (path.startsWith('/api/')) return send(response, Buffer.from(JSON.stringify(listing)), 0);
    const file = path.slice(`/owner/tiny/resolve/${COMMIT}/`.length);
    if (file === WEIGHTS_PATH) response.writeHead(302, { Location: `https://${LARGE_FILES}/weights` }).end();
    else if (Object.hasOwn(hubContents, file)) send(response, hubContents[file], from);
    else response.writeHead(404).end();
  }
}

function send(response: ServerResponse, bytes: Buffer, from: number): void {
  if (from > 0) {
    const range = `bytes ${from}-${bytes.length - 1}/${bytes.length}`;
    response.writeHead(206, { 'Content-Range': range });
  }
  response.end(bytes.subarray(from));
}
