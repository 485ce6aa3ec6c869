/**
 * What an encoder is: text in, feature rows out, in three steps.
 *
 *   measure    label-free numbers of one (prompt, response), independent of all others; cached by text hash
 *   fit        label-free statistics of the person's own texts (scales, projections); belongs to the head
 *   transform  measurements × state → feature matrix, scaled so that the head's prior is w ~ N(0, I) where
 *              `hasFixedPrior` is true
 *
 * A head is only valid with the state it was trained on; `EncoderState.id` names it.
 */
import type { RowVectors } from '../core/sentenceModel.ts';

/** One response in its context. `prompt` is `promptText(...)`. */
export interface EncoderInput {
  readonly prompt: string;
  readonly response: string;
}

/** The cached, serialisable form of one measured input; opaque outside its encoder. */
export type Measurement = Uint8Array<ArrayBuffer>;

/** float32, row-major: `data[row * dimension + column]`. */
export interface FeatureMatrix {
  readonly data: Float32Array<ArrayBuffer>;
  readonly rows: number;
  readonly dimension: number;
}

/** Fitted, label-free state. Plain JSON values and typed arrays only: it is stored and exported with the head. */
export interface EncoderState {
  readonly encoderId: string;
  /** Hash of the fitted numbers: two states with one id transform alike. */
  readonly id: string;
  readonly dimension: number;
  readonly [field: string]: unknown;
}

/** The texts of one pool: rows are measurements, `pairs[2p]`/`pairs[2p+1]` the rows of pair p's two responses. */
export interface EncoderPool {
  readonly measurements: readonly Measurement[];
  /** Of the rows, where a sentence model takes part. */
  readonly vectors?: RowVectors;
  readonly pairs: Uint32Array;
  /** Prompt group of every row; rows with the same number answer the same prompt. */
  readonly promptOfRow: Uint32Array;
}

export interface Encoder {
  /** Name and version; measurements and heads of another id are never mixed. */
  readonly id: string;
  /** True when `transform` scales features so that w ~ N(0, I) is the right prior at any number of labels. */
  readonly hasFixedPrior: boolean;
  measure(input: EncoderInput): Measurement;
  /** @param seed of the randomised projection; same pool and seed, same state */
  fit(pool: EncoderPool, seed: number): EncoderState;
  /**
   * @param promptOfRow prompt group of every row, for features that describe a response among the other known
   *   candidates of its prompt
   * @param vectors of the rows, where a sentence model takes part
   * @throws when `state` is of another encoder
   */
  transform(
    state: EncoderState,
    measurements: readonly Measurement[],
    promptOfRow: Uint32Array,
    vectors?: RowVectors,
  ): FeatureMatrix;
  /** Short label of every feature column, with the group it belongs to; for explanations. */
  featureNames(state: EncoderState): readonly { readonly name: string; readonly group: string }[];
  /** JSON-safe form of a state and back. @throws with the reason when the value is not a state of this encoder */
  stateToJson(state: EncoderState): unknown;
  stateFromJson(value: unknown): EncoderState;
}
