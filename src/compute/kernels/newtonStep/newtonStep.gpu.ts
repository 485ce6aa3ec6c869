/** Launch of newtonStep. Shapes stand in newtonStep.cpu.ts. */
import { LINE_CHUNK } from '../../layout.ts';
import type { GpuKernel } from '../gpuKernel.ts';
import source from './newtonStep.wgsl?raw';

export const newtonStep: GpuKernel = {
  name: 'newtonStep',
  source,
  bindings: ['sums', 'scalars'],
  constants: () => ({ workgroup_size: 64, rows_per_chunk: LINE_CHUNK }),
  workgroups: ({ heads }, { workgroup_size }) => Math.ceil(heads / workgroup_size),
};
