/** Texts through a model's tokenizer and graph, in Node. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { cosine } from '../../src/core/vectorTest.ts';
import { openFromFolder, type SentenceRuntime } from '../../src/encoder/transformers.ts';
import { tinyChoice } from '../helpers/tinyModels/tinyChoice.ts';
import { tinyEncoder } from '../helpers/tinyModels/tinyEncoder.ts';

const folder = mkdtempSync(join(tmpdir(), 'palate-encoder-'));
const LONG = 'word '.repeat(400);

beforeAll(() => {
  for (const [path, bytes] of tinyEncoder()) {
    mkdirSync(dirname(join(folder, 'tiny', path)), { recursive: true });
    writeFileSync(join(folder, 'tiny', path), bytes);
  }
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function open(change: Partial<typeof tinyChoice.model> = {}, longTexts: 'cut' | 'pieces' = 'cut') {
  return openFromFolder(`${folder}/`, 'tiny', { model: { ...tinyChoice.model, ...change }, longTexts });
}

describe('a sentence model', () => {
  let runtime: SentenceRuntime;
  beforeAll(async () => void (runtime = await open()));
  const { dimension } = tinyChoice.model;

  test('gives vectors of length 1, the same whatever stands beside a text', async () => {
    const texts = ['A cat sat.', 'no', `${LONG}`, 'Is this helpful, or is it only long?'];
    const together = await runtime.embed(texts);
    for (const [row, text] of texts.entries()) {
      const alone = await runtime.embed([text]);
      expect(Math.hypot(...alone.data)).toBeCloseTo(1, 5);
      expect(cosine(alone.data, together.data.subarray(row * dimension), 0, dimension)).toBeGreaterThan(
        0.99999,
      );
    }
  });

  test('reads a text up to its limit and says how much that was', async () => {
    const { tokens, read } = await runtime.embed(['good answer', LONG]);
    expect([tokens[0], read[0]]).toEqual([2, 2]);
    expect(tokens[1]).toBeGreaterThan(400);
    expect(read[1]).toBe(tinyChoice.model.maxTokens - 2);
  });

  test('makes a vector of an empty text', async () => {
    const { data, tokens, read } = await runtime.embed(['']);
    expect(Math.hypot(...data)).toBeCloseTo(1, 5);
    expect([tokens[0], read[0]]).toEqual([0, 0]);
  });
});

test('what comes after the limit changes nothing when long texts are cut, and something when they are read in pieces', async () => {
  const texts = [LONG, `${LONG} no harm is not safe`];
  const { dimension } = tinyChoice.model;
  const cut = await (await open()).embed(texts);
  expect(cosine(cut.data.subarray(0, dimension), cut.data.subarray(dimension), 0, dimension)).toBeCloseTo(
    1,
    6,
  );
  const pieces = await (await open({}, 'pieces')).embed(texts);
  expect(Array.from(pieces.read)).toEqual(Array.from(pieces.tokens));
  expect(
    cosine(pieces.data.subarray(0, dimension), pieces.data.subarray(dimension), 0, dimension),
  ).toBeLessThan(0.99999);
});

test('the first token, the last and the mean of all give different vectors', async () => {
  const vectors = [];
  for (const pooling of ['mean', 'first', 'last'] as const) {
    vectors.push((await (await open({ pooling })).embed(['A long answer.'])).data);
  }
  const { dimension } = tinyChoice.model;
  expect(cosine(vectors[0], vectors[1], 0, dimension)).toBeLessThan(0.99);
  expect(cosine(vectors[1], vectors[2], 0, dimension)).toBeLessThan(0.99);
});

test('a model of another width than was said is refused', async () => {
  await expect((await open({ dimension: 48 })).embed(['a'])).rejects.toThrow('expected 1 × 3 × 48');
});
