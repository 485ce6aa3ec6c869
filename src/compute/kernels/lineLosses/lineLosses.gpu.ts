/** Launch of lineLosses. Shapes stand in lineLosses.cpu.ts. */
import { chunks, LINE_CHUNK } from '../../layout.ts';
import type { GpuKernel } from '../gpuKernel.ts';
import source from './lineLosses.wgsl?raw';

export const lineLosses: GpuKernel = {
  name: 'lineLosses',
  source,
  bindings: ['rowWeights', 'margins', 'projections', 'scalars', 'lineSums'],
  constants: () => ({ workgroup_size: 64, rows_per_chunk: LINE_CHUNK }),
  workgroups: ({ pairs, heads }, { workgroup_size }) =>
    Math.ceil((chunks(pairs, LINE_CHUNK) * heads) / workgroup_size),
};
