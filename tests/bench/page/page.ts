/** The half of the benchmark that runs in the browser. The runner calls these functions one at a time. */
import { createCpuBackend } from '../../../src/compute/cpuBackend.ts';
import { openDevice } from '../../../src/compute/device.ts';
import { openBackend } from '../../../src/compute/openBackend.ts';
import { openProcessor } from '../../../src/compute/openProcessor.ts';
import { WebgpuBackend } from '../../../src/compute/webgpuBackend.ts';
import { createRandom } from '../../../src/core/random.ts';
import { objectives, TARGET_GAP, worstGap, type Contender, type Problem } from '../contender.ts';
import type { ModelDevice } from '../../../src/core/sentenceModel.ts';
import { hiddenLoss, hiddenProblem, type HiddenProblem } from '../hiddenProblem.ts';
import { jax } from '../peers/jax.ts';
import { optimum, palate } from '../peers/palate.ts';
import { tensorflow, tensorflowThreads } from '../peers/tensorflow.ts';
import { modelSelection, singleFit, type Spectrum } from '../problems.ts';
import { candidatesPerSecond, encoderMicroseconds, judgmentMilliseconds } from './everyday.ts';
import { readingSpeed, writingSpeed } from './models.ts';

/**
 * |gradient| at the reference as a share of the first. Against 10⁻⁷ the objectives of all 40 heads differ by at most
 * 4·10⁻⁶ of their value (200 and 2,000 pairs, both spectra), far below the target gap.
 */
const REFERENCE_TOLERANCE = 1e-4;

export interface ProblemSpec {
  readonly kind: 'model selection' | 'single fit' | 'hidden layer';
  readonly pairs: number;
  readonly dimension: number;
  readonly spectrum: Spectrum;
}

export interface CountOptions {
  readonly maximum: number;
  readonly from: number;
  readonly every: number;
  readonly seconds: number;
  readonly rate?: number;
}

const cpu = createCpuBackend();
const contenders = new Map<string, Contender>();
let problem: Problem;
let hidden: HiddenProblem;
let best: Float64Array | undefined;

function contender(name: string): Contender {
  const found = contenders.get(name);
  if (!found) throw new Error(`No contender is called ${name}.`);
  return found;
}

export const bench = {
  /** Opens everything; a contender that cannot run here is left out, with the reason. */
  async prepare() {
    const opened = await openDevice();
    const processor = await openProcessor();
    const hasSimd = processor.how === 'SIMD';
    const gpu = opened && new WebgpuBackend(opened, true);
    const missing: string[] = [];
    const candidates = [
      palate('cpu', cpu),
      ...(hasSimd ? [palate('simd', processor.backend)] : []),
      ...(gpu ? [palate('webgpu', gpu), palate('webgpu plain', gpu, 0)] : []),
      tensorflow('wasm'),
      tensorflow('webgpu'),
      jax('wasm'),
      jax('webgpu'),
    ];
    for (const candidate of candidates) {
      try {
        await candidate.prepare();
        contenders.set(candidate.name, candidate);
      } catch (error) {
        missing.push(`${candidate.name}: ${String(error)}`);
      }
    }
    const automatic = await openBackend('auto');
    return {
      adapter: opened?.adapterName ?? 'no WebGPU',
      isolated: crossOriginIsolated,
      tensorflowThreads: await tensorflowThreads(),
      automatic: {
        processor: hasSimd ? 'Palate simd' : 'Palate cpu',
        forLargeJobs: automatic.backend.kind,
        reason: automatic.reason,
      },
      contenders: [...contenders.values()].map(({ name, rates }) => ({ name, rates })),
      missing,
    };
  },

  /** Makes the problem and, where a reference is asked for, finds its optimum. */
  async load(spec: ProblemSpec, withReference: boolean): Promise<void> {
    const make = spec.kind === 'single fit' ? singleFit : modelSelection;
    problem = make(spec.pairs, spec.dimension, spec.spectrum);
    best = withReference ? objectives(problem, await optimum(cpu, problem, REFERENCE_TOLERANCE)) : undefined;
  },

  /** How many iterations a contender needs to the objective; gives up after `maximum` or `seconds`. */
  async count(name: string, { maximum, from, every, seconds, rate }: CountOptions) {
    if (!best) throw new Error('No reference was asked for.');
    const reference = best;
    let [iterations, gap, watching] = [0, Infinity, 0];
    const started = performance.now();
    const seen = (iteration: number, weights: Float32Array | Float64Array): boolean => {
      const before = performance.now();
      gap = worstGap(objectives(problem, weights), reference);
      iterations = iteration;
      watching += performance.now() - before;
      return gap <= TARGET_GAP || before - started > 1000 * seconds;
    };
    await contender(name).solve(problem, maximum, { rate, watch: { from, every, seen } });
    const milliseconds = performance.now() - started - watching;
    return { iterations, gap, reached: gap <= TARGET_GAP, milliseconds };
  },

  /** One run from typed arrays to weights. */
  async time(name: string, iterations: number, rate?: number) {
    const started = performance.now();
    const weights = await contender(name).solve(problem, iterations, { rate });
    const milliseconds = performance.now() - started;
    return { milliseconds, gap: best ? worstGap(objectives(problem, weights), best) : undefined };
  },

  async loadHidden(pairs: number, dimension: number): Promise<void> {
    hidden = await hiddenProblem(pairs, dimension);
  },

  /** One run of a hidden layer from typed arrays to parameters, and the mean loss it ends at. */
  async timeHidden(name: string, epochs: number) {
    const started = performance.now();
    const parameters = await contender(name).trainHidden(hidden, epochs);
    const milliseconds = performance.now() - started;
    return { milliseconds, loss: hiddenLoss(hidden, parameters) };
  },

  /** Speed of one matrix product, GFLOP/s. */
  async product(name: string, rows: number, columns: number, inner: number, repeats: number) {
    const random = createRandom(3);
    const length = Math.max(rows, columns) * inner;
    const data = Float32Array.from({ length }, () => random.next() - 0.5);
    const milliseconds = await contender(name).product(rows, columns, inner, data, repeats);
    return (2 * rows * columns * inner * repeats) / milliseconds / 1e6;
  },

  async modelSpeed(device: ModelDevice) {
    return { device, reading: await readingSpeed(device), tokensPerSecond: await writingSpeed(device) };
  },

  async everyday() {
    return {
      encoderMicroseconds: encoderMicroseconds(),
      candidatesPerSecond: candidatesPerSecond(),
      judgmentMilliseconds: await judgmentMilliseconds((await openProcessor()).backend),
    };
  },
};

export type Bench = typeof bench;

declare global {
  interface Window {
    bench: Bench;
  }
}

window.bench = bench;
