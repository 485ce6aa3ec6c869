/**
 * Training to look at: the trainer asks before every step how to go on, and is answered when the person says so, at
 * their pace. What is kept in the end is a head like any other; what is discarded leaves nothing.
 */
import { withPoint, type CurvePoint } from '../core/lossCurve.ts';
import { errorCode, messageOf } from '../core/palateError.ts';
import type { HeadKind } from '../core/rewardHead.ts';
import { USUAL_TUNING, type Answer, type Tuning } from '../core/watchedTraining.ts';
import type { ShownStep } from '../../workers/trainerApi.ts';
import type { TrainingRun } from './trainingRun.svelte.ts';
import type { Workers } from './workerClients.ts';

/** Steps a second; the last is as fast as the trainer goes. */
export const WATCH_SPEEDS = [1, 2, 5, Infinity] as const;
export type WatchSpeed = (typeof WATCH_SPEEDS)[number];

export type WatchStatus =
  | { readonly kind: 'closed' }
  /** `total` counts the texts not measured before. */
  | { readonly kind: 'encoding'; readonly done: number; readonly total: number }
  | { readonly kind: 'running' }
  | { readonly kind: 'kept'; readonly headId: string }
  | { readonly kind: 'failed'; readonly message: string };

/** Another setting from this iteration on. */
export interface TuningMark {
  readonly iteration: number;
  readonly tuning: Tuning;
}

export class WatchedRun {
  readonly #training: Pick<TrainingRun, 'prepare' | 'need' | 'isRunning'>;
  readonly #workers: Pick<Workers, 'encoder' | 'trainer'>;
  #status = $state.raw<WatchStatus>({ kind: 'closed' });
  #headKind = $state.raw<HeadKind>('linear');
  #step = $state.raw<ShownStep | undefined>();
  #curve = $state.raw<readonly CurvePoint[]>([]);
  #marks = $state.raw<readonly TuningMark[]>([]);
  #tuning = $state.raw<Tuning>(USUAL_TUNING);
  /** What the trainer was told last. */
  #told = $state.raw<Tuning>(USUAL_TUNING);
  #isPlaying = $state.raw(false);
  #speed = $state.raw<WatchSpeed>(2);
  #signal = { aborted: false };
  /** Answers the step that waits. */
  #answer?: (answer: Answer) => void;
  /** Said while the trainer was at work: the next step is answered with it. */
  #next?: Answer['act'];
  #timer?: ReturnType<typeof setTimeout>;

  constructor(
    training: Pick<TrainingRun, 'prepare' | 'need' | 'isRunning'>,
    workers: Pick<Workers, 'encoder' | 'trainer'>,
  ) {
    this.#training = training;
    this.#workers = workers;
  }

  get status(): WatchStatus {
    return this.#status;
  }
  get isOpen(): boolean {
    return this.#status.kind === 'encoding' || this.#status.kind === 'running';
  }
  get headKind(): HeadKind {
    return this.#headKind;
  }
  /** The step that is on screen: the newest. */
  get step(): ShownStep | undefined {
    return this.#step;
  }
  get curve(): readonly CurvePoint[] {
    return this.#curve;
  }
  get marks(): readonly TuningMark[] {
    return this.#marks;
  }
  get tuning(): Tuning {
    return this.#tuning;
  }
  get isPlaying(): boolean {
    return this.#isPlaying;
  }
  get speed(): WatchSpeed {
    return this.#speed;
  }
  /** Another step would change something. */
  get canGoOn(): boolean {
    if (!this.#step) return false;
    return !this.#step.isDone || (this.#headKind === 'linear' && this.#tuning.lambda !== this.#told.lambda);
  }

  /**
   * Prepares a run on the preferences that hold now and waits before its first step. Settles when the run is kept,
   * discarded or failed; never rejects: how it went is in `status`.
   */
  async open(): Promise<void> {
    if (this.isOpen || this.#training.isRunning || this.#training.need) return;
    const signal = (this.#signal = { aborted: false });
    this.#reset();
    this.#status = { kind: 'encoding', done: 0, total: 0 };
    try {
      const { request, keep } = await this.#training.prepare(signal, ({ done, total }) => {
        if (this.#status.kind === 'encoding') this.#status = { kind: 'encoding', done, total };
      });
      this.#headKind = request.headKind;
      this.#status = { kind: 'running' };
      const watched = { ...request, tuning: this.#tuning };
      const head = await this.#workers.trainer.watch(watched, (step) => this.#show(step));
      await keep(head, this.#curve);
      this.#status = { kind: 'kept', headId: head.id };
    } catch (error) {
      const message = messageOf(error);
      this.#status = errorCode(error) === 'cancelled' ? { kind: 'closed' } : { kind: 'failed', message };
    } finally {
      this.pause();
    }
  }

  /** Goes on from step to step, from the first as soon as it is there. */
  play(): void {
    if (this.#isPlaying || !this.#mayGoOn()) return;
    this.#isPlaying = true;
    if (this.#answer) this.#goOn();
  }

  pause(): void {
    this.#isPlaying = false;
    clearTimeout(this.#timer);
  }

  /** One step, and no more. */
  stepOnce(): void {
    this.pause();
    if (this.#mayGoOn()) this.#say('go-on');
  }

  setSpeed(speed: WatchSpeed): void {
    this.#speed = speed;
    if (this.#isPlaying && this.#answer) this.#schedule();
  }

  /** Counts from the next step on, which goes on from the weights as they are. */
  tune(change: Partial<Tuning>): void {
    this.#tuning = { ...this.#tuning, ...change };
  }

  /** Before the first step there is nothing to keep. */
  get canKeep(): boolean {
    return this.#step !== undefined && this.#step.iteration > 0;
  }

  /** Ends the run with the head as it is, which is then in use. */
  keep(): void {
    if (!this.canKeep) return;
    this.pause();
    this.#say('keep');
  }

  /** Ends the run and leaves nothing. */
  async discard(): Promise<void> {
    if (!this.isOpen) return;
    this.pause();
    this.#signal.aborted = true;
    this.#say('discard');
    if (this.#status.kind === 'encoding') await this.#workers.encoder.cancel();
  }

  #mayGoOn(): boolean {
    return this.isOpen && (this.#step === undefined || this.canGoOn);
  }

  #reset(): void {
    [this.#step, this.#answer, this.#next] = [undefined, undefined, undefined];
    [this.#curve, this.#marks] = [[], []];
    this.#tuning = this.#told = USUAL_TUNING;
  }

  /** Shows a step, and settles when the person has said how to go on. */
  #show(step: ShownStep): Promise<Answer> {
    this.#curve = withPoint(this.#curve, step);
    this.#step = step;
    if (step.isUsualEnd || step.isDone) this.pause();
    return new Promise((resolve) => {
      this.#answer = resolve;
      const act = this.#next;
      this.#next = undefined;
      if (act) this.#say(act);
      else if (this.#isPlaying) this.#schedule();
    });
  }

  #schedule(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#goOn(), 1_000 / this.#speed);
  }

  #goOn(): void {
    clearTimeout(this.#timer);
    this.#say('go-on');
  }

  #say(act: Answer['act']): void {
    const answer = this.#answer;
    if (!answer) {
      // An end that was asked for stands, whatever is pressed after it.
      if (this.#next === undefined || this.#next === 'go-on') this.#next = act;
      return;
    }
    this.#answer = undefined;
    const tuning = this.#tuning;
    if (act !== 'go-on') return answer({ act });
    const { iteration } = this.#step!;
    if (iteration > 0 && !isSame(tuning, this.#told)) this.#marks = [...this.#marks, { iteration, tuning }];
    this.#told = tuning;
    answer({ act, tuning });
  }
}

function isSame(one: Tuning, other: Tuning): boolean {
  return (
    one.lambda === other.lambda &&
    one.learningRate === other.learningRate &&
    one.weightDecay === other.weightDecay
  );
}
