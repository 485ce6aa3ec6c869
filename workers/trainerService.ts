/**
 * The trainer worker's service: opens a backend, runs one training at a time, and finishes on the processor what a
 * lost graphics device left behind.
 */
import { openBackend, type OpenedBackend } from '../src/compute/openBackend.ts';
import { errorCode, PalateError } from '../src/core/palateError.ts';
import type { HeadParameters, RewardHead } from '../src/core/rewardHead.ts';
import type { FeatureMatrix } from '../src/encoder/encoder.ts';
import { scoreCandidates } from '../src/training/scoreCandidates.ts';
import { trainRewardHead, type TrainingOutcome } from '../src/training/trainRewardHead.ts';
import type { BackendDescription, TrainerApi, TrainProgress, TrainRequest } from './trainerApi.ts';
import { yieldToEvents } from './yieldToEvents.ts';

type Choice = TrainRequest['backend'];

export class TrainerService implements TrainerApi {
  readonly #opened = new Map<Choice, Promise<OpenedBackend>>();
  #signal = { aborted: false };

  async train(request: TrainRequest, onProgress: (progress: TrainProgress) => void): Promise<RewardHead> {
    this.#signal.aborted = true;
    const signal = { aborted: false };
    this.#signal = signal;
    const started = performance.now();
    const run = async (opened: OpenedBackend): Promise<RewardHead> => {
      const { kind } = opened.backend;
      const control = {
        signal,
        yieldToEvents,
        onProgress: (progress: Omit<TrainProgress, 'backend'>) => onProgress({ ...progress, backend: kind }),
      };
      const outcome = await trainRewardHead(
        opened.backend,
        { ...request, ...flat(request.features) },
        request,
        control,
      );
      return toHead(request, outcome, opened, performance.now() - started);
    };
    const opened = await this.#open(request.backend);
    try {
      return await run(opened);
    } catch (error) {
      if (errorCode(error) !== 'device-lost') throw error;
      this.#opened.clear();
      const cpu = await this.#open('cpu');
      const reason = `The graphics device was lost during training (${(error as Error).message}), so the run was finished on the processor.`;
      return await run({ backend: cpu.backend, reason });
    }
  }

  score(parameters: HeadParameters, features: FeatureMatrix): Promise<Float32Array<ArrayBuffer>> {
    return Promise.resolve(scoreCandidates(parameters, features.data, features.dimension));
  }

  async describeBackend(choice: Choice): Promise<BackendDescription> {
    const { backend, reason } = await this.#open(choice);
    return { backend: backend.kind, adapter: backend.adapter, reason };
  }

  cancel(): Promise<void> {
    this.#signal.aborted = true;
    return Promise.resolve();
  }

  ping(): Promise<void> {
    return Promise.resolve();
  }

  async loseDevice(): Promise<boolean> {
    const opened = await Promise.all(this.#opened.values());
    const onGpu = opened.filter(({ backend }) => backend.kind === 'webgpu');
    for (const { backend } of onGpu) backend.dispose();
    return onGpu.length > 0;
  }

  /** One backend per choice for the life of the worker; a failed opening is tried again next time. */
  #open(choice: Choice): Promise<OpenedBackend> {
    const known = this.#opened.get(choice);
    if (known) return known;
    const opening = openBackend(choice);
    this.#opened.set(choice, opening);
    opening.catch(() => this.#opened.delete(choice));
    return opening;
  }
}

function flat(features: FeatureMatrix): { features: Float32Array<ArrayBuffer>; dimension: number } {
  return { features: features.data, dimension: features.dimension };
}

function toHead(
  request: TrainRequest,
  outcome: TrainingOutcome,
  { backend, reason }: OpenedBackend,
  durationMs: number,
): RewardHead {
  if (!outcome.trust.margins.every(Number.isFinite)) {
    throw new PalateError('diverged', 'Training ended with numbers that are not finite. Nothing was kept.');
  }
  return {
    id: crypto.randomUUID(),
    parameters: outcome.parameters,
    dimension: request.features.dimension,
    inverseTemperature: outcome.inverseTemperature,
    trust: outcome.trust,
    provenance: {
      seed: request.seed,
      dataHash: request.dataHash,
      encoderId: request.encoderId,
      encoderStateId: request.encoderStateId,
      backend: backend.kind,
      adapter: backend.adapter,
      backendReason: reason,
      hyperparameters: outcome.hyperparameters,
      counts: {
        pairs: request.rows.chosen.length,
        prompts: new Set(request.promptOfPair).size,
        ties: request.ties,
      },
      trainedAt: Date.now(),
      durationMs,
    },
  };
}
