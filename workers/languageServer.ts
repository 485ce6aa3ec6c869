/**
 * Talks to a server of this machine in the words of OpenAI's API, as Ollama, llama.cpp and LM Studio take them, and says
 * in plain words what is wrong. Whatever it answers is taken for a stranger's: looked at before use, and limited.
 */
import { createParser } from 'eventsource-parser';
import type { AnswerEnd, Message, Sampling } from '../src/core/languageModel.ts';
import { readServerAddress } from '../src/core/loopback.ts';
import { PalateError } from '../src/core/palateError.ts';
import { isRecord } from '../src/core/shape.ts';
import { ServerAnswer } from './serverAnswer.ts';

/** What is used of the browser. */
export interface ServerContext {
  readonly fetch: (address: string, options: RequestInit) => Promise<Response>;
  /** Of the page, for advice on what a server must let in. */
  readonly origin: string;
  /** How long a list of models may take. */
  readonly patienceMs?: number;
}

/** An answer so far. */
export interface Written {
  readonly text: string;
  /** Told by the server, at the end; what the model thought aloud counts. */
  readonly tokens?: number;
}

interface Question extends Sampling {
  readonly model: string;
  readonly messages: readonly Message[];
  readonly seed: number;
}

export const MOST_MODELS = 200;
const LONGEST_NAME = 200;
const LARGEST_LIST = 1_000_000;
/** An answer of 4,000 tokens, each in an event of its own, has 1 MB. */
export const LARGEST_ANSWER = 16_000_000;
/** Of what a server says is wrong. */
const LONGEST_COMPLAINT = 300;
/** The person may be asked first whether the page may reach this machine. */
const PATIENCE_MS = 60_000;

/** No cookie, no word on where it comes from, and never to where the server points. */
const PLAINLY: RequestInit = {
  mode: 'cors',
  credentials: 'omit',
  referrerPolicy: 'no-referrer',
  cache: 'no-store',
  redirect: 'error',
};

export class LanguageServer {
  readonly #address: string;
  readonly #context: ServerContext;

  /** @throws PalateError `server-failed` for an address that is not of this machine */
  constructor(address: string, context: ServerContext) {
    this.#address = readServerAddress(address);
    this.#context = context;
  }

  /** @throws PalateError `server-failed`, `cancelled` */
  async models(signal: AbortSignal): Promise<readonly string[]> {
    const clock = AbortSignal.timeout(this.#context.patienceMs ?? PATIENCE_MS);
    return this.#guarded(signal, clock, async (ends) => {
      const response = await this.#ask('models', { signal: ends });
      let text = '';
      for await (const piece of this.#pieces(response, LARGEST_LIST)) text += piece;
      const { data } = this.#read(text);
      if (!Array.isArray(data)) throw this.#failed('it answered with no list of models');
      if (data.length > MOST_MODELS) throw this.#failed(`it has more than ${MOST_MODELS} models`);
      return data.map((model: unknown) => {
        const id = isRecord(model) ? model.id : undefined;
        if (typeof id === 'string' && id !== '' && id.length <= LONGEST_NAME) return id;
        throw this.#failed('it has a model without a name, or with one that is far too long');
      });
    });
  }

  /**
   * One answer.
   * @param tell hears of it while it grows
   * @throws PalateError `server-failed`, `cancelled`
   */
  async answer(
    { model, messages, seed, temperature, topK, maxNewTokens, stopTexts }: Question,
    tell: (written: Written, end?: AnswerEnd) => unknown,
    signal: AbortSignal,
  ): Promise<Written & { readonly end: AnswerEnd }> {
    const stop = stopTexts.length > 0 ? { stop: stopTexts } : {};
    const sampling = { seed, temperature, top_k: topK, max_tokens: maxNewTokens, ...stop };
    const body = { model, messages, ...sampling, stream: true, stream_options: { include_usage: true } };
    // Hung up too when an answer is over before the server says so.
    const over = new AbortController();
    const answer = new ServerAnswer(stopTexts);
    try {
      return await this.#guarded(signal, over.signal, async (ends) => {
        const response = await this.#ask('chat/completions', {
          method: 'POST',
          headers: { 'Content-Type': 'application/json' },
          body: JSON.stringify(body),
          signal: ends,
        });
        await this.#receive(response, answer, tell);
        return answer.whole;
      });
    } catch (error) {
      if (signal.aborted && answer.text !== '') await tell({ text: answer.text }, 'cancelled');
      throw error;
    } finally {
      over.abort();
    }
  }

  async #receive(
    response: Response,
    answer: ServerAnswer,
    tell: (written: Written) => unknown,
  ): Promise<void> {
    if (response.headers.get('Content-Type')?.includes('json')) {
      answer.take(this.#read(await this.#text(response, LARGEST_ANSWER)));
      answer.finish();
    } else {
      const parser = createParser({
        onEvent: ({ data }) => {
          if (data.trim() === '[DONE]') answer.finish();
          else if (!answer.isOver) answer.take(this.#read(data));
        },
      });
      for await (const piece of this.#pieces(response, LARGEST_ANSWER)) {
        const before = answer.text;
        parser.feed(piece);
        if (answer.text !== before) await tell({ text: answer.text });
        if (answer.isOver) break;
      }
    }
    if (!answer.hasBegun) throw this.#failed('what it answered is no text of a language model');
    if (!answer.isWhole) throw this.#failed('the answer broke off in the middle. Try again');
  }

  /** @throws PalateError for an answer that is none */
  async #ask(endpoint: string, options: RequestInit): Promise<Response> {
    const asked = `${this.#address}/v1/${endpoint}`;
    const response = await this.#context
      .fetch(asked, { ...PLAINLY, ...options })
      .catch((error: unknown) => Promise.reject(this.#unreachable(error)));
    if (response.ok) return response;
    const said = complaintIn(await this.#text(response, LARGEST_LIST));
    const key = response.status === 401 ? '. Palate sends no key: set the server up to need none' : '';
    throw this.#failed(`it answered with status ${response.status}${said ? `: ${said}` : ''}${key}`);
  }

  async #text(response: Response, most: number): Promise<string> {
    let text = '';
    for await (const piece of this.#pieces(response, most)) text += piece;
    return text;
  }

  async *#pieces({ body }: Response, most: number): AsyncGenerator<string> {
    const reader = body?.getReader();
    const decoder = new TextDecoder();
    const read = () =>
      reader
        ?.read()
        .catch((error: unknown) =>
          Promise.reject(this.#failed('the connection broke off. Try again', error)),
        );
    let left = most;
    for (let piece = await read(); piece && !piece.done; piece = await read()) {
      left -= piece.value.length;
      if (left < 0) throw this.#failed(`the answer is longer than ${most / 1e6} MB`);
      yield decoder.decode(piece.value, { stream: true });
    }
  }

  #read(json: string): Record<string, unknown> {
    let value: unknown;
    try {
      value = JSON.parse(json);
    } catch (error) {
      throw this.#failed(`it sent what is no JSON: ${shortened(json)}`, error);
    }
    if (!isRecord(value)) throw this.#failed(`it sent what is no object: ${shortened(json)}`);
    if (value.error) throw this.#failed(`it says: ${complaintIn(json)}`);
    return value;
  }

  /** @param ends what hangs up, of which the first is the person */
  async #guarded<T>(
    cancel: AbortSignal,
    other: AbortSignal,
    act: (ends: AbortSignal) => Promise<T>,
  ): Promise<T> {
    try {
      return await act(AbortSignal.any([cancel, other]));
    } catch (error) {
      if (cancel.aborted) throw new PalateError('cancelled', 'Cancelled.', { cause: error });
      if (other.aborted) throw this.#failed('it did not answer in time. Try again', error);
      throw error;
    }
  }

  /** The browser keeps its reasons to itself, so that all there can be are told. */
  #unreachable(cause: unknown): PalateError {
    const { origin } = this.#context;
    return this.#failed(
      'it cannot be reached. Either no server runs there, or it does not let this page in. Start it, and set Ollama’s ' +
        `OLLAMA_ORIGINS to ${origin}, or turn on “Enable CORS” in LM Studio; llama.cpp needs nothing. Where the browser ` +
        'asks whether this page may reach programs on this device or network, allow it',
      cause,
    );
  }

  #failed(problem: string, cause?: unknown): PalateError {
    return new PalateError('server-failed', `${this.#address}: ${problem}.`, { cause });
  }
}

/** What a server says is wrong, in whichever of the usual forms. */
function complaintIn(text: string): string {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    // Not a web page: that is read by nobody.
    return text.trimStart().startsWith('<') ? '' : shortened(text);
  }
  const error = isRecord(value) ? (value.error ?? value.message ?? value.detail) : value;
  const said = isRecord(error) ? error.message : error;
  return shortened(typeof said === 'string' ? said : JSON.stringify(said ?? value));
}

function shortened(text: string): string {
  const line = text.trim().replace(/\s+/g, ' ').replace(/\.$/, '');
  return line.length > LONGEST_COMPLAINT ? `${line.slice(0, LONGEST_COMPLAINT)}…` : line;
}
