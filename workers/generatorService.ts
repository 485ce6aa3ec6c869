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
import { logitsProblem, TEST_PROMPTS } from '../src/core/logitsTest.ts';
import { readLanguageFacts, type LanguageFacts } from '../src/core/modelFacts.ts';
import type { ModelDevice } from '../src/core/sentenceModel.ts';
import { PalateError } from '../src/core/palateError.ts';
import { openLanguageModel, type LanguageRuntime } from '../src/encoder/transformers.ts';
import type { GenerateRequest, GeneratorApi } from './generatorApi.ts';
import type { OpenModel } from './modelRuntime.ts';
import { readSettings } from './modelSettings.ts';
import { ModelTurns, ran } from './modelTurns.ts';
import { OpenedModel } from './openedModel.ts';
import { yieldToEvents } from './yieldToEvents.ts';

export class GeneratorService implements GeneratorApi {
  readonly #openModel: OpenModel;
  readonly #opened = new OpenedModel<LanguageRuntime>();
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

  async inspect(id: string): Promise<LanguageFacts> {
    const [config] = await readSettings(this.#openModel, id, ['config.json']);
    return readLanguageFacts(id, config);
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

  #open({ model, device }: GenerateRequest): Promise<LanguageRuntime> {
    const id = idFor(model, device);
    const { contextTokens, stopIds } = model;
    return this.#opened.get(JSON.stringify([id, device, contextTokens, stopIds]), async () => {
      const files = await this.#openModel(id, true);
      const use = { weights: model.weights[device]!, contextTokens, stopIds };
      const runtime = await ran(() => openLanguageModel(files, use, device));
      await requirePlausible(runtime, model, device);
      return runtime;
    });
  }
}

/** @throws PalateError `model-failed` where what the model says comes next cannot be true */
async function requirePlausible(
  runtime: LanguageRuntime,
  { name }: LanguageModel,
  device: ModelDevice,
): Promise<void> {
  const [first, second] = await ran(async () => {
    const next = (content: string) => runtime.next([{ role: 'user', content }]);
    return [await next(TEST_PROMPTS[0]), await next(TEST_PROMPTS[1])];
  });
  const problem = logitsProblem(first, second);
  if (problem === undefined) return;
  await runtime.close();
  const { here, instead } = DEVICE_WORDS[device];
  throw new PalateError('model-failed', `${name} fails its test on ${here}: ${problem}. ${instead}.`);
}

const DEVICE_WORDS: Readonly<Record<ModelDevice, { readonly here: string; readonly instead: string }>> = {
  webgpu: { here: 'the graphics device', instead: 'Use it on the processor, or with other weights' },
  wasm: { here: 'the processor', instead: 'Use it with other weights, or another model' },
};

function idFor(model: LanguageModel, device: ModelDevice): string {
  const id = languageModelId(model, device);
  if (id) return id;
  const others = Object.keys(model.weights).join(' and ');
  throw new PalateError('model-missing', `${model.name} cannot be run on ${device}, only on ${others}.`);
}

function throwIfOver(isOver: () => boolean): void {
  if (isOver()) throw new PalateError('cancelled', 'Generation was cancelled.');
}
