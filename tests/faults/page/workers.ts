/** Calls to the encoder, the importer and the journal whose worker has an accident, is ended, or is cancelled in a loop. */
import { errorCode } from '../../../src/core/palateError.ts';
import { WorkerClient, type Pingable } from '../../../src/state/workerClient.ts';
import { encoderOver, importerOver, journalOver } from '../../../src/state/workerClients.ts';
import type { Ending } from '../endings.ts';
import {
  encodesTheSame,
  keepsActs,
  readsTheSame,
  savedInFiles,
  type Apis,
  type Reading,
} from './workerCalls.ts';
import { STRUCK, type ServiceName, type WorkerFault } from './workerFault.ts';

const PATIENCE = { beatMs: 50, mostMissed: 10 };
const OVER = { encoder: encoderOver, importer: importerOver, journal: journalOver };

interface Opened<Name extends ServiceName> {
  readonly api: Apis[Name];
  readonly client: WorkerClient<Apis[Name]>;
  readonly started: readonly Worker[];
  /** Resolves when a worker is about to have its accident. */
  readonly struck: Promise<void>;
  readonly isStruck: () => boolean;
}

function open<Name extends ServiceName>(name: Name, fault?: WorkerFault): Opened<Name> {
  const started: Worker[] = [];
  let isStruck = false;
  let tell: () => void;
  const struck = new Promise<void>((resolve) => (tell = resolve));
  const create = (): Worker => {
    const isFaulty = fault && started.length < fault.times;
    const worker = new Worker(new URL('./faultyService.worker.ts', import.meta.url), {
      type: 'module',
      name: JSON.stringify(isFaulty ? [name, fault] : [name]),
    });
    worker.addEventListener('message', ({ data }) => {
      if (data !== STRUCK) return;
      isStruck = true;
      tell();
    });
    started.push(worker);
    return worker;
  };
  const client = new WorkerClient<Apis[Name]>(name, create, PATIENCE);
  const over = OVER[name] as unknown as (client: WorkerClient<Apis[Name]>) => Apis[Name];
  return { api: over(client), client, started, struck, isStruck: () => isStruck };
}

/** Has the worker warm unless it is to die while it loads: one that never answered is waited for longer. */
async function withWorkers<Name extends ServiceName, T>(
  name: Name,
  fault: WorkerFault | undefined,
  act: (opened: Opened<Name>) => Promise<T>,
): Promise<T> {
  const opened = open(name, fault);
  try {
    if (fault?.moment !== 'loading') {
      await opened.client.call(async (remote) => {
        await (remote as unknown as Pingable).ping();
        await pause(3 * PATIENCE.beatMs);
      });
    }
    return await act(opened);
  } finally {
    for (const worker of opened.started) worker.terminate();
  }
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

/** @param isSame whether a call gives what an undisturbed one gives */
async function end(
  isSame: () => Promise<boolean>,
  mayStop: boolean,
  happened: () => boolean,
): Promise<Ending> {
  try {
    const kind = (await isSame()) ? 'same' : 'neither';
    return { kind, what: kind === 'same' ? '' : 'something else', happened: happened() };
  } catch (error) {
    const code = errorCode(error);
    const kind = code === 'worker-died' && mayStop ? 'stop' : 'neither';
    return { kind, what: `${code}: ${String(error)}`, happened: happened() };
  }
}

/** A call, and where the worker dies after it, another. */
async function calls({ moment }: WorkerFault, call: () => Promise<boolean>): Promise<boolean> {
  return (await call()) && (moment !== 'idle' || call());
}

const RUNS: { readonly [Name in ServiceName]: (api: Apis[Name]) => Promise<boolean> } = {
  encoder: encodesTheSame,
  importer: (importer) => readsTheSame(importer, 'readPreferences'),
  journal: keepsActs,
};

const IN_SERVICES: {
  readonly [Name in ServiceName]: (fault: WorkerFault, opened: Opened<Name>) => Promise<Ending>;
} = {
  encoder: (fault, { api, isStruck }) =>
    end(() => calls(fault, () => encodesTheSame(api)), fault.times > 2, isStruck),

  /** A file of preferences may stop half read; what is read next is what it should be. */
  async importer(fault, { api, isStruck }) {
    const read = (): Promise<boolean> => readsTheSame(api, fault.method as Reading);
    const mayStop = fault.method === 'readPreferences' || fault.times > 2;
    const ending = await end(() => calls(fault, read), mayStop, isStruck);
    // Of three workers that die, each takes a reading with it.
    for (let left = fault.times - 1; ending.kind === 'stop' && left > 0; left--)
      await read().catch(() => false);
    if (ending.kind !== 'stop') return ending;
    const next = await end(read, false, isStruck);
    return next.kind === 'same' ? ending : next;
  },

  journal(fault, { api, isStruck }) {
    const run = async (): Promise<boolean> => {
      let isWhole = await keepsActs(api);
      if (fault.method === 'compact' || fault.method === 'count') {
        try {
          await api[fault.method]();
        } finally {
          isWhole = (await keepsActs(api)) && isWhole;
        }
      }
      return isWhole || fault.times > 2;
    };
    return end(run, fault.method === 'compact' || fault.times > 2, isStruck);
  },
};

const workers = {
  inService: <Name extends ServiceName>(name: Name, fault: WorkerFault): Promise<Ending> =>
    withWorkers(name, fault, (opened) => IN_SERVICES[name](fault, opened)),

  /** @param share of an undisturbed call, after which the worker is gone without a word */
  inEndedWorker: <Name extends ServiceName>(name: Name, share: number): Promise<Ending> =>
    withWorkers(name, undefined, async ({ api, started }) => {
      const begun = performance.now();
      await RUNS[name](api);
      const tookMs = performance.now() - begun;
      let isEnded = false;
      setTimeout(() => {
        isEnded = true;
        started[0].terminate();
      }, share * tookMs);
      return end(
        () => RUNS[name](api),
        name === 'importer',
        () => isEnded,
      );
    }),

  /** @returns milliseconds from a cancel in an endless loop to the end of the call; undefined when it ended otherwise */
  cancelled: (name: ServiceName, fault: WorkerFault): Promise<number | undefined> =>
    withWorkers(name, fault, async ({ api, struck }) => {
      const run = RUNS[name] as (of: Apis[ServiceName]) => Promise<boolean>;
      let cancelledAt: number | undefined;
      void struck.then(() => {
        cancelledAt = performance.now();
        return api.cancel();
      });
      const code = await run(api).then(() => undefined, errorCode);
      const endedAt = performance.now();
      const isGood = code === 'cancelled' && cancelledAt !== undefined && (await run(api));
      return isGood ? endedAt - cancelledAt! : undefined;
    }),

  /** Once the files are compacted: how many acts were called saved, and how many do not stand there once. */
  inTheEnd: (): Promise<{ readonly saved: number; readonly notOnce: number }> =>
    withWorkers('journal', undefined, async ({ api }) => {
      await api.compact();
      let found = await savedInFiles();
      // A file is given free a moment after its worker ended.
      for (let tries = 0; tries < 100 && found.files > 1; tries++) {
        await pause(50);
        await api.compact();
        found = await savedInFiles();
      }
      return { saved: found.times.length, notOnce: found.times.filter((count) => count !== 1).length };
    }),
};

declare global {
  interface Window {
    workers: typeof workers;
  }
}
window.workers = workers;

export type WorkerFaults = typeof workers;
