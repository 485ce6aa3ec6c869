/** The processor as a backend; apart from `openBackend.ts`, so that a terminal needs to know nothing of WebGPU. */
import type { Backend } from './backend.ts';
import { createCpuBackend } from './cpuBackend.ts';
import { addsRight } from './probe.ts';
import { openSimdBackend } from './simdBackend.ts';

export interface Processor {
  readonly backend: Backend;
  /** In words: "SIMD" or "without SIMD". */
  readonly how: string;
}

/** The SIMD kernels where this engine runs them and they add right, the plain twins elsewhere. */
export async function openProcessor(): Promise<Processor> {
  const simd = await openSimdBackend().catch(() => undefined);
  if (simd && (await addsRight(simd))) return { backend: simd, how: 'SIMD' };
  return { backend: createCpuBackend(), how: 'without SIMD' };
}
