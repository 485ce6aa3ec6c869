/** Launch of advanceMargins. Shapes stand in advanceMargins.cpu.ts. */
import type { GpuKernel } from '../gpuKernel.ts';
import source from './advanceMargins.wgsl?raw';

export const advanceMargins: GpuKernel = {
  name: 'advanceMargins',
  source,
  bindings: ['rowWeights', 'projections', 'scalars', 'margins', 'residuals'],
  constants: () => ({ workgroup_size: 64 }),
  workgroups: ({ pairs, heads }, { workgroup_size }) => Math.ceil((pairs * heads) / workgroup_size),
};
