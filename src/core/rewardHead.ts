/**
 * A trained reward head: its numbers, what it was trained on, and how far it was seen to be right. Plain data, so
 * that it can be stored, sent between threads and written to a file.
 */
import type { AcceptanceBar } from './acceptanceBar.ts';
import type { Proportion, ReliabilityBin, Ruler } from './evaluation.ts';
import type { LearningCurve } from './learningCurve.ts';
import type { LengthControl, LengthFigures, LengthTerm } from './lengthControl.ts';

export type HeadKind = 'linear' | 'mlp';

export interface LinearParameters {
  readonly kind: 'linear';
  /** float32 `[dimension]`; reward = weights · features. */
  readonly weights: Float32Array<ArrayBuffer>;
}

/** reward = outputWeights · tanh(hiddenWeights · features + hiddenBias). No output bias: rewards are shift-invariant. */
export interface MlpParameters {
  readonly kind: 'mlp';
  readonly hidden: number;
  /** float32 `[hidden, dimension]`, row-major. */
  readonly hiddenWeights: Float32Array<ArrayBuffer>;
  /** float32 `[hidden]`. */
  readonly hiddenBias: Float32Array<ArrayBuffer>;
  /** float32 `[hidden]`. */
  readonly outputWeights: Float32Array<ArrayBuffer>;
}

export type HeadParameters = LinearParameters | MlpParameters;

/** Everything needed to say where a head came from and to train it again. */
export interface Provenance {
  readonly seed: number;
  /** Hash over prompts, responses and verdicts in training order. */
  readonly dataHash: string;
  readonly encoderId: string;
  readonly encoderStateId: string;
  readonly backend: 'webgpu' | 'cpu';
  /** Name of the graphics adapter; absent on the CPU. */
  readonly adapter?: string;
  /** One sentence: why this backend ran. */
  readonly backendReason: string;
  readonly hyperparameters: Readonly<Record<string, number>>;
  /** The reason whose preferences alone it learned from; absent where it learned from all. */
  readonly aspect?: string;
  readonly counts: { readonly pairs: number; readonly prompts: number; readonly ties: number };
  /** Milliseconds since the epoch. */
  readonly trainedAt: number;
  readonly durationMs: number;
}

/** One regularisation strength tried by cross-validation. */
export interface StrengthTrial {
  /** λ of the penalty λ/2·|w|² beside the mean loss. */
  readonly lambda: number;
  readonly logLoss: number;
  readonly accuracy: number;
}

/**
 * All figures are on pairs whose prompts the head that judged them had not seen, and which were not chosen for what
 * their answers would tell.
 */
export interface Trust {
  /** Every pair was judged once by a head that had not seen its prompt; this many heads shared the work. */
  readonly folds: number;
  readonly accuracy: Proportion;
  readonly logLoss: number;
  readonly expectedCalibrationError: number;
  readonly rulers: readonly Ruler[];
  readonly reliability: readonly ReliabilityBin[];
  /** Calibrated held-out margin of every training pair, in logits. */
  readonly margins: Float32Array<ArrayBuffer>;
  /** Present where cross-validation chose the strength. */
  readonly strengthCurve?: readonly StrengthTrial[];
  /** The same pairs under every control of length; absent in heads from before there was one. */
  readonly length?: Readonly<Record<LengthControl, LengthFigures>>;
  /** Of a linear head under the fixed prior, not watched, where enough pairs count; absent in heads from before. */
  readonly learningCurve?: LearningCurve;
}

export interface RewardHead {
  readonly id: string;
  readonly parameters: HeadParameters;
  readonly dimension: number;
  /** Multiplies margins before σ; cross-fitted. */
  readonly inverseTemperature: number;
  /**
   * float32 `[dimension, dimension]`, symmetric: Laplace's posterior covariance of a linear head's weights. Absent for
   * other kinds, and where computing it would take longer than training.
   */
  readonly covariance?: Float32Array<ArrayBuffer>;
  /**
   * Of an MLP, the heads that each left a fold out: how far they lie apart says what the judgments leave open. Absent in
   * heads from before they were kept.
   */
  readonly members?: readonly MlpParameters[];
  /** Where responses are good enough; absent where too few were judged for themselves. */
  readonly bar?: AcceptanceBar;
  /**
   * Reward = parameters' reward − share of the control · slope · log length. Absent in heads from before there was
   * control, which are used as they are.
   */
  readonly length?: LengthTerm;
  readonly trust: Trust;
  readonly provenance: Provenance;
}
