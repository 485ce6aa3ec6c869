/** How a model wants to be used, from its own files. */
import { expect, test } from 'vitest';
import { readFacts } from '../../src/core/modelFacts.ts';

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
  expect(readFacts('m', config, tokenizer, pooling)).toEqual({ dimension, maxTokens, pooling: kind });
});

test.each([[{}], [null], [{ hidden_size: 'wide' }], [{ hidden_size: -1 }]])(
  'settings that do not say how wide a vector is are refused by name: %j',
  (config) => {
    expect(() => readFacts('owner/name', config, {}, {})).toThrow(
      'The config.json of owner/name does not say',
    );
  },
);
