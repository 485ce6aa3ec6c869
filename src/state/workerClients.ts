/**
 * The page's side of the workers. Each client offers the very interface its worker implements, so state classes take
 * either; it starts the worker at first use, notices when it died, and starts another.
 */
import { proxy, releaseProxy, wrap, type Remote } from 'comlink';
import { PalateError } from '../core/palateError.ts';
import type { EncoderApi } from '../../workers/encoderApi.ts';
import type { ImporterApi } from '../../workers/importerApi.ts';
import type { JournalApi } from '../../workers/journalApi.ts';
import type { TrainerApi } from '../../workers/trainerApi.ts';
import { startWorker } from './workerScripts.ts';

export interface Workers {
  readonly encoder: EncoderApi;
  readonly trainer: TrainerApi;
  readonly importer: ImporterApi;
}

/** A worker that was asked to stop and has not after this long is ended. */
const CANCEL_GRACE_MS = 150;
const HEARTBEAT_MS = 2_000;
/** The longest a healthy worker keeps its event loop busy is a few seconds; one silent for this long is dead. */
const SILENCE_LIMIT_MS = 30_000;

interface Pingable {
  ping(): Promise<void>;
  cancel(): Promise<void>;
}

interface PendingCall {
  readonly reject: (error: PalateError) => void;
}

class WorkerClient<Api extends Pingable> {
  readonly #name: string;
  readonly #create: () => Worker;
  #worker?: Worker;
  #remote?: Remote<Api>;
  readonly #pending = new Set<PendingCall>();
  #heartbeat?: ReturnType<typeof setInterval>;
  #lastAnswer = 0;

  constructor(name: string, create: () => Worker) {
    this.#name = name;
    this.#create = create;
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

  /** Asks kindly, then ends the worker: pending calls reject with `cancelled` either way. */
  async cancel(): Promise<void> {
    if (this.#pending.size === 0) return;
    const pending = [...this.#pending];
    void (this.#remote as unknown as Pingable).cancel();
    await new Promise((resolve) => setTimeout(resolve, CANCEL_GRACE_MS));
    if (pending.some((call) => this.#pending.has(call))) {
      this.#end(new PalateError('cancelled', 'Cancelled.'));
    }
  }

  #start(): Remote<Api> {
    if (this.#remote) return this.#remote;
    const worker = this.#create();
    worker.onerror = (event) => {
      this.#end(
        new PalateError('worker-died', `The ${this.#name} stopped: ${event.message || 'no reason given'}.`),
      );
    };
    this.#worker = worker;
    this.#remote = wrap<Api>(worker);
    return this.#remote;
  }

  #watch(): void {
    if (this.#heartbeat !== undefined) return;
    this.#lastAnswer = performance.now();
    this.#heartbeat = setInterval(() => {
      if (performance.now() - this.#lastAnswer > SILENCE_LIMIT_MS) {
        this.#end(
          new PalateError('worker-died', `The ${this.#name} no longer answers and was started again.`),
        );
        return;
      }
      void (this.#remote as unknown as Pingable).ping().then(() => {
        this.#lastAnswer = performance.now();
      });
    }, HEARTBEAT_MS);
  }

  #unwatch(): void {
    clearInterval(this.#heartbeat);
    this.#heartbeat = undefined;
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

export function createWorkers(): Workers {
  return { encoder: createEncoder(), trainer: createTrainer(), importer: createImporter() };
}

/** The journal beside the database; its worker starts at first use. */
export function createJournal(): JournalApi {
  const client = new WorkerClient<JournalApi>('journal', () => startWorker('journal'));
  return {
    append: (lines) => client.call((remote) => remote.append(lines)),
    read: () => client.call((remote) => remote.read()),
    count: () => client.call((remote) => remote.count()),
    compact: () => client.call((remote) => remote.compact()),
    cancel: () => client.cancel(),
    ping: () => client.call((remote) => remote.ping()),
  };
}

function createEncoder(): EncoderApi {
  const client = new WorkerClient<EncoderApi>('encoder', () => startWorker('encoder'));
  return {
    encode: (request, onProgress) => client.call((remote) => remote.encode(request, proxy(onProgress))),
    cancel: () => client.cancel(),
    ping: () => client.call((remote) => remote.ping()),
  };
}

function createTrainer(): TrainerApi {
  const client = new WorkerClient<TrainerApi>('trainer', () => startWorker('trainer'));
  return {
    train: (request, onProgress) => client.call((remote) => remote.train(request, proxy(onProgress))),
    follow: (request) => client.call((remote) => remote.follow(request)),
    watch: (request, answer) => client.call((remote) => remote.watch(request, proxy(answer))),
    rank: (...request) => client.call((remote) => remote.rank(...request)),
    describeBackend: (choice) => client.call((remote) => remote.describeBackend(choice)),
    cancel: () => client.cancel(),
    ping: () => client.call((remote) => remote.ping()),
  };
}

function createImporter(): ImporterApi {
  const client = new WorkerClient<ImporterApi>('importer', () => startWorker('importer'));
  return {
    readPreferences: (file, name, knownIds, onBatch, onProgress) =>
      client.call((remote) =>
        remote.readPreferences(file, name, knownIds, proxy(onBatch), proxy(onProgress)),
      ),
    readCandidates: (file, name, onProgress) =>
      client.call((remote) => remote.readCandidates(file, name, proxy(onProgress))),
    cancel: () => client.cancel(),
    ping: () => client.call((remote) => remote.ping()),
  };
}
