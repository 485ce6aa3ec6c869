/** A small language model on this device, and what is asked of it: several answers to one prompt. */
import type { Weights } from './hubListing.ts';
import { createRandom } from './random.ts';
import { modelId, readModelId, type FilesChoice, type ModelDevice } from './sentenceModel.ts';

export interface LanguageModel {
  readonly name: string;
  /** On the hub, as `owner/name` at this commit; for a folder from disk its name and the hash of its files. */
  readonly source: string;
  readonly commit: string;
  /** A device has no entry where no weights of this model run on it. */
  readonly weights: Readonly<Partial<Record<ModelDevice, Weights>>>;
  /** Tokens of a prompt and its answer together. */
  readonly contextTokens: number;
  /** Tokens that end an answer, beside those that the model's own files name. */
  readonly stopIds: readonly number[];
}

export interface Message {
  readonly role: 'system' | 'user' | 'assistant';
  readonly content: string;
}

/** How an answer is drawn. There is no top-p: transformers.js 4.3.1 takes it and does nothing with it. */
export interface Sampling {
  /** 0 takes the likeliest token each time, whatever the seed. */
  readonly temperature: number;
  /** The likeliest tokens to draw from; 0 for all. */
  readonly topK: number;
  readonly maxNewTokens: number;
  /** An answer ends before the first of these. */
  readonly stopTexts: readonly string[];
}

export interface GenerationRequest extends Sampling {
  readonly messages: readonly Message[];
  readonly count: number;
  readonly seed: number;
}

/** What ended an answer: the model itself, a stop text, its greatest length, or a person. */
export type AnswerEnd = 'model' | 'stop-text' | 'length' | 'cancelled';

export interface GeneratedCandidate {
  /** Without blanks around it. */
  readonly text: string;
  /** Absent where what wrote it takes none: the same text is then not to be had again. */
  readonly seed?: number;
  /** Tokens drawn, that which ended it included; absent where nobody counts them. */
  readonly tokens?: number;
  readonly end: AnswerEnd;
}

/** Told after every token. */
export interface GenerationProgress {
  /** Place of the candidate among those asked for; they are written one after the other. */
  readonly candidate: number;
  readonly seed?: number;
  /** So far; whole where there is an `end`. */
  readonly text: string;
  readonly tokens?: number;
  /** Of all candidates so far, reading the prompt included and opening the model not. */
  readonly tokensPerSecond?: number;
  /** Absent while the candidate is being written. */
  readonly end?: AnswerEnd;
}

/** What of a request a source may pass over, because it cannot or will not do it. */
export type PassedOver = 'seed' | 'temperature' | 'topK' | 'maxNewTokens';

/** What writes candidates: a model of this device, the browser's own, a server on this machine. */
export interface TextSource {
  /** Shown, and kept with what it wrote. */
  readonly name: string;
  readonly passesOver: readonly PassedOver[];
  /**
   * Candidates for one prompt, one after the other.
   * @param onProgress has heard of a candidate's end before the next one begins
   * @throws PalateError `bad-prompt`; `model-missing`; `model-failed`; `cancelled`, where candidates that were told to
   * have ended are whole
   */
  generate(
    request: GenerationRequest,
    onProgress: (progress: GenerationProgress) => unknown,
  ): Promise<readonly GeneratedCandidate[]>;
  /** Ends what is being written as soon as it can be. */
  cancel(): Promise<void>;
}

/**
 * The most tokens of a prompt and its answer together. Each is remembered in numbers of every layer: with Qwen3-0.6B
 * 229 kB at full width, so that 2,048 take 470 MB beside the weights; and on reading a prompt some graphs give 600 kB
 * for every token of it.
 */
export const MOST_CONTEXT = 2_048;

/** A mark that no id of a sentence model ends in: by it the two kinds are told apart wherever they are kept. */
const WRITES = '/writes';

/** Names files as those of a language model. */
export function writerId(files: FilesChoice): string {
  return modelId(files) + WRITES;
}

export function isWriterId(id: string): boolean {
  return id.endsWith(WRITES);
}

/** What stands in an id, the commit as far as it does. @returns undefined for a text that is no such id */
export function readWriterId(id: string): FilesChoice | undefined {
  return isWriterId(id) ? readModelId(id.slice(0, -WRITES.length)) : undefined;
}

/** The files for a device. @returns undefined where the model has none for it */
export function filesFor(
  { source, commit, weights }: LanguageModel,
  device: ModelDevice,
): FilesChoice | undefined {
  const ofDevice = weights[device];
  return ofDevice && { source, commit, weights: ofDevice };
}

/** On which devices weights that nobody tried can be tried: of 8 bits a graphics device makes gibberish. */
export function devicesOf(weights: Weights): LanguageModel['weights'] {
  return weights === 'q8' ? { wasm: weights } : { wasm: weights, webgpu: weights };
}

/** Names the files for a device. @returns undefined where the model has none for it */
export function languageModelId(model: LanguageModel, device: ModelDevice): string | undefined {
  const files = filesFor(model, device);
  return files && writerId(files);
}

/**
 * A seed for each candidate, all different. More candidates of the same seed begin with the same ones.
 * @returns integers in [0, 2³²)
 */
export function candidateSeeds(seed: number, count: number): readonly number[] {
  const random = createRandom(seed);
  const seeds = new Set<number>();
  while (seeds.size < count) seeds.add(random.integer(2 ** 32));
  return [...seeds];
}
