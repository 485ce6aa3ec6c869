/** Which texts are sent to a model, on which device, and when a device is no longer trusted. */
import { beforeEach, describe, expect, test } from 'vitest';
import { PalateError } from '../../src/core/palateError.ts';
import { encoderWithVectors } from '../../src/state/encoderWithVectors.ts';
import { SentenceVectors, TEST_SENTENCES, type Running } from '../../src/state/sentenceVectors.ts';
import { unreadShares } from '../../src/state/vectorRecords.ts';
import { createMemoryStorage } from '../../src/storage/memoryStorage.ts';
import type { AppStorage } from '../../src/storage/appStorage.ts';
import type { TextVectors } from '../../src/core/sentenceModel.ts';
import type { EmbedRequest } from '../../workers/embedderApi.ts';
import { tinyChoice } from '../helpers/tinyModels/tinyChoice.ts';

const { dimension } = tinyChoice.model;
const GOING_ON = { aborted: false };
const INPUTS = [
  { prompt: 'why?', response: 'because' },
  { prompt: 'why?', response: 'no reason' },
  { prompt: 'how?', response: 'because' },
];

/** A vector that depends on the text alone. */
function vectorOf(text: string): number[] {
  const numbers = Array.from({ length: dimension }, (_, i) =>
    Math.sin((i + 1) * (text.length + text.charCodeAt(0) + 1)),
  );
  const length = Math.hypot(...numbers);
  return numbers.map((value) => value / length);
}

/** A model that answers from `vectorOf`, and can be made to fail or lie on a device. */
class FakeEmbedder {
  readonly asked: EmbedRequest[] = [];
  ended = 0;
  spoil: (request: EmbedRequest, made: TextVectors) => TextVectors = (_, made) => made;

  embed = async (request: EmbedRequest): Promise<TextVectors> => {
    this.asked.push(request);
    const { texts } = request;
    const counts = Uint32Array.from(texts, (text) => text.length);
    const data = Float32Array.from(texts.flatMap(vectorOf));
    return Promise.resolve(this.spoil(request, { data, tokens: counts, read: counts }));
  };
  inspect = () => Promise.reject(new Error('not asked here'));
  end = (): void => void this.ended++;
  cancel = () => Promise.resolve();
  ping = () => Promise.resolve();

  /** Texts beside those of the test, in the order they were asked for. */
  get texts(): readonly string[] {
    return this.asked.filter(({ texts }) => texts !== TEST_SENTENCES).flatMap(({ texts }) => texts);
  }
}

let embedder: FakeEmbedder;
let storage: AppStorage;
let told: Running[];

beforeEach(() => {
  embedder = new FakeEmbedder();
  storage = createMemoryStorage();
  told = [];
});

function open(hasWebgpu = false): SentenceVectors {
  return new SentenceVectors(
    storage,
    embedder,
    () => Promise.resolve(hasWebgpu),
    (running) => told.push(running),
  );
}

function rows(vectors: SentenceVectors, inputs = INPUTS) {
  return vectors.ofRows(tinyChoice, inputs, () => undefined, GOING_ON);
}

describe('texts', () => {
  test('go to the model once each, and come back by row', async () => {
    const { data, promptOf, responseOf } = await rows(open());
    expect([...embedder.texts].sort()).toEqual(['because', 'how?', 'no reason', 'why?']);
    const at = (place: number) => Array.from(data.subarray(place * dimension, (place + 1) * dimension));
    INPUTS.forEach(({ prompt, response }, row) => {
      expect(at(promptOf[row])).toEqual(vectorOf(prompt).map(Math.fround));
      expect(at(responseOf[row])).toEqual(vectorOf(response).map(Math.fround));
    });
  });

  test('that are known are not sent again, and without new ones no model is opened', async () => {
    await rows(open());
    embedder.asked.length = 0;
    await rows(open());
    expect(embedder.asked).toEqual([]);
    await rows(open(), [...INPUTS, { prompt: 'how?', response: 'slowly' }]);
    expect(embedder.texts).toEqual(['slowly']);
  });

  test('are sent with the words the model was trained to see before them', async () => {
    const model = { ...tinyChoice.model, promptPrefix: 'query: ', responsePrefix: 'passage: ' };
    await open().ofRows({ ...tinyChoice, model }, [INPUTS[0]], () => undefined, GOING_ON);
    expect([...embedder.texts].sort()).toEqual(['passage: because', 'query: why?']);
  });

  test('are kept as they come, so that a cancelled run costs what was under way', async () => {
    const inputs = Array.from({ length: 600 }, (_, index) => ({
      prompt: 'p',
      response: `response ${index}`,
    }));
    const signal = { aborted: false };
    const stopping = open().ofRows(tinyChoice, inputs, ({ done }) => (signal.aborted = done > 0), signal);
    embedder.spoil = (request, made) => {
      if (request.texts !== TEST_SENTENCES) signal.aborted = true;
      return made;
    };
    await expect(stopping).rejects.toMatchObject({ code: 'cancelled' });
    const before = embedder.texts.length;
    await rows(open(), inputs);
    expect(before).toBe(256);
    expect(embedder.texts).toHaveLength(601);
  });
});

test('how much of long texts was not read is told', async () => {
  let told: unknown;
  embedder.spoil = (_, made) => ({ ...made, read: made.tokens.map((count) => Math.min(count, 5)) });
  const vectors = new SentenceVectors(
    storage,
    embedder,
    () => Promise.resolve(false),
    () => undefined,
    (extent) => (told = extent),
  );
  await rows(vectors);
  // "because" has 7 and "no reason" 9 of the 16, of which 10 are read.
  expect(told).toEqual({ texts: 4, cut: 2, shareLost: 6 / 16 });

  const shares = await unreadShares(storage, tinyChoice, [
    ...INPUTS.slice(0, 2),
    { prompt: 'how?', response: 'never seen' },
  ]);
  expect(shares).toEqual([
    { prompt: 0, response: 2 / 7 },
    { prompt: 0, response: 4 / 9 },
    { prompt: 0, response: undefined },
  ]);
  const other = { ...tinyChoice, longTexts: 'pieces' } as const;
  expect(await unreadShares(storage, other, INPUTS.slice(0, 1))).toEqual([
    { prompt: undefined, response: undefined },
  ]);
});

describe('a device', () => {
  test('is tested before it is used, the graphics device against the processor', async () => {
    await rows(open(true));
    expect(embedder.asked.map(({ device, texts }) => [device, texts === TEST_SENTENCES])).toEqual([
      ['wasm', true],
      ['webgpu', true],
      ['webgpu', false],
    ]);
    expect(told).toEqual([{ model: expect.any(String) as string, device: 'webgpu', why: undefined }]);
  });

  test.each<[string, (made: TextVectors) => TextVectors]>([
    ['zeros', (made) => ({ ...made, data: made.data.map(() => 0) })],
    ['other vectors', (made) => ({ ...made, data: made.data.map((value, i) => value + (i % 3) * 0.1) })],
    ['no numbers', (made) => ({ ...made, data: made.data.map(() => NaN) })],
  ])('that gives %s is left for the processor in a new worker, and the reason is told', async (_, lie) => {
    embedder.spoil = ({ device }, made) => (device === 'webgpu' ? lie(made) : made);
    const vectors = open(true);
    const { data } = await rows(vectors);
    expect(data.every(Number.isFinite)).toBe(true);
    expect(embedder.ended).toBe(1);
    expect(embedder.asked.at(-1)!.device).toBe('wasm');
    expect(told.at(-1)).toMatchObject({ device: 'wasm' });
    expect(told.at(-1)!.why).toMatch(/^On the graphics device, Tiny gives other vectors than it should/);
    await rows(vectors, [{ prompt: 'new', response: 'texts' }]);
    expect(embedder.asked.at(-1)!.device).toBe('wasm');
  });

  test('that fails in the middle is left for the processor too', async () => {
    embedder.spoil = ({ device, texts }, made) => {
      if (device === 'webgpu' && texts !== TEST_SENTENCES)
        throw new PalateError('model-failed', 'device lost');
      return made;
    };
    await rows(open(true));
    expect(embedder.ended).toBe(1);
    expect(told.at(-1)).toMatchObject({ device: 'wasm', why: 'device lost' });
  });

  test.each<[string, number]>([
    ['zeros', 0],
    ['one vector for every text', 1],
  ])(
    'that gives %s on the processor as well makes the model unusable, and nothing of it is kept',
    async (_, value) => {
      embedder.spoil = (__, made) => ({ ...made, data: made.data.map(() => value) });
      await expect(rows(open())).rejects.toMatchObject({ code: 'model-failed' });
      embedder.spoil = (__, made) => made;
      await rows(open());
      expect(embedder.texts).toHaveLength(4);
    },
  );

  test('is not given weights of 8 bit when it draws', async () => {
    const model = { ...tinyChoice.model, weights: 'q8' as const };
    await open(true).ofRows({ ...tinyChoice, model }, INPUTS, () => undefined, GOING_ON);
    expect(new Set(embedder.asked.map(({ device }) => device))).toEqual(new Set(['wasm']));
  });

  test('that stops when it is asked to is not started anew, and tested before it goes on', async () => {
    const vectors = open();
    embedder.spoil = ({ texts }, made) => {
      if (texts !== TEST_SENTENCES) throw new PalateError('cancelled', 'Cancelled.');
      return made;
    };
    await expect(rows(vectors)).rejects.toMatchObject({ code: 'cancelled' });
    expect(embedder.ended).toBe(0);
    embedder.spoil = (_, made) => made;
    embedder.asked.length = 0;
    await rows(vectors);
    expect(embedder.asked[0].texts).toEqual(TEST_SENTENCES);
  });

  test('is tested again after an error that was not its own', async () => {
    const vectors = open();
    await rows(vectors);
    embedder.spoil = () => {
      throw new PalateError('worker-died', 'gone');
    };
    const others = [{ prompt: 'new', response: 'texts' }];
    await expect(rows(vectors, others)).rejects.toMatchObject({ code: 'worker-died' });
    embedder.spoil = (_, made) => made;
    embedder.asked.length = 0;
    await rows(vectors, others);
    expect(embedder.asked[0].texts).toEqual(TEST_SENTENCES);
  });
});

test('an encoder asks for vectors where a request names a model, and not otherwise', async () => {
  const seen: unknown[] = [];
  const encoder = {
    encode: (request: unknown) => Promise.resolve(seen.push(request)),
    cancel: () => Promise.resolve(),
    ping: () => Promise.resolve(),
  };
  const wrapped = encoderWithVectors(encoder as never, open());
  const request = { encoderId: 'x', inputs: INPUTS } as never;
  await wrapped.encode(request, () => undefined);
  expect(seen[0]).not.toHaveProperty('vectors');
  await wrapped.encode({ ...(request as object), sentence: tinyChoice } as never, () => undefined);
  expect(seen[1]).toHaveProperty('vectors.dimension', dimension);
});
