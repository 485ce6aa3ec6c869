/** The kernels' twins as a backend: the same program on the processor, with its state in float64. */
import type { Backend, KernelName, Tensor } from './backend.ts';
import { adamStep } from './kernels/adamStep/adamStep.cpu.ts';
import { advanceMargins } from './kernels/advanceMargins/advanceMargins.cpu.ts';
import { chooseStep } from './kernels/chooseStep/chooseStep.cpu.ts';
import { gatherBatch } from './kernels/gatherBatch/gatherBatch.cpu.ts';
import { gradientProduct } from './kernels/gradientProduct/gradientProduct.cpu.ts';
import { lineCurvature } from './kernels/lineCurvature/lineCurvature.cpu.ts';
import { lineLosses } from './kernels/lineLosses/lineLosses.cpu.ts';
import { marginProduct } from './kernels/marginProduct/marginProduct.cpu.ts';
import { mlpResiduals } from './kernels/mlpResiduals/mlpResiduals.cpu.ts';
import { mlpRewards } from './kernels/mlpRewards/mlpRewards.cpu.ts';
import { newtonStep } from './kernels/newtonStep/newtonStep.cpu.ts';
import { searchDirection } from './kernels/searchDirection/searchDirection.cpu.ts';
import type { FloatArray, Twin } from './kernels/twin.ts';

/** Every kernel in TypeScript, on arrays of float32 or float64. */
export const TWINS: Readonly<Record<KernelName, Twin>> = {
  gradientProduct,
  searchDirection,
  marginProduct,
  lineCurvature,
  newtonStep,
  lineLosses,
  chooseStep,
  advanceMargins,
  gatherBatch,
  mlpResiduals,
  adamStep,
  mlpRewards,
};

interface CpuTensor extends Tensor {
  readonly data: FloatArray;
}

export function createCpuBackend(): Backend {
  return {
    kind: 'cpu',
    alignment: 1,
    unitRoundoff: 2 ** -53,
    prepare: () => Promise.resolve(),
    state: (label, length, initial): CpuTensor => ({
      label,
      length,
      data: initial?.slice() ?? new Float64Array(length),
    }),
    upload: (label, data): CpuTensor => ({ label, length: data.length, data }),
    run(kernel, tensors, size) {
      const arrays = Object.entries(tensors).map(([name, tensor]) => [name, (tensor as CpuTensor).data]);
      TWINS[kernel](Object.fromEntries(arrays) as Record<string, FloatArray>, size);
    },
    read: (tensor) => Promise.resolve((tensor as CpuTensor).data.slice()),
    release: () => undefined,
    dispose: () => undefined,
  };
}
