/** The kernels of heads with a hidden layer against their twins, and a whole run of them on both backends. */
import { beforeAll, describe, expect, test } from 'vitest';
import type { Backend, MlpKernelName, ProblemSize } from '../../../src/compute/backend.ts';
import { createCpuBackend } from '../../../src/compute/cpuBackend.ts';
import { chunks, GRADIENT_CHUNK, UNIT, UNIT_SCALARS } from '../../../src/compute/layout.ts';
import type { WebgpuBackend } from '../../../src/compute/webgpuBackend.ts';
import { createRandom } from '../../../src/core/random.ts';
import { trainMlpHeads, type MlpOptions } from '../../../src/training/trainMlpHeads.ts';
import type { MlpProblem } from '../../../src/training/mlpTensors.ts';
import { openWebgpu } from './openWebgpu.ts';

/** `pairs` counts the rows of a batch. */
const SHAPES: readonly Required<Omit<ProblemSize, 'rank'>>[] = [
  { pairs: 2, dimension: 4, heads: 1, hidden: 1 },
  { pairs: 6, dimension: 8, heads: 6, hidden: 3 },
  { pairs: 34, dimension: 20, heads: 35, hidden: 5 },
  { pairs: 128, dimension: 176, heads: 48, hidden: 8 },
  { pairs: 130, dimension: 36, heads: 13, hidden: 13 },
  { pairs: 1030, dimension: 12, heads: 66, hidden: 11 },
];
/** Pairs the batch is drawn from, and the batch the clock stands at. */
const PAIRS = 40;
const BATCH = 2;

const lengths = ({ pairs, dimension, heads, hidden = 1 }: ProblemSize): Record<string, number> => ({
  features: 2 * PAIRS * dimension,
  rows: 2 * PAIRS,
  order: (BATCH + 1) * (pairs / 2),
  clock: 1,
  batch: pairs * dimension,
  activations: pairs * heads,
  inputs: pairs * heads,
  units: heads * UNIT_SCALARS,
  rowWeights: PAIRS * (heads / hidden),
  targetMargins: PAIRS,
  slopes: pairs * (heads / hidden),
  residuals: pairs * heads,
  partials: chunks(pairs, GRADIENT_CHUNK) * heads * dimension,
  weights: heads * dimension,
  means: heads * dimension,
  squares: heads * dimension,
  rewards: pairs * (heads / hidden),
});

const KERNELS: Record<MlpKernelName, { tensors: string[]; outputs: string[] }> = {
  gatherBatch: { tensors: ['features', 'rows', 'order', 'clock', 'batch'], outputs: ['batch'] },
  mlpResiduals: {
    tensors: ['activations', 'units', 'order', 'clock', 'rowWeights', 'targetMargins', 'slopes', 'residuals'],
    outputs: ['activations', 'slopes', 'residuals'],
  },
  adamStep: {
    tensors: ['partials', 'activations', 'slopes', 'weights', 'means', 'squares', 'units', 'clock'],
    outputs: ['weights', 'means', 'squares', 'units', 'clock'],
  },
  mlpRewards: { tensors: ['inputs', 'units', 'rewards'], outputs: ['rewards'] },
};

/** Every fifth place of the batch has no pair, every third pair no weight, and the last member none at all. */
function inputs(size: ProblemSize): Record<string, Float32Array<ArrayBuffer>> {
  const random = createRandom(size.pairs + size.heads);
  const members = size.heads / (size.hidden ?? 1);
  const entries = Object.entries(lengths(size)).map(([name, length]) => [
    name,
    Float32Array.from({ length }, random.normal),
  ]);
  const all = Object.fromEntries(entries) as Record<string, Float32Array<ArrayBuffer>>;
  const isIdle = (member: number): boolean => members > 1 && member === members - 1;
  all.clock[0] = BATCH;
  all.rows = all.rows.map((_, i) => (i * 7) % (2 * PAIRS));
  all.order = all.order.map((_, i) => (i % 5 === 4 ? -1 : (i * 3) % PAIRS));
  all.rowWeights = all.rowWeights.map((value, i) =>
    Math.floor(i / members) % 3 === 2 || isIdle(i % members) ? 0 : Math.abs(value),
  );
  all.slopes = all.slopes.map((value, i) => (isIdle((i >> 1) % members) ? 0 : Math.abs(value)));
  all.units = all.units.map((value, i) => {
    const field = i % UNIT_SCALARS;
    if (field === UNIT.learningRate || field === UNIT.weightDecay) return 0.01;
    if (field === UNIT.meanShare) return 0.3;
    if (field === UNIT.squareShare) return 0.01;
    return field === UNIT.square ? value ** 2 : value;
  });
  all.squares = all.squares.map((value) => value ** 2);
  // Far beyond where a plain tanh overflows.
  all.activations[0] = all.inputs[0] = 1000;
  return all;
}

async function outputsOf(backend: Backend, kernel: MlpKernelName, size: ProblemSize): Promise<number[][]> {
  const data = inputs(size);
  const { tensors: names, outputs } = KERNELS[kernel];
  const tensors = Object.fromEntries(
    names.map((name) => [name, backend.state(name, data[name].length, Float64Array.from(data[name]))]),
  );
  backend.run(kernel, tensors, size);
  const results: number[][] = [];
  for (const name of outputs) results.push([...(await backend.read(tensors[name]))]);
  backend.release(Object.values(tensors));
  return results;
}

describe.each([true, false])('kernels agree with their twins (quad operations: %s)', (quads) => {
  let gpu: WebgpuBackend;
  beforeAll(async () => {
    gpu = await openWebgpu(quads);
  });

  test.each(SHAPES.map((size) => [size.pairs, size.dimension, size.heads, size.hidden, size] as const))(
    'batch of %i rows, dimension %i, %i columns of members with %i units',
    async (_pairs, _dimension, _heads, _hidden, size) => {
      const kernels = Object.keys(KERNELS) as MlpKernelName[];
      await gpu.prepare(size, kernels);
      for (const kernel of kernels) {
        const found = await outputsOf(gpu, kernel, size);
        const expected = await outputsOf(createCpuBackend(), kernel, size);
        expected.forEach((values, output) => {
          const scale = Math.max(...values.map(Math.abs), 1);
          values.forEach((value, i) => {
            const gap = Math.abs(found[output][i] - value) / scale;
            expect(gap, `${kernel} ${KERNELS[kernel].outputs[output]}[${i}]`).toBeLessThan(1e-4);
          });
        });
      }
    },
  );
});

test('a member without weight in the batch stays as it is while the others and the clock move on', async () => {
  const gpu = await openWebgpu(true);
  const size = SHAPES[2];
  await gpu.prepare(size, ['adamStep']);
  const before = inputs(size);
  const [weights, means, , units, clock] = await outputsOf(gpu, 'adamStep', size);
  const idle = (size.heads - size.hidden) * size.dimension;
  expect(weights.slice(idle)).toEqual([...before.weights.subarray(idle)]);
  expect(means.slice(idle)).toEqual([...before.means.subarray(idle)]);
  const idleUnits = (size.heads - size.hidden) * UNIT_SCALARS;
  expect(units.slice(idleUnits)).toEqual([...before.units.subarray(idleUnits)]);
  expect(weights.slice(0, idle).every((value, i) => value !== before.weights[i])).toBe(true);
  expect(clock).toEqual([BATCH + 1]);
});

const OPTIONS: MlpOptions = {
  hidden: 8,
  epochs: 10,
  batchSize: 64,
  learningRate: 0.01,
  weightDecay: 0.01,
  reportEvery: 1,
  seed: 3,
  signal: { aborted: false },
  yieldToEvents: () => Promise.resolve(),
  onProgress: () => undefined,
};

/** Members leave a fold out each, the last one none; the first feature decides nine times in ten. */
function problem(pairs: number, dimension: number, members: number): MlpProblem {
  const random = createRandom(5);
  const features = Float32Array.from({ length: 2 * pairs * dimension }, random.normal);
  const firstWins = Array.from({ length: pairs }, (_, pair) => {
    const isHigher = features[2 * pair * dimension] > features[(2 * pair + 1) * dimension];
    return isHigher === random.next() < 0.9;
  });
  return {
    features,
    dimension,
    rows: {
      chosen: Uint32Array.from(firstWins, (first, pair) => 2 * pair + (first ? 0 : 1)),
      rejected: Uint32Array.from(firstWins, (first, pair) => 2 * pair + (first ? 1 : 0)),
    },
    members,
    rowWeights: Float32Array.from({ length: pairs * members }, (_, i) =>
      Math.floor(i / members) % members === (i % members) + 1 ? 0 : 1,
    ),
    targetMargins: new Float32Array(pairs),
  };
}

describe('training a hidden layer on WebGPU', () => {
  test.each([true, false])(
    'gives the margins of the processor within 1e-3 and the same ranking (quad operations: %s)',
    async (quads) => {
      const gpu = await openWebgpu(quads);
      const shared = problem(300, 60, 6);
      const onGpu = await trainMlpHeads(gpu, shared, OPTIONS);
      const onCpu = await trainMlpHeads(createCpuBackend(), shared, OPTIONS);
      const gaps = onCpu.margins.map((margin, i) => Math.abs(margin - onGpu.margins[i]));
      expect(Math.max(...gaps)).toBeLessThan(1e-3);
      const order = (margins: Float32Array): number[] =>
        [...Array(50).keys()].sort((i, j) => margins[j * 6 + 5] - margins[i * 6 + 5]);
      expect(order(onGpu.margins)).toEqual(order(onCpu.margins));
    },
  );

  test('a lost device is told as such, in the middle of a run', async () => {
    const gpu = await openWebgpu(true);
    const run = trainMlpHeads(gpu, problem(100, 20, 6), { ...OPTIONS, onProgress: () => gpu.dispose() });
    await expect(run).rejects.toMatchObject({ code: 'device-lost' });
  });
});
