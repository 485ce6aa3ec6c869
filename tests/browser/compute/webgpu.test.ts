/** The kernels against their twins, on whatever adapter this browser offers. */
import { beforeAll, describe, expect, test } from 'vitest';
import type { Backend, KernelName, ProblemSize } from '../../../src/compute/backend.ts';
import { createCpuBackend } from '../../../src/compute/cpuBackend.ts';
import { openDevice } from '../../../src/compute/device.ts';
import {
  basisLength,
  chunks,
  GRADIENT_CHUNK,
  HISTORY,
  LINE_CHUNK,
  LINE_SUMS,
  SCALAR,
  SCALARS,
} from '../../../src/compute/layout.ts';
import { openBackend } from '../../../src/compute/openBackend.ts';
import { WebgpuBackend } from '../../../src/compute/webgpuBackend.ts';
import { createRandom } from '../../../src/core/random.ts';
import {
  trainLinearHeads,
  type LinearOptions,
  type LinearProblem,
} from '../../../src/training/trainLinearHeads.ts';

const SHAPES: readonly ProblemSize[] = [
  { pairs: 1, dimension: 4, heads: 1 },
  { pairs: 3, dimension: 8, heads: 2 },
  { pairs: 17, dimension: 20, heads: 6 },
  { pairs: 64, dimension: 64, heads: 16 },
  { pairs: 65, dimension: 36, heads: 7 },
  { pairs: 513, dimension: 12, heads: 41 },
  { pairs: 1300, dimension: 176, heads: 6 },
  { pairs: 100, dimension: 68, heads: 5, rank: 32 },
  { pairs: 70, dimension: 40, heads: 3, rank: 7 },
];

async function openWebgpu(quads: boolean): Promise<WebgpuBackend> {
  const opened = await openDevice();
  if (!opened) throw new Error('This browser offers no WebGPU adapter; these tests need one.');
  return new WebgpuBackend(opened, quads);
}

const lengths = ({ pairs, dimension, heads, rank = 0 }: ProblemSize): Record<string, number> => ({
  differences: pairs * dimension,
  rowWeights: pairs * heads,
  margins: pairs * heads,
  projections: pairs * heads,
  residuals: pairs * heads,
  partials: chunks(pairs, GRADIENT_CHUNK) * heads * dimension,
  sums: chunks(pairs, LINE_CHUNK) * heads,
  lineSums: chunks(pairs, LINE_CHUNK) * heads * LINE_SUMS,
  weights: heads * dimension,
  gradients: heads * dimension,
  directions: heads * dimension,
  steps: HISTORY * heads * dimension,
  changes: HISTORY * heads * dimension,
  scalars: heads * SCALARS,
  basis: basisLength(rank, dimension),
});

/** Per kernel: what it reads, what it writes, and how outputs of different chunking are made comparable. */
const KERNELS: Record<KernelName, { tensors: string[]; outputs: string[] }> = {
  gradientProduct: { tensors: ['differences', 'residuals', 'partials'], outputs: ['partials'] },
  marginProduct: { tensors: ['differences', 'directions', 'projections'], outputs: ['projections'] },
  searchDirection: {
    tensors: ['partials', 'weights', 'gradients', 'directions', 'steps', 'changes', 'scalars', 'basis'],
    outputs: ['gradients', 'directions', 'steps', 'changes', 'scalars'],
  },
  lineCurvature: { tensors: ['rowWeights', 'margins', 'projections', 'sums'], outputs: ['sums'] },
  newtonStep: { tensors: ['sums', 'scalars'], outputs: ['scalars'] },
  lineLosses: {
    tensors: ['rowWeights', 'margins', 'projections', 'scalars', 'lineSums'],
    outputs: ['lineSums'],
  },
  chooseStep: { tensors: ['lineSums', 'directions', 'scalars', 'weights'], outputs: ['scalars', 'weights'] },
  advanceMargins: {
    tensors: ['rowWeights', 'projections', 'scalars', 'margins', 'residuals'],
    outputs: ['margins', 'residuals'],
  },
};

function inputs(size: ProblemSize, iteration: number): Record<string, Float32Array<ArrayBuffer>> {
  const random = createRandom(size.pairs + 7 * iteration);
  const entries = Object.entries(lengths(size)).map(([name, length]) => [
    name,
    Float32Array.from({ length }, random.normal),
  ]);
  const all = Object.fromEntries(entries) as Record<string, Float32Array<ArrayBuffer>>;
  all.rowWeights = all.rowWeights.map((value) => (value < -0.5 ? 0 : Math.abs(value)));
  all.scalars = all.scalars.map((value, index) => {
    const field = index % SCALARS;
    if (field === SCALAR.iteration) return iteration;
    if (field === SCALAR.stalled || field === SCALAR.roundoff) return 0;
    if (field === SCALAR.slope) return -1 - Math.abs(value);
    if (field >= SCALAR.inverseCurvature) return value > 0 ? 0.01 * value : 0;
    return 0.1 + Math.abs(value);
  });
  all.sums = all.sums.map(Math.abs);
  // Moments are positive; directions this long stay finite without being orthonormal.
  all.basis = all.basis.map((value) => 0.1 * Math.abs(value));
  return all;
}

/** Sums over chunks: the twin adds everything into chunk 0. */
function addChunks(values: ArrayLike<number>, chunkCount: number): number[] {
  const length = values.length / chunkCount;
  return Array.from({ length }, (_, i) => {
    let sum = 0;
    for (let chunk = 0; chunk < chunkCount; chunk++) sum += values[chunk * length + i];
    return sum;
  });
}

async function outputsOf(
  backend: Backend,
  kernel: KernelName,
  size: ProblemSize,
  iteration: number,
): Promise<number[][]> {
  const data = inputs(size, iteration);
  const { tensors: names, outputs } = KERNELS[kernel];
  const tensors = Object.fromEntries(
    names.map((name) => [name, backend.state(name, data[name].length, Float64Array.from(data[name]))]),
  );
  backend.run(kernel, tensors, size);
  const results: number[][] = [];
  for (const name of outputs) {
    const values = await backend.read(tensors[name]);
    const chunkSize = { partials: GRADIENT_CHUNK, sums: LINE_CHUNK, lineSums: LINE_CHUNK }[name];
    results.push(chunkSize ? addChunks(values, chunks(size.pairs, chunkSize)) : [...values]);
  }
  backend.release(Object.values(tensors));
  return results;
}

describe.each([true, false])('kernels agree with their twins (quad operations: %s)', (quads) => {
  let gpu: WebgpuBackend;
  beforeAll(async () => {
    gpu = await openWebgpu(quads);
  });

  test.each(SHAPES.map((size) => [size.pairs, size.dimension, size.heads, size.rank ?? 0, size] as const))(
    '%i pairs, dimension %i, %i heads, rank %i',
    async (_pairs, _dimension, _heads, _rank, size) => {
      await gpu.prepare(size, Object.keys(KERNELS) as KernelName[]);
      for (const kernel of Object.keys(KERNELS) as KernelName[]) {
        for (const iteration of kernel === 'searchDirection' ? [0, 1, 3, 8] : [2]) {
          const found = await outputsOf(gpu, kernel, size, iteration);
          const expected = await outputsOf(createCpuBackend(), kernel, size, iteration);
          expected.forEach((values, output) => {
            const scale = Math.max(...values.map(Math.abs), 1);
            values.forEach((value, i) => {
              const gap = Math.abs(found[output][i] - value) / scale;
              expect(
                gap,
                `${kernel} ${KERNELS[kernel].outputs[output]}[${i}] iteration ${iteration}`,
              ).toBeLessThan(1e-4);
            });
          });
        }
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

  test('a lost device is told as such, in the middle of a run', async () => {
    const gpu = await openWebgpu(true);
    const run = trainLinearHeads(gpu, problem(400, 60, 6), {
      ...OPTIONS,
      gradientTolerance: 0,
      onProgress: () => gpu.dispose(),
    });
    await expect(run).rejects.toMatchObject({ code: 'device-lost' });
  });

  test('a forced backend is the one that opens, and auto says what it measured', async () => {
    expect((await openBackend('webgpu')).backend.kind).toBe('webgpu');
    expect((await openBackend('cpu')).backend.kind).toBe('cpu');
    const auto = await openBackend('auto');
    expect(auto.reason).toMatch(/faster in a short test: \d+ ms on .+, \d+ ms on the processor/);
  });
});
