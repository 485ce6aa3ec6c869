/** Our own heads, on a given backend. */
import type { Backend, Tensor } from '../../../src/compute/backend.ts';
import { PalateError } from '../../../src/core/palateError.ts';
import { trainLinearHeads, type LinearOptions } from '../../../src/training/trainLinearHeads.ts';
import type { Contender, Problem, Watch, Weights } from '../contender.ts';
import { palateHidden } from './hiddenPalate.ts';

/** Never stops by itself: the benchmark sets the number of iterations. */
const OPTIONS: Omit<LinearOptions, 'maxIterations'> = {
  gradientTolerance: 0,
  readbackEvery: 10,
  signal: { aborted: false },
  yieldToEvents: () => Promise.resolve(),
  onProgress: () => undefined,
};

/**
 * @param where how the benchmark calls the backend: two of ours run on the processor
 * @param rank of the preconditioner; what training chooses when left out
 */
export function palate(
  where: 'cpu' | 'simd' | 'webgpu' | 'webgpu plain',
  backend: Backend,
  rank?: number,
): Contender {
  const own = { ...OPTIONS, rank };
  return {
    name: `Palate ${where}`,
    prepare: () => Promise.resolve(),
    async solve(problem, iterations, { watch }) {
      if (watch) return watchedSolve(backend, problem, { ...own, maxIterations: iterations }, watch);
      return (await trainLinearHeads(backend, problem, { ...own, maxIterations: iterations })).weights;
    },
    trainHidden: palateHidden(backend),
    async product(rows, columns, inner, data, repeats) {
      const size = { pairs: rows, dimension: inner, heads: columns };
      await backend.prepare(size, ['marginProduct']);
      const differences = backend.upload('left factor', data.slice(0, rows * inner));
      const directions = backend.upload('right factor', data.slice(0, columns * inner));
      const projections = backend.state('product', rows * columns);
      await backend.read(directions);
      const started = performance.now();
      for (let i = 0; i < repeats; i++) {
        backend.run('marginProduct', { differences, directions, projections }, size);
      }
      await backend.read(projections);
      const elapsed = performance.now() - started;
      backend.release([differences, directions, projections]);
      return elapsed;
    },
  };
}

/** The optimum, by the same program in float64. */
export async function optimum(cpu: Backend, problem: Problem, gradientTolerance: number): Promise<Weights> {
  const options = { ...OPTIONS, maxIterations: 2000, gradientTolerance, readbackEvery: 1 };
  return (await trainLinearHeads(cpu, problem, options)).weights;
}

/** Training yields after every read-back: there the weights are read too. */
async function watchedSolve(
  backend: Backend,
  problem: Problem,
  own: LinearOptions,
  watch: Watch,
): Promise<Weights> {
  const seeing = rememberWeights(backend);
  const signal = { aborted: false };
  let iteration = 0;
  let weights: Weights = new Float64Array(0);
  const yieldToEvents = async (): Promise<void> => {
    iteration++;
    if (iteration < watch.from || iteration % watch.every !== 0) return;
    weights = await seeing.weights();
    signal.aborted = watch.seen(iteration, weights);
  };
  try {
    const options = { ...own, readbackEvery: 1, signal, yieldToEvents };
    return (await trainLinearHeads(seeing.backend, problem, options)).weights;
  } catch (error) {
    if (error instanceof PalateError && error.code === 'cancelled') return weights;
    throw error;
  }
}

/** The same backend, keeping hold of the tensor called `weights`. */
function rememberWeights(backend: Backend): { backend: Backend; weights: () => Promise<Weights> } {
  let weights: Tensor | undefined;
  return {
    weights: () => backend.read(weights!),
    backend: {
      kind: backend.kind,
      alignment: backend.alignment,
      unitRoundoff: backend.unitRoundoff,
      prepare: (size, kernels) => backend.prepare(size, kernels),
      state(label, length, initial) {
        const tensor = backend.state(label, length, initial);
        if (label === 'weights') weights = tensor;
        return tensor;
      },
      upload: (label, data) => backend.upload(label, data),
      run: (kernel, tensors, size) => backend.run(kernel, tensors, size),
      read: (tensor) => backend.read(tensor),
      release: (tensors) => backend.release(tensors),
      dispose: () => backend.dispose(),
    },
  };
}
