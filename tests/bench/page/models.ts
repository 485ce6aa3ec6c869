/**
 * What it costs to let a model read and write, with the tiny models that the tests make: their arithmetic is next to
 * nothing, so what is measured is our own code and the runtime, which real weights come on top of.
 */
import { AutoTokenizer } from '@huggingface/transformers';
import asyncifyMjs from 'onnxruntime-web/ort-wasm-simd-threaded.asyncify.mjs?url';
import asyncifyWasm from 'onnxruntime-web/ort-wasm-simd-threaded.asyncify.wasm?url';
import { createRandom } from '../../../src/core/random.ts';
import type { ModelDevice, SentenceChoice } from '../../../src/core/sentenceModel.ts';
import { sentenceEncoder } from '../../../src/encoder/sentence/sentenceEncoder.ts';
import { addUnit, pool, scaleToUnit, windowsFor } from '../../../src/encoder/sentence/windows.ts';
import { openFromFiles, useRuntime } from '../../../src/encoder/transformers.ts';
import { batchesOf } from '../../../workers/embedderService.ts';
import { GeneratorService } from '../../../workers/generatorService.ts';
import type { ModelFiles } from '../../helpers/tinyModels/modelFiles.ts';
import { ENCODER_POSITIONS, ENCODER_WIDTH, tinyEncoder } from '../../helpers/tinyModels/tinyEncoder.ts';
import { tinyLanguageModel } from '../../helpers/tinyModels/tinyLanguageModel.ts';
import { writeRequest } from '../../helpers/tinyModels/tinyWriter.ts';
import { median, writeText } from './everyday.ts';

/** Half of them prompts, half responses. */
const TEXTS = 512;
/** About as many tokens as the tiny model reads. */
const WORDS = 30;
const ROUNDS = 5;

const CHOICE: SentenceChoice = {
  model: {
    ...{ name: 'Tiny', source: 'palate/tiny-encoder', commit: 'none', weights: 'fp32' },
    ...{ dimension: ENCODER_WIDTH, pooling: 'mean', maxTokens: ENCODER_POSITIONS },
    ...{ promptPrefix: '', responsePrefix: '' },
  },
  longTexts: 'cut',
};

/** Microseconds per text; of features, per response. */
export interface ReadingSpeed {
  readonly tokenise: number;
  /** What is left of the whole. */
  readonly run: number;
  readonly pool: number;
  readonly features: number;
  readonly textsPerSecond: number;
}

const blobs = (files: ModelFiles) => new Map([...files].map(([path, bytes]) => [path, new Blob([bytes])]));

export async function readingSpeed(device: ModelDevice): Promise<ReadingSpeed> {
  useRuntime({ mjs: asyncifyMjs, wasm: asyncifyWasm }, 1);
  const random = createRandom(11);
  const texts = Array.from({ length: TEXTS }, () => writeText(random, WORDS));
  const batches = batchesOf(texts).map((batch) => batch.map((text) => texts[text]));
  const runtime = await openFromFiles(blobs(tinyEncoder()), CHOICE, device);
  const tokenizer = await AutoTokenizer.from_pretrained('model');
  const windowsOf = (text: string) => windowsFor(tokenizer, text, ENCODER_POSITIONS, false).windows;

  const whole = await perText(async () => {
    for (const batch of batches) await runtime.embed(batch);
  });
  const tokenise = await perText(() => batches.forEach((batch) => batch.forEach(windowsOf)));
  const outputs = batches.map((batch) => {
    const windows = batch.flatMap(windowsOf);
    const length = Math.max(...windows.map((window) => window.length));
    const states = Float32Array.from({ length: windows.length * length * ENCODER_WIDTH }, random.normal);
    return { windows, length, states };
  });
  const pooling = await perText(() => outputs.forEach(poolOutput));
  await runtime.close();
  const features = 2 * (await perText(makeFeatures()));
  return {
    ...{ tokenise, pool: pooling, features, run: whole - tokenise - pooling },
    textsPerSecond: 1e6 / whole,
  };
}

/** As the runtime does after a run. */
function poolOutput(output: {
  windows: readonly (readonly number[])[];
  length: number;
  states: Float32Array;
}): void {
  const { windows, length, states } = output;
  const vectors = pool(states, windows, length, ENCODER_WIDTH, 'mean');
  windows.forEach((window, row) => {
    const sum = new Float32Array(ENCODER_WIDTH);
    addUnit(sum, vectors.subarray(row * ENCODER_WIDTH, (row + 1) * ENCODER_WIDTH), window.length);
    scaleToUnit(sum);
  });
}

/** Of every response with a prompt of its own. */
function makeFeatures(): () => void {
  const random = createRandom(12);
  const rows = TEXTS / 2;
  const row = (_: unknown, at: number): number => at;
  const vectors = {
    data: Float32Array.from({ length: TEXTS * ENCODER_WIDTH }, random.normal),
    dimension: ENCODER_WIDTH,
    promptOf: Uint32Array.from({ length: rows }, row),
    responseOf: Uint32Array.from({ length: rows }, (_, at) => rows + at),
  };
  const encoder = sentenceEncoder(CHOICE);
  const measurements = Array.from({ length: rows }, () => new Uint8Array(0));
  const promptOfRow = Uint32Array.from({ length: rows }, row);
  const state = encoder.fit({ measurements, vectors, pairs: new Uint32Array(0), promptOfRow }, 1);
  return () => void encoder.transform(state, measurements, promptOfRow, vectors);
}

/** @returns tokens per second of eight candidates, reading the prompt included and opening the model not */
export async function writingSpeed(device: ModelDevice): Promise<number> {
  useRuntime({ mjs: asyncifyMjs, wasm: asyncifyWasm }, 1);
  const files = blobs(tinyLanguageModel());
  const service = new GeneratorService(() => Promise.resolve(files));
  const speeds: number[] = [];
  for (let round = 0; round <= ROUNDS; round++) {
    let last = 0;
    await service.generate(writeRequest({ device, maxNewTokens: 60 }), ({ tokensPerSecond = 0 }) => {
      last = tokensPerSecond;
    });
    speeds.push(last);
  }
  return median(speeds.slice(1));
}

/** @returns median of microseconds, the first round left out */
async function perText(act: () => unknown): Promise<number> {
  const rounds: number[] = [];
  for (let round = 0; round <= ROUNDS; round++) {
    const started = performance.now();
    await act();
    rounds.push(((performance.now() - started) * 1000) / TEXTS);
  }
  return median(rounds.slice(1));
}
