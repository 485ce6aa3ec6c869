/** What a training run is given: texts in numbers, and what was said of them. */
import type { RulerCues } from '../core/evaluation.ts';
import type { PairRows } from '../core/pairDifferences.ts';

export interface TrainingData {
  /** float32 `[texts, dimension]`, row-major. */
  readonly features: Float32Array<ArrayBuffer>;
  readonly dimension: number;
  /** float32 `[texts]`. */
  readonly logLengths: Float32Array;
  readonly rows: PairRows;
  readonly promptOfPair: Uint32Array;
  /** Weight of every pair in the likelihood. */
  readonly weights: Float32Array;
  /** Demanded margin of every pair, logits. */
  readonly targetMargins: Float32Array<ArrayBuffer>;
  readonly cues: RulerCues;
  /** `[pairs]`, 1 where the pair was asked without regard to what a head thought of it. */
  readonly isControl: Uint8Array<ArrayBuffer>;
  /** Responses judged for themselves, for the bar; none where left out. */
  readonly singles?: SingleRows;
}

/** Responses that were judged for themselves. */
export interface SingleRows {
  /** `[responses]`, feature rows. */
  readonly rows: Uint32Array;
  /** `[responses]`, prompt groups as of the pairs. */
  readonly prompts: Uint32Array;
  /** `[responses]`, 1 where it was found good enough. */
  readonly isGood: Uint8Array;
}

/** Which pairs are held out together. */
export interface Folds {
  readonly count: number;
  readonly ofPair: Uint8Array<ArrayBuffer>;
}
