/** Launch of chooseStep. Shapes stand in chooseStep.cpu.ts. */
import { LINE_CHUNK } from '../../layout.ts';
import { productWorkgroup, type GpuKernel } from '../gpuKernel.ts';
import source from './chooseStep.wgsl?raw';

export const chooseStep: GpuKernel = {
  name: 'chooseStep',
  source,
  bindings: ['lineSums', 'directions', 'scalars', 'weights'],
  constants: (_, traits) => ({ workgroup_size: productWorkgroup(traits), rows_per_chunk: LINE_CHUNK }),
  workgroups: ({ heads }) => heads,
};
