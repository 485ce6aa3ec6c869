/** Flags of the WebGPU specification (§5.1, §5.3), which TypeScript's DOM library leaves out. */
export const BUFFER_USAGE = {
  mapRead: 0x0001,
  copySource: 0x0004,
  copyTarget: 0x0008,
  uniform: 0x0040,
  storage: 0x0080,
} as const;

export const MAP_MODE_READ = 0x0001;
