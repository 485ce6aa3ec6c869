/**
 * The generator worker over the tiny language model; the name of a worker says which file of it is damaged at its first
 * opening.
 */
import asyncifyMjs from 'onnxruntime-web/ort-wasm-simd-threaded.asyncify.mjs?url';
import asyncifyWasm from 'onnxruntime-web/ort-wasm-simd-threaded.asyncify.wasm?url';
import { useRuntime } from '../../src/encoder/transformers.ts';
import { GeneratorService } from '../../workers/generatorService.ts';
import { serve } from '../../workers/serve.ts';
import { tinyLanguageModel } from './tinyModels/tinyLanguageModel.ts';

useRuntime({ mjs: asyncifyMjs, wasm: asyncifyWasm }, 1);

let isFirst = true;

serve(
  new GeneratorService(() => {
    const files = new Map([...tinyLanguageModel()].map(([path, bytes]) => [path, new Blob([bytes])]));
    if (self.name && isFirst) files.set(self.name, new Blob([new Uint8Array(1_000)]));
    isFirst = false;
    return Promise.resolve(files);
  }),
);
