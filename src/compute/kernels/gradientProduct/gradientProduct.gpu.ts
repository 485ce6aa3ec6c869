/** Launch of gradientProduct. Shapes stand in gradientProduct.cpu.ts. */
import { chunks, GRADIENT_CHUNK } from '../../layout.ts';
import { headsPerLane, productWorkgroup, type GpuKernel } from '../gpuKernel.ts';
import source from './gradientProduct.wgsl?raw';
import quadSource from './gradientProduct.quad.wgsl?raw';

export const gradientProduct: GpuKernel = {
  name: 'gradientProduct',
  source,
  quadSource,
  bindings: ['differences', 'residuals', 'partials'],
  constants: ({ heads }, traits) => ({
    workgroup_size: productWorkgroup(traits),
    rows_per_split: GRADIENT_CHUNK,
    ...(traits.quads ? { heads_per_lane: headsPerLane(heads) } : {}),
  }),
  workgroups: ({ pairs, dimension, heads }, { workgroup_size, heads_per_lane: width }) => {
    const splits = chunks(pairs, GRADIENT_CHUNK);
    if (width === undefined) {
      return Math.ceil((Math.ceil(heads / 8) * (dimension / 4) * splits) / workgroup_size);
    }
    // All quads of a workgroup work on one split.
    const tiles = Math.ceil(heads / (4 * width)) * Math.ceil(dimension / 16);
    return splits * Math.ceil((tiles * 4) / workgroup_size);
  },
};
