/**
 * Workers small enough to reason about: the encoder measures a text's length and its exclamation marks, the trainer
 * hands back a head that likes exclamation marks. They keep the promises of the interfaces (progress, cancel, codes)
 * and write down what they were asked.
 */
import { wilson } from '../../src/core/evaluation.ts';
import { rankSets } from '../../src/training/rankSets.ts';
import type { GeneratorClient } from '../../src/state/workerClients.ts';
import { PalateError } from '../../src/core/palateError.ts';
import type { RewardHead } from '../../src/core/rewardHead.ts';
import type { Tuning } from '../../src/core/watchedTraining.ts';
import type { EncoderApi, EncodeRequest } from '../../workers/encoderApi.ts';
import type { CandidateReport, ImporterApi } from '../../workers/importerApi.ts';
import type {
  FollowRequest,
  FollowResult,
  TrainerApi,
  TrainRequest,
  WatchRequest,
} from '../../workers/trainerApi.ts';

export const ENCODER_ID = 'simple-1';

const turn = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 0));

export class SimpleEncoder implements EncoderApi {
  readonly requests: EncodeRequest[] = [];
  #cancelled = false;
  #fits = 0;

  async encode(request: EncodeRequest, onProgress: (progress: { done: number; total: number }) => void) {
    this.requests.push(request);
    this.#cancelled = false;
    if (request.encoderId !== ENCODER_ID) {
      throw new PalateError('encoder-unknown', `There is no encoder ${request.encoderId}.`);
    }
    onProgress({ done: 0, total: request.cached.filter((known) => !known).length });
    await turn();
    if (this.#cancelled) throw new PalateError('cancelled', 'Cancelled.');
    const measurements = request.cached.map((known, row) => known ?? measure(request.inputs[row].response));
    const { state } = request;
    const json = state.kind === 'known' ? state.json : { fit: ++this.#fits };
    return {
      features: {
        data: Float32Array.from(measurements.flatMap((bytes) => [...bytes])),
        rows: measurements.length,
        dimension: 2,
      },
      state: json,
      stateId: JSON.stringify(json),
      hasFixedPrior: true,
      fresh: measurements.flatMap((measurement, row) => (request.cached[row] ? [] : [{ row, measurement }])),
    };
  }
  cancel(): Promise<void> {
    this.#cancelled = true;
    return Promise.resolve();
  }
  ping = (): Promise<void> => Promise.resolve();
}

function measure(response: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.of(response.length, response.split('!').length - 1);
}

export class SimpleTrainer implements TrainerApi {
  readonly requests: TrainRequest[] = [];
  /** One for every step of a watched run. */
  readonly tunings: Tuning[] = [];
  /** Thrown by the next run. */
  failure?: Error;
  /** What the next head has learned about length. */
  lengthSlope = 0;
  #cancelled = false;

  async train(request: TrainRequest, onProgress: Parameters<TrainerApi['train']>[1]): Promise<RewardHead> {
    this.requests.push(request);
    this.#cancelled = false;
    for (const iteration of [1, 2]) {
      onProgress({ iteration, maxIterations: 2, trainingLoss: 0.5, heldOutLoss: 0.6, backend: 'cpu' });
      await turn();
      if (this.#cancelled) throw new PalateError('cancelled', 'Cancelled.');
    }
    if (this.failure) throw this.failure;
    const head = simpleHead(`head-${this.requests.length}`, request);
    return { ...head, length: { control: request.lengthControl, slope: this.lengthSlope } };
  }
  /** Asks the candidates in the order they come. */
  async follow(request: FollowRequest): Promise<FollowResult> {
    const head = await this.train(request, () => undefined);
    const rows = [...request.candidates.chosen.keys()].slice(0, request.asking.count);
    return {
      head,
      questions: rows.map((row) => ({ row, isControl: row > 0, reason: row > 0 ? 'chance' : 'even' })),
    };
  }
  /** Done after three steps; each takes a turn. */
  async watch(request: WatchRequest, answer: Parameters<TrainerApi['watch']>[1]): Promise<RewardHead> {
    this.requests.push(request);
    const head = simpleHead(`watched-${this.requests.length}`, request);
    for (let iteration = 0; ; iteration = Math.min(3, iteration + 1)) {
      const losses = { trainingLoss: 0.6 - iteration / 10, heldOutLoss: 0.6 };
      const isDone = iteration === 3;
      const told = await answer({
        ...{ iteration, ...losses, trust: head.trust, isUsualEnd: isDone, isDone, backend: 'cpu' },
      });
      if (this.failure) throw this.failure;
      if (told.act === 'discard') throw new PalateError('cancelled', 'Discarded.');
      if (told.act === 'keep') return head;
      this.tunings.push(told.tuning);
      await turn();
    }
  }
  rank(...[head, { data }, logLengths, rowsOfSet, order]: Parameters<TrainerApi['rank']>) {
    return Promise.resolve(rankSets(head, data, logLengths, rowsOfSet, order));
  }
  describeBackend(choice: 'auto' | 'webgpu' | 'cpu') {
    return choice === 'webgpu'
      ? Promise.reject(new PalateError('no-webgpu', 'This browser has no WebGPU.'))
      : Promise.resolve({ backend: 'cpu', reason: 'It is asked for.' } as const);
  }
  cancel(): Promise<void> {
    this.#cancelled = true;
    return Promise.resolve();
  }
  ping = (): Promise<void> => Promise.resolve();
  loseDevice = (): Promise<boolean> => Promise.resolve(false);
}

/** Reward = exclamation marks. */
export function simpleHead(
  id: string,
  from: { dataHash: string; encoderStateId: string; seed: number; trainedAt?: number; aspect?: string },
): RewardHead {
  return {
    id,
    parameters: { kind: 'linear', weights: Float32Array.of(0, 1) },
    dimension: 2,
    inverseTemperature: 1,
    trust: {
      folds: 2,
      accuracy: wilson(5, 6),
      logLoss: 0.5,
      expectedCalibrationError: 0.1,
      rulers: [],
      reliability: [],
      margins: new Float32Array(6),
    },
    provenance: {
      seed: from.seed,
      dataHash: from.dataHash,
      encoderId: ENCODER_ID,
      encoderStateId: from.encoderStateId,
      backend: 'cpu',
      backendReason: 'It is asked for.',
      hyperparameters: { lambda: 1 },
      ...(from.aspect !== undefined && { aspect: from.aspect }),
      counts: { pairs: 6, prompts: 6, ties: 0 },
      trainedAt: from.trainedAt ?? 1_000,
      durationMs: 5,
    },
  };
}

/** Hands out one prepared report; reads nothing. */
export class SimpleImporter implements ImporterApi {
  readonly #report: Pick<CandidateReport, 'sets'>;
  constructor(sets: CandidateReport['sets'] = []) {
    this.#report = { sets };
  }
  readPreferences(): never {
    throw new Error('Preferences are not read here.');
  }
  async readCandidates(
    file: Blob,
    name: string,
    onProgress: Parameters<ImporterApi['readCandidates']>[2],
  ): Promise<CandidateReport> {
    const { sets } = this.#report;
    onProgress({ bytes: file.size, totalBytes: file.size, rows: sets.length });
    await turn();
    return {
      file: name,
      shape: 'prompt with candidates',
      rows: sets.length,
      sets,
      rejected: [],
      warnings: [],
    };
  }
  cancel = (): Promise<void> => Promise.resolve();
  ping = (): Promise<void> => Promise.resolve();
}

/** Writes nothing: for what never asks it to. */
export class SilentGenerator implements GeneratorClient {
  inspect = (): Promise<never> => this.generate();
  generate = (): Promise<never> =>
    Promise.reject(new PalateError('model-missing', 'There is no model here.'));
  cancel = (): Promise<void> => Promise.resolve();
  ping = (): Promise<void> => Promise.resolve();
  end(): void {}
}
