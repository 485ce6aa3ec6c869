/**
 * The page's side of the workers. Each client offers the very interface its worker implements, so state classes take
 * either.
 */
import { proxy } from 'comlink';
import type { Answer } from '../core/watchedTraining.ts';
import type { EmbedderClient } from './sentenceVectors.ts';
import type { EmbedderApi } from '../../workers/embedderApi.ts';
import type { EncoderApi } from '../../workers/encoderApi.ts';
import type { GeneratorApi } from '../../workers/generatorApi.ts';
import type { ImporterApi } from '../../workers/importerApi.ts';
import type { JournalApi } from '../../workers/journalApi.ts';
import type { LocalServerApi } from '../../workers/localServerApi.ts';
import type { ModelDownloadApi } from '../../workers/modelDownloadApi.ts';
import type { Resumed, TrainerApi, TrainRequest } from '../../workers/trainerApi.ts';
import { WorkerClient } from './workerClient.ts';
import { startWorker } from './workerScripts.ts';

export interface Workers {
  readonly encoder: EncoderApi;
  readonly trainer: TrainerApi;
  readonly importer: ImporterApi;
}

export function createWorkers(): Workers {
  return { encoder: createEncoder(), trainer: createTrainer(), importer: createImporter() };
}

/** The journal beside the database; its worker starts at first use. A line that is written twice counts once. */
export function createJournal(): JournalApi {
  return journalOver(new WorkerClient<JournalApi>('journal', () => startWorker('journal')));
}

export function journalOver(client: WorkerClient<JournalApi>): JournalApi {
  return {
    append: (lines) => client.persist((remote) => remote.append(lines)),
    read: () => client.persist((remote) => remote.read()),
    count: () => client.persist((remote) => remote.count()),
    compact: () => client.call((remote) => remote.compact()),
    cancel: () => client.cancel(),
    ping: () => client.call((remote) => remote.ping()),
  };
}

/**
 * The worker that fetches models, started at first use. A download whose worker dies goes on in the next one from what
 * is there.
 */
export function createModelDownload(): ModelDownloadApi {
  const client = new WorkerClient<ModelDownloadApi>('download', () => startWorker('modelDownload'));
  return {
    describe: (...choice) => client.persist((remote) => remote.describe(...choice)),
    download: (manifest, onProgress) =>
      client.persist((remote) => remote.download(manifest, proxy(onProgress))),
    addFolder: (id, files, onProgress) =>
      client.persist((remote) => remote.addFolder(id, files, proxy(onProgress))),
    list: () => client.persist((remote) => remote.list()),
    forget: (id) => client.persist((remote) => remote.forget(id)),
    cancel: () => client.cancel(),
    ping: () => client.call((remote) => remote.ping()),
  };
}

/**
 * The worker that runs sentence models, started at first use. Its runtime comes with it, 17 MB or more, and a graphics
 * device compiles for seconds at first: it may leave many beats unanswered.
 */
export function createEmbedder(): EmbedderClient {
  const client = new WorkerClient<EmbedderApi>('embedder', () => startWorker('embedder'));
  return {
    inspect: (modelId) => client.persist((remote) => remote.inspect(modelId)),
    embed: (request, onProgress) => client.call((remote) => remote.embed(request, proxy(onProgress))),
    cancel: () => client.cancel(),
    ping: () => client.call((remote) => remote.ping()),
    end: () => client.end(),
  };
}

/** A run of a large model on a slow processor: to end the worker before would be to open the model again. */
const TOKEN_GRACE_MS = 1_000;
/** Beats: a model of a gigabyte opens, or reads a long prompt, in one stretch. */
const GENERATOR_MISSES = 300;

export interface GeneratorClient extends GeneratorApi {
  /** After `model-failed`: the next call starts another worker. */
  end(): void;
}

/** The worker that lets language models write, started at first use. */
export function createGenerator(): GeneratorClient {
  return generatorOver(
    new WorkerClient<GeneratorApi>('generator', () => startWorker('generator'), {
      cancelGraceMs: TOKEN_GRACE_MS,
      mostMissed: GENERATOR_MISSES,
    }),
  );
}

export function generatorOver(client: WorkerClient<GeneratorApi>): GeneratorClient {
  return {
    inspect: (modelId) => client.persist((remote) => remote.inspect(modelId)),
    generate: (request, onProgress) => client.call((remote) => remote.generate(request, proxy(onProgress))),
    cancel: () => client.cancel(),
    ping: () => client.call((remote) => remote.ping()),
    end: () => client.end(),
  };
}

/** The worker that asks a language server on this machine, started at first use. */
export function createLocalServer(): LocalServerApi {
  const client = new WorkerClient<LocalServerApi>('local server’s worker', () => startWorker('localServer'));
  return {
    models: (address) => client.call((remote) => remote.models(address)),
    generate: (request, onProgress) => client.call((remote) => remote.generate(request, proxy(onProgress))),
    cancel: () => client.cancel(),
    ping: () => client.call((remote) => remote.ping()),
  };
}

function createEncoder(): EncoderApi {
  return encoderOver(new WorkerClient<EncoderApi>('encoder', () => startWorker('encoder')));
}

export function encoderOver(client: WorkerClient<EncoderApi>): EncoderApi {
  return {
    encode: (request, onProgress) => client.persist((remote) => remote.encode(request, proxy(onProgress))),
    cancel: () => client.cancel(),
    ping: () => client.call((remote) => remote.ping()),
  };
}

/**
 * The trainer lets its event loop turn all the time: its longest stretch takes about a second (2.3 s over 20,000 pairs
 * on two cores with a load of 12).
 */
const TRAINER_MISSES = 10;

function createTrainer(): TrainerApi {
  const limits = { mostMissed: TRAINER_MISSES };
  return trainerOver(new WorkerClient<TrainerApi>('trainer', () => startWorker('trainer'), limits));
}

/** A trainer whose runs outlive its workers: what they need to go on is kept here. */
export function trainerOver(client: WorkerClient<TrainerApi>): TrainerApi {
  return {
    train(request, onProgress) {
      let checkpoint: Resumed['checkpoint'];
      return client.persist((remote, why) =>
        remote.train(
          resumed(request, why, { checkpoint }),
          proxy(onProgress),
          proxy((newer: NonNullable<typeof checkpoint>) => void (checkpoint = newer)),
        ),
      );
    },
    follow: (request) => client.persist((remote, why) => remote.follow(resumed(request, why, {}))),
    watch(request, answer) {
      const answers: Answer[] = [];
      return client.persist((remote, why) =>
        remote.watch(
          resumed(request, why, { answers: [...answers] }),
          proxy(async (step) => {
            const told = await answer(step);
            answers.push(told);
            return told;
          }),
        ),
      );
    },
    rank: (...request) => client.persist((remote) => remote.rank(...request)),
    describeBackend: (choice) => client.persist((remote) => remote.describeBackend(choice)),
    cancel: () => client.cancel(),
    ping: () => client.call((remote) => remote.ping()),
  };
}

function resumed<Request extends TrainRequest>(
  request: Request,
  why: string | undefined,
  left: Omit<Resumed, 'why'>,
): Request {
  return why === undefined
    ? request
    : { ...request, resumed: { why: `${why} It was started again.`, ...left } };
}

function createImporter(): ImporterApi {
  return importerOver(new WorkerClient<ImporterApi>('importer', () => startWorker('importer')));
}

/** A file that was half read is not read again by itself: what came of it is already with the page. */
export function importerOver(client: WorkerClient<ImporterApi>): ImporterApi {
  return {
    readPreferences: (file, name, knownIds, onBatch, onProgress) =>
      client.call((remote) =>
        remote.readPreferences(file, name, knownIds, proxy(onBatch), proxy(onProgress)),
      ),
    readCandidates: (file, name, onProgress) =>
      client.persist((remote) => remote.readCandidates(file, name, proxy(onProgress))),
    cancel: () => client.cancel(),
    ping: () => client.call((remote) => remote.ping()),
  };
}
