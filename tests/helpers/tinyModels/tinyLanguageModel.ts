/**
 * A language model small enough to make in a test, in the files and with the inputs of a GPT-2 on the hub. A token is
 * a byte. Its weights are random, with a leaning towards small letters and spaces, so that what it says looks like
 * words; it ends a text after some forty bytes.
 */
import { createRandom } from '../../../src/core/random.ts';
import { HEADS, HEAD_WIDTH, HIDDEN, Layers, WIDTH } from './layers.ts';
import { modelFiles, specialToken, type ModelFiles } from './modelFiles.ts';
import { ElementType, OnnxGraph, type Tensor } from './onnxWriter.ts';

const LAYERS = 2;
/** Bytes a prompt and what follows may have together; a run with more fails. */
export const LANGUAGE_MODEL_POSITIONS = 512;
const BYTES = 256;
const END = '<|endoftext|>';
const END_ID = BYTES;
const TOKENS = BYTES + 1;

const CHAT_TEMPLATE =
  "{% for message in messages %}{{ message['role'] + ': ' + message['content'] + '\\n' }}{% endfor %}" +
  "{% if add_generation_prompt %}{{ 'assistant: ' }}{% endif %}";

export interface TinyLanguageModelOptions {
  readonly seed?: number;
  /** What its logits are multiplied by: with 0, the model is whole and runs, and to it all tokens are alike. */
  readonly outputScale?: number;
  /** What the share of them that the prompt has a say in is multiplied by. */
  readonly promptScale?: number;
}

export function tinyLanguageModel({
  seed = 1,
  outputScale = 1,
  promptScale = 1,
}: TinyLanguageModelOptions = {}): ModelFiles {
  const ends = { bos_token_id: END_ID, eos_token_id: END_ID };
  return modelFiles(languageModelGraph(seed, outputScale, promptScale).toBytes('tiny-language-model'), {
    config: {
      architectures: ['GPT2LMHeadModel'],
      model_type: 'gpt2',
      n_embd: WIDTH,
      n_head: HEADS,
      n_layer: LAYERS,
      n_positions: LANGUAGE_MODEL_POSITIONS,
      vocab_size: TOKENS,
      ...ends,
    },
    generation_config: { ...ends, pad_token_id: END_ID },
    tokenizer: tokenizer(),
    tokenizer_config: {
      tokenizer_class: 'GPT2Tokenizer',
      model_max_length: LANGUAGE_MODEL_POSITIONS,
      ...{ bos_token: END, eos_token: END, pad_token: END, unk_token: END },
      chat_template: CHAT_TEMPLATE,
    },
  });
}

function languageModelGraph(seed: number, outputScale: number, promptScale: number): OnnxGraph {
  const graph = new OnnxGraph();
  const layers = new Layers(graph, createRandom(seed));
  const perToken = ['batch_size', 'sequence_length'];
  const ids = graph.input('input_ids', ElementType.int64, perToken);
  const mask = graph.input('attention_mask', ElementType.int64, ['batch_size', 'total_sequence_length']);
  const positions = graph.input('position_ids', ElementType.int64, perToken);

  const tokens = graph.node('Gather', [layers.table(TOKENS, WIDTH, 1), ids]);
  const places = graph.node('Gather', [layers.table(LANGUAGE_MODEL_POSITIONS, WIDTH, 0.3), positions]);
  let x = graph.node('Add', [tokens, places]);
  const bias = causalBias(graph, ids, mask);
  for (let layer = 0; layer < LAYERS; layer++) {
    x = layers.block(x, bias, (kind, own) => withPast(graph, layer, kind, own));
  }
  const scores = layers.linear(layers.normalise(x), WIDTH, TOKENS);
  const scaled = graph.node('Mul', [scores, graph.float(promptScale * outputScale)]);
  const leaning = graph.weights(
    leanings().map((one) => one * outputScale),
    TOKENS,
  );
  graph.node('Add', [scaled, leaning], {}, 'logits');
  graph.output('logits', ElementType.float32, [...perToken, TOKENS]);
  return graph;
}

/** Of earlier runs first, then the own; the name of the texts' dimension is one that the library goes by. */
function withPast(graph: OnnxGraph, layer: number, kind: 'key' | 'value', own: Tensor): Tensor {
  const shape = (tokens: string) => ['batch_size', HEADS, tokens, HEAD_WIDTH];
  const past = graph.input(
    `past_key_values.${layer}.${kind}`,
    ElementType.float32,
    shape('past_sequence_length'),
  );
  const all = graph.node('Concat', [past, own], { axis: { int: 2 } }, `present.${layer}.${kind}`);
  graph.output(all, ElementType.float32, shape('total_sequence_length'));
  return all;
}

/**
 * Hides what comes later, and padding. Goes by the slots of the cache rather than by positions, so that it is right
 * for texts that are padded at their start.
 */
function causalBias(graph: OnnxGraph, ids: Tensor, mask: Tensor): Tensor {
  const tokensOf = (x: Tensor) =>
    graph.node('Gather', [graph.node('Shape', [x]), graph.int(1)], { axis: { int: 0 } });
  const total = tokensOf(mask);
  const past = graph.node('Sub', [total, tokensOf(ids)]);
  const slots = (from: Tensor) => graph.node('Range', [from, total, graph.int(1)]);
  const own = graph.node('Unsqueeze', [slots(past), graph.ints(1)]);
  const isEarlier = graph.node('LessOrEqual', [slots(graph.int(0)), own]);
  const isText = graph.node('Cast', [mask], { to: { int: ElementType.boolean } });
  const isTextOfRow = graph.node('Unsqueeze', [isText, graph.ints(1, 2)]);
  const isSeen = graph.node('And', [isEarlier, isTextOfRow]);
  return graph.node('Where', [isSeen, graph.float(0), graph.float(HIDDEN)]);
}

function leanings(): Float32Array {
  const leaning = (token: number): number => {
    if (token === END_ID) return 4;
    const character = String.fromCharCode(token);
    if (character === ' ') return 7;
    return /[a-z]/.test(character) ? 5 : /[.,]/.test(character) ? 3 : -4;
  };
  return Float32Array.from({ length: TOKENS }, (_, token) => leaning(token));
}

function tokenizer(): unknown {
  const bytes = { type: 'ByteLevel', add_prefix_space: false, trim_offsets: true, use_regex: true };
  return {
    version: '1.0',
    truncation: null,
    padding: null,
    added_tokens: [specialToken(END, END_ID)],
    normalizer: null,
    pre_tokenizer: bytes,
    post_processor: bytes,
    decoder: bytes,
    model: {
      type: 'BPE',
      dropout: null,
      unk_token: null,
      continuing_subword_prefix: '',
      end_of_word_suffix: '',
      fuse_unk: false,
      vocab: Object.fromEntries([...byteCharacters(), END].map((token, id) => [token, id])),
      merges: [],
    },
  };
}

/** Byte-level tokenizers write bytes that do not print, blanks included, as the characters from U+0100. */
function byteCharacters(): string[] {
  const prints = (byte: number) => /[!-~¡-¬®-ÿ]/.test(String.fromCharCode(byte));
  let stranger = BYTES;
  return Array.from({ length: BYTES }, (_, byte) => String.fromCharCode(prints(byte) ? byte : stranger++));
}
