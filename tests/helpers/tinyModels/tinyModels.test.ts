/** The tiny models are models: the library that the app uses runs them, here on the processor without a browser. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import {
  AutoModel,
  AutoModelForCausalLM,
  AutoTokenizer,
  env,
  mean_pooling,
  random,
  type PreTrainedModel,
  type PreTrainedTokenizer,
  type Tensor,
} from '@huggingface/transformers';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ENCODER_POSITIONS, ENCODER_WIDTH, tinyEncoder } from './tinyEncoder.ts';
import { tinyLanguageModel } from './tinyLanguageModel.ts';

const folder = mkdtempSync(join(tmpdir(), 'tiny-models-'));
const settings = { allowRemoteModels: env.allowRemoteModels, localModelPath: env.localModelPath };

beforeAll(() => {
  const models = {
    encoder: tinyEncoder(),
    zeros: tinyEncoder({ outputScale: 0 }),
    other: tinyEncoder({ seed: 2 }),
    language: tinyLanguageModel(),
  };
  for (const [name, files] of Object.entries(models)) {
    for (const [path, bytes] of files) {
      const file = join(folder, name, path);
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, bytes);
    }
  }
  Object.assign(env, { allowRemoteModels: false, localModelPath: folder });
});

afterAll(() => {
  Object.assign(env, settings);
  rmSync(folder, { recursive: true });
});

/** What a model gives for texts: [texts, tokens, ENCODER_WIDTH], and which of the tokens are text. */
async function encode(name: string, texts: readonly string[]): Promise<{ states: Tensor; mask: Tensor }> {
  const tokenizer = await AutoTokenizer.from_pretrained(name);
  const model = await AutoModel.from_pretrained(name, { dtype: 'fp32' });
  const inputs = tokenizer([...texts], { padding: true });
  const { last_hidden_state: states } = await model(inputs);
  expect(states.dims).toEqual([...inputs.input_ids.dims, ENCODER_WIDTH]);
  await model.dispose();
  return { states, mask: inputs.attention_mask };
}

/** One vector of length 1 for each text. */
async function vectors(name: string, texts: readonly string[]): Promise<number[][]> {
  const { states, mask } = await encode(name, texts);
  return mean_pooling(states, mask).normalize(2, -1).tolist();
}

function cosine(a: readonly number[], b: readonly number[]): number {
  return a.reduce((sum, value, n) => sum + value * b[n], 0);
}

describe('the tiny encoder', () => {
  const texts = [
    'The answer is clear.',
    'No.',
    'Zebras, quick & brown, jump over 13 lazy dogs?',
    'The answer',
  ];

  test('is the same files whenever it is made, and others for another seed', () => {
    const made = tinyEncoder({ seed: 1 });
    for (const [path, bytes] of tinyEncoder()) expect(Buffer.compare(bytes, made.get(path)!), path).toBe(0);
    const other = tinyEncoder({ seed: 2 }).get('onnx/model.onnx')!;
    expect(Buffer.compare(other, made.get('onnx/model.onnx')!)).not.toBe(0);
  });

  test('gives every text a vector of its own, the same each time', async () => {
    const once = await vectors('encoder', texts);
    expect(await vectors('encoder', texts)).toEqual(once);
    for (const [n, vector] of once.entries()) {
      expect(cosine(vector, vector)).toBeCloseTo(1, 5);
      for (const other of once.slice(0, n)) expect(cosine(vector, other)).toBeLessThan(0.99);
    }
  });

  test('gives a text among longer ones the vector it has alone', async () => {
    const together = await vectors('encoder', texts);
    for (const [n, text] of texts.entries()) {
      const [alone] = await vectors('encoder', [text]);
      expect(cosine(alone, together[n])).toBeGreaterThan(0.99999);
    }
  });

  test('spells any ASCII text', async () => {
    const tokenizer = await AutoTokenizer.from_pretrained('encoder');
    const ascii = String.fromCharCode(...Array.from({ length: 95 }, (_, n) => 32 + n));
    const tokens = tokenizer.tokenize(`${ascii} Qwxz9 unheardof`);
    expect(tokens).not.toContain('[UNK]');
    expect(tokens.join('').replaceAll('##', '')).toBe(
      `${ascii} Qwxz9 unheardof`.toLowerCase().replaceAll(' ', ''),
    );
  });

  test('cuts a text to the places it has, where asked to', async () => {
    const tokenizer = await AutoTokenizer.from_pretrained('encoder');
    const { input_ids } = tokenizer('a '.repeat(500), { truncation: true });
    expect(input_ids.dims).toEqual([1, ENCODER_POSITIONS]);
    const [vector] = await vectors('encoder', ['a '.repeat(ENCODER_POSITIONS - 2)]);
    expect(cosine(vector, vector)).toBeCloseTo(1, 5);
  });

  test('with outputs of zero runs like any other, and tells no text from another', async () => {
    const { states } = await encode('zeros', texts);
    expect(Array.from(states.data).filter((value) => value !== 0)).toEqual([]);
  });

  test('with other weights gives other vectors', async () => {
    const [[one], [other]] = [await vectors('encoder', texts), await vectors('other', texts)];
    expect(cosine(one, other)).toBeLessThan(0.9);
  });
});

describe('the tiny language model', () => {
  let tokenizer: PreTrainedTokenizer;
  let model: PreTrainedModel;

  beforeAll(async () => {
    tokenizer = await AutoTokenizer.from_pretrained('language');
    // What follows a text must stand right behind it.
    tokenizer.padding_side = 'left';
    model = await AutoModelForCausalLM.from_pretrained('language', { dtype: 'fp32' });
  });

  afterAll(() => model.dispose());

  /** What follows each prompt, up to its end: a text that ended before others of its batch is written on. */
  async function generate(prompts: readonly string[], options: object): Promise<string[]> {
    const inputs = tokenizer([...prompts], { padding: true });
    const all = (await model.generate({ ...inputs, max_new_tokens: 24, ...options })) as Tensor;
    const own = all.slice(null, [inputs.input_ids.dims[1], all.dims[1]]);
    return tokenizer.batch_decode(own).map((text) => text.split('<|endoftext|>')[0]);
  }

  const sample = async (seed: number, prompts = ['Why is the sky blue?']) => {
    random.seed(seed);
    return generate(prompts, { do_sample: true, temperature: 1 });
  };

  test('writes words that depend on the seed and on nothing else', async () => {
    const [text] = await sample(7);
    expect(text).toMatch(/[a-z]{2}/);
    expect(await sample(7)).toEqual([text]);
    expect(await sample(8)).not.toEqual([text]);
  });

  test('writes as many different texts as there are prompts, though they are all the same', async () => {
    const texts = await sample(
      7,
      Array.from({ length: 8 }, () => 'Why?'),
    );
    expect(new Set(texts).size).toBe(8);
  });

  test('ends some texts itself', async () => {
    const lengths = [];
    for (let seed = 0; seed < 8; seed++) {
      random.seed(seed);
      const [text] = await generate(['Why?'], { do_sample: true, max_new_tokens: 60 });
      lengths.push(text.length);
    }
    expect(Math.min(...lengths)).toBeLessThan(60);
    expect(Math.max(...lengths)).toBe(60);
  });

  test('goes by all that stands before a byte and by nothing behind it', async () => {
    const scores = async (text: string): Promise<number[]> => {
      const { logits } = await model(tokenizer(text));
      return logits.slice(0, 1).tolist();
    };
    const after = await scores('xab');
    expect(await scores('xac')).toEqual(after);
    expect(await scores('yab')).not.toEqual(after);
  });

  /** The likeliest token each time, and never the end. */
  const likeliest = (prompts: readonly string[]) =>
    generate(prompts, { do_sample: false, min_new_tokens: 24 });

  test('writes with what it remembers what it writes from the start each time', async () => {
    const prompt = 'Tell me about rain.';
    const [remembered] = await likeliest([prompt]);
    let text = prompt;
    while (text.length < prompt.length + 24) {
      const { logits } = await model(tokenizer(text));
      const last: number[] = logits.slice(0, -1, [0, 256]).tolist();
      text += tokenizer.decode([last.indexOf(Math.max(...last))]);
    }
    expect(prompt + remembered).toBe(text);
  });

  test('writes after a prompt among longer ones what it writes after it alone', async () => {
    const prompts = ['Rain?', 'Tell me at some length about rain.'];
    const alone = [...(await likeliest([prompts[0]])), ...(await likeliest([prompts[1]]))];
    expect(await likeliest(prompts)).toEqual(alone);
  });

  test('takes a conversation, of any characters', () => {
    const messages = [
      { role: 'system', content: 'Be kind.' },
      { role: 'user', content: 'Grüße, 雨 🙂' },
    ];
    const inputs = tokenizer.apply_chat_template(messages, { add_generation_prompt: true });
    expect(tokenizer.batch_decode((inputs as { input_ids: Tensor }).input_ids)[0]).toBe(
      'system: Be kind.\nuser: Grüße, 雨 🙂\nassistant: ',
    );
  });
});
