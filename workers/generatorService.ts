/**
 * The generator worker's service: one model at a time, one call of its runtime at a time. Before each token the event
 * loop turns, so that a cancel arrives; the run that draws a token, the first one over the whole prompt, cannot be
 * stopped.
 */
import {
  candidateSeeds,
  languageModelId,
  type AnswerEnd,
  type GeneratedCandidate,
  type GenerationProgress,
  type LanguageModel,
} from '../src/core/languageModel.ts';
import type { ModelDevice } from '../src/core/sentenceModel.ts';
import { PalateError } from '../src/core/palateError.ts';
import { openLanguageModel, type LanguageRuntime } from '../src/encoder/transformers.ts';
import type { GenerateRequest, GeneratorApi } from './generatorApi.ts';
import type { OpenModel } from './modelRuntime.ts';
import { ModelTurns, ran } from './modelTurns.ts';
import { yieldToEvents } from './yieldToEvents.ts';

export class GeneratorService implements GeneratorApi {
  readonly #openModel: OpenModel;
  #opened?: { readonly key: string; readonly runtime: LanguageRuntime };
  readonly #turns = new ModelTurns();

  constructor(openModel: OpenModel) {
    this.#openModel = openModel;
  }

  generate(
    request: GenerateRequest,
    onProgress: (progress: GenerationProgress) => unknown,
  ): Promise<readonly GeneratedCandidate[]> {
    return this.#turns.take((isOver) => this.#generate(request, onProgress, isOver));
  }

  cancel(): Promise<void> {
    this.#turns.cancel();
    return Promise.resolve();
  }

  ping(): Promise<void> {
    return Promise.resolve();
  }

  async #generate(
    request: GenerateRequest,
    onProgress: (progress: GenerationProgress) => unknown,
    isOver: () => boolean,
  ): Promise<readonly GeneratedCandidate[]> {
    throwIfOver(isOver);
    const runtime = await this.#open(request);
    const begun = performance.now();
    const candidates: GeneratedCandidate[] = [];
    let tokensBefore = 0;
    for (const [candidate, seed] of candidateSeeds(request.seed, request.count).entries()) {
      throwIfOver(isOver);
      const tell = (
        written: Pick<Required<GeneratedCandidate>, 'text' | 'tokens'> & { end?: AnswerEnd },
      ): unknown => {
        const seconds = (performance.now() - begun) / 1000;
        const tokensPerSecond = (tokensBefore + written.tokens) / seconds;
        return onProgress({ ...written, candidate, seed, tokensPerSecond });
      };
      const written = await ran(() =>
        runtime.answer(
          { ...request, seed },
          (text, tokens) => void tell({ text, tokens }),
          () => yieldToEvents().then(() => !isOver()),
        ),
      );
      await tell(written);
      if (written.end !== 'cancelled') candidates.push(written);
      tokensBefore += written.tokens;
      await yieldToEvents();
    }
    throwIfOver(isOver);
    return candidates;
  }

  async #open({ model, device }: GenerateRequest): Promise<LanguageRuntime> {
    const id = idFor(model, device);
    const { contextTokens, stopIds } = model;
    const key = JSON.stringify([id, device, contextTokens, stopIds]);
    if (this.#opened?.key === key) return this.#opened.runtime;
    await this.#opened?.runtime.close();
    this.#opened = undefined;
    const files = await this.#openModel(id, true);
    const use = { weights: model.weights[device]!, contextTokens, stopIds };
    const runtime = await ran(() => openLanguageModel(files, use, device));
    this.#opened = { key, runtime };
    return runtime;
  }
}

function idFor(model: LanguageModel, device: ModelDevice): string {
  const id = languageModelId(model, device);
  if (id) return id;
  const others = Object.keys(model.weights).join(' and ');
  throw new PalateError('model-missing', `${model.name} cannot be run on ${device}, only on ${others}.`);
}

function throwIfOver(isOver: () => boolean): void {
  if (isOver()) throw new PalateError('cancelled', 'Generation was cancelled.');
}
