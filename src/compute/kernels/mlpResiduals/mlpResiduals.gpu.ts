/** Launch of mlpResiduals. Shapes stand in mlpResiduals.cpu.ts. */
import type { GpuKernel } from '../gpuKernel.ts';
import source from './mlpResiduals.wgsl?raw';

export const mlpResiduals: GpuKernel = {
  name: 'mlpResiduals',
  source,
  bindings: ['activations', 'units', 'order', 'clock', 'rowWeights', 'targetMargins', 'slopes', 'residuals'],
  constants: () => ({ workgroup_size: 64 }),
  workgroups: ({ pairs, heads, hidden = 1 }, { workgroup_size }) =>
    Math.ceil(((pairs / 2) * (heads / hidden)) / workgroup_size),
};
