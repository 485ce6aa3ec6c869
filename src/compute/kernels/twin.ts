/** The form of a CPU twin: the same bindings as its kernel, as arrays. */
import type { ProblemSize } from '../backend.ts';

export type FloatArray = Float32Array | Float64Array;
export type Twin = (tensors: Readonly<Record<string, FloatArray>>, size: ProblemSize) => void;
