/** Launch of chooseStep. Shapes stand in chooseStep.cpu.ts. */
import { LINE_CHUNK } from '../../layout.ts';
import type { GpuKernel } from '../gpuKernel.ts';
import source from './chooseStep.wgsl?raw';

export const chooseStep: GpuKernel = {
  name: 'chooseStep',
  source,
  bindings: ['lineSums', 'directions', 'scalars', 'weights'],
  constants: () => ({ workgroup_size: 64, rows_per_chunk: LINE_CHUNK }),
  workgroups: ({ heads }) => heads,
};
