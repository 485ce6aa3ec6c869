/** What the trainer worker offers the page. Long calls report progress and can be cancelled. */
import type { RulerCues } from '../src/core/evaluation.ts';
import type { LengthControl } from '../src/core/lengthControl.ts';
import type { PairRows } from '../src/core/pairDifferences.ts';
import type { Ranking, RankingOrder } from '../src/core/ranking.ts';
import type { HeadKind, RewardHead } from '../src/core/rewardHead.ts';
import type { SelectionOptions } from '../src/core/selection.ts';
import type { Answer, Tuning, WatchedStep } from '../src/core/watchedTraining.ts';
import type { FeatureMatrix } from '../src/encoder/encoder.ts';
import type { AskedQuestion } from '../src/training/askNext.ts';
import type { MlpCheckpoint } from '../src/training/mlpTensors.ts';
import type { SingleRows } from '../src/training/trainingData.ts';
import type { RankingHead, RowsOfSet } from '../src/training/rankSets.ts';

export interface TrainRequest {
  readonly headKind: HeadKind;
  readonly features: FeatureMatrix;
  /** float32 `[texts]`, one per row of the features. */
  readonly logLengths: Float32Array<ArrayBuffer>;
  /** How much of what follows length is taken out of the rewards. */
  readonly lengthControl: LengthControl;
  readonly rows: PairRows;
  /** Prompt group of every pair; folds keep groups whole. */
  readonly promptOfPair: Uint32Array<ArrayBuffer>;
  /** Weight of every pair in the likelihood. */
  readonly weights: Float32Array<ArrayBuffer>;
  /** Demanded margin of every pair, logits. */
  readonly targetMargins: Float32Array<ArrayBuffer>;
  readonly cues: RulerCues;
  /** `[pairs]`, 1 where the pair was asked without regard to what a head thought of it. */
  readonly isControl: Uint8Array<ArrayBuffer>;
  /** Responses judged for themselves. */
  readonly singles?: SingleRows;
  /** The encoder scales its features to the prior w ~ N(0, I): no strength is searched. */
  readonly hasFixedPrior: boolean;
  readonly seed: number;
  readonly backend: 'auto' | 'webgpu' | 'cpu';
  /** Copied into the provenance. */
  readonly dataHash: string;
  readonly aspect?: string;
  readonly encoderId: string;
  readonly encoderStateId: string;
  readonly ties: number;
  readonly resumed?: Resumed;
}

/** What an earlier worker left behind when it died over the same request. */
export interface Resumed {
  /** One sentence for a person; stands in the provenance of the head. */
  readonly why: string;
  readonly checkpoint?: MlpCheckpoint;
  /** Of a watched run: its steps so far are taken again without asking. */
  readonly answers?: readonly Answer[];
}

/** A training run and the questions to ask next. */
export interface FollowRequest extends TrainRequest {
  /** Rows of the two responses of every pair that may be asked. */
  readonly candidates: PairRows;
  readonly asking: SelectionOptions;
}

export interface FollowResult {
  readonly head: RewardHead;
  /** `row` counts the candidates. */
  readonly questions: readonly AskedQuestion[];
}

export interface TrainProgress {
  readonly iteration: number;
  readonly maxIterations: number;
  /** Mean loss of the final head on its training pairs, nats per pair. */
  readonly trainingLoss: number;
  /** Mean loss over all pairs by the heads that had not seen them, nats per pair. */
  readonly heldOutLoss: number;
  readonly backend: 'webgpu' | 'cpu';
}

/** What a run tells that may be lost: whoever keeps it can have the run go on in another worker. */
export type OnCheckpoint = (checkpoint: MlpCheckpoint) => void;

export interface WatchRequest extends TrainRequest {
  /** To begin with. */
  readonly tuning: Tuning;
}

export interface ShownStep extends WatchedStep {
  readonly backend: 'webgpu' | 'cpu';
}

export interface BackendDescription {
  readonly backend: 'webgpu' | 'cpu';
  readonly adapter?: string;
  /** One sentence for a person: what runs, and why. */
  readonly reason: string;
}

export interface TrainerApi {
  /**
   * Goes on by itself when a graphics device is lost, refuses or runs out of memory; the head says so.
   * @throws PalateError `cancelled`, `too-few-pairs`, `diverged`, `no-webgpu`, `out-of-memory`
   */
  train(
    request: TrainRequest,
    onProgress: (progress: TrainProgress) => void,
    onCheckpoint?: OnCheckpoint,
  ): Promise<RewardHead>;
  /** Trains a linear head, and chooses from the candidates what to ask next. @throws as `train` */
  follow(request: FollowRequest): Promise<FollowResult>;
  /**
   * Trains step by step, as slowly as `answer` settles. In between everything else is answered as always; another
   * watched run ends this one. When a device is lost, the steps so far are taken again without asking.
   * @throws as `train`; `cancelled` also where the answer is to discard
   */
  watch(request: WatchRequest, answer: (step: ShownStep) => Promise<Answer>): Promise<RewardHead>;
  /**
   * Every set's candidates, best first. A head without a posterior ranks by expected reward whatever was asked for.
   * @param logLengths float32 `[texts]`, one per row of the features
   * @param rowsOfSet feature rows of each set's candidates
   */
  rank(
    head: RankingHead,
    features: FeatureMatrix,
    logLengths: Float32Array<ArrayBuffer>,
    rowsOfSet: RowsOfSet,
    order: RankingOrder,
  ): Promise<Ranking[]>;
  /** Which backend a large run would use here, and why. */
  describeBackend(choice: 'auto' | 'webgpu' | 'cpu'): Promise<BackendDescription>;
  /** Ends whatever trains or is watched. */
  cancel(): Promise<void>;
  /** Answers when the worker's event loop turns. */
  ping(): Promise<void>;
}
