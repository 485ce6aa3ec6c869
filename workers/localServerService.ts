/** The service of the worker that asks a language server on this machine: its models, and one candidate after the other. */
import {
  candidateSeeds,
  type AnswerEnd,
  type GeneratedCandidate,
  type GenerationProgress,
} from '../src/core/languageModel.ts';
import { LanguageServer, type ServerContext, type Written } from './languageServer.ts';
import type { LocalServerApi, ServerGenerateRequest } from './localServerApi.ts';

export class LocalServerService implements LocalServerApi {
  readonly #context: ServerContext;
  #stop = new AbortController();

  constructor(context: ServerContext) {
    this.#context = context;
  }

  async models(address: string): Promise<readonly string[]> {
    return new LanguageServer(address, this.#context).models(this.#stop.signal);
  }

  async generate(
    request: ServerGenerateRequest,
    onProgress: (progress: GenerationProgress) => unknown,
  ): Promise<readonly GeneratedCandidate[]> {
    const { signal } = this.#stop;
    const server = new LanguageServer(request.address, this.#context);
    const begun = performance.now();
    const candidates: GeneratedCandidate[] = [];
    /** Undefined from the first answer on whose tokens nobody counted. */
    let tokens: number | undefined = 0;
    for (const [candidate, seed] of candidateSeeds(request.seed, request.count).entries()) {
      const tell = (written: Written, end?: AnswerEnd): unknown =>
        onProgress({ ...written, candidate, seed, ...(end && { end }) });
      const { end, ...written } = await server.answer({ ...request, seed }, tell, signal);
      tokens = tokens !== undefined && written.tokens !== undefined ? tokens + written.tokens : undefined;
      const seconds = (performance.now() - begun) / 1000;
      const speed = tokens === undefined ? {} : { tokensPerSecond: tokens / seconds };
      await onProgress({ ...written, ...speed, candidate, seed, end });
      candidates.push({ ...written, seed, end });
    }
    return candidates;
  }

  cancel(): Promise<void> {
    this.#stop.abort();
    this.#stop = new AbortController();
    return Promise.resolve();
  }

  ping(): Promise<void> {
    return Promise.resolve();
  }
}
