/**
 * The embedder worker's service: one model at a time, one call of its runtime at a time. Between batches the event loop
 * turns, so that a cancel arrives; a batch itself cannot be stopped.
 */
import { readSentenceFacts, type SentenceFacts } from '../src/core/modelFacts.ts';
import { PalateError } from '../src/core/palateError.ts';
import { modelId, vectorsId, type TextVectors } from '../src/core/sentenceModel.ts';
import { openFromFiles, type SentenceRuntime } from '../src/encoder/transformers.ts';
import type { EmbedderApi, EmbedProgress, EmbedRequest } from './embedderApi.ts';
import type { OpenModel } from './modelRuntime.ts';
import { readSettings } from './modelSettings.ts';
import { ModelTurns, ran } from './modelTurns.ts';
import { OpenedModel } from './openedModel.ts';
import { yieldToEvents } from './yieldToEvents.ts';

const SETTINGS = ['config.json', 'tokenizer_config.json', '1_Pooling/config.json'];

/** Texts of a batch, and characters of all its texts padded to the longest: a long text is a batch of its own. */
const MOST_TEXTS = 32;
const MOST_CHARACTERS = 16_384;

export class EmbedderService implements EmbedderApi {
  readonly #openModel: OpenModel;
  readonly #opened = new OpenedModel<SentenceRuntime>();
  readonly #turns = new ModelTurns();

  constructor(openModel: OpenModel) {
    this.#openModel = openModel;
  }

  embed(request: EmbedRequest, onProgress: (progress: EmbedProgress) => void): Promise<TextVectors> {
    return this.#turns.take((isOver) => this.#embed(request, onProgress, isOver));
  }

  async inspect(id: string): Promise<SentenceFacts> {
    const [config, tokenizer, pooling] = await readSettings(this.#openModel, id, SETTINGS);
    return readSentenceFacts(id, config, tokenizer, pooling);
  }

  cancel(): Promise<void> {
    this.#turns.cancel();
    return Promise.resolve();
  }

  ping(): Promise<void> {
    return Promise.resolve();
  }

  async #embed(
    request: EmbedRequest,
    onProgress: (progress: EmbedProgress) => void,
    isOver: () => boolean,
  ): Promise<TextVectors> {
    const { choice, texts } = request;
    const { dimension } = choice.model;
    throwIfOver(isOver);
    const runtime = await this.#open(request);
    const data = new Float32Array(texts.length * dimension);
    const tokens = new Uint32Array(texts.length);
    const read = new Uint32Array(texts.length);
    let done = 0;
    for (const batch of batchesOf(texts)) {
      throwIfOver(isOver);
      const vectors = await ran(() => runtime.embed(batch.map((text) => texts[text])));
      batch.forEach((text, row) => {
        data.set(vectors.data.subarray(row * dimension, (row + 1) * dimension), text * dimension);
        tokens[text] = vectors.tokens[row];
        read[text] = vectors.read[row];
      });
      done += batch.length;
      onProgress({ done, total: texts.length });
      await yieldToEvents();
    }
    throwIfOver(isOver);
    return { data, tokens, read };
  }

  #open({ choice, device }: EmbedRequest): Promise<SentenceRuntime> {
    return this.#opened.get(`${vectorsId(choice)} ${device}`, async () => {
      const files = await this.#openModel(modelId(choice.model), true);
      return ran(() => openFromFiles(files, choice, device));
    });
  }
}

/** Texts by their length, so that little of a batch is padding. */
export function batchesOf(texts: readonly string[]): readonly (readonly number[])[] {
  const order = texts.map((_, text) => text).sort((a, b) => texts[a].length - texts[b].length);
  const batches: number[][] = [];
  for (const text of order) {
    const batch = batches.at(-1);
    const isFull =
      !batch || batch.length === MOST_TEXTS || (batch.length + 1) * texts[text].length > MOST_CHARACTERS;
    if (isFull) batches.push([text]);
    else batch.push(text);
  }
  return batches;
}

function throwIfOver(isOver: () => boolean): void {
  if (isOver()) throw new PalateError('cancelled', 'Encoding was cancelled.');
}
