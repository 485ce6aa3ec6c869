/** The trainer's service on a real device, and when that device goes away. */
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { rulerCues } from '../../../src/core/evaluation.ts';
import { createRandom } from '../../../src/core/random.ts';
import type { RewardHead } from '../../../src/core/rewardHead.ts';
import { USUAL_TUNING, type Answer } from '../../../src/core/watchedTraining.ts';
import type { ShownStep, TrainProgress, TrainRequest } from '../../../workers/trainerApi.ts';
import { TrainerService } from '../../../workers/trainerService.ts';

const PAIRS = 400;
const DIMENSION = 60;

function request(
  backend: TrainRequest['backend'],
  headKind: TrainRequest['headKind'] = 'linear',
  pairs = PAIRS,
): TrainRequest {
  const random = createRandom(2);
  const data = Float32Array.from({ length: 2 * pairs * DIMENSION }, random.normal);
  const higher = (pair: number): boolean => data[2 * pair * DIMENSION] > data[(2 * pair + 1) * DIMENSION];
  const indices = Array.from({ length: pairs }, (_, pair) => pair);
  return {
    headKind,
    features: { data, rows: 2 * pairs, dimension: DIMENSION },
    logLengths: new Float32Array(2 * pairs),
    lengthControl: 'off',
    rows: {
      chosen: Uint32Array.from(indices, (pair) => 2 * pair + (higher(pair) ? 0 : 1)),
      rejected: Uint32Array.from(indices, (pair) => 2 * pair + (higher(pair) ? 1 : 0)),
    },
    promptOfPair: Uint32Array.from(indices),
    weights: new Float32Array(pairs).fill(1),
    targetMargins: new Float32Array(pairs),
    isControl: new Uint8Array(pairs).fill(1),
    cues: rulerCues(indices.map(() => ({ chosen: 'longer', rejected: 'short' }))),
    hasFixedPrior: false,
    seed: 3,
    backend,
    dataHash: 'd',
    encoderId: 'e',
    encoderStateId: 's',
    ties: 0,
  };
}

const devices: GPUDevice[] = [];
beforeEach(() => {
  devices.length = 0;
  const requestDevice = GPUAdapter.prototype.requestDevice;
  vi.spyOn(GPUAdapter.prototype, 'requestDevice').mockImplementation(async function (
    this: GPUAdapter,
    ...args
  ) {
    const device = await requestDevice.apply(this, args);
    devices.push(device);
    return device;
  });
});
afterEach(() => vi.restoreAllMocks());

describe('the trainer', () => {
  test.each(['linear', 'mlp'] as const)(
    'trains a %s head on WebGPU when asked to, and the head says so',
    async (kind) => {
      const head = await new TrainerService().train(request('webgpu', kind), () => undefined);
      expect(head.provenance).toMatchObject({
        backend: 'webgpu',
        backendReason: expect.stringContaining('asked') as string,
      });
      expect(head.provenance.adapter).toBeTruthy();
      expect(head.trust.accuracy.low).toBeGreaterThan(0.8);
      expect(head.trust.strengthCurve?.length).toBe(kind === 'linear' ? 8 : undefined);
    },
  );

  test.each([
    ['linear', 0],
    ['linear', 2],
    ['mlp', 0],
    ['mlp', 7],
  ] as const)(
    'finishes a %s head on another device of the adapter when its own is lost at report %i',
    async (kind, at) => {
      const undisturbed = await new TrainerService().train(request('webgpu', kind), () => undefined);
      let reports = 0;
      const head = await new TrainerService().train(request('webgpu', kind), () => {
        if (reports++ === at) devices.at(-1)!.destroy();
      });
      expect(head.provenance.backend).toBe('webgpu');
      expect(head.provenance.backendReason).toMatch(/was lost during training \(.+\) and was opened again\./);
      expect(head.parameters).toEqual(undisturbed.parameters);
    },
  );

  test.each(['linear', 'mlp'] as const)(
    'finishes a %s head on the processor, with its figures, when every device is lost',
    async (kind) => {
      const undisturbed = await new TrainerService().train(request('cpu', kind), () => undefined);
      const reports: TrainProgress[] = [];
      const head = await new TrainerService().train(request('webgpu', kind), (progress) => {
        reports.push(progress);
        if (progress.backend === 'webgpu') devices.at(-1)!.destroy();
      });
      expect(devices).toHaveLength(3);
      expect(head.provenance.backendReason).toContain(', so the processor finished the run.');
      expect(head.trust).toEqual(undisturbed.trust);
      expect(head.parameters).toEqual(undisturbed.parameters);
      expect(new Set(reports.map((report) => report.backend))).toEqual(new Set(['webgpu', 'cpu']));
    },
  );

  test('does on the processor what the device has no memory for', async () => {
    const limits = vi.spyOn(GPUSupportedLimits.prototype, 'maxStorageBufferBindingSize', 'get');
    const trainer = new TrainerService();
    await trainer.describeBackend('webgpu');
    limits.mockReturnValue(PAIRS * DIMENSION * 4 - 4);
    const head = await trainer.train(request('webgpu'), () => undefined);
    expect(head.provenance.backend).toBe('cpu');
    expect(head.provenance.backendReason).toContain('had too little memory during training (');
  });

  test.each([
    ['zeros', 0],
    ['numbers that are none', NaN],
  ])('makes no head of a device that gives back %s', async (_, value) => {
    const mapped = vi.spyOn(GPUBuffer.prototype, 'getMappedRange');
    const trainer = new TrainerService();
    await trainer.describeBackend('webgpu');
    mapped.mockImplementation(function (this: GPUBuffer) {
      return new Float32Array(this.size / 4).fill(value).buffer;
    });
    const head = await trainer.train(request('webgpu'), () => undefined);
    expect(head.parameters).toEqual(
      (await new TrainerService().train(request('cpu'), () => undefined)).parameters,
    );
  });

  test('leaves no buffer behind', async () => {
    const [create, destroy] = [
      vi.spyOn(GPUDevice.prototype, 'createBuffer'),
      vi.spyOn(GPUBuffer.prototype, 'destroy'),
    ];
    const trainer = new TrainerService();
    for (const kind of ['linear', 'mlp'] as const) {
      await trainer.train(request('webgpu', kind), () => undefined);
      expect(create.mock.calls.length).toBeGreaterThan(20);
      expect(create.mock.calls.length - destroy.mock.calls.length).toBe(0);
    }
  });

  test('a run that replaces another, at its start or in the middle, trains on the device all the same', async () => {
    const trainer = new TrainerService();
    const atStart = trainer.train(request('webgpu'), () => undefined);
    let last: Promise<RewardHead> | undefined;
    const inTheMiddle = trainer.train(request('webgpu'), () => {
      last ??= trainer.train(request('webgpu'), () => undefined);
    });
    await expect(atStart).rejects.toMatchObject({ code: 'cancelled' });
    await expect(inTheMiddle).rejects.toMatchObject({ code: 'cancelled' });
    expect((await last!).provenance.backend).toBe('webgpu');
  });

  test('a device lost between two runs is replaced', async () => {
    const trainer = new TrainerService();
    await trainer.train(request('webgpu'), () => undefined);
    devices.at(-1)!.destroy();
    const second = await trainer.train(request('webgpu'), () => undefined);
    expect(second.provenance.backend).toBe('webgpu');
    expect(second.provenance.backendReason).toContain('was opened again');
    const third = await trainer.train(request('webgpu'), () => undefined);
    expect(third.provenance.backendReason).toContain('was asked for');
  });

  test('works without WebGPU and says so', async () => {
    vi.spyOn(navigator, 'gpu', 'get').mockReturnValue(undefined as unknown as GPU);
    const head = await new TrainerService().train({ ...request('auto') }, () => undefined);
    expect(head.provenance).toMatchObject({
      backend: 'cpu',
      backendReason: expect.stringMatching(/no WebGPU|processor is done/) as string,
    });
    await expect(new TrainerService().train(request('webgpu'), () => undefined)).rejects.toMatchObject({
      code: 'no-webgpu',
    });
  });

  test('does without SIMD what does not fit its memory, and says so', async () => {
    vi.spyOn(WebAssembly.Memory.prototype, 'grow').mockImplementation(() => {
      throw new RangeError('no more');
    });
    const head = await new TrainerService().train(request('cpu'), () => undefined);
    expect(head.provenance.backendReason).toContain('do not fit the memory');
    expect(head.trust.accuracy.low).toBeGreaterThan(0.8);
  });

  test('lets the short test choose for a large job of a hidden layer, and not for a small one', async () => {
    const trainer = new TrainerService();
    const small = await trainer.train(request('auto', 'mlp'), () => undefined);
    expect(small.provenance.backendReason).toContain('processor is done');
    const large = await trainer.train(request('auto', 'mlp', 14 * PAIRS), () => undefined);
    expect(large.provenance.backendReason).toContain('faster in a short test');
  });

  test.each(['linear', 'mlp'] as const)('stops a %s head at the next report when cancelled', async (kind) => {
    const trainer = new TrainerService();
    let reports = 0;
    const run = trainer.train(request('webgpu', kind), () => {
      reports++;
      void trainer.cancel();
    });
    await expect(run).rejects.toMatchObject({ code: 'cancelled' });
    expect(reports).toBe(1);
  });
});

describe('a watched run on WebGPU', () => {
  const goOn = (lambda = 1): Answer => ({ act: 'go-on', tuning: { ...USUAL_TUNING, lambda } });
  /** Twice the usual strength from step 2 on; kept at the end of it, or of the third epoch. */
  const answer = ({ iteration, isDone }: ShownStep, kind: TrainRequest['headKind']): Answer =>
    (kind === 'linear' ? isDone && iteration > 2 : iteration === 3)
      ? { act: 'keep' }
      : goOn(iteration < 2 ? 1 : 2);
  const watch = (
    backend: 'webgpu' | 'cpu',
    kind: TrainRequest['headKind'],
    onStep?: (step: ShownStep) => void,
  ) =>
    new TrainerService().watch({ ...request(backend, kind), tuning: USUAL_TUNING }, (step) => {
      onStep?.(step);
      return Promise.resolve(answer(step, kind));
    });

  test.each(['linear', 'mlp'] as const)('makes the %s head that the processor makes', async (kind) => {
    const [gpu, cpu] = [await watch('webgpu', kind), await watch('cpu', kind)];
    expect(gpu.provenance.backend).toBe('webgpu');
    expect(gpu.trust.accuracy.low).toBeGreaterThan(kind === 'linear' ? 0.8 : 0.5);
    gpu.trust.margins.forEach((margin, pair) => {
      expect(Math.abs(margin - cpu.trust.margins[pair])).toBeLessThan(0.02);
    });
  });

  test('takes the steps so far again, unasked, when the device is lost', async () => {
    const steps: ShownStep[] = [];
    const head = await watch('webgpu', 'linear', (step) => {
      if (steps.push(step) === 3) devices.at(-1)!.destroy();
    });
    expect(steps.map(({ iteration }) => iteration)).toEqual([...steps.keys()]);
    expect(head.provenance.backendReason).toContain('was lost during training');
    expect(head.parameters).toEqual((await watch('webgpu', 'linear')).parameters);
  });

  test('lets another run have the device while it waits', async () => {
    const trainer = new TrainerService();
    let other: RewardHead | undefined;
    const head = await trainer.watch({ ...request('webgpu'), tuning: USUAL_TUNING }, async (step) => {
      if (step.iteration === 2) other = await trainer.train(request('webgpu'), () => undefined);
      return answer(step, 'linear');
    });
    expect(other!.provenance.backend).toBe('webgpu');
    expect(head.provenance.backend).toBe('webgpu');
  });
});
