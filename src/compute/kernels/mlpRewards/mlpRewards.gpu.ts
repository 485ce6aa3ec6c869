/** Launch of mlpRewards. Shapes stand in mlpRewards.cpu.ts. */
import type { GpuKernel } from '../gpuKernel.ts';
import source from './mlpRewards.wgsl?raw';

export const mlpRewards: GpuKernel = {
  name: 'mlpRewards',
  source,
  bindings: ['inputs', 'units', 'rewards'],
  constants: () => ({ workgroup_size: 64 }),
  workgroups: ({ pairs, heads, hidden = 1 }, { workgroup_size }) =>
    Math.ceil((pairs * (heads / hidden)) / workgroup_size),
};
