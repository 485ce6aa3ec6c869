/**
 * A sentence encoder small enough to make in a test, in the files and with the inputs of a BERT on the hub. Its weights
 * are random: it knows nothing, but tells texts apart, and a change in any token changes its vector.
 */
import { createRandom } from '../../../src/core/random.ts';
import { HEADS, HIDDEN, Layers, WIDTH } from './layers.ts';
import { modelFiles, specialToken, type ModelFiles } from './modelFiles.ts';
import { ElementType, OnnxGraph } from './onnxWriter.ts';

const LAYERS = 2;
/** Tokens a text may have, [CLS] and [SEP] included; a run with more fails. */
export const ENCODER_POSITIONS = 128;
export const ENCODER_WIDTH = WIDTH;

const SPECIAL = ['[PAD]', '[UNK]', '[CLS]', '[SEP]', '[MASK]'];
const LETTERS = [...'abcdefghijklmnopqrstuvwxyz0123456789'];
const MARKS = [...'!"#$%&\'()*+,-./:;<=>?@[\\]^_`{|}~'];
const WORDS = [
  ...['a', 'about', 'and', 'answer', 'are', 'as', 'at', 'be', 'because', 'but', 'can', 'clear', 'do', 'for'],
  ...['from', 'good', 'have', 'how', 'i', 'if', 'in', 'is', 'it', 'long', 'more', 'no', 'not', 'of', 'on'],
  ...['or', 'please', 'question', 'short', 'so', 'that', 'the', 'they', 'this', 'to', 'was', 'what', 'when'],
  ...['which', 'with', 'yes', 'you', 'your'],
];
/** Single letters within a word, so that every word of ASCII letters can be spelled. */
const VOCABULARY = new Set([...SPECIAL, ...LETTERS, ...LETTERS.map((x) => `##${x}`), ...MARKS, ...WORDS]);

export interface TinyEncoderOptions {
  readonly seed?: number;
  /** What every output is multiplied by: with 0, the model is whole and runs, and all its vectors are zeros. */
  readonly outputScale?: number;
}

export function tinyEncoder({ seed = 1, outputScale = 1 }: TinyEncoderOptions = {}): ModelFiles {
  return modelFiles(encoderGraph(seed, outputScale).toBytes('tiny-encoder'), {
    config: {
      architectures: ['BertModel'],
      model_type: 'bert',
      hidden_size: WIDTH,
      intermediate_size: 4 * WIDTH,
      max_position_embeddings: ENCODER_POSITIONS,
      num_attention_heads: HEADS,
      num_hidden_layers: LAYERS,
      pad_token_id: 0,
      type_vocab_size: 2,
      vocab_size: VOCABULARY.size,
    },
    tokenizer: tokenizer(),
    tokenizer_config: {
      tokenizer_class: 'BertTokenizer',
      do_lower_case: true,
      model_max_length: ENCODER_POSITIONS,
      ...{ cls_token: '[CLS]', mask_token: '[MASK]', pad_token: '[PAD]' },
      ...{ sep_token: '[SEP]', unk_token: '[UNK]' },
    },
  });
}

function encoderGraph(seed: number, outputScale: number): OnnxGraph {
  const graph = new OnnxGraph();
  const layers = new Layers(graph, createRandom(seed));
  const perToken = ['batch_size', 'sequence_length'];
  const ids = graph.input('input_ids', ElementType.int64, perToken);
  const mask = graph.input('attention_mask', ElementType.int64, perToken);
  const types = graph.input('token_type_ids', ElementType.int64, perToken);

  const tokens = graph.node('Gather', [layers.table(VOCABULARY.size, WIDTH, 1), ids]);
  const kinds = graph.node('Gather', [layers.table(2, WIDTH, 0.1), types]);
  const length = graph.node('Shape', [ids], { start: { int: 1 } });
  const positions = layers.table(ENCODER_POSITIONS, WIDTH, 0.3);
  const places = graph.node('Slice', [positions, graph.ints(0), length, graph.ints(0)]);
  let x = graph.node('Add', [graph.node('Add', [tokens, kinds]), places]);

  const isText = graph.node('Cast', [mask], { to: { int: ElementType.boolean } });
  const seen = graph.node('Unsqueeze', [isText, graph.ints(1, 2)]);
  const bias = graph.node('Where', [seen, graph.float(0), graph.float(HIDDEN)]);
  for (let layer = 0; layer < LAYERS; layer++) x = layers.block(x, bias);
  graph.node('Mul', [layers.normalise(x), graph.float(outputScale)], {}, 'last_hidden_state');
  graph.output('last_hidden_state', ElementType.float32, [...perToken, WIDTH]);
  return graph;
}

function tokenizer(): unknown {
  const vocab = Object.fromEntries([...VOCABULARY].map((token, id) => [token, id]));
  const special = (token: string, type = 0) => ({ SpecialToken: { id: token, type_id: type } });
  const text = (id: 'A' | 'B', type: number) => ({ Sequence: { id, type_id: type } });
  const single = [special('[CLS]'), text('A', 0), special('[SEP]')];
  return {
    version: '1.0',
    truncation: null,
    padding: null,
    added_tokens: SPECIAL.map(specialToken),
    normalizer: {
      type: 'BertNormalizer',
      clean_text: true,
      handle_chinese_chars: true,
      strip_accents: null,
      lowercase: true,
    },
    pre_tokenizer: { type: 'BertPreTokenizer' },
    post_processor: {
      type: 'TemplateProcessing',
      single,
      pair: [...single, text('B', 1), special('[SEP]', 1)],
      special_tokens: Object.fromEntries(
        ['[CLS]', '[SEP]'].map((token) => [token, { id: token, ids: [vocab[token]], tokens: [token] }]),
      ),
    },
    decoder: { type: 'WordPiece', prefix: '##', cleanup: true },
    model: {
      type: 'WordPiece',
      unk_token: '[UNK]',
      continuing_subword_prefix: '##',
      max_input_chars_per_word: 100,
      vocab,
    },
  };
}
