/**
 * One worker as the page sees it: started at first use, watched while it has something to do, ended when it errs or no
 * longer answers, and started again. A worker can die in ways that no event tells (it closes itself, it loops for ever),
 * so that the page asks for a sign of life.
 */
import { releaseProxy, wrap, type Remote } from 'comlink';
import { errorCode, PalateError } from '../core/palateError.ts';

/** A worker that was asked to stop and has not after this long is ended, unless it is known to need longer. */
const CANCEL_GRACE_MS = 150;
const BEAT_MS = 1_000;
/**
 * Beats in a row that a living worker may leave unanswered, and before its first answer at least so many: its code may
 * be on its way over a slow line. Counted in beats and not by the clock, so that a page that slept with its worker does
 * not take it for dead. An encoder that fits itself to 10,000 pairs needs 32 of them on two cores with a load of 15.
 */
const MOST_MISSED = 60;
/** A call that has seen so many workers die after the first gives up. */
const MOST_RESTARTS = 2;

export interface Pingable {
  ping(): Promise<void>;
  cancel(): Promise<void>;
}

/** How long a worker is waited for. */
interface Patience {
  readonly cancelGraceMs?: number;
  readonly beatMs?: number;
  readonly mostMissed?: number;
}

interface PendingCall {
  readonly reject: (error: PalateError) => void;
}

export class WorkerClient<Api extends Pingable> {
  readonly #name: string;
  readonly #create: () => Worker;
  readonly #cancelGraceMs: number;
  readonly #beatMs: number;
  readonly #mostMissed: number;
  #worker?: Worker;
  #remote?: Remote<Api>;
  #hasAnswered = false;
  readonly #pending = new Set<PendingCall>();
  #heartbeat?: ReturnType<typeof setInterval>;

  /** @param name in messages: "The trainer stopped." */
  constructor(
    name: string,
    create: () => Worker,
    { cancelGraceMs = CANCEL_GRACE_MS, beatMs = BEAT_MS, mostMissed = MOST_MISSED }: Patience = {},
  ) {
    this.#name = name;
    this.#create = create;
    this.#cancelGraceMs = cancelGraceMs;
    this.#beatMs = beatMs;
    this.#mostMissed = mostMissed;
  }

  /** Runs one call; rejects with `worker-died` if the worker dies under it. */
  async call<T>(run: (remote: Remote<Api>) => Promise<T>): Promise<T> {
    const remote = this.#start();
    let entry: PendingCall | undefined;
    const died = new Promise<never>((_, reject) => {
      entry = { reject };
      this.#pending.add(entry);
    });
    this.#watch();
    try {
      return await Promise.race([run(remote), died]);
    } finally {
      this.#pending.delete(entry!);
      if (this.#pending.size === 0) this.#unwatch();
    }
  }

  /**
   * Runs a call that may be made twice: when the worker dies under it, the next one is asked.
   * @param run `why` is how the worker before died, as a sentence
   */
  async persist<T>(run: (remote: Remote<Api>, why?: string) => Promise<T>): Promise<T> {
    let why: string | undefined;
    for (let restarts = 0; ; restarts++) {
      try {
        return await this.call((remote) => run(remote, why));
      } catch (error) {
        if (errorCode(error) !== 'worker-died') throw error;
        why = (error as PalateError).message;
        if (restarts < MOST_RESTARTS) continue;
        const message = `${why} That was attempt ${restarts + 1}. What was saved is safe; reload the page to try again.`;
        throw new PalateError('worker-died', message, { cause: error });
      }
    }
  }

  /** Asks kindly, then ends the worker: pending calls reject with `cancelled` either way. */
  async cancel(): Promise<void> {
    if (this.#pending.size === 0) return;
    const pending = [...this.#pending];
    void (this.#remote as unknown as Pingable).cancel();
    await new Promise((resolve) => setTimeout(resolve, this.#cancelGraceMs));
    if (pending.some((call) => this.#pending.has(call))) {
      this.#end(new PalateError('cancelled', 'Cancelled.'));
    }
  }

  /** Ends the worker, which is of no more use; the next call starts another. */
  end(): void {
    this.#die('it was ended');
  }

  #start(): Remote<Api> {
    if (this.#remote) return this.#remote;
    const worker = this.#create();
    worker.onerror = ({ message }) => this.#die(message || 'it could not be loaded, or gave no reason');
    worker.onmessageerror = () => this.#die('a message did not arrive whole');
    this.#worker = worker;
    this.#hasAnswered = false;
    this.#remote = wrap<Api>(worker);
    return this.#remote;
  }

  #watch(): void {
    if (this.#heartbeat !== undefined) return;
    let missed = 0;
    let isAsked = false;
    this.#heartbeat = setInterval(() => {
      missed = isAsked ? missed + 1 : 0;
      if (missed > (this.#hasAnswered ? this.#mostMissed : MOST_MISSED)) {
        return this.#die('it no longer answered');
      }
      if (isAsked) return;
      isAsked = true;
      void (this.#remote as unknown as Pingable).ping().then(() => {
        isAsked = false;
        this.#hasAnswered = true;
      });
    }, this.#beatMs);
  }

  #unwatch(): void {
    clearInterval(this.#heartbeat);
    this.#heartbeat = undefined;
  }

  #die(reason: string): void {
    this.#end(new PalateError('worker-died', `The ${this.#name} stopped: ${reason}.`));
  }

  #end(error: PalateError): void {
    this.#unwatch();
    this.#worker?.terminate();
    this.#remote?.[releaseProxy]();
    this.#worker = undefined;
    this.#remote = undefined;
    for (const call of this.#pending) call.reject(error);
    this.#pending.clear();
  }
}
