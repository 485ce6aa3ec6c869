/**
 * What the Hessian of all heads has in common: the strongest directions of the pair differences with their second
 * moments, from a sample of pairs by randomised subspace iteration (Halko, Martinsson and Tropp, 2011). The products
 * run on the backend, the small rest here. On a decaying spectrum it cuts the iterations of model selection to a third
 * (32 → 11 at 2,000 × 384).
 */
import type { Backend, KernelName, ProblemSize } from '../compute/backend.ts';
import { basisLength, chunks, GRADIENT_CHUNK } from '../compute/layout.ts';
import { gram, normals, orthonormaliseRows, symmetricEigen } from '../core/linearAlgebra.ts';
import { createRandom } from '../core/random.ts';

const RANK = 32;
const SAMPLE = 1024;
const PASSES = 2;
/** Fewer heads are trained before the sample is looked at. */
const FEWEST_HEADS = 16;
/** Where the strongest direction is less than this many times as strong as the rest, there is nothing to gain. */
const FLAT = 8;
/** σ′ = σ·(1 − σ) of a pair: ¼ at the start, less as margins grow. */
export const EXPECTED_SLOPE = 0.2;

/**
 * Directions worth preconditioning. With fewer than two pairs a dimension the margins leave the range in which σ′ is
 * known beforehand.
 */
export function preconditionerRank({ pairs, dimension, heads }: ProblemSize): number {
  return heads >= FEWEST_HEADS && pairs >= 2 * dimension && dimension > RANK ? RANK : 0;
}

/**
 * @param differences float32 `[pairs, dimension]`, row-major; `dimension` padded for the backend
 * @returns the tensor `basis` of layout.ts, `[basisLength(rank, dimension)]`; undefined where the spectrum is flat
 */
export async function estimateBasis(
  backend: Backend,
  differences: Float32Array<ArrayBuffer>,
  { pairs, dimension }: ProblemSize,
  rank: number,
): Promise<Float64Array<ArrayBuffer> | undefined> {
  const sample = sampleRows(differences, pairs, dimension);
  const size = { pairs: sample.length / dimension, dimension, heads: rank };
  const products = await openProducts(backend, sample, size);
  let directions = normals(createRandom(1), rank * dimension);
  for (let pass = 0; pass < PASSES; pass++) {
    directions = await products.secondMoment(directions);
    orthonormaliseRows(directions, rank);
  }
  const projections = await products.project(directions);
  products.release();
  const basis = assembleBasis(directions, projections, sample, size);
  const [strongest, rest] = [basis[rank * dimension], basis[rank * dimension + rank]];
  return strongest < FLAT * rest ? undefined : basis;
}

/** Evenly spaced rows. */
function sampleRows(
  differences: Float32Array<ArrayBuffer>,
  pairs: number,
  dimension: number,
): Float32Array<ArrayBuffer> {
  if (pairs <= SAMPLE) return differences;
  const sample = new Float32Array(SAMPLE * dimension);
  for (let i = 0; i < SAMPLE; i++) {
    const row = Math.floor((i * pairs) / SAMPLE);
    sample.set(differences.subarray(row * dimension, (row + 1) * dimension), i * dimension);
  }
  return sample;
}

const KERNELS: readonly KernelName[] = ['marginProduct', 'gradientProduct'];

interface Products {
  /** Xᵀ·X·Q for Q given and returned as `[rank, dimension]`. */
  secondMoment(directions: Float64Array): Promise<Float64Array<ArrayBuffer>>;
  /** X·Q, `[rows, rank]`. */
  project(directions: Float64Array): Promise<Float64Array<ArrayBuffer>>;
  release(): void;
}

async function openProducts(
  backend: Backend,
  sample: Float32Array<ArrayBuffer>,
  size: ProblemSize,
): Promise<Products> {
  await backend.prepare(size, KERNELS);
  const { pairs, dimension, heads } = size;
  const splits = chunks(pairs, GRADIENT_CHUNK);
  const differences = backend.upload('sample of the differences', sample);
  const projections = backend.state('projections of the sample', pairs * heads);
  const partials = backend.state('partial second moments', splits * heads * dimension);
  const queueProjection = (values: Float64Array): void => {
    const directions = backend.upload('directions of the basis', new Float32Array(values));
    backend.run('marginProduct', { differences, directions, projections }, size);
    uploaded.push(directions);
  };
  const uploaded = [differences, projections, partials];
  return {
    async secondMoment(values) {
      queueProjection(values);
      backend.run('gradientProduct', { differences, residuals: projections, partials }, size);
      const parts = await backend.read(partials);
      return Float64Array.from({ length: heads * dimension }, (_, i) => {
        let sum = 0;
        for (let split = 0; split < splits; split++) sum += parts[split * heads * dimension + i];
        return sum;
      });
    },
    async project(values) {
      queueProjection(values);
      return Float64Array.from(await backend.read(projections));
    },
    release: () => backend.release(uploaded),
  };
}

/** Turns the orthonormal directions to the axes of the sample's second moment. */
function assembleBasis(
  directions: Float64Array,
  projections: Float64Array,
  sample: Float32Array,
  { pairs, dimension, heads: rank }: ProblemSize,
): Float64Array<ArrayBuffer> {
  const { values, vectors } = symmetricEigen(gram(projections, rank), rank);
  const basis = new Float64Array(basisLength(rank, dimension));
  for (let k = 0; k < rank; k++) {
    for (let from = 0; from < rank; from++) {
      const share = vectors[from * rank + k];
      for (let i = 0; i < dimension; i++) {
        basis[k * dimension + i] += share * directions[from * dimension + i];
      }
    }
    basis[rank * dimension + k] = Math.max(0, values[k]) / pairs;
  }
  let all = 0;
  for (let i = 0; i < sample.length; i++) all += sample[i] * sample[i];
  const held = values.reduce((sum, value) => sum + value, 0);
  basis[rank * dimension + rank] = Math.max(0, all - held) / (pairs * (dimension - rank));
  return basis;
}
