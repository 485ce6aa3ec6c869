/**
 * A language server of OpenAI's kind on this machine, without a model: what it writes follows from the seed and the
 * messages alone. It sends its events in pieces that respect nothing, not even the bytes of a character.
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createRandom } from '../../src/core/random.ts';

export interface FakeServerOptions {
  readonly models?: readonly string[];
  /** Whether pages of other origins may read its answers. */
  readonly letsPagesIn?: boolean;
  /** Whether it streams; some do not, whatever they are asked. */
  readonly streams?: boolean;
  /** Waited before each event. */
  readonly pauseMs?: number;
}

export interface AskedOfServer {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingMessage['headers'];
  readonly body?: ChatRequest;
}

interface ChatRequest {
  readonly model: string;
  readonly messages: readonly { readonly role: string; readonly content: string }[];
  readonly seed: number;
  readonly max_tokens: number;
  readonly stream: boolean;
  readonly [name: string]: unknown;
}

const WORDS = ['tea', 'rain', 'naïve', 'green', '山', 'slow', '🍵', 'and', 'so', 'it', 'goes', 'on'];
const PIECE_BYTES = 7;

export class FakeLanguageServer {
  readonly #server: Server;
  readonly #options: Required<FakeServerOptions>;
  readonly address: string;
  /** All that arrived, in its order; preflights too. */
  readonly asked: AskedOfServer[] = [];
  /** Requests for text whose asker hung up before the end. */
  hungUp = 0;
  /** Answers in place of its own. */
  spoil: (asked: AskedOfServer, response: ServerResponse) => boolean = () => false;

  private constructor(server: Server, options: FakeServerOptions) {
    this.#server = server;
    this.address = `http://localhost:${(server.address() as AddressInfo).port}`;
    this.#options = {
      ...{ models: ['tiny:latest', 'small'], letsPagesIn: true, streams: true, pauseMs: 0 },
      ...options,
    };
    server.on('request', (request, response) => void this.#answer(request, response));
  }

  static async open(options: FakeServerOptions = {}): Promise<FakeLanguageServer> {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return new FakeLanguageServer(server, options);
  }

  close(): void {
    this.#server.closeAllConnections();
    this.#server.close();
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const parts: Buffer[] = [];
    for await (const part of request) parts.push(part as Buffer);
    const text = Buffer.concat(parts).toString();
    const { method, url, headers } = request;
    const asked: AskedOfServer = {
      ...{ method: method!, path: url!, headers },
      ...(text && { body: JSON.parse(text) as ChatRequest }),
    };
    this.asked.push(asked);
    if (this.#options.letsPagesIn) {
      response.setHeader('Access-Control-Allow-Origin', headers.origin ?? '*');
      response.setHeader('Access-Control-Allow-Headers', 'content-type');
    }
    if (this.spoil(asked, response)) return;
    if (method === 'OPTIONS') response.writeHead(204).end();
    else if (url === '/v1/models') {
      const data = this.#options.models.map((id) => ({
        id,
        object: 'model',
        created: 0,
        owned_by: 'library',
      }));
      sendJson(response, 200, { object: 'list', data });
    } else if (url === '/v1/chat/completions' && asked.body) await this.#write(asked.body, response);
    else sendJson(response, 404, { error: { message: `no such path: ${url}` } });
  }

  async #write(body: ChatRequest, response: ServerResponse): Promise<void> {
    if (!this.#options.models.includes(body.model)) {
      return sendJson(response, 404, {
        error: { message: `model "${body.model}" not found, try pulling it` },
      });
    }
    const { words, finish_reason } = wordsFor(body);
    const usage = { completion_tokens: words.length };
    if (!body.stream || !this.#options.streams) {
      const message = { role: 'assistant', content: words.join('') };
      return sendJson(response, 200, { choices: [{ index: 0, message, finish_reason }], usage });
    }
    let isOpen = true;
    response.on('close', () => (isOpen = false));
    const isSent = await sendEvents(
      response,
      [
        ...words.map((content) => ({ choices: [{ index: 0, delta: { content }, finish_reason: null }] })),
        { choices: [{ index: 0, delta: {}, finish_reason }] },
        { choices: [], usage },
      ],
      { pauseMs: this.#options.pauseMs, isOpen: () => isOpen },
    );
    if (!isSent) this.hungUp++;
  }
}

/** What is written to a request: a word a token. */
export function textFor(body: Pick<ChatRequest, 'seed' | 'max_tokens' | 'messages'>): string {
  return wordsFor(body).words.join('').trim();
}

function wordsFor({ seed, max_tokens, messages }: Pick<ChatRequest, 'seed' | 'max_tokens' | 'messages'>): {
  words: string[];
  finish_reason: 'stop' | 'length';
} {
  const random = createRandom((seed + JSON.stringify(messages).length) >>> 0);
  const wanted = 8 + random.integer(8);
  const words = Array.from(
    { length: Math.min(wanted, max_tokens) },
    () => ` ${WORDS[random.integer(WORDS.length)]}`,
  );
  return { words, finish_reason: wanted > max_tokens ? 'length' : 'stop' };
}

export function sendJson(response: ServerResponse, status: number, value: unknown): void {
  response.writeHead(status, { 'Content-Type': 'application/json' }).end(JSON.stringify(value));
}

/**
 * Sends a stream of events, its end included.
 * @param events objects, or lines as they are
 * @returns whether all of it was still wanted
 */
export async function sendEvents(
  response: ServerResponse,
  events: readonly (object | string)[],
  { pauseMs = 0, isOpen = (): boolean => true } = {},
): Promise<boolean> {
  response.writeHead(200, { 'Content-Type': 'text/event-stream' });
  const lines = events.map((event) =>
    typeof event === 'string' ? event : `data: ${JSON.stringify(event)}\n\n`,
  );
  for (const line of [...lines, 'data: [DONE]\n\n']) {
    if (pauseMs > 0) await new Promise((resolve) => setTimeout(resolve, pauseMs));
    const bytes = Buffer.from(line);
    for (let at = 0; at < bytes.length && isOpen(); at += PIECE_BYTES) {
      response.write(bytes.subarray(at, at + PIECE_BYTES));
      // Else they would be sent as one.
      await new Promise((resolve) => setImmediate(resolve));
    }
    if (!isOpen()) return false;
  }
  response.end();
  return true;
}
