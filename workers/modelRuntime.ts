/** What every worker that runs models begins with: the runtime's files, and the models that lie on this device. */
import asyncifyMjs from 'onnxruntime-web/ort-wasm-simd-threaded.asyncify.mjs?url';
import asyncifyWasm from 'onnxruntime-web/ort-wasm-simd-threaded.asyncify.wasm?url';
import jspiMjs from 'onnxruntime-web/ort-wasm-simd-threaded.jspi.mjs?url';
import jspiWasm from 'onnxruntime-web/ort-wasm-simd-threaded.jspi.wasm?url';
import { useRuntime } from '../src/encoder/transformers.ts';
import { ModelShelf } from './modelShelf.ts';

/**
 * Whole files of a model by their path within it. They are checked against their hashes again at the first use of a
 * session, since what lies on a disk can change; not where only their settings are read.
 * @throws PalateError `model-missing`
 */
export type OpenModel = (id: string, isChecked: boolean) => Promise<ReadonlyMap<string, Blob>>;

/** Before a worker opens its first model. */
export function useOwnRuntime(): void {
  // Where WebAssembly can wait for a promise by itself, its runtime is 17 MB instead of 27.
  const runtime =
    'Suspending' in WebAssembly ? { mjs: jspiMjs, wasm: jspiWasm } : { mjs: asyncifyMjs, wasm: asyncifyWasm };
  // Threads would load their script by an address that is no policy's: Trusted Types refuse it.
  useRuntime(runtime, 1);
}

export const openKept: OpenModel = async (id, isChecked) => {
  const shelf = await ModelShelf.open();
  if (isChecked) for (const path of (await shelf.open(id)).keys()) await shelf.verify(id, path);
  return shelf.open(id);
};
