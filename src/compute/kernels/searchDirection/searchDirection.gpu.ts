/** Launch of searchDirection. Shapes stand in searchDirection.cpu.ts. */
import { GRADIENT_CHUNK } from '../../layout.ts';
import { productWorkgroup, type GpuKernel } from '../gpuKernel.ts';
import source from './searchDirection.wgsl?raw';

export const searchDirection: GpuKernel = {
  name: 'searchDirection',
  source,
  bindings: ['partials', 'weights', 'gradients', 'directions', 'steps', 'changes', 'scalars', 'basis'],
  constants: (_, traits) => ({ workgroup_size: productWorkgroup(traits), rows_per_split: GRADIENT_CHUNK }),
  workgroups: ({ heads }) => heads,
};
