import { openDevice } from '../../../src/compute/device.ts';
import { WebgpuBackend } from '../../../src/compute/webgpuBackend.ts';

/** @param quads whether the kernels' variants with quad operations run, where the adapter has them */
export async function openWebgpu(quads: boolean): Promise<WebgpuBackend> {
  const opened = await openDevice();
  if (!opened) throw new Error('This browser offers no WebGPU adapter; these tests need one.');
  return new WebgpuBackend(opened, quads);
}
