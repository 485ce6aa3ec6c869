/** The graphics device as the page sees it, and what is worth running on it. */
import type { Weights } from '../core/hubListing.ts';
import type { BackendChoice } from '../storage/appStorage.ts';

export interface GraphicsDevice {
  /** One in software is slower than the processor. */
  readonly isReal: boolean;
  /** Whether it calculates with 16-bit numbers. */
  readonly hasHalf: boolean;
}

/** @returns undefined where the browser offers none */
export async function graphicsDevice(): Promise<GraphicsDevice | undefined> {
  // The library's type says it is always there; insecure pages and some browsers lack it.
  const gpu = navigator.gpu as GPU | undefined;
  const adapter = await gpu?.requestAdapter();
  return adapter
    ? { isReal: !adapter.info.isFallbackAdapter, hasHalf: adapter.features.has('shader-f16') }
    : undefined;
}

/** Whether sentence models run on the graphics device: one in software is used where it was asked for. */
export async function wantsWebgpu(choice: BackendChoice): Promise<boolean> {
  if (choice === 'cpu') return false;
  const graphics = await graphicsDevice();
  return graphics !== undefined && (choice === 'webgpu' || graphics.isReal);
}

/** Why weights cannot be run on this graphics device. */
export function graphicsProblem(graphics: GraphicsDevice | undefined, weights: Weights): string | undefined {
  if (!graphics) return 'This browser offers no graphics device.';
  return graphics.hasHalf || !weights.endsWith('16')
    ? undefined
    : 'The graphics device here cannot calculate with 16-bit numbers, which these weights are made of.';
}
