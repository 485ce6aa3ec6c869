/** A finished head with its provenance, put together alike by the app and the terminal. */
import type { Backend } from '../compute/backend.ts';
import type { Provenance, RewardHead } from '../core/rewardHead.ts';
import type { TrainingOutcome } from './trainRewardHead.ts';

export interface HeadContext extends Pick<
  Provenance,
  | 'seed'
  | 'dataHash'
  | 'aspect'
  | 'encoderId'
  | 'encoderStateId'
  | 'backendReason'
  | 'trainedAt'
  | 'durationMs'
> {
  readonly id: string;
  readonly backend: Pick<Backend, 'kind' | 'adapter'>;
  readonly dimension: number;
  /** Prompt group of every training pair. */
  readonly promptOfPair: Uint32Array;
  readonly ties: number;
}

export function assembleHead(outcome: TrainingOutcome, context: HeadContext): RewardHead {
  const { id, backend, dimension, promptOfPair, ties, aspect, ...provenance } = context;
  return {
    id,
    parameters: outcome.parameters,
    dimension,
    inverseTemperature: outcome.inverseTemperature,
    ...(outcome.covariance && { covariance: outcome.covariance }),
    ...(outcome.members && { members: outcome.members }),
    ...(outcome.bar && { bar: outcome.bar }),
    length: outcome.length,
    trust: outcome.trust,
    provenance: {
      ...provenance,
      ...(aspect !== undefined && { aspect }),
      backend: backend.kind,
      adapter: backend.adapter,
      hyperparameters: outcome.hyperparameters,
      counts: { pairs: promptOfPair.length, prompts: new Set(promptOfPair).size, ties },
    },
  };
}
