/**
 * Training the project's head, from its pairs to a stored head, and the heads trained before. A run takes the pairs
 * as they are when it starts; judging goes on meanwhile and makes the result stale, never wrong.
 */
import { createDataHasher } from '../core/dataHash.ts';
import { rulerCues } from '../core/evaluation.ts';
import { headToFile } from '../core/headFile.ts';
import { interleaveRows, pairTexts, type PairTexts } from '../core/pairTexts.ts';
import { errorCode, type ErrorCode } from '../core/palateError.ts';
import { MINIMUM_PREFERENCES, STRENGTH_WEIGHT, type PreferencePair } from '../core/preference.ts';
import { promptKey } from '../core/split.ts';
import type { AppStorage, StoredHead } from '../storage/appStorage.ts';
import type { EncodeProgress, EncodeRequest, EncodeResult } from '../../workers/encoderApi.ts';
import type { BackendDescription, TrainProgress, TrainRequest } from '../../workers/trainerApi.ts';
import { encodeTexts, throwIfAborted } from './encodeTexts.ts';
import { headFileName } from './headFileName.ts';
import type { ProjectState } from './projectState.svelte.ts';
import type { Workers } from './workerClients.ts';

/** An encoder state is fitted anew when the texts have grown by this factor since. */
const POOL_GROWTH = 1.5;

export interface CurvePoint {
  readonly iteration: number;
  /** Nats per pair. */
  readonly trainingLoss: number;
  /** Nats per pair. */
  readonly heldOutLoss: number;
}

export type TrainingStatus =
  | { readonly kind: 'idle' }
  /** `total` counts the texts not measured before. */
  | { readonly kind: 'encoding'; readonly done: number; readonly total: number }
  | { readonly kind: 'training'; readonly progress?: TrainProgress; readonly curve: readonly CurvePoint[] }
  | { readonly kind: 'done'; readonly curve: readonly CurvePoint[] }
  | { readonly kind: 'cancelled' }
  | { readonly kind: 'failed'; readonly code?: ErrorCode; readonly message: string };

export class TrainingRun {
  readonly #storage: AppStorage;
  readonly #project: ProjectState;
  readonly #workers: Pick<Workers, 'encoder' | 'trainer'>;
  #status = $state.raw<TrainingStatus>({ kind: 'idle' });
  #heads = $state.raw<readonly StoredHead[]>([]);
  #backend = $state.raw<BackendDescription | undefined>();
  #signal = { aborted: false };
  readonly #hashOf = createDataHasher();

  readonly #dataHash = $derived.by(() => this.#hashOf(this.#project.pairs));
  readonly #need = $derived.by(() => needOf(this.#project.pairs));

  constructor(storage: AppStorage, project: ProjectState, workers: Pick<Workers, 'encoder' | 'trainer'>) {
    this.#storage = storage;
    this.#project = project;
    this.#workers = workers;
  }

  get status(): TrainingStatus {
    return this.#status;
  }
  get isRunning(): boolean {
    return this.#status.kind === 'encoding' || this.#status.kind === 'training';
  }
  /** Newest first. */
  get heads(): readonly StoredHead[] {
    return this.#heads;
  }
  /** The head in use: the newest. */
  get current(): StoredHead | undefined {
    return this.#heads[0];
  }
  /** What a run still needs, as a sentence; undefined when there is enough to train on. */
  get need(): string | undefined {
    return this.#need;
  }
  /** Which backend a run would use here; known after `describeBackend`. */
  get backend(): BackendDescription | undefined {
    return this.#backend;
  }
  get settings() {
    return this.#project.project.settings;
  }

  /** Set when the preferences are not those the current head was trained on. */
  get stale(): { readonly judgmentsSince: number } | undefined {
    if (!this.current || this.current.head.provenance.dataHash === this.#dataHash) return undefined;
    const { trainedAt } = this.current.head.provenance;
    const isLater = (event: { kind: string; at: number }): boolean =>
      event.kind === 'judgment' && event.at > trainedAt;
    return { judgmentsSince: this.#project.events.filter(isLater).length };
  }

  /** Reads the heads trained before. */
  async open(): Promise<void> {
    this.#heads = await this.#storage.listHeads(this.#project.project.id);
  }

  async describeBackend(): Promise<void> {
    const choice = this.settings.backend;
    try {
      const description = await this.#workers.trainer.describeBackend(choice);
      if (choice === this.settings.backend) this.#backend = description;
    } catch (error) {
      this.#backend = { backend: 'cpu', reason: messageOf(error) };
    }
  }

  async updateSettings(change: Parameters<ProjectState['updateSettings']>[0]): Promise<void> {
    await this.#project.updateSettings(change);
    if (change.backend !== undefined) await this.describeBackend();
  }

  /** Trains on the preferences that hold now. Never rejects: how it went is in `status`. */
  async start(): Promise<void> {
    if (this.isRunning || this.need) return;
    const signal = (this.#signal = { aborted: false });
    this.#status = { kind: 'encoding', done: 0, total: 0 };
    try {
      await this.#run(signal);
    } catch (error) {
      const code = errorCode(error);
      this.#status =
        code === 'cancelled' ? { kind: 'cancelled' } : { kind: 'failed', code, message: messageOf(error) };
    }
  }

  async cancel(): Promise<void> {
    if (!this.isRunning) return;
    this.#signal.aborted = true;
    const { encoder, trainer } = this.#workers;
    await (this.#status.kind === 'encoding' ? encoder : trainer).cancel();
  }

  /** The head as the text of a file that this app and the terminal read. */
  exportHead(stored: StoredHead): { readonly name: string; readonly text: string } {
    const { name } = this.#project.project;
    return { name: headFileName(name, stored.head.provenance.trainedAt), text: headToFile(stored) };
  }

  async #run(signal: { aborted: boolean }): Promise<void> {
    const { pairs, project, counts } = this.#project;
    const { settings } = project;
    const hash = this.#dataHash;
    const texts = pairTexts(pairs);
    const encoded = await this.#encode(texts, settings.encoderId, settings.seed, signal);
    throwIfAborted(signal);
    const curve: CurvePoint[] = [];
    this.#status = { kind: 'training', curve };
    const request: TrainRequest = {
      ...trainingData(pairs, texts, encoded),
      headKind: settings.headKind,
      seed: settings.seed,
      backend: settings.backend,
      dataHash: hash,
      encoderId: settings.encoderId,
      ties: counts.ties + counts.bothBad,
    };
    const head = await this.#workers.trainer.train(request, (progress) => {
      if (signal.aborted || this.#status.kind !== 'training') return;
      const { iteration, trainingLoss, heldOutLoss } = progress;
      curve.push({ iteration, trainingLoss, heldOutLoss });
      this.#status = { kind: 'training', progress, curve: [...curve] };
    });
    throwIfAborted(signal);
    await this.#keep({ head, encoderState: encoded.state, poolSize: this.#poolSize(texts, encoded) });
    this.#status = { kind: 'done', curve: [...curve] };
  }

  #encode(
    texts: PairTexts,
    encoderId: string,
    seed: number,
    signal: { aborted: boolean },
  ): Promise<EncodeResult> {
    const onProgress = ({ done, total }: EncodeProgress): void => {
      if (this.#status.kind === 'encoding') this.#status = { kind: 'encoding', done, total };
    };
    const request = {
      encoderId,
      inputs: texts.inputs,
      promptOfRow: texts.promptOfRow,
      state: this.#encoderState(texts, encoderId, seed),
    };
    return encodeTexts(this.#storage, this.#workers.encoder, request, onProgress, signal);
  }

  /** The current head's encoder state while it still describes the texts, so that heads stay comparable. */
  #encoderState(texts: PairTexts, encoderId: string, seed: number): EncodeRequest['state'] {
    const { current } = this;
    const usable =
      current !== undefined &&
      current.head.provenance.encoderId === encoderId &&
      current.head.provenance.seed === seed &&
      texts.inputs.length < current.poolSize * POOL_GROWTH;
    return usable
      ? { kind: 'known', json: current.encoderState }
      : { kind: 'fit', pairs: interleaveRows(texts.rows), seed };
  }

  /** A state that was used again keeps the size of the pool it was fitted on. */
  #poolSize(texts: PairTexts, encoded: EncodeResult): number {
    const { current } = this;
    return current?.head.provenance.encoderStateId === encoded.stateId
      ? current.poolSize
      : texts.inputs.length;
  }

  async #keep(stored: StoredHead): Promise<void> {
    await this.#storage.putHead(this.#project.project.id, stored);
    this.#heads = [stored, ...this.#heads];
  }
}

function trainingData(pairs: readonly PreferencePair[], texts: PairTexts, encoded: EncodeResult) {
  return {
    features: encoded.features,
    encoderStateId: encoded.stateId,
    hasFixedPrior: encoded.hasFixedPrior,
    rows: texts.rows,
    promptOfPair: texts.promptOfPair,
    weights: Float32Array.from(pairs, (pair) => STRENGTH_WEIGHT[pair.strength]),
    targetMargins: Float32Array.from(pairs, (pair) => pair.targetMargin),
    cues: rulerCues(pairs),
  };
}

function needOf(pairs: readonly PreferencePair[]): string | undefined {
  const missing = MINIMUM_PREFERENCES - pairs.length;
  if (missing > 0) {
    const there = pairs.length === 1 ? 'there is 1' : `there are ${pairs.length}`;
    return `Training needs at least ${MINIMUM_PREFERENCES} preferences; ${there}. Judge ${missing} more.`;
  }
  const first = promptKey(pairs[0].prompt);
  if (pairs.some((pair) => promptKey(pair.prompt) !== first)) return undefined;
  return 'All preferences are about one prompt. Judge answers to a second one, so that something unseen is left to test on.';
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
