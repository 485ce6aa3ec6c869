/** What the encoder worker offers the page. Long calls report progress and can be cancelled. */
import type { EncoderChoice, RowVectors } from '../src/core/sentenceModel.ts';
import type { EncoderInput, FeatureMatrix, Measurement } from '../src/encoder/encoder.ts';

export interface EncodeRequest extends EncoderChoice {
  readonly inputs: readonly EncoderInput[];
  /** Known measurements by input, so that only new texts are measured. */
  readonly cached: readonly (Measurement | undefined)[];
  /** Of the inputs, where a sentence model takes part: found before the call reaches the encoder. */
  readonly vectors?: RowVectors;
  /** Prompt group of every input. */
  readonly promptOfRow: Uint32Array<ArrayBuffer>;
  /** Fit a new state on these inputs (`pairs[2p]`, `pairs[2p+1]` are the rows of pair p) or use a known one. */
  readonly state:
    | { readonly kind: 'fit'; readonly pairs: Uint32Array<ArrayBuffer>; readonly seed: number }
    | { readonly kind: 'known'; readonly json: unknown };
}

export interface EncodeResult {
  /** Owned by the receiver. */
  readonly features: FeatureMatrix;
  /** JSON form of the state that made the features. */
  readonly state: unknown;
  readonly stateId: string;
  /** The features are scaled to the prior w ~ N(0, I): no strength needs to be searched. */
  readonly hasFixedPrior: boolean;
  /** Measurements made by this call, for the cache. */
  readonly fresh: readonly { readonly row: number; readonly measurement: Measurement }[];
}

export interface EncodeProgress {
  readonly done: number;
  readonly total: number;
}

export interface EncoderApi {
  /** @throws PalateError `cancelled`, `encoder-unknown`, `encoder-mismatch` */
  encode(request: EncodeRequest, onProgress: (progress: EncodeProgress) => void): Promise<EncodeResult>;
  cancel(): Promise<void>;
  /** Answers when the worker's event loop turns. */
  ping(): Promise<void>;
}
