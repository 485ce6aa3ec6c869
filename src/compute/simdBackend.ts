/**
 * The processor's SIMD units: the kernels that go through all pairs in WebAssembly (`wasm/assembly/`), the kernels of
 * one head each as TypeScript twins, over one memory of float32 numbers. One thread, and operations that every engine
 * rounds alike: the same bytes everywhere.
 *
 * Memory is handed out from the bottom up; what lies above the highest tensor that lives is free again. Trainings release
 * all they have at their end, and one that is watched lets others come and go above it.
 */
import { fromBase64 } from '../core/base64.ts';
import { PalateError } from '../core/palateError.ts';
import type { Backend, KernelName, ProblemSize, Tensor } from './backend.ts';
import { TWINS } from './cpuBackend.ts';
import { LINE_SUMS } from './layout.ts';
import { KERNEL_BYTES } from './wasm/kernelBytes.ts';

const PAGE = 65536;
/** 2 GB: addresses stay positive, and engines grant no more everywhere. */
const MAXIMUM_PAGES = 32768;
const VECTOR = 16;
/** Address 0 belongs to nobody. */
const BOTTOM = VECTOR;

interface SimdTensor extends Tensor {
  /** Address of the first number, and of the first that belongs to others. */
  readonly at: number;
  readonly end: number;
}

type WasmKernel = (...addressesAndSizes: number[]) => void;

/** Arguments of a kernel in WebAssembly: tensors in this order, then scratch memory if it needs any, then sizes. */
interface Signature {
  readonly tensors: readonly string[];
  readonly scratch: boolean;
  readonly sizes: readonly ('pairs' | 'dimension' | 'heads')[];
}

const SIGNATURES: Readonly<Partial<Record<KernelName, Signature>>> = {
  marginProduct: {
    tensors: ['differences', 'directions', 'projections'],
    scratch: false,
    sizes: ['pairs', 'dimension', 'heads'],
  },
  gradientProduct: {
    tensors: ['differences', 'residuals', 'partials'],
    scratch: false,
    sizes: ['pairs', 'dimension', 'heads'],
  },
  lineCurvature: {
    tensors: ['rowWeights', 'margins', 'projections', 'sums'],
    scratch: true,
    sizes: ['pairs', 'heads'],
  },
  lineLosses: {
    tensors: ['rowWeights', 'margins', 'projections', 'scalars', 'lineSums'],
    scratch: true,
    sizes: ['pairs', 'heads'],
  },
  advanceMargins: {
    tensors: ['rowWeights', 'projections', 'scalars', 'margins', 'residuals'],
    scratch: true,
    sizes: ['pairs', 'heads'],
  },
};

/** @throws where WebAssembly, its SIMD or a memory that can grow is missing */
export async function openSimdBackend(): Promise<Backend> {
  const memory = new WebAssembly.Memory({ initial: 1, maximum: MAXIMUM_PAGES });
  const { instance } = await WebAssembly.instantiate(fromBase64(KERNEL_BYTES), { env: { memory } });
  return new SimdBackend(memory, instance.exports as Record<string, WasmKernel>);
}

class SimdBackend implements Backend {
  readonly kind = 'cpu';
  readonly alignment = 4;
  readonly unitRoundoff = 2 ** -24;
  readonly #memory: WebAssembly.Memory;
  readonly #kernels: Readonly<Record<string, WasmKernel>>;
  readonly #living = new Set<SimdTensor>();
  #top = BOTTOM;

  constructor(memory: WebAssembly.Memory, kernels: Readonly<Record<string, WasmKernel>>) {
    this.#memory = memory;
    this.#kernels = kernels;
  }

  prepare(): Promise<void> {
    return Promise.resolve();
  }

  /** @throws PalateError `out-of-memory` */
  state(label: string, length: number, initial?: Float64Array): Tensor {
    const tensor = this.#allocate(label, length);
    if (initial) this.#view(tensor).set(initial);
    return tensor;
  }

  /** @throws PalateError `out-of-memory` */
  upload(label: string, data: Float32Array<ArrayBuffer>): Tensor {
    const tensor = this.#allocate(label, data.length);
    this.#view(tensor).set(data);
    return tensor;
  }

  run(kernel: KernelName, tensors: Readonly<Record<string, Tensor>>, size: ProblemSize): void {
    const signature = SIGNATURES[kernel];
    if (signature) {
      this.#kernels[kernel](
        ...signature.tensors.map((name) => (tensors[name] as SimdTensor).at),
        ...(signature.scratch ? [this.#scratch(size.heads)] : []),
        ...signature.sizes.map((name) => size[name]),
      );
      return;
    }
    const views = Object.entries(tensors).map(([name, tensor]) => [name, this.#view(tensor)]);
    TWINS[kernel](Object.fromEntries(views) as Record<string, Float32Array>, size);
  }

  read(tensor: Tensor): Promise<Float32Array> {
    return Promise.resolve(this.#view(tensor).slice());
  }

  release(tensors: Iterable<Tensor>): void {
    for (const tensor of tensors) this.#living.delete(tensor as SimdTensor);
    this.#top = Math.max(BOTTOM, ...Array.from(this.#living, ({ end }) => end));
  }

  dispose(): void {
    this.release([...this.#living]);
  }

  /** Zeros, up to the next whole vector. */
  #allocate(label: string, length: number): SimdTensor {
    const at = this.#top;
    const end = at + Math.ceil((length * 4) / VECTOR) * VECTOR;
    this.#reach(end);
    new Uint8Array(this.#memory.buffer, at, end - at).fill(0);
    this.#top = end;
    const tensor = { label, length, at, end };
    this.#living.add(tensor);
    return tensor;
  }

  /** The address of free memory for one kernel: a step and six sums in every lane of a period of at most 4 · heads. */
  #scratch(heads: number): number {
    this.#reach(this.#top + (1 + LINE_SUMS) * heads * VECTOR);
    return this.#top;
  }

  #reach(end: number): void {
    const missing = Math.ceil((end - this.#memory.buffer.byteLength) / PAGE);
    if (missing <= 0) return;
    try {
      this.#memory.grow(missing);
    } catch (cause) {
      const megabytes = Math.ceil(end / 2 ** 20);
      throw new PalateError('out-of-memory', `${megabytes} MB of memory were asked for and not granted.`, {
        cause,
      });
    }
  }

  /** Made anew for every use: growing the memory detaches older ones. */
  #view(tensor: Tensor): Float32Array<ArrayBuffer> {
    const { at, length } = tensor as SimdTensor;
    return new Float32Array(this.#memory.buffer, at, length);
  }
}
