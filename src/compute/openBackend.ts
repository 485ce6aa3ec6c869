/**
 * Chooses where arithmetic runs, and says why in words for a person. WebGPU is first asked for a sum whose answer is
 * known; `auto` then measures one pair of products on both sides and keeps the faster one, because a software adapter
 * usually loses to the processor.
 */
import { PalateError } from '../core/palateError.ts';
import { createRandom } from '../core/random.ts';
import type { Backend, ProblemSize } from './backend.ts';
import { createCpuBackend } from './cpuBackend.ts';
import { openDevice, type OpenedDevice } from './device.ts';
import { chunks, GRADIENT_CHUNK } from './layout.ts';
import { WebgpuBackend } from './webgpuBackend.ts';

export interface OpenedBackend {
  readonly backend: Backend;
  /** One sentence: what runs, and why. */
  readonly reason: string;
}

export type BackendChoice = 'auto' | 'webgpu' | 'cpu';

const SAME = 'Results are the same.';
/** About 10 ms of work on one core of a laptop. */
const PROBE: ProblemSize = { pairs: 1024, dimension: 128, heads: 40 };

/** @throws PalateError `no-webgpu` when WebGPU was asked for and cannot be used */
export async function openBackend(choice: BackendChoice): Promise<OpenedBackend> {
  const cpu = createCpuBackend();
  if (choice === 'cpu') return { backend: cpu, reason: 'The processor was asked for.' };
  const opened = await openDevice();
  if (!opened) {
    const reason = 'This browser offers no WebGPU here';
    if (choice === 'webgpu') throw new PalateError('no-webgpu', `${reason}. Choose the processor instead.`);
    return { backend: cpu, reason: `${reason}, so the processor does the work. ${SAME}` };
  }
  const gpu = await openTested(opened);
  if (!gpu) {
    const reason = `The graphics adapter (${opened.adapterName}) failed a sum with a known answer`;
    if (choice === 'webgpu') throw new PalateError('no-webgpu', `${reason}. Choose the processor instead.`);
    return { backend: cpu, reason: `${reason}, so the processor does the work.` };
  }
  if (choice === 'webgpu') return { backend: gpu, reason: `WebGPU was asked for (${gpu.adapter}).` };
  return fasterOf(cpu, gpu);
}

/** The quad kernels where they add right, the plain ones where only those do, nothing where neither does. */
async function openTested(opened: OpenedDevice): Promise<WebgpuBackend | undefined> {
  for (const quads of opened.subgroups ? [true, false] : [false]) {
    const backend = new WebgpuBackend(opened, quads);
    if (await addsRight(backend).catch(() => false)) return backend;
  }
  opened.device.destroy();
  return undefined;
}

/** Small whole numbers: every order of summation must give exactly the processor's answer. */
async function addsRight(backend: Backend): Promise<boolean> {
  const size = { pairs: 37, dimension: 20, heads: 11 };
  const [onDevice, onCpu] = [await openProducts(backend, size), await openProducts(createCpuBackend(), size)];
  const [found, expected] = [await onDevice.run(), await onCpu.run()];
  onDevice.release();
  return expected.every((value, index) => value === found[index]);
}

interface Products {
  /** Both matrix products, read back: margins, then the gradient with its partial sums added up. */
  run(): Promise<number[]>;
  release(): void;
}

/** The two products that training spends its time on, over seeded whole numbers. */
async function openProducts(backend: Backend, size: ProblemSize): Promise<Products> {
  await backend.prepare(size, ['marginProduct', 'gradientProduct']);
  const { pairs, dimension, heads } = size;
  const random = createRandom(1);
  const whole = (length: number): Float32Array<ArrayBuffer> =>
    Float32Array.from({ length }, () => random.integer(7) - 3);
  const splits = chunks(pairs, GRADIENT_CHUNK);
  const tensors = {
    differences: backend.upload('probe differences', whole(pairs * dimension)),
    directions: backend.upload('probe directions', whole(heads * dimension)),
    residuals: backend.upload('probe residuals', whole(pairs * heads)),
    projections: backend.state('probe projections', pairs * heads),
    partials: backend.state('probe partials', splits * heads * dimension),
  };
  const { differences, directions, residuals, projections, partials } = tensors;
  return {
    async run() {
      backend.run('marginProduct', { differences, directions, projections }, size);
      backend.run('gradientProduct', { differences, residuals, partials }, size);
      const margins = await backend.read(projections);
      const parts = await backend.read(partials);
      const gradient = Array.from({ length: heads * dimension }, (_, i) => {
        let sum = 0;
        for (let split = 0; split < splits; split++) sum += parts[split * heads * dimension + i];
        return sum;
      });
      return [...margins, ...gradient];
    },
    release: () => backend.release(Object.values(tensors)),
  };
}

async function fasterOf(cpu: Backend, gpu: WebgpuBackend): Promise<OpenedBackend> {
  const [onCpu, onGpu] = [await probeMs(cpu), await probeMs(gpu)];
  const figures = `${onGpu.toFixed(0)} ms on ${gpu.adapter}, ${onCpu.toFixed(0)} ms on the processor`;
  if (onGpu < onCpu) return { backend: gpu, reason: `WebGPU was faster in a short test: ${figures}.` };
  gpu.dispose();
  return {
    backend: cpu,
    reason: `The processor was faster in a short test: ${figures}. ${SAME}`,
  };
}

/** The best of three runs after one that warms up. */
async function probeMs(backend: Backend): Promise<number> {
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
