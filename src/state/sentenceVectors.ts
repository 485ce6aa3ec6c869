/**
 * Vectors of texts by a sentence model, from what is kept on this device or from the worker that runs the model. A
 * graphics device can give wrong vectors without an error, so each device is trusted only after a test: sentences whose
 * vectors the processor made at first must come out the same, whenever a model is opened.
 */
import { cosine, isPlausible } from '../core/vectorTest.ts';
import { errorCode, PalateError } from '../core/palateError.ts';
import {
  modelId,
  vectorsId,
  type ModelDevice,
  type RowVectors,
  type SentenceChoice,
  type TextVectors,
} from '../core/sentenceModel.ts';
import { rowTexts } from '../core/rowTexts.ts';
import { textHash } from '../core/textHash.ts';
import type { EmbedderApi, EmbedProgress } from '../../workers/embedderApi.ts';
import { fromRecords, recordsOf } from './vectorRecords.ts';
import { keptMeasurements, throwIfAborted, type MeasurementCache } from './encodeTexts.ts';

/** A worker that is started at its first call, and started anew after `end`. */
export interface EmbedderClient extends EmbedderApi {
  end(): void;
}

/** On what a model runs, and why not on the graphics device. */
export interface Running {
  readonly model: string;
  readonly device: ModelDevice;
  readonly why?: string;
}

/** How far some texts were read: those longer than the model goes lose their end. */
export interface Extent {
  readonly texts: number;
  readonly cut: number;
  /** Of the tokens of those that were cut, the share that was not read. */
  readonly shareLost: number;
}

/** Of several lengths and scripts; what they say does not matter. */
export const TEST_SENTENCES: readonly string[] = [
  'Yes.',
  'The cat sat on the mat.',
  'How do I make pancakes without eggs?',
  'Wie spät ist es, und warum fragst du?',
  'A long sentence with several clauses, which goes on for a while, so that more than one row of numbers is needed to say what it means, and then ends.',
];
const LEAST_COSINE = 0.999;
/** Texts sent to the worker at once; what was made of them is kept before the next are sent. */
const SLICE = 256;

export class SentenceVectors {
  readonly #cache: MeasurementCache;
  readonly #embedder: EmbedderClient;
  readonly #hasWebgpu: () => Promise<boolean>;
  /** What the worker holds and was tested with. */
  #tested?: string;
  /** By choice of vectors, why the graphics device is not used. */
  readonly #refused = new Map<string, string>();
  readonly #onTested: (running: Running) => void;
  readonly #onRead: (extent: Extent) => void;

  constructor(
    cache: MeasurementCache,
    embedder: EmbedderClient,
    hasWebgpu: () => Promise<boolean>,
    onTested: (running: Running) => void = () => undefined,
    onRead: (extent: Extent) => void = () => undefined,
  ) {
    this.#cache = cache;
    this.#embedder = embedder;
    this.#hasWebgpu = hasWebgpu;
    this.#onTested = onTested;
    this.#onRead = onRead;
  }

  /**
   * @throws PalateError `model-missing`, `model-failed`, `cancelled`, `worker-died`
   */
  async ofRows(
    choice: SentenceChoice,
    inputs: readonly { readonly prompt: string; readonly response: string }[],
    onProgress: (progress: EmbedProgress) => void,
    signal: { readonly aborted: boolean },
  ): Promise<RowVectors> {
    const { texts, promptOf, responseOf } = rowTexts(choice.model, inputs);
    const { data, tokens, read } = await this.#ofTexts(choice, texts, onProgress, signal);
    this.#onRead({ texts: texts.length, ...lengthsOf(tokens, read) });
    return { data, dimension: choice.model.dimension, promptOf, responseOf };
  }

  cancel(): Promise<void> {
    return this.#embedder.cancel();
  }

  async #ofTexts(
    choice: SentenceChoice,
    texts: readonly string[],
    onProgress: (progress: EmbedProgress) => void,
    signal: { readonly aborted: boolean },
  ): Promise<TextVectors> {
    const kept = await this.#kept(choice, texts);
    const missing = texts.flatMap((_, text) => (kept[text] ? [] : [text]));
    // Long texts first: what is left then takes less time than was foretold, not more.
    missing.sort((a, b) => texts[b].length - texts[a].length);
    for (let start = 0; start < missing.length; start += SLICE) {
      throwIfAborted(signal);
      const slice = missing.slice(start, start + SLICE);
      const tell = ({ done }: EmbedProgress) => onProgress({ done: start + done, total: missing.length });
      const made = await this.#trusted(
        choice,
        slice.map((text) => texts[text]),
        tell,
      );
      const records = recordsOf(made, choice.model.dimension);
      slice.forEach((text, index) => (kept[text] = records[index]));
      await this.#keep(
        choice,
        slice.map((text) => texts[text]),
        records,
      );
    }
    throwIfAborted(signal);
    return fromRecords(kept as readonly Uint8Array[], choice.model.dimension);
  }

  /** Vectors from a device that was tested; from the processor where the graphics device fails. */
  async #trusted(
    choice: SentenceChoice,
    texts: readonly string[],
    onProgress: (progress: EmbedProgress) => void,
  ): Promise<TextVectors> {
    const key = vectorsId(choice);
    const device = await this.#deviceFor(choice);
    try {
      if (this.#tested !== `${key} ${device}`) await this.#test(choice, device);
      return await this.#run(choice, device, texts, onProgress);
    } catch (error) {
      this.#tested = undefined;
      // A worker that stopped when it was asked to still holds its model.
      if (errorCode(error) === 'cancelled') throw error;
      // After an error the runtime gives nothing but errors, and a device that was lost may give zeros.
      this.#embedder.end();
      if (device === 'wasm' || errorCode(error) !== 'model-failed') throw error;
      this.#refused.set(key, (error as Error).message);
      return this.#trusted(choice, texts, onProgress);
    }
  }

  async #deviceFor(choice: SentenceChoice): Promise<ModelDevice> {
    // Weights of 8 and 4 bit give other vectors on a graphics device, some of them without an error.
    const isFloat = choice.model.weights.startsWith('fp');
    const mayUse = isFloat && !this.#refused.has(vectorsId(choice)) && (await this.#hasWebgpu());
    return mayUse ? 'webgpu' : 'wasm';
  }

  async #test(choice: SentenceChoice, device: ModelDevice): Promise<void> {
    const { dimension, name } = choice.model;
    const kept = await this.#kept(choice, TEST_SENTENCES);
    if (!kept.every(Boolean)) {
      const made = await this.#run(choice, 'wasm', TEST_SENTENCES, () => undefined);
      if (!isPlausible(made.data, dimension)) {
        throw new PalateError(
          'model-failed',
          `${name} gives the same vector for different sentences, or none: it cannot be used on this device.`,
        );
      }
      await this.#keep(choice, TEST_SENTENCES, recordsOf(made, dimension));
      if (device === 'wasm') return this.#passed(choice, device);
      return this.#test(choice, device);
    }
    const expected = fromRecords(kept as readonly Uint8Array[], dimension).data;
    const { data } = await this.#run(choice, device, TEST_SENTENCES, () => undefined);
    const worst = Math.min(...TEST_SENTENCES.map((_, text) => cosine(data, expected, text, dimension)));
    if (!(worst >= LEAST_COSINE)) {
      const where = device === 'webgpu' ? 'the graphics device' : 'the processor';
      throw new PalateError(
        'model-failed',
        `On ${where}, ${name} gives other vectors than it should (cosine ${worst.toFixed(3)}, at least ${LEAST_COSINE} wanted).`,
      );
    }
    this.#passed(choice, device);
  }

  #passed(choice: SentenceChoice, device: ModelDevice): void {
    const key = vectorsId(choice);
    this.#tested = `${key} ${device}`;
    this.#onTested({ model: modelId(choice.model), device, why: this.#refused.get(key) });
  }

  #run(
    { model, longTexts }: SentenceChoice,
    device: ModelDevice,
    texts: readonly string[],
    onProgress: (progress: EmbedProgress) => void,
  ): Promise<TextVectors> {
    return this.#embedder.embed({ choice: { model, longTexts }, device, texts }, onProgress);
  }

  #kept(choice: SentenceChoice, texts: readonly string[]): Promise<(Uint8Array<ArrayBuffer> | undefined)[]> {
    return keptMeasurements(this.#cache, vectorsId(choice), texts.map(textHash));
  }

  /** A cache that cannot be written costs time later and fails nothing now. */
  async #keep(
    choice: SentenceChoice,
    texts: readonly string[],
    records: readonly Uint8Array<ArrayBuffer>[],
  ): Promise<void> {
    const entries = texts.map((text, index) => ({ textHash: textHash(text), measurement: records[index] }));
    await this.#cache.putMeasurements(vectorsId(choice), entries).catch(() => undefined);
  }
}

function lengthsOf(tokens: Uint32Array, read: Uint32Array): Pick<Extent, 'cut' | 'shareLost'> {
  let [cut, long, lost] = [0, 0, 0];
  tokens.forEach((count, text) => {
    if (read[text] === count) return;
    cut++;
    long += count;
    lost += count - read[text];
  });
  return { cut, shareLost: cut > 0 ? lost / long : 0 };
}
