/**
 * Training the project's head, from its pairs to a stored head, and the heads trained before. A run takes the pairs
 * as they are when it starts; judging goes on meanwhile and makes the result stale, never wrong.
 */
import { untrack } from 'svelte';
import { aspectCounts, pairsOfAspect } from '../core/aspects.ts';
import { createDataHasher } from '../core/dataHash.ts';
import { driftOf, type Drift } from '../core/drift.ts';
import { rulerCues } from '../core/evaluation.ts';
import { headToFile } from '../core/headFile.ts';
import type { LengthControl } from '../core/lengthControl.ts';
import { withPoint, type CurvePoint } from '../core/lossCurve.ts';
import { errorCode, type ErrorCode, messageOf } from '../core/palateError.ts';
import { positionEffect, type PositionEffect } from '../core/positionEffect.ts';
import { MINIMUM_PREFERENCES, type PreferenceEvent } from '../core/preference.ts';
import type { PreferencePair } from '../core/preferencePairs.ts';
import type { RewardHead } from '../core/rewardHead.ts';
import { controlShare } from '../core/selection.ts';
import type { SingleLabel } from '../core/singleLabels.ts';
import { promptKey } from '../core/split.ts';
import type { AppStorage, NextQuestion, StoredHead } from '../storage/appStorage.ts';
import type { EncodeProgress } from '../../workers/encoderApi.ts';
import type { BackendDescription, TrainProgress, TrainRequest } from '../../workers/trainerApi.ts';
import type { AskingPool } from './askingPool.svelte.ts';
import { throwIfAborted } from './encodeTexts.ts';
import { FeaturePool, holdsPair, pairFeatures, type EncodedPool, type PairFeatures } from './featurePool.ts';
import { headFileName } from './headFileName.ts';
import type { ProjectState } from './projectState.svelte.ts';
import type { TrainingTurn } from './trainingTurn.ts';
import { unreadShares, type UnreadShares } from './vectorRecords.ts';
import type { Workers } from './workerClients.ts';

/** Up to this many preferences a head follows every judgment; beyond, training takes longer than judging. */
const MOST_FOLLOWED = 5_000;
/** The head that follows the judgments; heads that were asked for have ids of their own. */
const FOLLOWING_ID = 'following';
/** Questions chosen ahead: the next head chooses anew. */
const QUESTIONS_AHEAD = 4;

export type TrainingStatus =
  | { readonly kind: 'idle' }
  /** `total` counts the texts not measured before. */
  | { readonly kind: 'encoding'; readonly done: number; readonly total: number }
  /** Another tab is training. */
  | { readonly kind: 'waiting' }
  | { readonly kind: 'training'; readonly progress?: TrainProgress; readonly curve: readonly CurvePoint[] }
  | { readonly kind: 'done'; readonly curve: readonly CurvePoint[] }
  | { readonly kind: 'cancelled' }
  | { readonly kind: 'failed'; readonly code?: ErrorCode; readonly message: string };

export interface PreparedRun {
  readonly request: TrainRequest;
  /** Stores the head and puts it in use; rejects where it cannot be stored. */
  readonly keep: (head: RewardHead, curve: readonly CurvePoint[]) => Promise<void>;
}

/** A reason that was given, and the head that learned from the preferences that name it. */
export interface AspectHead {
  readonly aspect: string;
  /** Preferences that name it. */
  readonly pairs: number;
  /** What training still needs; undefined when there is enough. */
  readonly need: string | undefined;
  readonly stored: StoredHead | undefined;
  /** The preferences have changed since. */
  readonly isStale: boolean;
}

/** What a head learns from. */
interface Lesson {
  readonly pairs: readonly PreferencePair[];
  readonly labels: readonly SingleLabel[];
  readonly ties: number;
  readonly aspect?: string;
}

export class TrainingRun {
  readonly #storage: AppStorage;
  readonly #project: ProjectState;
  readonly #workers: Pick<Workers, 'encoder' | 'trainer'>;
  readonly #asking: AskingPool;
  readonly #pool: FeaturePool;
  #status = $state.raw<TrainingStatus>({ kind: 'idle' });
  #heads = $state.raw<readonly StoredHead[]>([]);
  #backend = $state.raw<BackendDescription | undefined>();
  readonly #turn: TrainingTurn;
  #asked = new AbortController();
  #following = new AbortController();
  #isFollowing = $state.raw(false);
  #followProblem = $state.raw<string | undefined>();
  readonly #hashOf = createDataHasher();

  readonly #dataHash = $derived.by(() => this.#hashOf(this.#project.pairs, this.#project.singleLabels));
  readonly #positionEffect = $derived.by(() => {
    if (!this.current || this.stale) return undefined;
    return positionEffect(this.current.head.trust.margins, this.#project.pairs);
  });
  readonly #drift = $derived.by(() => {
    const margins = this.current?.head.trust.margins;
    // Pairs come in the order of judging, so those of a head that is not up to date are the first ones.
    return margins && driftOf(margins, this.#project.pairs.slice(0, margins.length));
  });
  readonly #lengthControl = $derived.by(() => this.#project.project.settings.lengthControl ?? 'off');
  readonly #need = $derived.by(() => needOf(this.#project.pairs));
  readonly #aspects = $derived.by(() => this.#aspectsNow());

  constructor(
    storage: AppStorage,
    project: ProjectState,
    workers: Pick<Workers, 'encoder' | 'trainer'>,
    asking: AskingPool,
    turn: TrainingTurn,
  ) {
    this.#turn = turn;
    this.#storage = storage;
    this.#project = project;
    this.#workers = workers;
    this.#asking = asking;
    this.#pool = new FeaturePool(storage, workers.encoder);
  }

  get status(): TrainingStatus {
    return this.#status;
  }
  get isRunning(): boolean {
    return ['encoding', 'waiting', 'training'].includes(this.#status.kind);
  }
  /** Newest first. */
  get heads(): readonly StoredHead[] {
    return this.#heads;
  }
  /** The newest head that learned from all preferences. */
  get newest(): StoredHead | undefined {
    return this.#heads.find(({ head }) => head.provenance.aspect === undefined);
  }
  /** The head in use: the one that was chosen, else the newest. */
  get current(): StoredHead | undefined {
    const { headInUse } = this.settings;
    return this.#heads.find(({ head }) => head.id === headInUse) ?? this.newest;
  }
  /** Reasons given, with what a head of their own has learned. */
  get aspects(): readonly AspectHead[] {
    return this.#aspects;
  }
  /** What a run still needs, as a sentence; undefined when there is enough to train on. */
  get need(): string | undefined {
    return this.#need;
  }
  /** Which backend a run would use here; known after `describeBackend`. */
  get backend(): BackendDescription | undefined {
    return this.#backend;
  }
  /** Of the preferences that hold now. */
  get dataHash(): string {
    return this.#dataHash;
  }
  get settings() {
    return this.#project.project.settings;
  }

  /** Heads follow the judgments by themselves; otherwise a run has to be started. */
  get follows(): boolean {
    return this.settings.headKind === 'linear' && this.#project.pairs.length <= MOST_FOLLOWED;
  }
  /** A head is on its way by itself. */
  get isLearning(): boolean {
    return this.#isFollowing;
  }
  /** Why the last judgment has not been followed. */
  get followProblem(): string | undefined {
    return this.#followProblem;
  }
  /** What the newest head would ask next. */
  get questions(): readonly NextQuestion[] {
    return this.newest?.questions ?? [];
  }

  /** Set when the preferences are not those the current head was trained on. */
  get stale(): { readonly judgmentsSince: number } | undefined {
    if (!this.current || this.current.head.provenance.dataHash === this.#dataHash) return undefined;
    const { trainedAt } = this.current.head.provenance;
    const isLater = (event: PreferenceEvent): boolean =>
      event.kind === 'judgment' && !event.isRepeat && event.at > trainedAt;
    return { judgmentsSince: this.#project.events.filter(isLater).length };
  }

  /** The control for length was changed after the current head was trained, and no head follows it by itself. */
  get controlAwaitsTraining(): boolean {
    if (!this.current || this.follows) return false;
    return controlOf(this.current) !== this.#lengthControl;
  }

  /** The head in use reads texts by another encoder than the one that was chosen, and none follows it by itself. */
  get encoderAwaitsTraining(): boolean {
    return this.#isOfOtherEncoder(this.current) && !this.#hasToFollow();
  }

  /** Whether the person leans to a side; undefined while the current head is not of the preferences that hold. */
  get positionEffect(): PositionEffect | undefined {
    return this.#positionEffect;
  }

  /** Whether the person judges differently than before. */
  get drift(): Drift | undefined {
    return this.#drift;
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

  /**
   * How much the model in use left out of the texts of some rows.
   * @returns undefined where the built-in encoder is used, which reads all
   */
  async unreadShares(
    inputs: readonly { readonly prompt: string; readonly response: string }[],
  ): Promise<readonly UnreadShares[] | undefined> {
    const { sentence } = this.settings;
    return sentence && unreadShares(this.#storage, sentence, inputs);
  }

  async updateSettings(change: Parameters<ProjectState['updateSettings']>[0]): Promise<void> {
    await this.#project.updateSettings(change);
    if (change.backend !== undefined) await this.describeBackend();
  }

  /**
   * From now on every change of the preferences, or of the control for length, trains a head. The person never waits
   * for it and is not told but by the figures.
   * @returns ends it
   */
  followJudgments(): () => void {
    const stop = $effect.root(() => {
      $effect(() => {
        // Hashing a large file's worth of texts would be felt, and so many judgments are not followed.
        if (this.follows) void this.#dataHash;
        void this.#lengthControl;
        untrack(() => void this.#follow());
      });
    });
    return () => {
      this.#following.abort();
      stop();
    };
  }

  /**
   * Trains on the preferences that hold now. Never rejects: how it went is in `status`.
   * @param aspect a reason: only preferences that name it count, and the head is one beside the head in use
   */
  async start(aspect?: string): Promise<void> {
    if (this.isRunning || needOf(this.#lesson(aspect).pairs)) return;
    this.#following.abort();
    const { signal } = (this.#asked = new AbortController());
    this.#status = { kind: 'encoding', done: 0, total: 0 };
    try {
      await this.#run(signal, aspect);
      if (aspect === undefined) this.#followProblem = undefined; // What was not learned from now is.
    } catch (error) {
      const code = errorCode(error);
      this.#status =
        code === 'cancelled' ? { kind: 'cancelled' } : { kind: 'failed', code, message: messageOf(error) };
    }
  }

  async cancel(): Promise<void> {
    if (!this.isRunning) return;
    const { kind } = this.#status;
    this.#asked.abort();
    if (kind === 'waiting') return;
    const { encoder, trainer } = this.#workers;
    await (kind === 'encoding' ? encoder : trainer).cancel();
  }

  /** Takes this head into use from now on, whatever is trained by itself; with undefined, the newest again. */
  async use(headId: string | undefined): Promise<void> {
    const headInUse = headId === this.newest?.head.id ? undefined : headId;
    if (headInUse !== this.settings.headInUse) await this.#project.updateSettings({ headInUse });
  }

  /** The head as the text of a file that this app and the terminal read. */
  exportHead(stored: StoredHead): { readonly name: string; readonly text: string } {
    const { name } = this.#project.project;
    return { name: headFileName(name, stored.head.provenance.trainedAt), text: headToFile(stored) };
  }

  /**
   * What a run over the preferences that hold now asks of the trainer, and how its head is kept.
   * @throws PalateError as `encodeTexts`
   */
  async prepare(
    signal: { readonly aborted: boolean },
    onProgress: (progress: EncodeProgress) => void,
    aspect?: string,
  ): Promise<PreparedRun> {
    const pool = await this.#openPool(signal, onProgress);
    const lesson = this.#lesson(aspect);
    return {
      request: this.#request(pool, lesson, pairFeatures(pool, lesson.pairs, lesson.labels)),
      keep: (head, curve) =>
        this.#keep({ head, encoderState: pool.encoded.state, poolSize: pool.fittedOn, curve }),
    };
  }

  async #run(signal: AbortSignal, aspect?: string): Promise<void> {
    const onRead = ({ done, total }: EncodeProgress): void => {
      if (this.#status.kind === 'encoding') this.#status = { kind: 'encoding', done, total };
    };
    const { request, keep } = await this.prepare(signal, onRead, aspect);
    let curve: readonly CurvePoint[] = [];
    const onProgress = (progress: TrainProgress): void => {
      if (signal.aborted || this.#status.kind !== 'training') return;
      curve = withPoint(curve, progress);
      this.#status = { kind: 'training', progress, curve };
    };
    const onWait = (): void => void (this.#status = { kind: 'waiting' });
    const head = await this.#turn.take({ signal, isAskedFor: true, onWait }, () => {
      this.#status = { kind: 'training', curve };
      return this.#workers.trainer.train(request, onProgress);
    });
    throwIfAborted(signal);
    await keep(head, curve);
    this.#status = { kind: 'done', curve };
  }

  /**
   * One run at a time: a change that comes in meanwhile is followed next. Were it to give up the run before it, a person
   * who judges fast would never see a head.
   */
  async #follow(): Promise<void> {
    if (this.#isFollowing) return;
    this.#isFollowing = true;
    const { signal } = (this.#following = new AbortController());
    try {
      while (!signal.aborted && this.#hasToFollow()) await this.#followOnce(signal);
      this.#followProblem = undefined;
    } catch (error) {
      if (errorCode(error) !== 'cancelled') this.#followProblem = messageOf(error);
    } finally {
      this.#isFollowing = false;
    }
  }

  #hasToFollow(): boolean {
    if (!this.follows || this.isRunning || this.need) return false;
    const { newest } = this;
    // A model may need minutes for all texts: the first run with it is asked for, and shows how far it is.
    if (this.settings.sentence && (!newest || this.#isOfOtherEncoder(newest))) return false;
    return newest?.questions === undefined || this.#isBehind(newest);
  }

  /** It learned from other preferences, or under another control for length, than those that hold. */
  #isBehind(stored: StoredHead): boolean {
    return (
      stored.head.provenance.dataHash !== this.#dataHash ||
      controlOf(stored) !== this.#lengthControl ||
      this.#isOfOtherEncoder(stored)
    );
  }

  #isOfOtherEncoder(stored: StoredHead | undefined): boolean {
    return stored !== undefined && stored.head.provenance.encoderId !== this.settings.encoderId;
  }

  async #followOnce(signal: AbortSignal): Promise<void> {
    const pool = await this.#openPool(signal, () => undefined);
    throwIfAborted(signal);
    await this.#turn.take({ signal, isAskedFor: false }, async (hasWaited) => {
      if (hasWaited && (await this.#takeKept())) return;
      throwIfAborted(signal);
      await this.#trainFollowing(pool, signal);
    });
  }

  /** Shows the head that another tab kept of the same preferences. @returns whether there is one */
  async #takeKept(): Promise<boolean> {
    const heads = await this.#storage.listHeads(this.#project.project.id);
    const kept = heads.find(({ head }) => head.id === FOLLOWING_ID);
    if (!kept?.questions || this.#isBehind(kept)) return false;
    this.#show({ ...kept, questions: this.#shownFirst(kept.questions) });
    return true;
  }

  async #trainFollowing(pool: EncodedPool, signal: AbortSignal): Promise<void> {
    const open = this.#asking.open.filter(({ id }) => pool.places.has(id));
    const lesson = this.#lesson();
    const controls = lesson.pairs.filter(({ isControl }) => isControl).length;
    const chosen = pairFeatures(pool, lesson.pairs, lesson.labels, open);
    const { head, questions } = await this.#workers.trainer.follow({
      ...this.#request(pool, lesson, chosen),
      candidates: chosen.candidates,
      asking: { strategy: 'bald', count: QUESTIONS_AHEAD, controlShare: controlShare(controls) },
    });
    throwIfAborted(signal);
    const stored: StoredHead = {
      head: { ...head, id: FOLLOWING_ID },
      encoderState: pool.encoded.state,
      poolSize: pool.fittedOn,
      questions: this.#shownFirst(
        questions.map(({ row, reason }) => ({ comparisonId: open[row].id, reason })),
      ),
    };
    // Derived from judgments that are stored: shown at once, kept as soon as the disk has it.
    this.#show(stored);
    await this.#storage.putHead(this.#project.project.id, stored);
  }

  /** The question before the person comes first, so that a reload shows it again. */
  #shownFirst(questions: readonly NextQuestion[]): readonly NextQuestion[] {
    const { shown, open } = this.#asking;
    if (!shown || !open.some(({ id }) => id === shown.comparisonId)) return questions;
    return [shown, ...questions.filter(({ comparisonId }) => comparisonId !== shown.comparisonId)];
  }

  async #openPool(
    signal: { readonly aborted: boolean },
    onProgress: (progress: EncodeProgress) => void,
  ): Promise<EncodedPool> {
    const open = (): Promise<EncodedPool> =>
      this.#pool.open(this.#asking.all, this.settings, this.newest, onProgress, signal);
    let pool = await open();
    throwIfAborted(signal);
    // A pair of the person's own may have been judged meanwhile.
    while (this.#project.pairs.some((pair) => !holdsPair(pool, pair))) {
      pool = await open();
      throwIfAborted(signal);
    }
    return pool;
  }

  #request(
    { encoded }: EncodedPool,
    { pairs, labels, ties, aspect }: Lesson,
    chosen: PairFeatures,
  ): TrainRequest {
    const { headKind, seed, backend, encoderId } = this.settings;
    const { features, logLengths, rows, promptOfPair, singles } = chosen;
    return {
      ...{
        headKind,
        seed,
        backend,
        encoderId,
        features,
        logLengths,
        rows,
        promptOfPair,
        singles,
        ties,
        aspect,
      },
      lengthControl: this.#lengthControl,
      encoderStateId: encoded.stateId,
      hasFixedPrior: encoded.hasFixedPrior,
      weights: Float32Array.from(pairs, (pair) => pair.weight),
      targetMargins: Float32Array.from(pairs, (pair) => pair.targetMargin),
      cues: rulerCues(pairs),
      isControl: Uint8Array.from(pairs, (pair) => (pair.isControl ? 1 : 0)),
      dataHash: this.#hashOf(pairs, labels),
    };
  }

  /** Ties and judgments of single responses name no reason. */
  #lesson(aspect?: string): Lesson {
    const { pairs, singleLabels, counts } = this.#project;
    if (aspect !== undefined) return { pairs: pairsOfAspect(pairs, aspect), labels: [], ties: 0, aspect };
    return { pairs, labels: singleLabels, ties: counts.ties + counts.bothBad };
  }

  #aspectsNow(): readonly AspectHead[] {
    return aspectCounts(this.#project.pairs).map(({ aspect, pairs }) => {
      const stored = this.#heads.find(({ head }) => head.provenance.aspect === aspect);
      const ofAspect = this.#lesson(aspect).pairs;
      const isStale = stored !== undefined && stored.head.provenance.dataHash !== this.#hashOf(ofAspect);
      return { aspect, pairs, need: needOf(ofAspect), stored, isStale };
    });
  }

  /** Whoever asks for a head wants to use it. */
  async #keep(stored: StoredHead): Promise<void> {
    await this.#storage.putHead(this.#project.project.id, stored);
    this.#show(stored);
    if (stored.head.provenance.aspect === undefined) await this.use(undefined);
  }

  #show(stored: StoredHead): void {
    this.#heads = [stored, ...this.#heads.filter(({ head }) => head.id !== stored.head.id)];
  }
}

/** Heads from before there was control have none. */
function controlOf({ head }: StoredHead): LengthControl {
  return head.length?.control ?? 'off';
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
