/** Launch of gatherBatch. Shapes stand in gatherBatch.cpu.ts. */
import { productWorkgroup, type GpuKernel } from '../gpuKernel.ts';
import source from './gatherBatch.wgsl?raw';

export const gatherBatch: GpuKernel = {
  name: 'gatherBatch',
  source,
  bindings: ['features', 'rows', 'order', 'clock', 'batch'],
  constants: (_, traits) => ({ workgroup_size: productWorkgroup(traits) }),
  workgroups: ({ pairs }) => pairs,
};
