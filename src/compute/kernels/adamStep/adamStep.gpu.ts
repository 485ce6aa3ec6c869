/** Launch of adamStep. Shapes stand in adamStep.cpu.ts. */
import { GRADIENT_CHUNK } from '../../layout.ts';
import { productWorkgroup, type GpuKernel } from '../gpuKernel.ts';
import source from './adamStep.wgsl?raw';

export const adamStep: GpuKernel = {
  name: 'adamStep',
  source,
  bindings: ['partials', 'activations', 'slopes', 'weights', 'means', 'squares', 'units', 'clock'],
  constants: (_, traits) => ({ workgroup_size: productWorkgroup(traits), rows_per_split: GRADIENT_CHUNK }),
  workgroups: ({ heads }) => heads,
};
