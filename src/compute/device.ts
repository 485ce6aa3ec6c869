/** A graphics device for arithmetic, with the largest buffers the adapter allows. */

export interface OpenedDevice {
  readonly device: GPUDevice;
  /** Name for people: vendor, architecture, description, whatever the browser tells. */
  readonly adapterName: string;
  readonly software: boolean;
  readonly subgroups: boolean;
}

/** A browser whose graphics process has just crashed may never answer. */
const PATIENCE_MS = 10_000;

/** Undefined when the browser has no WebGPU, or offers no adapter or no device of it. */
export async function openDevice(): Promise<OpenedDevice | undefined> {
  // The library's type says it is always there; browsers without WebGPU and insecure pages lack it.
  const { gpu } = globalThis.navigator as { readonly gpu?: GPU };
  const adapter = await answered(gpu?.requestAdapter({ powerPreference: 'high-performance' }));
  if (!adapter) return undefined;
  const { limits, info } = adapter;
  const subgroups = adapter.features.has('subgroups');
  const device = await answered(
    adapter.requestDevice({
      label: 'palate',
      requiredFeatures: subgroups ? ['subgroups'] : [],
      requiredLimits: {
        maxBufferSize: limits.maxBufferSize,
        maxStorageBufferBindingSize: limits.maxStorageBufferBindingSize,
      },
    }),
  );
  if (!device) return undefined;
  const names = [info.vendor, info.architecture, info.description].filter((name) => name !== '');
  const adapterName = [...new Set(names)].join(' ') || 'unnamed adapter';
  const software = info.isFallbackAdapter || /swiftshader|llvmpipe|software/iu.test(adapterName);
  return { device, adapterName, software, subgroups };
}

/** Undefined where the answer is a refusal, nothing, or late. */
async function answered<T>(question: Promise<T | null> | undefined): Promise<T | undefined> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<undefined>((resolve) => {
    timer = setTimeout(() => resolve(undefined), PATIENCE_MS);
  });
  try {
    return (await Promise.race([question, late])) ?? undefined;
  } catch {
    return undefined;
  } finally {
    clearTimeout(timer);
  }
}
