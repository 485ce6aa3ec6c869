/** How a model wants to be used, as its own files say: those of transformers and of sentence-transformers. */
import { MOST_CONTEXT, type LanguageModel } from './languageModel.ts';
import { PalateError } from './palateError.ts';
import type { SentenceModel } from './sentenceModel.ts';
import { isRecord } from './shape.ts';

/** What a model reads at most where nothing says it. */
const USUAL_TOKENS = 512;
const USUAL_CONTEXT = 1_024;
const REACH = ['max_position_embeddings', 'n_positions'];
/** On a processor a longer text takes minutes. */
const MOST_TOKENS = 2_048;

/** Of a sentence model no catalogue describes. */
export type SentenceFacts = Pick<SentenceModel, 'dimension' | 'pooling' | 'maxTokens'>;

/**
 * @param config `config.json`
 * @param tokenizer `tokenizer_config.json`
 * @param pooling `1_Pooling/config.json` of sentence-transformers; without it the mean is taken
 * @throws PalateError `bad-file` where nothing says how many numbers a vector has
 */
export function readSentenceFacts(
  id: string,
  config: unknown,
  tokenizer: unknown,
  pooling: unknown,
): SentenceFacts {
  const dimension = firstInteger(config, ['hidden_size', 'd_model', 'dim', 'n_embd']);
  if (dimension === undefined) {
    throw new PalateError(
      'bad-file',
      `The config.json of ${id} does not say how many numbers a vector has (hidden_size): it is no sentence model that can be used here.`,
    );
  }
  // Tokenizers without a limit say 10³⁰.
  const limits = [firstInteger(config, REACH), firstInteger(tokenizer, ['model_max_length'])].filter(
    (limit) => limit !== undefined,
  );
  return {
    dimension,
    pooling: poolingOf(pooling),
    maxTokens: Math.min(MOST_TOKENS, limits.length > 0 ? Math.min(...limits) : USUAL_TOKENS),
  };
}

/** Of a language model no catalogue describes. */
export type LanguageFacts = Pick<LanguageModel, 'contextTokens' | 'stopIds'>;

/**
 * @param config `config.json`; what ends an answer stands in files that are read when the model is opened
 * @throws PalateError `bad-file` where it says that the model is of another kind
 */
export function readLanguageFacts(id: string, config: unknown): LanguageFacts {
  const kinds = isRecord(config) && Array.isArray(config.architectures) ? config.architectures : [];
  if (kinds.length > 0 && !kinds.some((kind) => /(ForCausalLM|LMHeadModel)$/.test(String(kind)))) {
    throw new PalateError(
      'bad-file',
      `${id} is no language model that can be used here: its config.json says it is a ${kinds.join(', ')}, not one that writes text (such as LlamaForCausalLM).`,
    );
  }
  const inner = isRecord(config) ? config.text_config : undefined;
  const reach = firstInteger(config, REACH) ?? firstInteger(inner, REACH) ?? USUAL_CONTEXT;
  return { contextTokens: Math.min(MOST_CONTEXT, reach), stopIds: [] };
}

function poolingOf(pooling: unknown): SentenceModel['pooling'] {
  if (!isRecord(pooling)) return 'mean';
  if (pooling.pooling_mode_cls_token === true) return 'first';
  return pooling.pooling_mode_lasttoken === true ? 'last' : 'mean';
}

function firstInteger(settings: unknown, names: readonly string[]): number | undefined {
  if (!isRecord(settings)) return undefined;
  return names
    .map((name) => settings[name])
    .find((value): value is number => Number.isInteger(value) && (value as number) > 0);
}
