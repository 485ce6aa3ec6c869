/**
 * The trainer worker's service: opens a backend, runs one training at a time, and goes on elsewhere with what a graphics
 * device left behind. A run that is watched lets others have their turn while it waits.
 */
import type { Backend } from '../src/compute/backend.ts';
import { createCpuBackend } from '../src/compute/cpuBackend.ts';
import { openBackend, type OpenedBackend } from '../src/compute/openBackend.ts';
import { isSmallJob } from '../src/compute/smallJob.ts';
import { errorCode, PalateError, type ErrorCode, messageOf } from '../src/core/palateError.ts';
import type { Ranking, RankingOrder } from '../src/core/ranking.ts';
import type { RewardHead } from '../src/core/rewardHead.ts';
import type { Answer } from '../src/core/watchedTraining.ts';
import type { FeatureMatrix } from '../src/encoder/encoder.ts';
import { askNext } from '../src/training/askNext.ts';
import { assembleHead } from '../src/training/assembleHead.ts';
import { rankSets, type RankingHead, type RowsOfSet } from '../src/training/rankSets.ts';
import { STRENGTHS } from '../src/training/selectRegularization.ts';
import { MLP_OPTIONS, trainRewardHead, type TrainingOutcome } from '../src/training/trainRewardHead.ts';
import type { TrainingData } from '../src/training/trainingData.ts';
import { watchRewardHead } from '../src/training/watchRewardHead.ts';
import type {
  BackendDescription,
  FollowRequest,
  FollowResult,
  OnCheckpoint,
  ShownStep,
  TrainerApi,
  TrainProgress,
  TrainRequest,
  WatchRequest,
} from './trainerApi.ts';
import { yieldToEvents } from './yieldToEvents.ts';

type Choice = TrainRequest['backend'];

/** Five folds and the final head. */
const MEMBERS = 6;
/** A device that is lost is asked for again so often in one run; then the processor goes on. */
const MOST_REOPENINGS = 2;
const TOO_LARGE =
  'The judgments do not fit the memory of the SIMD kernels, so the processor did without them.';

/** What happened to a graphics device, as the beginning of a sentence. */
const HAPPENED: Readonly<Partial<Record<ErrorCode, string>>> = {
  'device-lost': 'The graphics device was lost',
  'shader-failed': 'The graphics device refused a program',
  'out-of-memory': 'The graphics device had too little memory',
  diverged: 'The graphics device gave wrong numbers',
};

/** How a run goes on after a fault, and the sentence that says so. */
interface WayOut extends OpenedBackend {
  readonly isLoss: boolean;
  /** False where what was reckoned so far is not to be trusted. */
  readonly keepsCheckpoint: boolean;
}

export class TrainerService implements TrainerApi {
  readonly #opened = new Map<Choice, Promise<OpenedBackend>>();
  readonly #turns = new Turns();
  #signal = { aborted: false };
  #watching = new AbortController();

  async train(
    request: TrainRequest,
    onProgress: (progress: TrainProgress) => void,
    onCheckpoint?: OnCheckpoint,
  ): Promise<RewardHead> {
    this.#signal.aborted = true;
    const signal = (this.#signal = { aborted: false });
    // The run before shares the device's queue: it must have let go of its buffers before this one submits.
    const endTurn = await this.#turns.take();
    try {
      let checkpoint = request.resumed?.checkpoint;
      return await this.#run(request, signal, { waitedMs: 0 }, (backend, data, keepsCheckpoint) =>
        trainRewardHead(backend, data, request, {
          ...{ signal, yieldToEvents },
          onProgress: (progress) => onProgress({ ...progress, backend: backend.kind }),
          resume: keepsCheckpoint ? checkpoint : undefined,
          onCheckpoint: (newer) => {
            checkpoint = newer;
            onCheckpoint?.(newer);
          },
        }),
      );
    } finally {
      endTurn();
    }
  }

  async watch(request: WatchRequest, answer: (step: ShownStep) => Promise<Answer>): Promise<RewardHead> {
    this.#watching.abort();
    const { signal } = (this.#watching = new AbortController());
    const aborted = rejectionOf(signal);
    const time = { waitedMs: 0 };
    const answers = [...(request.resumed?.answers ?? [])];
    let endTurn = await this.#turns.take();
    const answerOutOfTurn = async (step: ShownStep): Promise<Answer> => {
      const from = performance.now();
      endTurn();
      try {
        const told = await Promise.race([answer(step), aborted]);
        answers.push(told);
        return told;
      } finally {
        endTurn = await this.#turns.take();
        time.waitedMs += performance.now() - from;
      }
    };
    try {
      return await this.#run(request, signal, time, (backend, data) => {
        // After a fault the same answers lead to the same step.
        let asked = 0;
        return watchRewardHead(backend, data, request, {
          ...{ signal, yieldToEvents, tuning: request.tuning },
          answer: async (step) => answers.at(asked++) ?? answerOutOfTurn({ ...step, backend: backend.kind }),
        });
      });
    } finally {
      endTurn();
    }
  }

  /** @param time `waitedMs` of it was not spent on training */
  async #run(
    request: TrainRequest,
    signal: { readonly aborted: boolean },
    time: { readonly waitedMs: number },
    train: (backend: Backend, data: TrainingData, keepsCheckpoint: boolean) => Promise<TrainingOutcome>,
  ): Promise<RewardHead> {
    if (signal.aborted) throw new PalateError('cancelled', 'Training was cancelled.');
    const started = performance.now();
    const data = { ...request, ...flat(request.features) };
    const past: WayOut[] = [];
    let opened = await this.#openFor(request);
    for (;;) {
      try {
        const outcome = await train(opened.backend, data, past.at(-1)?.keepsCheckpoint ?? true);
        const reasons = [
          request.resumed?.why,
          ...(past.length > 0 ? past : [opened]).map(({ reason }) => reason),
        ];
        const how = { ...opened, reason: reasons.filter((reason) => reason !== undefined).join(' ') };
        return toHead(request, outcome, how, performance.now() - started - time.waitedMs);
      } catch (error) {
        opened = await this.#wayOut(error, opened.backend, request.backend, past);
        past.push(opened as WayOut);
      }
    }
  }

  /** Where the run goes on after a fault; throws what cannot be helped. */
  async #wayOut(error: unknown, failed: Backend, choice: Choice, past: readonly WayOut[]): Promise<WayOut> {
    const code = errorCode(error);
    if (code === 'cancelled' || code === 'too-few-pairs') throw error;
    const message = messageOf(error);
    if (failed.kind === 'cpu') {
      if (code !== 'out-of-memory') throw outOfMemory(error);
      this.#opened.clear();
      const reason = `${TOO_LARGE} (${message})`;
      return { backend: createCpuBackend(), reason, isLoss: false, keepsCheckpoint: true };
    }
    this.#opened.clear();
    failed.dispose();
    const what = `${(code && HAPPENED[code]) ?? 'The graphics device failed'} during training (${message})`;
    const isLoss = code === 'device-lost';
    const how = { isLoss, keepsCheckpoint: code !== 'diverged' };
    if (isLoss && past.filter((one) => one.isLoss).length < MOST_REOPENINGS) {
      const again = await this.#open(choice).catch(() => undefined);
      if (again?.backend.kind === 'webgpu') {
        return { ...how, backend: again.backend, reason: `${what} and was opened again.` };
      }
    }
    const { backend } = await this.#open('cpu');
    return { ...how, backend, reason: `${what}, so the processor finished the run.` };
  }

  async follow(request: FollowRequest): Promise<FollowResult> {
    const head = await this.train(request, () => undefined);
    const { features, candidates, asking, dataHash } = request;
    // Other questions after other judgments, the same after a reload.
    const seed = parseInt(dataHash.slice(0, 8), 16);
    return { head, questions: askNext(head, features.data, candidates, asking, seed) };
  }

  rank(
    head: RankingHead,
    features: FeatureMatrix,
    logLengths: Float32Array<ArrayBuffer>,
    rowsOfSet: RowsOfSet,
    order: RankingOrder,
  ): Promise<Ranking[]> {
    return Promise.resolve(rankSets(head, features.data, logLengths, rowsOfSet, order));
  }

  async describeBackend(choice: Choice): Promise<BackendDescription> {
    const { backend, reason } = await this.#open(choice);
    return { backend: backend.kind, adapter: backend.adapter, reason };
  }

  cancel(): Promise<void> {
    this.#signal.aborted = true;
    this.#watching.abort();
    return Promise.resolve();
  }

  ping(): Promise<void> {
    return Promise.resolve();
  }

  /** Where this request runs: small jobs are not worth a graphics device, unless it was asked for. */
  async #openFor({ headKind, backend, features, rows, hasFixedPrior }: TrainRequest): Promise<OpenedBackend> {
    const isMlp = headKind === 'mlp';
    const size = {
      pairs: rows.chosen.length,
      dimension: features.dimension,
      // Both texts of a pair go through a hidden layer, for the difference of a linear head.
      heads: MEMBERS * (isMlp ? 2 * MLP_OPTIONS.hidden : hasFixedPrior ? 1 : STRENGTHS.length),
    };
    if (backend === 'auto' && isSmallJob(size, headKind)) {
      const { backend: cpu } = await this.#open('cpu');
      return {
        backend: cpu,
        reason: 'With this few judgments the processor is done before a graphics device starts.',
      };
    }
    return this.#open(backend);
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

/** Whoever takes a turn waits until the one before has ended it. */
class Turns {
  #last: Promise<void> = Promise.resolve();

  /** @returns ends the turn */
  async take(): Promise<() => void> {
    const before = this.#last;
    let end!: () => void;
    this.#last = new Promise((resolve) => (end = resolve));
    await before;
    return end;
  }
}

/** Rejects with `cancelled` when the signal says so. */
function rejectionOf(signal: AbortSignal): Promise<never> {
  const aborted = new Promise<never>((_, reject) => {
    signal.addEventListener('abort', () => reject(new PalateError('cancelled', 'Training was cancelled.')));
  });
  aborted.catch(() => undefined);
  return aborted;
}

/** What a browser throws when an array is too large says nothing to a person. */
function outOfMemory(error: unknown): unknown {
  if (!(error instanceof RangeError)) return error;
  const message = `The judgments do not fit the memory of this browser (${error.message}). Nothing was kept. Train a linear head, or on fewer judgments.`;
  return new PalateError('out-of-memory', message, { cause: error });
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
  const { seed, dataHash, aspect, encoderId, encoderStateId, promptOfPair, ties, features } = request;
  return assembleHead(outcome, {
    id: crypto.randomUUID(),
    backend,
    backendReason: reason,
    dimension: features.dimension,
    trainedAt: Date.now(),
    durationMs,
    ...{ seed, dataHash, aspect, encoderId, encoderStateId, promptOfPair, ties },
  });
}
