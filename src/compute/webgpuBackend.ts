/**
 * The kernels on WebGPU. Dispatches gather in one command buffer until something is read; pipelines are compiled once
 * per kernel and constants. Any fault of the device (lost, out of memory, refused by validation) surfaces as
 * `device-lost` from the next `read`, so that the caller can finish elsewhere.
 */
import { PalateError } from '../core/palateError.ts';
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
  #fault?: string;

  constructor(opened: OpenedDevice, quads: boolean) {
    this.#device = opened.device;
    this.adapter = opened.adapterName;
    this.#traits = { quads: quads && opened.subgroups, software: opened.software };
    void opened.device.lost.then((info) => {
      this.#fault = info.message || info.reason || 'no reason given';
    });
    opened.device.addEventListener('uncapturederror', (event) => {
      this.#fault ??= event.error.message;
    });
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
    const encoder = this.#closePass();
    encoder.copyBufferToBuffer(buffer, 0, staging, 0, buffer.size);
    this.#device.queue.submit([encoder.finish()]);
    try {
      await staging.mapAsync(MAP_MODE_READ);
    } catch (error) {
      // The reason of a loss arrives in a later task than the failed mapping.
      await Promise.resolve();
      throw lost(this.#fault ?? (error instanceof Error ? error.message : String(error)), error);
    }
    if (this.#fault !== undefined) throw lost(this.#fault);
    const data = new Float32Array(staging.getMappedRange().slice(0)).subarray(0, tensor.length);
    staging.destroy();
    return data;
  }

  release(tensors: Iterable<Tensor>): void {
    // What is queued may use them: it goes out first, or the next submission would carry destroyed buffers.
    if (this.#encoder) this.#device.queue.submit([this.#closePass().finish()]);
    for (const tensor of tensors) (tensor as GpuTensor).buffer.destroy();
  }

  dispose(): void {
    this.#device.destroy();
  }

  #allocate(label: string, length: number): GpuTensor {
    const buffer = this.#device.createBuffer({
      label,
      // Vector loads read whole quadruples.
      size: Math.ceil(Math.max(length, 4) / 4) * 16,
      usage: BUFFER_USAGE.storage | BUFFER_USAGE.copySource | BUFFER_USAGE.copyTarget,
    });
    return { label, length, buffer };
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
    const module = this.#device.createShaderModule({ label: kernel.name, code });
    try {
      const pipeline = await this.#device.createComputePipelineAsync({
        label: key,
        layout: 'auto',
        compute: { module, entryPoint: 'main', constants },
      });
      this.#pipelines.set(key, pipeline);
    } catch (error) {
      throw new PalateError('shader-failed', await describeFailure(kernel, code, module, error), {
        cause: error,
      });
    }
  }
}

function keyOf(kernel: GpuKernel, constants: Readonly<Record<string, number>>): string {
  return `${kernel.name} ${JSON.stringify(constants)}`;
}

function lost(reason: string, cause?: unknown): PalateError {
  return new PalateError('device-lost', reason, { cause });
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
  const reason = error instanceof Error ? error.message : String(error);
  return `The graphics program ${kernel.name} could not be compiled. ${[reason, ...found].join('\n')}`;
}
