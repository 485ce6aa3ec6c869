/**
 * The one file that knows transformers.js: texts through a model's tokenizer and graph to one vector each, or a prompt
 * to an answer. The library fetches nothing: every file comes from where `files` says, its runtime from the build.
 *
 * One failure of the runtime makes every later call in the same worker fail with the same words
 * (huggingface/transformers.js#1635), and two runs at once on a graphics device never end: whoever calls makes one call
 * at a time, and starts a new worker after an error.
 */
import {
  AutoModel,
  AutoModelForCausalLM,
  AutoTokenizer,
  env,
  random,
  StoppingCriteria,
  Tensor,
  type PreTrainedTokenizer,
} from '@huggingface/transformers';
import type { Weights } from '../core/hubListing.ts';
import type { GeneratedCandidate, LanguageModel, Message, Sampling } from '../core/languageModel.ts';
import type { ModelDevice, SentenceChoice, TextVectors } from '../core/sentenceModel.ts';
import { GrowingAnswer, roomForAnswer } from './language/growingAnswer.ts';
import { addUnit, pool, scaleToUnit, windowsFor } from './sentence/windows.ts';

/** Addresses of the runtime's two files; the glue must be a file of its own, or its threads load our worker instead. */
export interface RuntimeFiles {
  readonly mjs: string;
  readonly wasm: string;
}

export interface SentenceRuntime {
  /** @throws whatever the runtime throws; it is of no more use then */
  embed(texts: readonly string[]): Promise<TextVectors>;
  close(): Promise<void>;
}

/** What of a language model's description its runtime goes by. */
export interface LanguageUse extends Pick<LanguageModel, 'contextTokens' | 'stopIds'> {
  readonly weights: Weights;
}

export interface AnswerRequest extends Sampling {
  readonly messages: readonly Message[];
  readonly seed: number;
}

export interface LanguageRuntime {
  /**
   * What would come next, as one logit for every token it knows.
   * @throws whatever the runtime throws, which is of no more use then
   */
  next(messages: readonly Message[]): Promise<Float32Array>;
  /**
   * One answer. The same seed draws the same answer on every device.
   * @param onToken the text so far and how many tokens it took, after each
   * @param goesOn asked before each run of the model, which cannot be stopped: the answer ends after the run that
   * follows a no
   * @throws PalateError `bad-prompt`; else whatever the runtime throws, which is of no more use then
   */
  answer(
    request: AnswerRequest,
    onToken: (text: string, tokens: number) => void,
    goesOn: () => Promise<boolean>,
  ): Promise<Required<GeneratedCandidate>>;
  close(): Promise<void>;
}

const NAME = 'model';

/** Before a model is opened in a browser. */
export function useRuntime(files: RuntimeFiles, threads: number): void {
  const wasm = env.backends.onnx.wasm!;
  wasm.wasmPaths = { ...files };
  wasm.numThreads = threads;
  // Kept by the app's own cache; this one would also import the glue from a `blob:` address, which the policy refuses.
  env.useWasmCache = false;
}

/** Opens a model from files by their path within it. */
export async function openFromFiles(
  files: ReadonlyMap<string, Blob>,
  choice: Omit<SentenceChoice, 'beside'>,
  device: ModelDevice,
): Promise<SentenceRuntime> {
  lendFiles(files);
  return open(NAME, choice, device);
}

/** Opens a model from a folder on the disk; in Node, where the runtime reads files by itself. */
export function openFromFolder(
  parent: string,
  name: string,
  choice: Omit<SentenceChoice, 'beside'>,
): Promise<SentenceRuntime> {
  env.localModelPath = parent;
  return open(name, choice, 'cpu');
}

/** What the library asks for under `NAME` comes from here; nothing else does. */
function lendFiles(files: ReadonlyMap<string, Blob>): void {
  env.localModelPath = '/models/';
  env.fetch = (address: string | URL) => {
    const file = files.get(String(address).replace(`/models/${NAME}/`, ''));
    return Promise.resolve(
      file
        ? new Response(file, { headers: { 'Content-Length': String(file.size) } })
        : new Response(null, { status: 404 }),
    );
  };
}

/** No file from the network, and none from a cache that nobody checks. */
function useFilesAlone(): void {
  env.allowLocalModels = true;
  env.allowRemoteModels = false;
  env.useBrowserCache = false;
}

async function open(
  name: string,
  { model: { weights, pooling, maxTokens, dimension }, longTexts }: Omit<SentenceChoice, 'beside'>,
  device: ModelDevice | 'cpu',
): Promise<SentenceRuntime> {
  useFilesAlone();
  const tokenizer = await AutoTokenizer.from_pretrained(name);
  const model = await AutoModel.from_pretrained(name, { device, dtype: weights });
  const padding = tokenizer.pad_token_id ?? 0;

  /** float32 `[windows, dimension]`, not yet of length 1. */
  const run = async (windows: readonly (readonly number[])[]): Promise<Float32Array> => {
    const length = Math.max(...windows.map((window) => window.length));
    const ids = new BigInt64Array(windows.length * length).fill(BigInt(padding));
    const mask = new BigInt64Array(windows.length * length);
    windows.forEach((window, row) =>
      window.forEach((id, at) => {
        ids[row * length + at] = BigInt(id);
        mask[row * length + at] = 1n;
      }),
    );
    const dims = [windows.length, length];
    const output = (await model({
      input_ids: new Tensor('int64', ids, dims),
      attention_mask: new Tensor('int64', mask, dims),
    })) as { last_hidden_state?: Tensor; token_embeddings?: Tensor };
    const states = output.last_hidden_state ?? output.token_embeddings;
    if (states?.dims.length !== 3 || states.dims[2] !== dimension) {
      throw new Error(
        `The model gives ${states ? states.dims.join(' × ') : 'no token vectors'}, expected ${dims.join(' × ')} × ${dimension}.`,
      );
    }
    const pooled = pool(states.data as Float32Array, windows, length, dimension, pooling);
    states.dispose();
    return pooled;
  };

  return {
    async close() {
      await model.dispose();
    },
    async embed(texts) {
      const windowsOf = texts.map((text) => windowsFor(tokenizer, text, maxTokens, longTexts === 'pieces'));
      const vectors = await run(windowsOf.flatMap(({ windows }) => windows));
      const data = new Float32Array(texts.length * dimension);
      let window = 0;
      windowsOf.forEach(({ windows }, text) => {
        const sum = data.subarray(text * dimension, (text + 1) * dimension);
        for (const { length } of windows) {
          addUnit(sum, vectors.subarray(window * dimension, (window + 1) * dimension), length);
          window++;
        }
        scaleToUnit(sum);
      });
      return {
        data,
        tokens: Uint32Array.from(windowsOf, ({ tokens }) => tokens),
        read: Uint32Array.from(windowsOf, ({ read }) => read),
      };
    },
  };
}

/** Opens a language model from files by their path within it. */
export function openLanguageModel(
  files: ReadonlyMap<string, Blob>,
  use: LanguageUse,
  device: ModelDevice,
): Promise<LanguageRuntime> {
  lendFiles(files);
  return openLanguage(NAME, use, device);
}

/** Opens a language model from a folder on the disk; in Node, where the runtime reads files by itself. */
export function openLanguageFolder(parent: string, name: string, use: LanguageUse): Promise<LanguageRuntime> {
  env.localModelPath = parent;
  return openLanguage(name, use, 'cpu');
}

async function openLanguage(
  name: string,
  { weights, contextTokens, stopIds }: LanguageUse,
  device: ModelDevice | 'cpu',
): Promise<LanguageRuntime> {
  useFilesAlone();
  const tokenizer = await AutoTokenizer.from_pretrained(name);
  const model = await AutoModelForCausalLM.from_pretrained(name, { device, dtype: weights });
  const ends = (model.generation_config ?? model.config) as { eos_token_id?: number | number[] | null };
  const endIds = [ends.eos_token_id ?? [], [...stopIds]].flat();
  let beforeRun = (): Promise<void> => Promise.resolve();
  const forward = model.forward.bind(model);
  // A run on the processor, and the library between two of them, never let the event loop turn: no cancel would arrive.
  model.forward = async (inputs) => {
    await beforeRun();
    return forward(inputs) as unknown;
  };

  return {
    async close() {
      await model.dispose();
    },
    async next(messages) {
      const output = (await forward({ ...promptOf(tokenizer, messages) })) as Record<string, Tensor>;
      const last = output.logits.slice(null, -1, null).to('float32');
      for (const tensor of Object.values(output)) tensor.dispose();
      return last.data as Float32Array;
    },
    async answer({ messages, seed, temperature, topK, maxNewTokens, stopTexts }, onToken, goesOn) {
      const prompt = promptOf(tokenizer, messages);
      const room = roomForAnswer(prompt.input_ids.dims[1], contextTokens, maxNewTokens);
      const answer = new GrowingAnswer((tokens) => tokenizer.decode(tokens, TEXT_ALONE), {
        endIds,
        stopTexts,
      });
      beforeRun = async () => {
        if (!(await goesOn())) answer.cancel();
      };
      const afterRun = new AfterEachToken((token) => {
        answer.take(token);
        onToken(answer.text, answer.tokens);
        return answer.end !== undefined;
      });
      (random as { seed(seed: number): void }).seed(seed);
      await model.generate({
        ...prompt,
        ...{ do_sample: temperature > 0, temperature: temperature || 1, top_k: topK },
        ...{ max_new_tokens: room, eos_token_id: endIds, stopping_criteria: afterRun },
      });
      return { text: answer.text.trim(), seed, tokens: answer.tokens, end: answer.end ?? 'length' };
    },
  };
}

const TEXT_ALONE = { skip_special_tokens: true, clean_up_tokenization_spaces: false };

/** The library asks after each token whether to stop. */
class AfterEachToken extends StoppingCriteria {
  readonly #isLast: (token: number) => boolean;

  constructor(isLast: (token: number) => boolean) {
    super();
    this.#isLast = isLast;
  }

  override _call([ids]: number[][]): boolean[] {
    return [this.#isLast(Number(ids.at(-1)))];
  }
}

interface Prompt {
  readonly input_ids: Tensor;
  readonly attention_mask: Tensor;
}

/** As the model was taught to be asked; the messages one after the other where it was not taught. */
function promptOf(tokenizer: PreTrainedTokenizer, messages: readonly Message[]): Prompt {
  if (!tokenizer.chat_template) return tokenizer(messages.map(({ content }) => content).join('\n\n'));
  const options = {
    add_generation_prompt: true,
    // Models that can think aloud before they answer are asked not to; templates of others do not know the word.
    enable_thinking: false,
  };
  return tokenizer.apply_chat_template([...messages], options);
}
