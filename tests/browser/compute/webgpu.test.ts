/** The kernels of linear heads against their twins, on whatever adapter this browser offers. */
import { beforeAll, describe, expect, test, vi } from 'vitest';
import { createCpuBackend } from '../../../src/compute/cpuBackend.ts';
import { BUFFER_USAGE } from '../../../src/compute/gpuConstants.ts';
import { openBackend } from '../../../src/compute/openBackend.ts';
import type { WebgpuBackend } from '../../../src/compute/webgpuBackend.ts';
import { createRandom } from '../../../src/core/random.ts';
import type { LinearProblem } from '../../../src/training/linearTensors.ts';
import { trainLinearHeads, type LinearOptions } from '../../../src/training/trainLinearHeads.ts';
import { openWebgpu } from './openWebgpu.ts';
import { gapToTwin, KERNEL_NAMES, SHAPES } from '../../helpers/kernelCases.ts';

describe.each([true, false])('kernels agree with their twins (quad operations: %s)', (quads) => {
  let gpu: WebgpuBackend;
  beforeAll(async () => {
    gpu = await openWebgpu(quads);
  });

  test.each(SHAPES.map((size) => [size.pairs, size.dimension, size.heads, size.rank ?? 0, size] as const))(
    '%i pairs, dimension %i, %i heads, rank %i',
    async (_pairs, _dimension, _heads, _rank, size) => {
      await gpu.prepare(size, KERNEL_NAMES);
      for (const kernel of KERNEL_NAMES) {
        const { gap, where } = await gapToTwin(gpu, kernel, size);
        expect(gap, where).toBeLessThan(1e-4);
      }
    },
  );
});

const OPTIONS: LinearOptions = {
  maxIterations: 200,
  gradientTolerance: 1e-5,
  readbackEvery: 5,
  signal: { aborted: false },
  yieldToEvents: () => Promise.resolve(),
  onProgress: () => undefined,
};

function problem(pairs: number, dimension: number, heads: number): LinearProblem {
  const random = createRandom(5);
  return {
    pairs,
    dimension,
    heads,
    differences: Float32Array.from(
      { length: pairs * dimension },
      () => random.normal() / Math.sqrt(dimension),
    ),
    rowWeights: Float32Array.from({ length: pairs * heads }, () => (random.next() < 0.2 ? 0 : 1)),
    lambdas: Float64Array.from({ length: heads }, (_, head) => 10 ** (head % 3)),
  };
}

describe('training on WebGPU', () => {
  test('gives the rewards of the processor within 1e-3 and the same ranking', async () => {
    const gpu = await openWebgpu(true);
    const shared = problem(700, 174, 6);
    const onGpu = await trainLinearHeads(gpu, shared, OPTIONS);
    const onCpu = await trainLinearHeads(createCpuBackend(), shared, OPTIONS);
    expect(onGpu.converged).toBe(true);
    const gaps = onCpu.margins.map((margin, i) => Math.abs(margin - onGpu.margins[i]));
    expect(Math.max(...gaps)).toBeLessThan(1e-3);
    const order = (margins: Float32Array): number[] =>
      [...Array(50).keys()].sort((i, j) => margins[j * 6 + 5] - margins[i * 6 + 5]);
    expect(order(onGpu.margins)).toEqual(order(onCpu.margins));
  });

  test('a run given up with work in the queue leaves the device to the next one', async () => {
    const gpu = await openWebgpu(true);
    const shared = problem(300, 40, 6);
    const givenUp = trainLinearHeads(gpu, shared, { ...OPTIONS, signal: { aborted: true } });
    await expect(givenUp).rejects.toMatchObject({ code: 'cancelled' });
    expect((await trainLinearHeads(gpu, shared, OPTIONS)).converged).toBe(true);
  });

  test('a lost device is told as such, in the middle of a run', async () => {
    const gpu = await openWebgpu(true);
    const run = trainLinearHeads(gpu, problem(400, 60, 6), {
      ...OPTIONS,
      gradientTolerance: 0,
      onProgress: () => gpu.dispose(),
    });
    await expect(run).rejects.toMatchObject({ code: 'device-lost' });
  });

  test('a fault of the device is told instead of the numbers it spoilt', async () => {
    const gpu = await openWebgpu(true);
    const { createBuffer } = GPUDevice.prototype;
    const spoil = vi.spyOn(GPUDevice.prototype, 'createBuffer');
    // It takes nothing in, so it would read as zeros.
    spoil.mockImplementationOnce(function (this: GPUDevice, descriptor) {
      const usage = BUFFER_USAGE.storage | BUFFER_USAGE.copySource;
      return createBuffer.call(this, { ...descriptor, usage });
    });
    const tensor = gpu.upload('numbers', Float32Array.of(1, 2, 3));
    spoil.mockRestore();
    await expect(gpu.read(tensor)).rejects.toMatchObject({ code: 'shader-failed' });
    gpu.dispose();
  });

  test('a forced backend is the one that opens, and auto says what it measured', async () => {
    expect((await openBackend('webgpu')).backend.kind).toBe('webgpu');
    expect((await openBackend('cpu')).backend.kind).toBe('cpu');
    const auto = await openBackend('auto');
    expect(auto.reason).toMatch(
      /faster in a short test: [\d.]+ ms on .+, [\d.]+ ms on the processor \(SIMD\)/,
    );
  });
});
