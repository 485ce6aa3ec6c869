/** A prompt through a language model, in Node. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  openLanguageFolder,
  type AnswerRequest,
  type LanguageRuntime,
} from '../../../src/encoder/transformers.ts';
import { tinyLanguageModel } from '../../helpers/tinyModels/tinyLanguageModel.ts';
import { tinyWriter, writeRequest } from '../../helpers/tinyModels/tinyWriter.ts';

const folder = mkdtempSync(join(tmpdir(), 'palate-writer-'));
const USE = { ...tinyWriter, weights: 'fp32' } as const;

beforeAll(() => {
  const files = tinyLanguageModel();
  const config = JSON.parse(new TextDecoder().decode(files.get('tokenizer_config.json'))) as object;
  const untaught = new TextEncoder().encode(JSON.stringify({ ...config, chat_template: undefined }));
  keep('taught', files);
  keep('untaught', new Map([...files, ['tokenizer_config.json', untaught]]));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function keep(name: string, files: ReadonlyMap<string, Uint8Array>): void {
  for (const [path, bytes] of files) {
    mkdirSync(dirname(join(folder, name, path)), { recursive: true });
    writeFileSync(join(folder, name, path), bytes);
  }
}

let runtime: LanguageRuntime;
beforeAll(async () => void (runtime = await openLanguageFolder(`${folder}/`, 'taught', USE)));

async function answer(change: Partial<AnswerRequest> = {}, of = runtime, goesOn = () => true) {
  const seen: string[] = [];
  const request = { ...writeRequest({ topK: 0 }), ...change };
  const written = await of.answer(
    request,
    (text) => seen.push(text),
    () => Promise.resolve(goesOn()),
  );
  return { ...written, seen };
}

describe('a language model', () => {
  test('grows an answer token by token, the same for the same seed', async () => {
    const once = await answer();
    expect(once).toMatchObject({ tokens: 24, end: 'length', seed: 10 });
    expect(once.seen).toHaveLength(24);
    expect(once.text).toBe(once.seen.at(-1)!.trim());
    for (const [at, text] of once.seen.slice(1).entries()) expect(text.startsWith(once.seen[at])).toBe(true);
    expect(await answer()).toEqual(once);
    expect((await answer({ seed: 11 })).text).not.toBe(once.text);
  });

  test('ends answers itself, without a trace of the token that does it', async () => {
    const answers = [];
    for (let seed = 0; seed < 8; seed++) answers.push(await answer({ seed, maxNewTokens: 60 }));
    const ended = answers.filter(({ end }) => end === 'model');
    expect(ended.length).toBeGreaterThan(0);
    for (const { text, tokens, seen } of ended) {
      expect(tokens).toBeLessThanOrEqual(60);
      expect(seen).toHaveLength(tokens);
      expect(text).not.toContain('endoftext');
    }
  });

  test('ends an answer at a token that its description names', async () => {
    const blank = ' '.charCodeAt(0);
    const others = await openLanguageFolder(`${folder}/`, 'taught', { ...USE, stopIds: [blank] });
    const { text, end } = await answer({}, others);
    expect(end).toBe('model');
    expect(text).toBe((await answer()).text.split(' ')[0]);
  });

  test('ends an answer before a stop text', async () => {
    const whole = (await answer()).text;
    const stop = whole.slice(9, 12);
    expect(await answer({ stopTexts: [stop] })).toMatchObject({
      text: whole.slice(0, whole.indexOf(stop)).trim(),
      end: 'stop-text',
    });
  });

  test('without warmth takes the likeliest token, whatever the seed, as it does when it may draw from one', async () => {
    const cold = await answer({ temperature: 0 });
    expect((await answer({ temperature: 0, seed: 8 })).text).toBe(cold.text);
    expect((await answer({ topK: 1, seed: 9 })).text).toBe(cold.text);
  });

  test('draws otherwise when it is warmer', async () => {
    expect((await answer({ temperature: 3 })).text).not.toBe((await answer({ temperature: 0.3 })).text);
  });

  test('stops with the run that follows a no', async () => {
    let runs = 0;
    const { seen, end } = await answer({}, runtime, () => ++runs <= 3);
    expect(seen).toHaveLength(4);
    expect(end).toBe('cancelled');
  });
});

describe('a prompt', () => {
  test('goes by what each message says and by who says it', async () => {
    const say = (role: 'user' | 'system', content: string) => answer({ messages: [{ role, content }] });
    const said = (await say('user', 'Rain?')).text;
    expect((await say('user', 'Snow?')).text).not.toBe(said);
    expect((await say('system', 'Rain?')).text).not.toBe(said);
  });

  test('of a model that was taught no form is the messages themselves', async () => {
    const untaught = await openLanguageFolder(`${folder}/`, 'untaught', USE);
    const parts = await answer(
      {
        messages: [
          { role: 'system', content: 'a' },
          { role: 'user', content: 'b' },
        ],
      },
      untaught,
    );
    const one = await answer({ messages: [{ role: 'user', content: 'a\n\nb' }] }, untaught);
    expect(parts).toEqual(one);
    expect((await answer({ messages: [{ role: 'user', content: 'a\n\nb' }] })).text).not.toBe(one.text);
  });

  // `user: ` before it, a line's end and `assistant: ` behind it.
  const FORM = 'user: \nassistant: '.length;
  const { contextTokens } = tinyWriter;
  const ofTokens = (count: number) => ({
    messages: [{ role: 'user', content: 'x'.repeat(count - FORM) }] as const,
  });

  test('of a model with little room left gets a shorter answer', async () => {
    expect(await answer(ofTokens(contextTokens - 3))).toMatchObject({ tokens: 3, end: 'length' });
  });

  test('that fills the model is refused, and the model goes on', async () => {
    await expect(answer(ofTokens(contextTokens))).rejects.toMatchObject({ code: 'bad-prompt' });
    await expect(
      answer({ messages: [] }, await openLanguageFolder(`${folder}/`, 'untaught', USE)),
    ).rejects.toMatchObject({ code: 'bad-prompt' });
    expect((await answer()).tokens).toBe(24);
  });
});
