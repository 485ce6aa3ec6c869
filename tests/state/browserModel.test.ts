import { beforeEach, describe, expect, test } from 'vitest';
import type { GenerationProgress, GenerationRequest } from '../../src/core/languageModel.ts';
import { BrowserModel } from '../../src/state/browserModel.svelte.ts';
import { FakePromptApi } from '../helpers/fakePromptApi.ts';

const messages = [
  { role: 'system', content: 'Be short.' },
  { role: 'user', content: 'Write of tea.' },
] as const;

let api: FakePromptApi;
let model: BrowserModel;
let told: GenerationProgress[];

beforeEach(() => {
  api = new FakePromptApi();
  model = new BrowserModel(api);
  told = [];
});

const ask = (change: Partial<GenerationRequest> = {}) =>
  model.source().generate(
    {
      ...{ messages, count: 2, seed: 7, temperature: 0.7, topK: 40, maxNewTokens: 50, stopTexts: [] },
      ...change,
    },
    (progress) => told.push(progress),
  );

describe('how it is with the model', () => {
  test('a browser without one is told apart', async () => {
    model = new BrowserModel(undefined);
    await model.look();
    await model.download();
    expect(model.status).toEqual({ kind: 'missing' });
    await expect(ask()).rejects.toMatchObject({ code: 'model-missing' });
  });

  test.each(['unavailable', 'downloadable', 'downloading', 'available'] as const)(
    '%s is as it says',
    async (kind) => {
      expect(model.status).toEqual({ kind: 'asking' });
      api.state = kind;
      await model.look();
      expect(model.status).toEqual({ kind });
      expect(api.downloads).toBe(0);
    },
  );

  test('it is downloaded when the person says so, and shows how far it is', async () => {
    api.state = 'downloadable';
    const seen: unknown[] = [];
    const done = model.download();
    expect(model.status).toEqual({ kind: 'downloading', share: 0 });
    while (model.status.kind === 'downloading') {
      seen.push(model.status.share);
      await model.look();
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
    await done;
    expect(model.status).toEqual({ kind: 'available' });
    expect(seen).toContain(0.5);
    expect(api.downloads).toBe(1);
    expect(api.open).toBe(0);
  });

  test('a download that the browser refuses is told', async () => {
    api.state = 'downloadable';
    api.isClicked = false;
    await model.download();
    expect(model.status).toEqual({ kind: 'failed', message: 'Requires a user gesture.' });
    await model.look();
    expect(model.status).toEqual({ kind: 'downloadable' });
  });

  test.each(['downloadable', 'downloading', 'unavailable'] as const)(
    'to let it write downloads nothing where it is %s',
    async (state) => {
      api.state = state;
      await expect(ask()).rejects.toMatchObject({ code: 'model-missing' });
      expect([api.downloads, api.created.length]).toEqual([0, 0]);
    },
  );
});

describe('candidates', () => {
  test('are written each in a session of its own, and grow while they are written', async () => {
    const candidates = await ask();
    expect(candidates).toEqual([
      { text: 'Tea is good 0.', end: 'model' },
      { text: 'Tea is good 1.', end: 'model' },
    ]);
    expect(told.map(({ candidate, text, end }) => [candidate, text, end])).toEqual(
      [0, 1].flatMap((candidate) => [
        [candidate, 'Tea', undefined],
        [candidate, 'Tea is', undefined],
        [candidate, `Tea is good ${candidate}.`, undefined],
        [candidate, `Tea is good ${candidate}.`, 'model'],
      ]),
    );
    expect(api.created.map(({ initialPrompts }) => initialPrompts)).toEqual([[messages[0]], [messages[0]]]);
    expect(api.asked).toEqual([[messages[1]], [messages[1]]]);
    expect(api.open).toBe(0);
  });

  test('end before a stop text', async () => {
    api.write = () => ['Tea.\n', '\nQ: ', 'never read'];
    expect(await ask({ count: 1, stopTexts: ['\n\nQ:'] })).toEqual([{ text: 'Tea.', end: 'stop-text' }]);
    expect(told.at(-1)).toEqual({ candidate: 0, text: 'Tea.', end: 'stop-text' });
    expect(api.open).toBe(0);
  });

  test('have no seed and no tokens, and what cannot be set is said', async () => {
    const [candidate] = await ask({ count: 1 });
    expect(Object.keys(candidate)).toEqual(['text', 'end']);
    expect(model.source().passesOver).toEqual(['seed', 'temperature', 'topK', 'maxNewTokens']);
  });

  test('are cancelled at once; what is whole stays so', async () => {
    api.write = () => Array.from({ length: 30 }, () => 'tea ');
    const run = ask({ count: 3 });
    await expect.poll(() => told.some(({ candidate }) => candidate === 1)).toBe(true);
    const before = told.length;
    await model.source().cancel();
    await expect(run).rejects.toMatchObject({ code: 'cancelled' });
    expect(told.length).toBeLessThanOrEqual(before + 2);
    const ends = told.filter(({ end }) => end).map(({ candidate, end }) => [candidate, end]);
    expect(ends).toEqual([
      [0, 'model'],
      [1, 'cancelled'],
    ]);
    expect(api.open).toBe(0);
    expect(await ask({ count: 1 })).toHaveLength(1);
  });

  test('of a prompt that is too long, or none, and of a model that fails, are refused in words', async () => {
    await expect(ask({ messages: [] })).rejects.toMatchObject({ code: 'bad-prompt' });
    api.failure = new DOMException('too large', 'QuotaExceededError');
    await expect(ask()).rejects.toMatchObject({
      code: 'bad-prompt',
      message: 'The prompt is longer than the browser’s model can hold. Shorten it.',
    });
    api.failure = new DOMException('crashed', 'UnknownError');
    await expect(ask()).rejects.toMatchObject({
      code: 'model-failed',
      message: 'The browser’s model failed: crashed',
    });
    expect(api.open).toBe(0);
  });
});
