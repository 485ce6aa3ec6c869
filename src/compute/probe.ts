/** Two questions to a backend before it is trusted: does it add right, and how long does it take? */
import { createRandom } from '../core/random.ts';
import type { Backend, ProblemSize } from './backend.ts';
import { createCpuBackend } from './cpuBackend.ts';
import { chunks, GRADIENT_CHUNK } from './layout.ts';

/** About 3 ms of work on one core of a laptop, 30 ms without SIMD: a job that a graphics device is considered for. */
const PROBE: ProblemSize = { pairs: 2048, dimension: 256, heads: 40 };

/** Small whole numbers: every order of summation must give exactly the processor's answer. */
export async function addsRight(backend: Backend): Promise<boolean> {
  const size = { pairs: 37, dimension: 20, heads: 11 };
  const found = await answers(backend, size);
  const expected = await answers(createCpuBackend(), size);
  return expected.every((value, index) => value === found[index]);
}

/** Milliseconds for both products, the best of three runs after one that warms up. */
export async function probeMs(backend: Backend): Promise<number> {
  const products = await openProducts(backend, PROBE);
  await products.run();
  let best = Infinity;
  for (let round = 0; round < 3; round++) {
    const started = performance.now();
    await products.run();
    best = Math.min(best, performance.now() - started);
  }
  products.release();
  return best;
}

/** Margins, then the gradient with its partial sums added up. */
async function answers(backend: Backend, size: ProblemSize): Promise<number[]> {
  const products = await openProducts(backend, size);
  const partials = await products.run();
  const margins = await products.margins();
  products.release();
  const length = size.heads * size.dimension;
  const gradient = Array.from({ length }, (_, i) => {
    let sum = 0;
    for (let at = i; at < partials.length; at += length) sum += partials[at];
    return sum;
  });
  return [...margins, ...gradient];
}

interface Products {
  /** Both matrix products; waits for the second, the partial sums of the gradient, and answers it. */
  run(): Promise<Float32Array | Float64Array>;
  margins(): Promise<Float32Array | Float64Array>;
  release(): void;
}

/** The two products that training spends its time on, over seeded whole numbers. */
async function openProducts(backend: Backend, size: ProblemSize): Promise<Products> {
  await backend.prepare(size, ['marginProduct', 'gradientProduct']);
  const { pairs, dimension, heads } = size;
  const random = createRandom(1);
  const whole = (length: number): Float32Array<ArrayBuffer> =>
    Float32Array.from({ length }, () => random.integer(7) - 3);
  const tensors = {
    differences: backend.upload('probe differences', whole(pairs * dimension)),
    directions: backend.upload('probe directions', whole(heads * dimension)),
    residuals: backend.upload('probe residuals', whole(pairs * heads)),
    projections: backend.state('probe projections', pairs * heads),
    partials: backend.state('probe partials', chunks(pairs, GRADIENT_CHUNK) * heads * dimension),
  };
  const { differences, directions, residuals, projections, partials } = tensors;
  return {
    run() {
      backend.run('marginProduct', { differences, directions, projections }, size);
      backend.run('gradientProduct', { differences, residuals, partials }, size);
      return backend.read(partials);
    },
    margins: () => backend.read(projections),
    release: () => backend.release(Object.values(tensors)),
  };
}
