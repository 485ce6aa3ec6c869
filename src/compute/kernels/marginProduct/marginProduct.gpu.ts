/** Launch of marginProduct. Shapes stand in marginProduct.cpu.ts. */
import { headsPerLane, productWorkgroup, type GpuKernel } from '../gpuKernel.ts';
import source from './marginProduct.wgsl?raw';
import quadSource from './marginProduct.quad.wgsl?raw';

export const marginProduct: GpuKernel = {
  name: 'marginProduct',
  source,
  quadSource,
  bindings: ['differences', 'directions', 'projections'],
  constants: ({ heads }, traits) => ({
    workgroup_size: productWorkgroup(traits),
    ...(traits.quads ? { heads_per_lane: headsPerLane(heads) } : {}),
  }),
  workgroups: ({ pairs, heads }, { workgroup_size, heads_per_lane: width }) => {
    const invocations =
      width === undefined
        ? Math.ceil(pairs / 4) * Math.ceil(heads / 8)
        : Math.ceil(pairs / 16) * Math.ceil(heads / (4 * width)) * 4;
    return Math.ceil(invocations / workgroup_size);
  },
};
