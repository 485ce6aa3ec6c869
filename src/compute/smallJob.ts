/** The one rule about backends that needs no measurement; the benchmark judges the app's choice by it too. */
import type { HeadKind } from '../core/rewardHead.ts';
import type { ProblemSize } from './backend.ts';

/**
 * Products of one pass over the data below which starting a graphics device costs more than it saves. A pass of a
 * linear head is an iteration; of a hidden layer, an epoch's way forward.
 */
const SMALL_JOB: Readonly<Record<HeadKind, number>> = { linear: 1e7, mlp: 3e7 };

/** Whether a job is left to the processor without asking for a graphics device. `heads`: columns of the product. */
export function isSmallJob({ pairs, dimension, heads }: ProblemSize, kind: HeadKind): boolean {
  return pairs * dimension * heads < SMALL_JOB[kind];
}
