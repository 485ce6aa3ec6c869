/** Launch of gatherBatch. Shapes stand in gatherBatch.cpu.ts. */
import type { GpuKernel } from '../gpuKernel.ts';
import source from './gatherBatch.wgsl?raw';

export const gatherBatch: GpuKernel = {
  name: 'gatherBatch',
  source,
  bindings: ['features', 'rows', 'order', 'clock', 'batch'],
  constants: () => ({ workgroup_size: 64 }),
  workgroups: ({ pairs, dimension }, { workgroup_size }) =>
    Math.ceil((pairs * dimension) / 4 / workgroup_size),
};
