/** Launch of lineCurvature. Shapes stand in lineCurvature.cpu.ts. */
import { chunks, LINE_CHUNK } from '../../layout.ts';
import type { GpuKernel } from '../gpuKernel.ts';
import source from './lineCurvature.wgsl?raw';

export const lineCurvature: GpuKernel = {
  name: 'lineCurvature',
  source,
  bindings: ['rowWeights', 'margins', 'projections', 'sums'],
  constants: () => ({ workgroup_size: 64, rows_per_chunk: LINE_CHUNK }),
  workgroups: ({ pairs, heads }, { workgroup_size }) =>
    Math.ceil((chunks(pairs, LINE_CHUNK) * heads) / workgroup_size),
};
