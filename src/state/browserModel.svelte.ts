/**
 * The language model a browser brings itself, by the Prompt API as Chrome has it from version 148 on. It runs on the
 * page, since workers have no such interface there, and downloads its model only when it is told to.
 */
import type {
  AnswerEnd,
  GeneratedCandidate,
  GenerationProgress,
  GenerationRequest,
  Message,
  TextSource,
} from '../core/languageModel.ts';
import { messageOf, PalateError } from '../core/palateError.ts';
import { stopPlace } from '../core/stopTexts.ts';

type Availability = 'unavailable' | 'downloadable' | 'downloading' | 'available';

interface Languages {
  readonly type: 'text';
  readonly languages: readonly string[];
}

interface SessionKind {
  readonly expectedInputs: readonly Languages[];
  readonly expectedOutputs: readonly Languages[];
}

interface SessionOptions extends SessionKind {
  readonly initialPrompts?: readonly Message[];
  readonly signal?: AbortSignal;
  /** Told of a download, whose events say what share of it is there. */
  readonly monitor?: (monitor: {
    addEventListener(name: 'downloadprogress', listener: (event: { readonly loaded: number }) => void): void;
  }) => void;
}

/** What is used of the global `LanguageModel`, which TypeScript does not know. */
export interface PromptApi {
  availability(kind: SessionKind): Promise<Availability>;
  /** Downloads the model where it is not there. */
  create(options: SessionOptions): Promise<PromptSession>;
}

export interface PromptSession {
  /** @returns a stream of what is added each time */
  promptStreaming(
    input: readonly Message[],
    options: { readonly signal: AbortSignal },
  ): ReadableStream<string>;
  destroy(): void;
}

export type BrowserModelStatus =
  /** `asking`: the browser has such a model, and has not said yet how it is with it. */
  | { readonly kind: 'missing' | 'asking' | 'unavailable' | 'downloadable' | 'available' }
  /** Without a share where it was begun elsewhere. */
  | { readonly kind: 'downloading'; readonly share?: number }
  | { readonly kind: 'failed'; readonly message: string };

/** A browser refuses what is not one of its model's few languages; English is one of everybody's. */
const TEXT: Languages = { type: 'text', languages: ['en'] };
const KIND: SessionKind = { expectedInputs: [TEXT], expectedOutputs: [TEXT] };

export class BrowserModel {
  readonly #api: PromptApi | undefined;
  #status = $state.raw<BrowserModelStatus>({ kind: 'missing' });
  #isDownloading = false;
  #stop = new AbortController();

  /** @param api `globalThis.LanguageModel`, where there is one */
  constructor(api: PromptApi | undefined) {
    this.#api = api;
    if (api) this.#status = { kind: 'asking' };
  }

  get status(): BrowserModelStatus {
    return this.#status;
  }

  /** Asks the browser; nothing is downloaded. */
  async look(): Promise<void> {
    if (!this.#api || this.#isDownloading) return;
    const status = await this.#api.availability(KIND).then(
      (kind): BrowserModelStatus => ({ kind }),
      (error: unknown): BrowserModelStatus => ({ kind: 'failed', message: messageOf(error) }),
    );
    if (!this.#isDownloading) this.#status = status;
  }

  /** Has the browser download its model. Call it from a click: without one the browser refuses. */
  async download(): Promise<void> {
    if (!this.#api || this.#isDownloading) return;
    this.#isDownloading = true;
    this.#status = { kind: 'downloading', share: 0 };
    try {
      const session = await this.#api.create({
        ...KIND,
        monitor: (monitor) =>
          monitor.addEventListener('downloadprogress', ({ loaded }) => {
            if (this.#isDownloading) this.#status = { kind: 'downloading', share: loaded };
          }),
      });
      session.destroy();
      this.#status = { kind: 'available' };
    } catch (error) {
      this.#status = { kind: 'failed', message: messageOf(error) };
    } finally {
      this.#isDownloading = false;
    }
  }

  source(): TextSource {
    return {
      name: 'the browser’s own model',
      // Chrome lets no page set the second and third; the others are nowhere in the interface.
      passesOver: ['seed', 'temperature', 'topK', 'maxNewTokens'],
      generate: (request, onProgress) => this.#generate(request, onProgress),
      cancel: async () => {
        this.#stop.abort();
        this.#stop = new AbortController();
      },
    };
  }

  async #generate(
    { messages, stopTexts, count }: GenerationRequest,
    onProgress: (progress: GenerationProgress) => unknown,
  ): Promise<readonly GeneratedCandidate[]> {
    const { signal } = this.#stop;
    if (messages.length === 0) throw new PalateError('bad-prompt', 'The prompt is empty. Write one.');
    const candidates: GeneratedCandidate[] = [];
    let text = '';
    const tell = (end?: AnswerEnd): unknown =>
      onProgress({ candidate: candidates.length, text, ...(end && { end }) });
    try {
      const api = await this.#here();
      while (candidates.length < count) {
        text = '';
        signal.throwIfAborted();
        const end = await write(api, messages, stopTexts, signal, (so) => {
          text = so;
          return tell();
        });
        await tell(end);
        candidates.push({ text, end });
      }
      return candidates;
    } catch (error) {
      if (!signal.aborted) throw explained(error);
      if (text !== '' && candidates.length < count) await tell('cancelled');
      throw new PalateError('cancelled', 'Generation was cancelled.', { cause: error });
    }
  }

  /** Only where its model is there: else to ask it would be to download it. */
  async #here(): Promise<PromptApi> {
    if (this.#api && (await this.#api.availability(KIND)) === 'available') return this.#api;
    const advice = 'See “What writes”, or choose another writer';
    throw new PalateError('model-missing', `The browser’s own model is not on this device. ${advice}.`);
  }
}

/** One candidate, in a session that knows of no other. */
async function write(
  api: PromptApi,
  messages: readonly Message[],
  stopTexts: readonly string[],
  signal: AbortSignal,
  tell: (text: string) => unknown,
): Promise<AnswerEnd> {
  const [initialPrompts, last] = [messages.slice(0, -1), messages.slice(-1)];
  const session = await api.create({ ...KIND, initialPrompts, signal });
  try {
    const reader = session.promptStreaming(last, { signal }).getReader();
    let written = '';
    for (let piece = await reader.read(); !piece.done; piece = await reader.read()) {
      written += piece.value;
      const place = stopPlace(written, stopTexts);
      await tell(written.slice(0, place).trim());
      if (place !== undefined) {
        await reader.cancel();
        return 'stop-text';
      }
    }
    return 'model';
  } finally {
    session.destroy();
  }
}

function explained(error: unknown): PalateError {
  if (error instanceof PalateError) return error;
  const isTooLong = (error as Error | undefined)?.name === 'QuotaExceededError';
  return isTooLong
    ? new PalateError('bad-prompt', 'The prompt is longer than the browser’s model can hold. Shorten it.', {
        cause: error,
      })
    : new PalateError('model-failed', `The browser’s model failed: ${messageOf(error)}`, { cause: error });
}
