/**
 * Where arithmetic runs. One narrow interface, three implementations: WebGPU, the processor's SIMD units, and the
 * kernels' CPU twins. Training code is written once against it and never learns which device it runs on. Calls take
 * effect in the order they were made.
 */

/** Device memory that a backend owns; opaque outside it. State is float32, in the twins float64. */
export interface Tensor {
  readonly label: string;
  /** Number of elements. */
  readonly length: number;
}

/** Shape of one problem; every kernel reads the same numbers, in this order. */
export interface ProblemSize {
  readonly pairs: number;
  /** A multiple of the backend's `alignment`. */
  readonly dimension: number;
  readonly heads: number;
  /** Hidden units of one head; 0 or absent for linear heads. */
  readonly hidden?: number;
  /** Directions of the preconditioner; 0 or absent without one. */
  readonly rank?: number;
}

export type KernelName =
  | 'gradientProduct'
  | 'searchDirection'
  | 'marginProduct'
  | 'lineCurvature'
  | 'newtonStep'
  | 'lineLosses'
  | 'chooseStep'
  | 'advanceMargins'
  | MlpKernelName;

/** Kernels that only heads with a hidden layer need; there, `heads` counts the hidden units of all members. */
export type MlpKernelName = 'gatherBatch' | 'mlpResiduals' | 'adamStep' | 'mlpRewards';

export interface Backend {
  readonly kind: 'webgpu' | 'cpu';
  /** Name of the graphics adapter. */
  readonly adapter?: string;
  /** `ProblemSize.dimension` is padded to a multiple of this: 4 for vector loads, 1 in the twins. */
  readonly alignment: number;
  /** Relative rounding error of one operation on state: 2⁻²⁴ or 2⁻⁵³. */
  readonly unitRoundoff: number;
  /**
   * Compiles what these kernels need for this size.
   * @throws PalateError `shader-failed` with line and source
   */
  prepare(size: ProblemSize, kernels: readonly KernelName[]): Promise<void>;
  /**
   * Memory that kernels write, filled with `initial` or zeros.
   * @throws PalateError `out-of-memory`, as does `upload`
   */
  state(label: string, length: number, initial?: Float64Array): Tensor;
  /** Input that kernels only read; must not change while the tensor lives. */
  upload(label: string, data: Float32Array<ArrayBuffer>): Tensor;
  /** Queues one kernel. Tensors go by the names of the kernel's bindings. */
  run(kernel: KernelName, tensors: Readonly<Record<string, Tensor>>, size: ProblemSize): void;
  /**
   * Waits for everything queued and copies a tensor out.
   * @throws PalateError `device-lost`
   */
  read(tensor: Tensor): Promise<Float32Array | Float64Array>;
  release(tensors: Iterable<Tensor>): void;
  dispose(): void;
}
