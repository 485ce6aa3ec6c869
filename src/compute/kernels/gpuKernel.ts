/** How a kernel is launched: its source, its bindings in order, its constants and its grid. */
import type { KernelName, ProblemSize } from '../backend.ts';

/** What a launch may depend on. */
export interface DeviceTraits {
  /** Quad operations (`quadSwapX` …) are available and were seen to give right sums. */
  readonly quads: boolean;
  /** The adapter is a processor in disguise: four lanes a subgroup, nothing to gain from wide workgroups. */
  readonly software: boolean;
}

export interface GpuKernel {
  readonly name: KernelName;
  readonly source: string;
  /** Preferred where quads are available. */
  readonly quadSource?: string;
  /** Tensor names in binding order; the uniform `Sizes` comes after them. */
  readonly bindings: readonly string[];
  /** Values of the WGSL `override` constants; `workgroup_size` is always among them. */
  readonly constants: (size: ProblemSize, traits: DeviceTraits) => Readonly<Record<string, number>>;
  /** Workgroups of one dispatch, however many; folding into two dimensions happens in the backend. */
  readonly workgroups: (size: ProblemSize, constants: Readonly<Record<string, number>>) => number;
}

const WIDEST = 5;

/**
 * Heads one lane of a quad owns, 1 to 5: the width that costs least loads, counting the padding of the last tile; the
 * widest among equals. 40 heads become two tiles of 20, where tiles of 16 would pad to 48.
 */
export function headsPerLane(heads: number): number {
  let best = 1;
  let bestCost = Infinity;
  for (let width = 1; width <= WIDEST; width++) {
    // A tile loads four of its own row block plus one a head.
    const cost = Math.ceil(heads / (4 * width)) * (4 + width);
    if (cost <= bestCost) [best, bestCost] = [width, cost];
  }
  return best;
}

/** Wide workgroups for real adapters; on a software adapter one quad each spreads best over its threads. */
export function productWorkgroup({ software }: DeviceTraits): number {
  return software ? 4 : 64;
}
