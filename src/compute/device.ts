/** A graphics device for arithmetic, with the largest buffers the adapter allows. */

export interface OpenedDevice {
  readonly device: GPUDevice;
  /** Name for people: vendor, architecture, description, whatever the browser tells. */
  readonly adapterName: string;
  readonly software: boolean;
  readonly subgroups: boolean;
}

/** Undefined when the browser has no WebGPU or offers no adapter. */
export async function openDevice(): Promise<OpenedDevice | undefined> {
  // The library's type says it is always there; browsers without WebGPU and insecure pages lack it.
  const { gpu } = globalThis.navigator as { readonly gpu?: GPU };
  const adapter = await gpu?.requestAdapter({ powerPreference: 'high-performance' }).catch(() => null);
  if (!adapter) return undefined;
  const { limits, info } = adapter;
  const subgroups = adapter.features.has('subgroups');
  const device = await adapter.requestDevice({
    label: 'palate',
    requiredFeatures: subgroups ? ['subgroups'] : [],
    requiredLimits: {
      maxBufferSize: limits.maxBufferSize,
      maxStorageBufferBindingSize: limits.maxStorageBufferBindingSize,
    },
  });
  const names = [info.vendor, info.architecture, info.description].filter((name) => name !== '');
  const adapterName = [...new Set(names)].join(' ') || 'unnamed adapter';
  const software = info.isFallbackAdapter || /swiftshader|llvmpipe|software/iu.test(adapterName);
  return { device, adapterName, software, subgroups };
}
