/** A graphics device that fails on purpose: the browser's own functions are replaced until it is mended. */
export type DeviceFault =
  /** Gone before the numbers of this readback are there. */
  | { readonly kind: 'destroyed'; readonly at: number }
  /** No memory for this buffer. */
  | { readonly kind: 'no memory'; readonly at: number }
  /** What is read back is this number all over, from this readback on. */
  | { readonly kind: 'wrong numbers'; readonly at: number; readonly value: number }
  /** The program of this kernel does not compile. */
  | { readonly kind: 'broken program'; readonly kernel: string }
  /** Bytes a binding may have. */
  | { readonly kind: 'small limit'; readonly bytes: number }
  | { readonly kind: 'no adapter' | 'adapter refuses' | 'no device' };

export interface BrokenDevice {
  happened(): boolean;
  mend(): void;
}

export function breakDevice(fault: DeviceFault): BrokenDevice {
  let [count, happened] = [0, false];
  const isDue = (at: number): boolean => {
    if (count++ !== at) return false;
    happened = true;
    return true;
  };
  const mends = replacements(fault, isDue, () => (happened = true));
  return { happened: () => happened, mend: () => mends.forEach((mend) => mend()) };
}

type Mend = () => void;

function replacements(fault: DeviceFault, isDue: (at: number) => boolean, tell: () => void): Mend[] {
  switch (fault.kind) {
    case 'destroyed': {
      const devices = new WeakMap<GPUBuffer, GPUDevice>();
      return [
        replaced(
          GPUDevice.prototype,
          'createBuffer',
          (create) =>
            function (descriptor) {
              const buffer = create.call(this, descriptor);
              devices.set(buffer, this);
              return buffer;
            },
        ),
        replaced(
          GPUBuffer.prototype,
          'mapAsync',
          (map) =>
            function (...args) {
              if (isDue(fault.at)) devices.get(this)!.destroy();
              return map.apply(this, args);
            },
        ),
      ];
    }
    case 'no memory':
      return [
        replaced(
          GPUDevice.prototype,
          'createBuffer',
          (create) =>
            function (descriptor) {
              const size = isDue(fault.at) ? this.limits.maxBufferSize : descriptor.size;
              return create.call(this, { ...descriptor, size });
            },
        ),
      ];
    case 'wrong numbers': {
      let reads = 0;
      return [
        replaced(
          GPUBuffer.prototype,
          'getMappedRange',
          (range) =>
            function (...args) {
              const bytes = range.apply(this, args);
              if (reads++ < fault.at) return bytes;
              tell();
              return new Float32Array(bytes.byteLength / 4).fill(fault.value).buffer;
            },
        ),
      ];
    }
    case 'broken program':
      return [
        replaced(
          GPUDevice.prototype,
          'createShaderModule',
          (create) =>
            function (descriptor) {
              if (descriptor.label !== fault.kernel) return create.call(this, descriptor);
              tell();
              return create.call(this, { ...descriptor, code: 'fn main() { this is no program }' });
            },
        ),
      ];
    case 'small limit': {
      const { prototype } = GPUSupportedLimits;
      const own = Object.getOwnPropertyDescriptor(prototype, 'maxStorageBufferBindingSize')!;
      const get = (): number => {
        tell();
        return fault.bytes;
      };
      Object.defineProperty(prototype, 'maxStorageBufferBindingSize', { ...own, get });
      return [() => Object.defineProperty(prototype, 'maxStorageBufferBindingSize', own)];
    }
    case 'no adapter':
      return [replaced(GPU.prototype, 'requestAdapter', () => () => (tell(), Promise.resolve(null)))];
    case 'adapter refuses':
      return [
        replaced(GPU.prototype, 'requestAdapter', () => () => (tell(), Promise.reject(new Error('refused')))),
      ];
    case 'no device':
      return [
        replaced(
          GPUAdapter.prototype,
          'requestDevice',
          () => () => (tell(), Promise.reject(new DOMException('refused', 'OperationError'))),
        ),
      ];
  }
}

/** Replaces a method. @returns puts it back */
function replaced<
  Name extends string,
  Method extends (...args: never[]) => unknown,
  Owner extends Record<Name, Method>,
>(
  prototype: Owner,
  name: Name,
  make: (own: Owner[Name]) => (this: Owner, ...args: Parameters<Owner[Name]>) => ReturnType<Owner[Name]>,
): Mend {
  const own = prototype[name];
  prototype[name] = make(own) as unknown as Owner[Name];
  return () => (prototype[name] = own);
}
