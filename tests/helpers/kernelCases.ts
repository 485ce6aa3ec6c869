/** Every kernel of linear heads on seeded numbers, on any backend, against its twin: the shapes, the tensors and the comparison. */
import type { Backend, KernelName, MlpKernelName, ProblemSize } from '../../src/compute/backend.ts';
import { createCpuBackend } from '../../src/compute/cpuBackend.ts';
import {
  basisLength,
  chunks,
  GRADIENT_CHUNK,
  HISTORY,
  LINE_CHUNK,
  LINE_SUMS,
  SCALAR,
  SCALARS,
} from '../../src/compute/layout.ts';
import { createRandom } from '../../src/core/random.ts';

/** Dimensions are multiples of 4, the largest alignment of a backend. */
export const SHAPES: readonly ProblemSize[] = [
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

type LinearKernelName = Exclude<KernelName, MlpKernelName>;

/** Per kernel: what it reads, what it writes, and how outputs of different chunking are made comparable. */
const KERNELS: Record<LinearKernelName, { tensors: string[]; outputs: string[] }> = {
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
  kernel: LinearKernelName,
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

export const KERNEL_NAMES = Object.keys(KERNELS) as LinearKernelName[];

/** Largest difference from the twin, as a share of the output's largest number or of 1, and where it is. */
export async function gapToTwin(
  backend: Backend,
  kernel: LinearKernelName,
  size: ProblemSize,
): Promise<{ gap: number; where: string }> {
  let worst = { gap: 0, where: '' };
  for (const iteration of kernel === 'searchDirection' ? [0, 1, 3, 8] : [2]) {
    const found = await outputsOf(backend, kernel, size, iteration);
    const expected = await outputsOf(createCpuBackend(), kernel, size, iteration);
    expected.forEach((values, output) => {
      const scale = values.reduce((most, value) => Math.max(most, Math.abs(value)), 1);
      values.forEach((value, i) => {
        const gap = Math.abs(found[output][i] - value) / scale;
        const where = `${kernel} ${KERNELS[kernel].outputs[output]}[${i}] iteration ${iteration}`;
        // Written so that a NaN counts.
        if (!(gap <= worst.gap)) worst = { gap, where };
      });
    });
  }
  return worst;
}
