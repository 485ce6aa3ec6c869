/** The service that asks a language server, over real connections to one that writes without a model. */
import type { ServerResponse } from 'node:http';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { candidateSeeds, type GenerationProgress } from '../../src/core/languageModel.ts';
import { LARGEST_ANSWER, MOST_MODELS } from '../../workers/languageServer.ts';
import type { ServerGenerateRequest } from '../../workers/localServerApi.ts';
import { LocalServerService } from '../../workers/localServerService.ts';
import {
  FakeLanguageServer,
  sendEvents,
  sendJson,
  textFor,
  type FakeServerOptions,
} from '../helpers/fakeLanguageServer.ts';

const ORIGIN = 'https://palate.example';
const messages = [{ role: 'user', content: 'Write of tea.' }] as const;

let server: FakeLanguageServer;
let service: LocalServerService;
let told: GenerationProgress[];

async function open(options: FakeServerOptions = {}, patienceMs?: number): Promise<void> {
  server?.close();
  server = await FakeLanguageServer.open(options);
  service = new LocalServerService({ fetch, origin: ORIGIN, patienceMs });
  told = [];
}

const ask = (change: Partial<ServerGenerateRequest> = {}) =>
  service.generate(
    {
      ...{ address: server.address, model: 'small', messages, count: 3, seed: 7 },
      ...{ temperature: 0.7, topK: 40, maxNewTokens: 50, stopTexts: [], ...change },
    },
    (progress) => told.push(progress),
  );

/** Answers every request for text with these events. */
function answerWith(events: readonly (object | string)[]): void {
  server.spoil = ({ method }, response) => method === 'POST' && (void sendEvents(response, events), true);
}

function answerBy(send: (response: ServerResponse) => void): void {
  server.spoil = (_, response) => (send(response), true);
}

const delta = (part: object, finish_reason: string | null = null) => ({
  choices: [{ delta: part, finish_reason }],
});
const ONE = { count: 1 };

beforeEach(() => open());
afterEach(() => server.close());

describe('candidates', () => {
  test('are written with a seed each, and grow while they are written', async () => {
    const candidates = await ask();
    const seeds = candidateSeeds(7, 3);
    const texts = seeds.map((seed) => textFor({ seed, max_tokens: 50, messages: [...messages] }));
    expect(candidates.map(({ text }) => text)).toEqual(texts);
    expect(candidates.map(({ seed }) => seed)).toEqual(seeds);
    expect(candidates.map(({ end }) => end)).toEqual(['model', 'model', 'model']);
    for (const { text, tokens } of candidates) expect(tokens).toBe(text.split(' ').length);
    for (const [candidate, text] of texts.entries()) {
      const grown = told.filter((progress) => progress.candidate === candidate);
      expect(grown.length).toBeGreaterThan(3);
      for (const progress of grown) expect(text.startsWith(progress.text)).toBe(true);
      expect(grown.at(-1)).toMatchObject({ text, end: 'model', seed: seeds[candidate] });
      expect(grown.at(-1)!.tokensPerSecond).toBeGreaterThan(0);
      expect(grown.slice(0, -1).every(({ end }) => end === undefined)).toBe(true);
    }
  });

  test('are asked for in the words such servers know, and with no more', async () => {
    await ask({ ...ONE, stopTexts: ['\n\n'] });
    const [{ path, headers, body }] = server.asked;
    expect(path).toBe('/v1/chat/completions');
    expect(body).toEqual({
      ...{ model: 'small', messages, seed: candidateSeeds(7, 1)[0], temperature: 0.7, top_k: 40 },
      ...{ max_tokens: 50, stop: ['\n\n'], stream: true, stream_options: { include_usage: true } },
    });
    expect(headers).not.toHaveProperty('cookie');
    expect(headers).not.toHaveProperty('referer');
    expect(headers).not.toHaveProperty('authorization');
  });

  test('come whole from a server that does not stream', async () => {
    const streamed = await ask();
    await open({ streams: false });
    expect(await ask()).toEqual(streamed);
    expect(told).toHaveLength(3);
  });

  test('say where their greatest length ended them', async () => {
    const [{ end, tokens }] = await ask({ ...ONE, maxNewTokens: 4 });
    expect({ end, tokens }).toEqual({ end: 'length', tokens: 4 });
  });

  test('end before a stop text, also where the server passes it over', async () => {
    answerWith([
      delta({ content: 'Tea is' }),
      delta({ content: ' good.\n' }),
      delta({ content: '\nQ: more' }),
    ]);
    expect(await ask({ ...ONE, stopTexts: ['\n\nQ:'] })).toMatchObject([
      { text: 'Tea is good.', end: 'stop-text' },
    ]);
  });

  test('tell no tokens where the server counts none', async () => {
    answerWith([delta({ content: 'Tea.' }, 'stop')]);
    const [candidate] = await ask(ONE);
    expect(candidate).not.toHaveProperty('tokens');
    expect(told.at(-1)).not.toHaveProperty('tokensPerSecond');
  });

  test('are asked for at an address without its http or with its path', async () => {
    const { port } = new URL(server.address);
    await ask({ ...ONE, address: `localhost:${port}/v1/` });
    expect(server.asked[0].path).toBe('/v1/chat/completions');
  });
});

describe('what a model thinks aloud is left out', () => {
  test.each([
    [
      'in a field of its own',
      [delta({ reasoning_content: 'Hm.' }), delta({ content: 'Tea.' }, 'stop')],
      'Tea.',
    ],
    [
      'under its other name',
      [delta({ reasoning: 'Hm.', content: '' }), delta({ content: 'Tea.' }, 'stop')],
      'Tea.',
    ],
    [
      'at the beginning',
      ['<th', 'ink>\nHm, t', 'ea?</thi', 'nk>\n\nTe', 'a.'].map((content) => delta({ content })),
      'Tea.',
    ],
    ['to its end', [delta({ content: '<think>Hm' }), delta({ content: ', hm' }, 'length')], ''],
    [
      'but not later on',
      [delta({ content: 'Write <think>so</think>.' }, 'stop')],
      'Write <think>so</think>.',
    ],
    ['nor what only begins alike', [delta({ content: '<th' }, 'stop')], '<th'],
  ])('%s', async (_, events, text) => {
    answerWith(events);
    expect((await ask(ONE))[0].text).toBe(text);
    for (const progress of told) expect(progress.text).not.toContain('Hm');
  });

  test('a stop text within it ends nothing', async () => {
    answerWith([delta({ content: '<think>a\n\nb</think>Tea.\n\nMore' })]);
    expect(await ask({ ...ONE, stopTexts: ['\n\n'] })).toMatchObject([{ text: 'Tea.', end: 'stop-text' }]);
  });
});

describe('models', () => {
  test('are told by their names', async () => {
    expect(await service.models(`${server.address}/v1`)).toEqual(['tiny:latest', 'small']);
    expect(server.asked.map(({ method, path }) => `${method} ${path}`)).toEqual(['GET /v1/models']);
  });

  test.each([
    ['no list', { data: 5 }, 'it answered with no list of models'],
    [
      'too many',
      { data: Array.from({ length: MOST_MODELS + 1 }, () => ({ id: 'a' })) },
      'more than 200 models',
    ],
    ['no name', { data: [{ id: 5 }] }, 'a model without a name'],
    ['a name far too long', { data: [{ id: 'a'.repeat(201) }] }, 'far too long'],
    ['a list', [], 'it sent what is no object: []'],
    ['too much', { data: [{ id: 'a'.repeat(2_000_000) }] }, 'the answer is longer than 1 MB'],
  ])('but not %s', async (_, value, problem) => {
    answerBy((response) => sendJson(response, 200, value));
    await expect(service.models(server.address)).rejects.toThrow(problem);
  });

  test('that do not come in time are given up', async () => {
    await open({}, 50);
    answerBy(() => undefined);
    await expect(service.models(server.address)).rejects.toThrow('it did not answer in time');
  });
});

describe('what is wrong is said with the address', () => {
  const failing = async (): Promise<string> =>
    ask(ONE).then(
      () => 'it worked',
      ({ name, message }: Error) => `${name}: ${message}`,
    );

  test('nobody there, or nobody who lets the page in', async () => {
    server.close();
    const problem = await failing();
    expect(problem).toContain(`PalateError server-failed: ${server.address}: it cannot be reached.`);
    expect(problem).toContain(
      `set Ollama’s OLLAMA_ORIGINS to ${ORIGIN}, or turn on “Enable CORS” in LM Studio`,
    );
  });

  test('a model that is not there, in the words of the server', async () => {
    await expect(ask({ model: 'huge' })).rejects.toThrow(
      `${server.address}: it answered with status 404: model "huge" not found, try pulling it.`,
    );
  });

  test.each([
    ['a fault', 500, 'out of memory', 'status 500: out of memory.'],
    ['a fault as text', 500, { error: 'out of memory.' }, 'status 500: out of memory.'],
    ['a key', 401, { error: { message: 'no key' } }, 'status 401: no key. Palate sends no key'],
    ['a long complaint', 400, { detail: 'x'.repeat(5_000) }, `status 400: ${'x'.repeat(300)}….`],
  ])('%s', async (_, status, value, problem) => {
    answerBy((response) => sendJson(response, status, value));
    expect(await failing()).toContain(problem);
  });

  test('a web page with a status', async () => {
    answerBy((response) => void response.writeHead(502).end('<html>Bad gateway</html>'));
    expect(await failing()).toMatch(/it answered with status 502\.$/);
  });

  test('a web page without', async () => {
    answerBy((response) => void response.writeHead(200, { 'Content-Type': 'text/html' }).end('<html>\n\n'));
    expect(await failing()).toContain('what it answered is no text of a language model');
  });

  test.each([
    ['a stream that is no JSON', ['data: {"choices": [\n\n'], 'it sent what is no JSON: {"choices": ['],
    [
      'a fault in the stream',
      [delta({ content: 'Tea' }), { error: { message: 'crashed' } }],
      'it says: crashed.',
    ],
    ['a stream without text', [{ choices: [] }], 'no text of a language model'],
  ])('%s', async (_, events, problem) => {
    answerWith(events);
    expect(await failing()).toContain(problem);
  });

  test('JSON that is cut off', async () => {
    answerBy(
      (response) => void response.writeHead(200, { 'Content-Type': 'application/json' }).end('{"choices":['),
    );
    expect(await failing()).toContain('it sent what is no JSON: {"choices":[');
  });

  test.each(['end', 'destroy'] as const)('a stream cut off in the middle (%s)', async (method) => {
    answerBy((response) => {
      response.writeHead(200, { 'Content-Type': 'text/event-stream' });
      response.write(`data: ${JSON.stringify(delta({ content: 'Tea is' }))}\n\ndata: {"cho`, () =>
        setTimeout(() => response[method](), 20),
      );
    });
    expect(await failing()).toMatch(/: the (answer|connection) broke off/);
    expect(told.every(({ end }) => end === undefined)).toBe(true);
  });

  test('an answer without an end', async () => {
    const event = `data: ${JSON.stringify(delta({ reasoning: 'x'.repeat(900) }))}\n\n`;
    const piece = Buffer.from(event.repeat(1_000));
    let sent = 0;
    answerBy((response) => {
      response.writeHead(200, { 'Content-Type': 'text/event-stream' });
      const more = (): void => {
        if (response.destroyed || sent > 2 * LARGEST_ANSWER) return;
        sent += piece.length;
        response.write(piece, () => setImmediate(more));
      };
      more();
    });
    expect(await failing()).toContain('the answer is longer than 16 MB');
    expect(sent).toBeLessThan(2 * LARGEST_ANSWER);
  });

  test('a redirection is not followed', async () => {
    const other = await FakeLanguageServer.open();
    answerBy((response) => void response.writeHead(307, { Location: `${other.address}/v1/models` }).end());
    expect(await failing()).toContain('it cannot be reached');
    expect(other.asked).toEqual([]);
    other.close();
  });

  test.each(['http://example.com:11434', 'http://127.0.0.1.evil.com'])(
    '%s is not asked at all',
    async (address) => {
      const asked: string[] = [];
      const watched = new LocalServerService({
        origin: ORIGIN,
        fetch: (url) => (asked.push(url), fetch(url)),
      });
      await expect(watched.models(address)).rejects.toThrow('only programs on this machine are talked to');
      const request = { address, model: 'a', messages, count: 1, seed: 1, temperature: 1, topK: 0 };
      const call = watched.generate({ ...request, maxNewTokens: 1, stopTexts: [] }, () => undefined);
      await expect(call).rejects.toThrow('only programs on this machine are talked to');
      expect(asked).toEqual([]);
    },
  );
});

test('a cancel hangs up at once: what is whole stays so, what is being written is told to be cancelled', async () => {
  await open({ pauseMs: 5 });
  const run = ask({ count: 5 });
  await expect.poll(() => told.filter(({ candidate }) => candidate === 1).length).toBeGreaterThan(2);
  await service.cancel();
  await expect(run).rejects.toMatchObject({ code: 'cancelled' });
  const ends = told.filter(({ end }) => end).map(({ candidate, end }) => [candidate, end]);
  expect(ends).toEqual([
    [0, 'model'],
    [1, 'cancelled'],
  ]);
  await expect.poll(() => server.hungUp).toBe(1);
  expect(server.asked).toHaveLength(2);
  expect(await ask(ONE)).toHaveLength(1);
});

test('a cancel ends a server that does not answer', async () => {
  answerBy(() => undefined);
  const run = ask();
  await expect.poll(() => server.asked.length).toBe(1);
  await service.cancel();
  await expect(run).rejects.toMatchObject({ code: 'cancelled' });
});
