/**
 * Asks the hub, and says in plain words what is wrong with an answer. Only its own hosts are asked; browsers follow
 * its redirections among them, and refuse any other by the policy of the worker's script (src/securityHeaders.ts).
 */
import type { ModelFile, ModelManifest } from '../src/core/modelManifest.ts';
import { isCommit, isRepository } from '../src/core/modelManifest.ts';
import { readListing, type HubListing } from '../src/core/hubListing.ts';
import { messageOf, PalateError } from '../src/core/palateError.ts';

export type Fetch = (address: string, options: RequestInit) => Promise<Response>;

const ADDRESS = 'https://huggingface.co';
/** A listing of 10,000 files has 3 MB. */
const LARGEST_LISTING = 8_000_000;
/** Where nothing comes for so long, nothing will. */
const PATIENCE_MS = 60_000;

/** Neither signed in nor told where from; what came before is never taken for what comes now. */
const PRIVATELY: RequestInit = {
  mode: 'cors',
  credentials: 'omit',
  referrerPolicy: 'no-referrer',
  cache: 'no-store',
};

/** One thing that is asked for, as messages name it. */
export interface Asked {
  /** Such as `config.json of owner/name`. */
  readonly what: string;
  readonly address: string;
}

export function fileOf({ repository, commit }: ModelManifest, { path }: ModelFile): Asked {
  return { what: `${path} of ${repository}`, address: `${ADDRESS}/${repository}/resolve/${commit}/${path}` };
}

const WEB_PAGE = 'a web page came in its place, as networks send that ask for a login';
const LOG_IN = 'Open any page in the browser to log in, then try again';
const LATER = 'Try again later; what came before is kept';

/** What came of a file is wrong, and with it what was kept of it before may be. */
export class SpoiltDownload extends PalateError {}

/** @param problem what is wrong, and `advice` what to do, each without its full stop */
export function failed(asked: Asked, problem: string, advice: string, cause?: unknown): PalateError {
  return new PalateError('download-failed', sentence(asked, problem, advice), { cause });
}

export function spoilt(asked: Asked, problem: string, advice = 'Try again'): SpoiltDownload {
  return new SpoiltDownload('download-failed', sentence(asked, problem, `It was not kept. ${advice}`));
}

function sentence({ what }: Asked, problem: string, advice: string): string {
  return `${what} could not be fetched: ${problem}. ${advice}.`;
}

/** Which bytes of a file are wanted: from one on, to its end. */
export interface Span {
  readonly from: number;
  readonly bytes: number;
}

/** An answer of which the head is right. */
export interface Answer {
  /** The byte it begins with: the hub may send everything where the rest was asked for. */
  readonly from: number;
  /** @throws PalateError `download-failed` where the connection breaks or nothing comes, `cancelled` */
  readonly pieces: AsyncGenerator<Uint8Array>;
}

export class Hub {
  readonly #fetch: Fetch;
  readonly #patienceMs: number;

  constructor(fetch: Fetch, patienceMs = PATIENCE_MS) {
    this.#fetch = fetch;
    this.#patienceMs = patienceMs;
  }

  /** @throws PalateError `download-failed`, `cancelled` */
  async list(repository: string, revision: string, signal: AbortSignal): Promise<HubListing> {
    const named = encodeURIComponent(revision);
    const asked = {
      what: `The description of ${repository}`,
      address: `${ADDRESS}/api/models/${repository}/revision/${named}?blobs=true`,
    };
    if (!isRepository(repository)) {
      throw failed(asked, 'it is no name of a repository', 'Write it as owner/name');
    }
    const { pieces } = await this.ask(asked, undefined, signal);
    const text = await readText(pieces, asked);
    try {
      const listing = readListing(JSON.parse(text));
      if (isCommit(revision) && listing.commit !== revision) {
        throw new Error(`It describes ${listing.commit}, not ${revision}`);
      }
      return listing;
    } catch (error) {
      const problem = `the answer is not what the hub says of a repository (${messageOf(error).replace(/\.$/, '')})`;
      throw failed(asked, problem, 'Try again later', error);
    }
  }

  /**
   * @param span of a file whose length is known; without it, all there is
   * @throws PalateError `download-failed`, `cancelled`
   */
  async ask(asked: Asked, span: Span | undefined, signal: AbortSignal): Promise<Answer> {
    const patience = new Patience(this.#patienceMs, signal);
    const from = span?.from ?? 0;
    const headers: Record<string, string> = from > 0 ? { Range: `bytes=${from}-` } : {};
    try {
      const options = { ...PRIVATELY, headers, signal: patience.signal };
      const response = await this.#fetch(asked.address, options);
      requireFile(asked, response);
      if (from > 0 && response.status === 206) requireRange(asked, response, span!);
      else if (response.status !== 200) throw spoilt(asked, 'a part of it came where all was asked for');
      const pieces = readPieces(asked, response.body, patience);
      return { from: response.status === 206 ? from : 0, pieces };
    } catch (error) {
      patience.end();
      if (error instanceof PalateError) throw error;
      const advice = 'See whether this device has a network';
      throw patience.explain(asked, error, 'huggingface.co could not be reached', advice);
    }
  }
}

/** Ends a request that a person cancels, or of which nothing has come for a while. */
class Patience {
  readonly #ms: number;
  readonly #cancel: AbortSignal;
  readonly #end = new AbortController();
  #isOver = false;
  readonly signal: AbortSignal;
  #timer?: ReturnType<typeof setTimeout>;

  constructor(ms: number, cancel: AbortSignal) {
    this.#ms = ms;
    this.#cancel = cancel;
    this.signal = AbortSignal.any([cancel, this.#end.signal]);
    this.renew();
  }

  renew(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.#isOver = true;
      this.#end.abort();
    }, this.#ms);
  }

  /** Of the request too, if it goes on. */
  end(): void {
    clearTimeout(this.#timer);
    this.#end.abort();
  }

  /** Why a request ended: by a person, by the clock, or as the words say. */
  explain(asked: Asked, error: unknown, problem: string, advice: string): Error {
    if (this.#cancel.aborted) return cancelled();
    if (!this.#isOver) return failed(asked, problem, `${advice}. ${LATER}`, error);
    return failed(asked, `nothing came for ${this.#ms / 1000} seconds`, LATER, error);
  }
}

export function cancelled(): PalateError {
  return new PalateError('cancelled', 'Cancelled; what came is kept.');
}

async function* readPieces(
  asked: Asked,
  body: ReadableStream<Uint8Array> | null,
  patience: Patience,
): AsyncGenerator<Uint8Array> {
  const reader = body?.getReader();
  try {
    for (let piece = await reader?.read(); piece && !piece.done; piece = await reader?.read()) {
      patience.renew();
      yield piece.value;
    }
  } catch (error) {
    throw patience.explain(asked, error, 'the connection broke off', 'See whether the network holds');
  } finally {
    // Whoever stops reading early has no use for the rest.
    patience.end();
  }
}

async function readText(pieces: AsyncGenerator<Uint8Array>, asked: Asked): Promise<string> {
  const decoder = new TextDecoder();
  let [text, left] = ['', LARGEST_LISTING];
  for await (const piece of pieces) {
    left -= piece.length;
    if (left < 0) throw failed(asked, 'the answer is far too long', 'Try again later');
    text += decoder.decode(piece, { stream: true });
  }
  return text + decoder.decode();
}

/** @throws PalateError for an answer that is no file, by its status and type */
function requireFile(asked: Asked, { status, headers }: Response): void {
  if (status === 404) {
    throw failed(asked, 'the repository has no such file or no such commit', 'Choose another model');
  }
  if (status === 401 || status === 403) {
    const problem =
      'the hub gives it only to people who signed in and accepted the licence on its site, or the repository is ' +
      'private or does not exist';
    throw failed(asked, problem, 'Palate signs in nowhere: choose another model, or one from a folder');
  }
  if (status === 429) {
    throw failed(asked, 'the hub has had too many requests from this network', `Wait some minutes. ${LATER}`);
  }
  if (status === 416) throw spoilt(asked, 'the hub says that it ends before what was asked for');
  if (status >= 500) throw failed(asked, `the hub has a fault of its own (status ${status})`, LATER);
  if (status !== 200 && status !== 206) throw failed(asked, `the hub answered with status ${status}`, LATER);
  if (headers.get('Content-Type')?.startsWith('text/html')) {
    throw failed(asked, WEB_PAGE, LOG_IN);
  }
}

/** A part must be the one that was asked for. The hub's other hosts may hide the header; the hash decides then. */
function requireRange(asked: Asked, { headers }: Response, { from, bytes }: Span): void {
  const range = headers.get('Content-Range');
  const right = `bytes ${from}-${bytes - 1}/${bytes}`;
  if (range === null || range === right) return;
  throw spoilt(asked, `another part came than was asked for (${range} instead of ${right})`);
}

/** @throws SpoiltDownload for the beginning of what is often sent in place of a file */
export function requireNoStandIn(asked: Asked, head: string): void {
  if (/^\s*<(!doctype )?html/i.test(head)) throw spoilt(asked, WEB_PAGE, LOG_IN);
  if (!head.startsWith('version https://git-lfs.github.com')) return;
  const problem = 'a Git LFS pointer came in its place, a note of where the file lies';
  throw spoilt(asked, problem, 'Try again later; if that is all there is, choose another model');
}
