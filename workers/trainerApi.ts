/** What the trainer worker offers the page. Long calls report progress and can be cancelled. */
import type { RulerCues } from '../src/core/evaluation.ts';
import type { PairRows } from '../src/core/pairDifferences.ts';
import type { HeadKind, HeadParameters, RewardHead } from '../src/core/rewardHead.ts';
import type { FeatureMatrix } from '../src/encoder/encoder.ts';

export interface TrainRequest {
  readonly headKind: HeadKind;
  readonly features: FeatureMatrix;
  readonly rows: PairRows;
  /** Prompt group of every pair; folds keep groups whole. */
  readonly promptOfPair: Uint32Array<ArrayBuffer>;
  /** Weight of every pair in the likelihood. */
  readonly weights: Float32Array<ArrayBuffer>;
  /** Demanded margin of every pair, logits. */
  readonly targetMargins: Float32Array<ArrayBuffer>;
  readonly cues: RulerCues;
  /** The encoder scales its features to the prior w ~ N(0, I): no strength is searched. */
  readonly hasFixedPrior: boolean;
  readonly seed: number;
  readonly backend: 'auto' | 'webgpu' | 'cpu';
  /** Copied into the provenance. */
  readonly dataHash: string;
  readonly encoderId: string;
  readonly encoderStateId: string;
  readonly ties: number;
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

export interface BackendDescription {
  readonly backend: 'webgpu' | 'cpu';
  readonly adapter?: string;
  /** One sentence for a person: what runs, and why. */
  readonly reason: string;
}

export interface TrainerApi {
  /** @throws PalateError `cancelled`, `too-few-pairs`, `diverged`, `no-webgpu` */
  train(request: TrainRequest, onProgress: (progress: TrainProgress) => void): Promise<RewardHead>;
  /** Rewards in logits, one per feature row. */
  score(parameters: HeadParameters, features: FeatureMatrix): Promise<Float32Array<ArrayBuffer>>;
  /** Which backend a large run would use here, and why. */
  describeBackend(choice: 'auto' | 'webgpu' | 'cpu'): Promise<BackendDescription>;
  cancel(): Promise<void>;
  /** Answers when the worker's event loop turns. */
  ping(): Promise<void>;
}
