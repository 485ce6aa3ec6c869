/**
 * The kernels on WebGPU. Dispatches gather in one command buffer until something is read; pipelines are compiled once
 * per kernel and constants. Error scopes are open around everything that is queued; `read` closes them, so that a fault
 * of the device surfaces before any number that it may have spoilt: `device-lost`, `out-of-memory`, and `shader-failed`
 * for whatever a driver refuses. The caller then finishes elsewhere.
 */
import { PalateError, type ErrorCode, messageOf } from '../core/palateError.ts';
import type { Backend, KernelName, ProblemSize, Tensor } from './backend.ts';
import type { OpenedDevice } from './device.ts';
import { BUFFER_USAGE, MAP_MODE_READ } from './gpuConstants.ts';
import { adamStep } from './kernels/adamStep/adamStep.gpu.ts';
import { advanceMargins } from './kernels/advanceMargins/advanceMargins.gpu.ts';
import { chooseStep } from './kernels/chooseStep/chooseStep.gpu.ts';
import { gatherBatch } from './kernels/gatherBatch/gatherBatch.gpu.ts';
import type { DeviceTraits, GpuKernel } from './kernels/gpuKernel.ts';
import { gradientProduct } from './kernels/gradientProduct/gradientProduct.gpu.ts';
import { lineCurvature } from './kernels/lineCurvature/lineCurvature.gpu.ts';
import { lineLosses } from './kernels/lineLosses/lineLosses.gpu.ts';
import { marginProduct } from './kernels/marginProduct/marginProduct.gpu.ts';
import { mlpResiduals } from './kernels/mlpResiduals/mlpResiduals.gpu.ts';
import { mlpRewards } from './kernels/mlpRewards/mlpRewards.gpu.ts';
import { newtonStep } from './kernels/newtonStep/newtonStep.gpu.ts';
import { searchDirection } from './kernels/searchDirection/searchDirection.gpu.ts';

const KERNELS: readonly GpuKernel[] = [
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
];

/** The most workgroups one dimension of a dispatch may have. */
const MAX_GRID = 65535;

/** Faults that a scope catches, and what they are called here. */
const SCOPES: readonly (readonly [GPUErrorFilter, ErrorCode])[] = [
  ['out-of-memory', 'out-of-memory'],
  ['internal', 'shader-failed'],
  ['validation', 'shader-failed'],
];

interface GpuTensor extends Tensor {
  readonly buffer: GPUBuffer;
}

export class WebgpuBackend implements Backend {
  readonly kind = 'webgpu';
  readonly adapter: string;
  readonly alignment = 4;
  readonly unitRoundoff = 2 ** -24;
  readonly #device: GPUDevice;
  readonly #traits: DeviceTraits;
  readonly #pipelines = new Map<string, GPUComputePipeline>();
  readonly #sizes = new Map<string, GPUBuffer>();
  #encoder?: GPUCommandEncoder;
  #pass?: GPUComputePassEncoder;
  readonly #living = new Set<Tensor>();
  #loss?: string;

  constructor(opened: OpenedDevice, quads: boolean) {
    this.#device = opened.device;
    this.adapter = opened.adapterName;
    this.#traits = { quads: quads && opened.subgroups, software: opened.software };
    void opened.device.lost.then((info) => {
      this.#loss = info.message || info.reason || 'no reason given';
    });
    this.#openScopes();
  }

  async prepare(size: ProblemSize, kernels: readonly KernelName[]): Promise<void> {
    const needed = KERNELS.filter(({ name }) => kernels.includes(name));
    await Promise.all(needed.map((kernel) => this.#compile(kernel, kernel.constants(size, this.#traits))));
  }

  state(label: string, length: number, initial?: Float64Array): Tensor {
    const tensor = this.#allocate(label, length);
    if (initial) this.#device.queue.writeBuffer(tensor.buffer, 0, new Float32Array(initial));
    return tensor;
  }

  upload(label: string, data: Float32Array<ArrayBuffer>): Tensor {
    const tensor = this.#allocate(label, data.length);
    this.#device.queue.writeBuffer(tensor.buffer, 0, data);
    return tensor;
  }

  run(name: KernelName, tensors: Readonly<Record<string, Tensor>>, size: ProblemSize): void {
    const kernel = KERNELS.find((candidate) => candidate.name === name)!;
    const constants = kernel.constants(size, this.#traits);
    const pipeline = this.#pipelines.get(keyOf(kernel, constants));
    if (!pipeline) throw new Error(`${name} was run before \`prepare\` compiled it for this size.`);
    const buffers = kernel.bindings.map((binding) => (tensors[binding] as GpuTensor).buffer);
    const group = this.#device.createBindGroup({
      label: name,
      layout: pipeline.getBindGroupLayout(0),
      entries: [...buffers, this.#sizeBuffer(size)].map((buffer, binding) => ({
        binding,
        resource: { buffer },
      })),
    });
    const pass = this.#openPass();
    pass.setPipeline(pipeline);
    pass.setBindGroup(0, group);
    const workgroups = kernel.workgroups(size, constants);
    const width = Math.min(workgroups, MAX_GRID);
    pass.dispatchWorkgroups(width, Math.ceil(workgroups / width));
  }

  async read(tensor: Tensor): Promise<Float32Array> {
    const { buffer } = tensor as GpuTensor;
    const staging = this.#device.createBuffer({
      label: `readback of ${tensor.label}`,
      size: buffer.size,
      usage: BUFFER_USAGE.mapRead | BUFFER_USAGE.copyTarget,
    });
    try {
      const encoder = this.#closePass();
      encoder.copyBufferToBuffer(buffer, 0, staging, 0, buffer.size);
      this.#device.queue.submit([encoder.finish()]);
      const mapping = staging.mapAsync(MAP_MODE_READ).catch((error: unknown) => error);
      const fault = await this.#closeScopes();
      const refusal = await mapping;
      // The reason of a loss arrives in a later task than the failed mapping.
      if (refusal !== undefined) await Promise.race([this.#device.lost, settledSoon()]);
      if (this.#loss !== undefined) throw new PalateError('device-lost', this.#loss, { cause: refusal });
      if (fault) throw fault;
      if (refusal !== undefined) throw new PalateError('device-lost', messageOf(refusal), { cause: refusal });
      return new Float32Array(staging.getMappedRange().slice(0)).subarray(0, tensor.length);
    } finally {
      staging.destroy();
    }
  }

  release(tensors: Iterable<Tensor>): void {
    // What is queued may use them: it goes out first, or the next submission would carry destroyed buffers.
    if (this.#encoder) this.#device.queue.submit([this.#closePass().finish()]);
    for (const tensor of tensors) {
      (tensor as GpuTensor).buffer.destroy();
      this.#living.delete(tensor);
    }
    if (this.#living.size > 0) return;
    // Other pairs, another size: kept for ever, these would add up.
    for (const buffer of this.#sizes.values()) buffer.destroy();
    this.#sizes.clear();
  }

  dispose(): void {
    this.#device.destroy();
  }

  /** @throws PalateError `out-of-memory` where the device allows no buffer of this size */
  #allocate(label: string, length: number): GpuTensor {
    // Vector loads read whole quadruples.
    const size = Math.ceil(Math.max(length, 4) / 4) * 16;
    const { maxBufferSize, maxStorageBufferBindingSize } = this.#device.limits;
    const most = Math.min(maxBufferSize, maxStorageBufferBindingSize);
    if (size > most) {
      const [needed, allowed] = [Math.ceil(size / 2 ** 20), Math.floor(most / 2 ** 20)];
      throw new PalateError('out-of-memory', `${label}: ${needed} MB needed, ${allowed} MB allowed`);
    }
    const buffer = this.#device.createBuffer({
      label,
      size,
      usage: BUFFER_USAGE.storage | BUFFER_USAGE.copySource | BUFFER_USAGE.copyTarget,
    });
    const tensor = { label, length, buffer };
    this.#living.add(tensor);
    return tensor;
  }

  #openScopes(): void {
    for (const [filter] of SCOPES) this.#device.pushErrorScope(filter);
  }

  /** What went wrong since the scopes were opened; opens them again. */
  async #closeScopes(): Promise<PalateError | undefined> {
    // A lost device answers no question about scopes.
    const closing = SCOPES.toReversed().map(([, code]) =>
      this.#device.popErrorScope().then(
        (error) => error && new PalateError(code, error.message, { cause: error }),
        () => null,
      ),
    );
    this.#openScopes();
    return (await Promise.all(closing)).find((fault) => fault !== null);
  }

  #sizeBuffer({ pairs, dimension, heads, hidden = 0, rank = 0 }: ProblemSize): GPUBuffer {
    const numbers = Uint32Array.of(pairs, dimension, heads, hidden, rank, 0, 0, 0);
    const key = numbers.join();
    const known = this.#sizes.get(key);
    if (known) return known;
    const buffer = this.#device.createBuffer({
      label: `sizes ${key}`,
      size: numbers.byteLength,
      usage: BUFFER_USAGE.uniform | BUFFER_USAGE.copyTarget,
    });
    this.#device.queue.writeBuffer(buffer, 0, numbers);
    this.#sizes.set(key, buffer);
    return buffer;
  }

  #openPass(): GPUComputePassEncoder {
    this.#encoder ??= this.#device.createCommandEncoder({ label: 'training' });
    this.#pass ??= this.#encoder.beginComputePass({ label: 'training' });
    return this.#pass;
  }

  #closePass(): GPUCommandEncoder {
    this.#pass?.end();
    const encoder = this.#encoder ?? this.#device.createCommandEncoder({ label: 'readback' });
    this.#pass = undefined;
    this.#encoder = undefined;
    return encoder;
  }

  async #compile(kernel: GpuKernel, constants: Readonly<Record<string, number>>): Promise<void> {
    const key = keyOf(kernel, constants);
    if (this.#pipelines.has(key)) return;
    const code = (this.#traits.quads && kernel.quadSource) || kernel.source;
    // Its own fault is told below, with the source.
    this.#device.pushErrorScope('validation');
    const module = this.#device.createShaderModule({ label: kernel.name, code });
    void this.#device.popErrorScope().catch(() => null);
    try {
      const pipeline = await this.#device.createComputePipelineAsync({
        label: key,
        layout: 'auto',
        compute: { module, entryPoint: 'main', constants },
      });
      this.#pipelines.set(key, pipeline);
    } catch (error) {
      if (this.#loss !== undefined) throw new PalateError('device-lost', this.#loss, { cause: error });
      throw new PalateError('shader-failed', await describeFailure(kernel, code, module, error), {
        cause: error,
      });
    }
  }
}

function keyOf(kernel: GpuKernel, constants: Readonly<Record<string, number>>): string {
  return `${kernel.name} ${JSON.stringify(constants)}`;
}

function settledSoon(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 50));
}

async function describeFailure(
  kernel: GpuKernel,
  code: string,
  module: GPUShaderModule,
  error: unknown,
): Promise<string> {
  const lines = code.split('\n');
  const { messages } = await module.getCompilationInfo();
  const found = messages
    .filter((message) => message.type === 'error')
    .map(
      ({ lineNum, linePos, message }) => `${lineNum}:${linePos} ${message}\n  ${lines[lineNum - 1] ?? ''}`,
    );
  return `The graphics program ${kernel.name} could not be compiled. ${[messageOf(error), ...found].join('\n')}`;
}
