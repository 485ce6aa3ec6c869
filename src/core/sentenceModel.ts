/**
 * How a sentence model is used: which weights, how its output becomes one vector, and what it reads of a text. All of it
 * is in the id, because vectors of different ids must never meet.
 */
import { WEIGHTS, type Weights } from './hubListing.ts';
import { messageOf, PalateError } from './palateError.ts';
import { integer, isRecord, oneOf, record, text, type Check } from './shape.ts';

/** What models run on. */
export type ModelDevice = 'wasm' | 'webgpu';

/** From the vectors of its tokens to the one of a text: their mean, that of the first token, or that of the last. */
export const POOLINGS = ['mean', 'first', 'last'] as const;

/** What becomes of tokens beyond the most a model reads: left out, or read in pieces whose vectors are averaged. */
export const LONG_TEXTS = ['cut', 'pieces'] as const;

export interface SentenceModel {
  readonly name: string;
  /** On the hub, as `owner/name` at this commit; for a folder from disk its name and the hash of its files. */
  readonly source: string;
  readonly commit: string;
  readonly weights: Weights;
  readonly dimension: number;
  readonly pooling: (typeof POOLINGS)[number];
  /** What the model was trained to see before a prompt and before a response. */
  readonly promptPrefix: string;
  readonly responsePrefix: string;
  readonly maxTokens: number;
}

export interface SentenceChoice {
  readonly model: SentenceModel;
  readonly longTexts: (typeof LONG_TEXTS)[number];
  /** Id of the encoder whose features stand beside those of the vectors. */
  readonly beside?: string;
}

const MAX_NAME = 200;
const MAX_PREFIX = 400;
const MAX_DIMENSION = 4_096;
const MAX_TOKENS = 131_072;

/** Of a project or a head: the built-in one, or one that makes something of a sentence model's vectors. */
export interface EncoderChoice {
  readonly encoderId: string;
  readonly sentence?: SentenceChoice;
}

/**
 * Vectors of the texts behind some rows, each text once: float32 `[texts, dimension]`, of length 1.
 * `promptOf[row]` and `responseOf[row]` say where a row's two texts are.
 */
export interface RowVectors {
  readonly data: Float32Array<ArrayBuffer>;
  readonly dimension: number;
  readonly promptOf: Uint32Array<ArrayBuffer>;
  readonly responseOf: Uint32Array<ArrayBuffer>;
}

export interface TextVectors {
  /** float32 `[texts, dimension]`, each of length 1. */
  readonly data: Float32Array<ArrayBuffer>;
  /** Tokens of every text, and those of them that were read. */
  readonly tokens: Uint32Array<ArrayBuffer>;
  readonly read: Uint32Array<ArrayBuffer>;
}

/** Which files of a model. */
export type FilesChoice = Pick<SentenceModel, 'source' | 'commit' | 'weights'>;

/** Names the files: a model is kept once, however it is used. */
export function modelId({ source, commit, weights }: FilesChoice): string {
  return `${source}@${commit.slice(0, 12)}/${weights}`;
}

/** What stands in an id, the commit as far as it does. @returns undefined for a text that is no id */
export function readModelId(id: string): FilesChoice | undefined {
  const [, source, commit, suffix] = /^(.+)@([^@/]*)\/(\w+)$/.exec(id) ?? [];
  const weights = WEIGHTS.find((kind) => kind === suffix);
  return weights && { source, commit, weights };
}

/** Names the vectors of a model. */
export function vectorsId({ model, longTexts }: Pick<SentenceChoice, 'model' | 'longTexts'>): string {
  const { pooling, promptPrefix, responsePrefix, maxTokens } = model;
  const use = [pooling, maxTokens, longTexts, promptPrefix, responsePrefix]
    .map(String)
    .map(encodeURIComponent);
  return `${modelId(model)}/${use.join('/')}`;
}

/** Names the features made of them. */
export function sentenceEncoderId(choice: SentenceChoice): string {
  return choice.beside ? `${vectorsId(choice)}+${choice.beside}` : vectorsId(choice);
}

/** The encoder that measures texts themselves, whose measurements are worth keeping; a model's vectors aside. */
export function measuringId({ encoderId, sentence }: EncoderChoice): string | undefined {
  return sentence ? sentence.beside : encoderId;
}

const checkSentenceChoice: Check = record(
  {
    model: record({
      name: text(MAX_NAME),
      source: text(MAX_NAME),
      commit: text(MAX_NAME),
      weights: oneOf(WEIGHTS),
      dimension: integer(1, MAX_DIMENSION),
      pooling: oneOf(POOLINGS),
      promptPrefix: text(MAX_PREFIX),
      responsePrefix: text(MAX_PREFIX),
      maxTokens: integer(1, MAX_TOKENS),
    }),
    longTexts: oneOf(LONG_TEXTS),
  },
  { beside: text(MAX_NAME) },
);

/** What keeps a value from being a choice; undefined where it is one. */
export function sentenceProblem(value: unknown): string | undefined {
  try {
    checkSentenceChoice(value, 'sentence');
    return undefined;
  } catch (error) {
    return messageOf(error);
  }
}

/**
 * The choice that stands in the JSON of an encoder's state, if one does: a head brings along how its features are made.
 * @throws PalateError `bad-head`
 */
export function sentenceChoiceOf(stateJson: unknown): SentenceChoice | undefined {
  const sentence = isRecord(stateJson) ? stateJson.sentence : undefined;
  if (sentence === undefined) return undefined;
  const problem = sentenceProblem(sentence);
  if (problem) throw new PalateError('bad-head', `This is not a state of a sentence encoder: ${problem}`);
  return sentence as SentenceChoice;
}
