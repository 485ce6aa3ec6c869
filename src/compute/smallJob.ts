/** The one rule about backends that needs no measurement; the benchmark judges the app's choice by it too. */
import type { ProblemSize } from './backend.ts';

/** Below about 10⁷ products an iteration, starting a graphics device costs more than it saves. */
const SMALL_JOB = 1e7;

/** Whether a job is left to the processor without asking for a graphics device. */
export function isSmallJob({ pairs, dimension, heads }: ProblemSize): boolean {
  return pairs * dimension * heads < SMALL_JOB;
}
