/**
 * Chooses where arithmetic runs, and says why in words for a person. WebGPU and the processor's SIMD kernels are first
 * asked for a sum whose answer is known; `auto` then measures one pair of products on both sides and keeps the faster
 * one, because a software adapter usually loses to the processor.
 */
import { PalateError } from '../core/palateError.ts';
import type { Backend } from './backend.ts';
import { openDevice, type OpenedDevice } from './device.ts';
import { openProcessor, type Processor } from './openProcessor.ts';
import { addsRight, probeMs } from './probe.ts';
import { WebgpuBackend } from './webgpuBackend.ts';

export interface OpenedBackend {
  readonly backend: Backend;
  /** One sentence: what runs, and why. */
  readonly reason: string;
}

export type BackendChoice = 'auto' | 'webgpu' | 'cpu';

const SAME = 'Results are the same.';
/** @throws PalateError `no-webgpu` when WebGPU was asked for and cannot be used */
export async function openBackend(choice: BackendChoice): Promise<OpenedBackend> {
  if (choice === 'cpu') {
    const { backend, how } = await openProcessor();
    return { backend, reason: `The processor was asked for (${how}).` };
  }
  const opened = await openDevice();
  if (!opened) return insteadOfGpu(choice, 'This browser offers no WebGPU here', SAME);
  const gpu = await openTested(opened);
  if (!gpu) {
    return insteadOfGpu(
      choice,
      `The graphics adapter (${opened.adapterName}) failed a sum with a known answer`,
    );
  }
  if (choice === 'webgpu') return { backend: gpu, reason: `WebGPU was asked for (${gpu.adapter}).` };
  return fasterOf(await openProcessor(), gpu);
}

async function insteadOfGpu(choice: BackendChoice, problem: string, promise = ''): Promise<OpenedBackend> {
  if (choice === 'webgpu') throw new PalateError('no-webgpu', `${problem}. Choose the processor instead.`);
  const { backend, how } = await openProcessor();
  return { backend, reason: `${problem}, so the processor (${how}) does the work. ${promise}`.trimEnd() };
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

async function fasterOf({ backend: cpu, how }: Processor, gpu: WebgpuBackend): Promise<OpenedBackend> {
  // A device that fails the test has lost it.
  const [onCpu, onGpu] = [await probeMs(cpu), await probeMs(gpu).catch(() => Infinity)];
  if (onGpu === Infinity) {
    gpu.dispose();
    const problem = `The graphics adapter (${gpu.adapter}) failed in a short test`;
    return { backend: cpu, reason: `${problem}, so the processor (${how}) does the work. ${SAME}` };
  }
  const figures = `${onGpu.toFixed(1)} ms on ${gpu.adapter}, ${onCpu.toFixed(1)} ms on the processor (${how})`;
  if (onGpu < onCpu) return { backend: gpu, reason: `WebGPU was faster in a short test: ${figures}.` };
  gpu.dispose();
  return { backend: cpu, reason: `The processor was faster in a short test: ${figures}. ${SAME}` };
}
