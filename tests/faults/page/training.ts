/** Runs of the trainer in a page, each with one fault: of the graphics device, of a kernel's numbers, of the worker. */
import type { Backend } from '../../../src/compute/backend.ts';
import { createCpuBackend } from '../../../src/compute/cpuBackend.ts';
import { errorCode } from '../../../src/core/palateError.ts';
import type { HeadKind, RewardHead } from '../../../src/core/rewardHead.ts';
import { textHash } from '../../../src/core/textHash.ts';
import { TrainingTurn } from '../../../src/state/trainingTurn.ts';
import { WorkerClient } from '../../../src/state/workerClient.ts';
import { trainerOver } from '../../../src/state/workerClients.ts';
import { assembleHead } from '../../../src/training/assembleHead.ts';
import { trainRewardHead } from '../../../src/training/trainRewardHead.ts';
import type { TrainerApi, TrainProgress } from '../../../workers/trainerApi.ts';
import { TrainerService } from '../../../workers/trainerService.ts';
import { yieldToEvents } from '../../../workers/yieldToEvents.ts';
import { headFingerprint } from '../../helpers/headFingerprint.ts';
import { trainRequest } from '../../helpers/trainRequest.ts';
import type { Ending } from '../endings.ts';
import { breakDevice, type DeviceFault } from './deviceFaults.ts';

export interface WorkerFault {
  /** `throws@2`: see `faulty.worker.ts`; of the first `times` workers. */
  readonly accident: string;
  readonly times: number;
  readonly pairs?: number;
}

const BEAT_MS = 200;
const undisturbed = new Map<string, Promise<string>>();

function undisturbedHead(backend: 'webgpu' | 'cpu', headKind: HeadKind, pairs?: number): Promise<string> {
  const key = [backend, headKind, pairs].join();
  const known =
    undisturbed.get(key) ??
    new TrainerService().train(trainRequest({ backend, headKind }, pairs), () => undefined).then(contentOf);
  undisturbed.set(key, known);
  return known;
}

function contentOf({ parameters, trust, covariance, members }: RewardHead): string {
  return textHash(
    JSON.stringify({ parameters, trust, covariance, members }, (_, value: unknown) =>
      ArrayBuffer.isView(value) ? Array.from(value as Float32Array) : value,
    ),
  );
}

/** @param expected pairs of the run, or the undisturbed head itself, to which it then need only be close */
async function end(
  headKind: HeadKind,
  run: () => Promise<RewardHead>,
  happened: () => boolean,
  expected?: number | RewardHead,
): Promise<Ending> {
  const ended = (kind: Ending['kind'], what: string): Ending => ({
    kind,
    what,
    happened: happened(),
  });
  let head: RewardHead;
  try {
    head = await run();
  } catch (error) {
    const code = errorCode(error);
    return ended(code === undefined ? 'neither' : 'stop', `${code}: ${String(error)}`);
  }
  const { backend, backendReason } = head.provenance;
  const isSame =
    typeof expected === 'object'
      ? isClose(head, expected)
      : contentOf(head) === (await undisturbedHead(backend, headKind, expected));
  return ended(isSame ? 'same' : 'neither', `${backend}: ${backendReason}`);
}

/** A linear head that stood still for a step comes to the same optimum, and to other last digits. */
function isClose(head: RewardHead, other: RewardHead): boolean {
  return head.trust.margins.every((margin, pair) => Math.abs(margin - other.trust.margins[pair]) < 1e-3);
}

const training = {
  /** Before anything is broken. */
  prepare: async () => {
    for (const backend of ['webgpu', 'cpu'] as const) {
      for (const kind of ['linear', 'mlp'] as const) await undisturbedHead(backend, kind);
    }
  },

  /** @param isOpen the fault comes after the device was opened and tested */
  onBrokenDevice: async (headKind: HeadKind, fault: DeviceFault, isOpen: boolean): Promise<Ending> => {
    const service = new TrainerService();
    if (isOpen) await service.describeBackend('webgpu');
    const broken = breakDevice(fault);
    const request = trainRequest({ backend: 'webgpu', headKind });
    return end(
      headKind,
      () => service.train(request, () => undefined).finally(() => broken.mend()),
      () => broken.happened(),
    );
  },

  /** The browser ends its graphics process at every report from it. */
  onCrashingGpu: (headKind: HeadKind): Promise<Ending> => {
    let isCrashed = false;
    const onProgress = ({ backend }: TrainProgress): void => {
      if (backend !== 'webgpu') return;
      isCrashed = true;
      void window.crashGpu();
    };
    const request = trainRequest({ backend: 'webgpu', headKind });
    return end(
      headKind,
      () => new TrainerService().train(request, onProgress),
      () => isCrashed,
    );
  },

  /** Puts one number that is none among what a launch of a kernel works on. */
  withWrongNumber: async (headKind: HeadKind, launch: number, value: number): Promise<Ending> => {
    let launches = 0;
    const train = (backend: Backend): Promise<RewardHead> => trainOn(backend, headKind);
    return end(
      headKind,
      () => train(spoiling(createCpuBackend(), () => launches++ === launch, launch, value)),
      () => launches > launch,
      await train(createCpuBackend()),
    );
  },

  inDyingWorkers: (headKind: HeadKind, { accident, times, pairs }: WorkerFault): Promise<Ending> => {
    const { trainer, started } = openTrainer(accident, times);
    return end(
      headKind,
      () => trainer.train(trainRequest({ headKind }, pairs), () => undefined),
      () => started.length > 1,
      pairs,
    ).finally(() => started.forEach((worker) => worker.terminate()));
  },

  /** The worker is gone without a word, some time after the run began. */
  inEndedWorker: (headKind: HeadKind, afterMs: number, pairs: number): Promise<Ending> => {
    const { trainer, started } = openTrainer('', 0);
    let isBegun = false;
    const onProgress = (): void => {
      if (isBegun) return;
      isBegun = true;
      setTimeout(() => started[0].terminate(), afterMs);
    };
    return end(
      headKind,
      () => trainer.train(trainRequest({ headKind }, pairs), onProgress),
      () => started.length > 1,
      pairs,
    ).finally(() => started.forEach((worker) => worker.terminate()));
  },

  /** The whole renderer stands still for a while from the first report on. */
  whileStopped: async (pairs: number): Promise<Ending & { readonly workers: number }> => {
    const { trainer, started } = openTrainer('', 0);
    let isStopped = false;
    const onProgress = (): void => {
      if (!isStopped) void window.stopRenderer();
      isStopped = true;
    };
    const ending = await end(
      'mlp',
      () => trainer.train(trainRequest({ headKind: 'mlp' }, pairs), onProgress),
      () => isStopped,
      pairs,
    );
    started.forEach((worker) => worker.terminate());
    return { ...ending, workers: started.length };
  },

  /** @returns milliseconds from the cancel to the end of the run; undefined when it ended otherwise */
  cancelled: async (headKind: HeadKind, accident: string, afterMs: number): Promise<number | undefined> => {
    const { trainer, started } = openTrainer(accident, 1);
    let cancelledAt: number | undefined;
    const onProgress = (_: TrainProgress): void => {
      if (cancelledAt !== undefined) return;
      cancelledAt = Infinity;
      setTimeout(() => {
        cancelledAt = performance.now();
        void trainer.cancel();
      }, afterMs);
    };
    try {
      await trainer.train(trainRequest({ headKind }, 4_000, 100), onProgress);
      return undefined;
    } catch (error) {
      return errorCode(error) === 'cancelled' ? performance.now() - cancelledAt! : undefined;
    } finally {
      started.forEach((worker) => worker.terminate());
    }
  },

  /** Buffers that were made and not destroyed by so many runs on one device, and how much the heap grew after the first. */
  leaked: async (runs: number): Promise<{ buffers: number; made: number; heapGrowth: number }> => {
    let [made, destroyed] = [0, 0];
    const { createBuffer } = GPUDevice.prototype;
    const { destroy } = GPUBuffer.prototype;
    GPUDevice.prototype.createBuffer = function (this: GPUDevice, ...args) {
      made++;
      return createBuffer.apply(this, args);
    };
    GPUBuffer.prototype.destroy = function (this: GPUBuffer) {
      destroyed++;
      destroy.call(this);
    };
    const service = new TrainerService();
    const train = async (run: number): Promise<void> => {
      const headKind = run % 2 ? 'mlp' : 'linear';
      // Other numbers of pairs: what is kept by size must not add up.
      await service.train(trainRequest({ backend: 'webgpu', headKind }, 60 + (run % 17)), () => undefined);
    };
    await train(0);
    await train(1);
    const before = heapBytes();
    for (let run = 0; run < runs; run++) await train(run);
    const heapGrowth = heapBytes() / before - 1;
    Object.assign(GPUDevice.prototype, { createBuffer });
    Object.assign(GPUBuffer.prototype, { destroy });
    return { buffers: made - destroyed, made, heapGrowth };
  },

  fingerprint: headFingerprint,

  /** Takes so many turns; each reads a note of the origin, works, and fails where another tab has worked meanwhile. */
  takeTurns: async (turns: number): Promise<{ clashes: number }> => {
    const turn = new TrainingTurn(navigator.locks, undefined);
    let clashes = 0;
    const options = { signal: new AbortController().signal, isAskedFor: true };
    for (let count = 0; count < turns; count++) {
      await turn.take(options, async () => {
        const mine = crypto.randomUUID();
        localStorage.setItem('busy', mine);
        await new Promise((resolve) => setTimeout(resolve, 5));
        if (localStorage.getItem('busy') !== mine) clashes++;
      });
    }
    return { clashes };
  },

  /** Begins what never ends, by itself. @returns why not, where it does not begin */
  beginEndless: async (): Promise<string | undefined> => {
    const turn = new TrainingTurn(navigator.locks, localStorage, window);
    const options = { signal: new AbortController().signal, isAskedFor: false };
    return new Promise((resolve) => {
      const train = (): Promise<never> => {
        resolve(undefined);
        return new Promise(() => undefined);
      };
      turn.take(options, train).catch((error: unknown) => resolve(String(error)));
    });
  },

  /** @returns milliseconds until the lock is here */
  waitForTurn: async (): Promise<number> => {
    const started = performance.now();
    const options = { signal: new AbortController().signal, isAskedFor: true };
    await new TrainingTurn(navigator.locks, undefined).take(options, () => Promise.resolve());
    return performance.now() - started;
  },
};

function openTrainer(accident: string, times: number) {
  const started: Worker[] = [];
  const client = new WorkerClient<TrainerApi>(
    'trainer',
    () => {
      const name = started.length < times ? accident : '';
      const worker = new Worker(new URL('../../helpers/faulty.worker.ts', import.meta.url), {
        type: 'module',
        name,
      });
      started.push(worker);
      return worker;
    },
    { beatMs: BEAT_MS, mostMissed: 10 },
  );
  return { trainer: trainerOver(client), started };
}

/** Chromium's own count. */
function heapBytes(): number {
  return (performance as unknown as { memory: { usedJSHeapSize: number } }).memory.usedJSHeapSize;
}

/** Without the service, which would change the device. */
async function trainOn(backend: Backend, headKind: HeadKind): Promise<RewardHead> {
  const request = trainRequest({ headKind });
  const { data: features, dimension } = request.features;
  const outcome = await trainRewardHead(backend, { ...request, features, dimension }, request, {
    signal: { aborted: false },
    yieldToEvents,
    onProgress: () => undefined,
  });
  return assembleHead(outcome, {
    ...request,
    ...{ id: 'h', backend, backendReason: 'It was asked for.', dimension, trainedAt: 0, durationMs: 0 },
  });
}

const ONLY_READ = new Set([
  'differences',
  'rowWeights',
  'basis',
  'features',
  'rows',
  'order',
  'targetMargins',
]);

/** What a hidden layer carries on from batch to batch. Elsewhere an infinite number is a unit at its limit. */
const LASTS = new Set(['weights', 'units', 'means', 'squares']);

/** The twins, but that after a launch one number of what they work on is another. */
function spoiling(backend: Backend, isDue: () => boolean, which: number, value: number): Backend {
  return {
    ...backend,
    run(...[kernel, tensors, size]: Parameters<Backend['run']>) {
      backend.run(kernel, tensors, size);
      if (!isDue()) return;
      const written = Object.entries(tensors).filter(
        ([name]) =>
          !ONLY_READ.has(name) && (size.hidden === undefined || value !== Infinity || LASTS.has(name)),
      );
      if (written.length === 0) return;
      const [, tensor] = written[which % written.length];
      (tensor as unknown as { data: Float64Array }).data[which % tensor.length] = value;
    },
  };
}

declare global {
  interface Window {
    training: typeof training;
    /** Of the one who drives the page. */
    crashGpu: () => Promise<void>;
    stopRenderer: () => Promise<void>;
  }
}
window.training = training;

export type TrainingFaults = typeof training;
