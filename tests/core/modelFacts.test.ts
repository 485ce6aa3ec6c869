/** How a model wants to be used, from its own files. */
import { expect, test } from 'vitest';
import { readLanguageFacts, readSentenceFacts } from '../../src/core/modelFacts.ts';

test.each([
  [
    'a model of the BERT kind',
    { hidden_size: 384, max_position_embeddings: 512 },
    { model_max_length: 256 },
    {},
    [384, 256, 'mean'],
  ],
  [
    'a tokenizer without a limit',
    { hidden_size: 384, max_position_embeddings: 512 },
    { model_max_length: 1e30 },
    {},
    [384, 512, 'mean'],
  ],
  ['nothing that says how far it reads', { d_model: 512 }, {}, {}, [512, 512, 'mean']],
  ['a very long reach', { hidden_size: 384, max_position_embeddings: 8192 }, {}, {}, [384, 2048, 'mean']],
  ['the first token', { dim: 768 }, {}, { pooling_mode_cls_token: true }, [768, 512, 'first']],
  ['the last token', { n_embd: 768 }, {}, { pooling_mode_lasttoken: true }, [768, 512, 'last']],
])('%s', (_, config, tokenizer, pooling, [dimension, maxTokens, kind]) => {
  expect(readSentenceFacts('m', config, tokenizer, pooling)).toEqual({ dimension, maxTokens, pooling: kind });
});

test.each([[{}], [null], [{ hidden_size: 'wide' }], [{ hidden_size: -1 }]])(
  'settings that do not say how wide a vector is are refused by name: %j',
  (config) => {
    expect(() => readSentenceFacts('owner/name', config, {}, {})).toThrow(
      'The config.json of owner/name does not say',
    );
  },
);

test.each([
  ['a short reach', { n_positions: 512 }, 512],
  ['a long one, whose cache would not fit', { max_position_embeddings: 40_960 }, 2_048],
  [
    'one that stands with the part that reads text',
    { text_config: { max_position_embeddings: 1_500 } },
    1_500,
  ],
  ['none that is told', {}, 1_024],
  ['a class that writes', { architectures: ['LlamaForCausalLM'], max_position_embeddings: 800 }, 800],
])('of a language model with %s', (_, config, contextTokens) => {
  expect(readLanguageFacts('owner/name', config)).toEqual({ contextTokens, stopIds: [] });
});

test('a model that writes nothing is refused by what it is', () => {
  expect(() => readLanguageFacts('owner/name', { architectures: ['BertModel'] })).toThrow(
    'owner/name is no language model that can be used here: its config.json says it is a BertModel',
  );
});
