/** Features of a sentence model's vectors, and their state as JSON. */
import { describe, expect, test } from 'vitest';
import { sentenceChoiceOf, sentenceEncoderId, type RowVectors } from '../../../src/core/sentenceModel.ts';
import { createRandom } from '../../../src/core/random.ts';
import { builtinEncoder } from '../../../src/encoder/builtin/builtinEncoder.ts';
import { encoderOf } from '../../../src/encoder/catalogue.ts';
import { tinyChoice } from '../../helpers/tinyModels/tinyChoice.ts';

const { dimension } = tinyChoice.model;
const beside = { ...tinyChoice, beside: builtinEncoder.id };
const ROWS = 12;
const inputs = Array.from({ length: ROWS }, (_, row) => ({
  prompt: `prompt ${row >> 1}`,
  response: row % 2 ? `Yes, because of ${row}.` : `No: ${'word '.repeat(row + 1)}`,
}));
const promptOfRow = Uint32Array.from(inputs, (_, row) => row >> 1);
const pairs = Uint32Array.from(inputs, (_, row) => row);

/** Six prompts and twelve responses, in directions of their own. */
function randomVectors(seed: number): RowVectors {
  const random = createRandom(seed);
  const texts = Array.from({ length: 6 + ROWS }, () => {
    const vector = Array.from({ length: dimension }, () => random.normal());
    const length = Math.hypot(...vector);
    return vector.map((value) => value / length);
  });
  return {
    data: Float32Array.from(texts.flat()),
    dimension,
    promptOf: promptOfRow,
    responseOf: Uint32Array.from(inputs, (_, row) => 6 + row),
  };
}
const vectors = randomVectors(1);

function encode(choice: typeof tinyChoice) {
  const encoder = encoderOf({ encoderId: sentenceEncoderId(choice), sentence: choice });
  const measurements = inputs.map((input) => encoder.measure(input));
  const state = encoder.fit({ measurements, vectors, pairs, promptOfRow }, 1);
  return {
    encoder,
    measurements,
    state,
    features: encoder.transform(state, measurements, promptOfRow, vectors),
  };
}

describe.each([
  ['alone', tinyChoice],
  ['beside the built-in features', beside],
])('a sentence encoder %s', (_, choice) => {
  const { encoder, measurements, state, features } = encode(choice);

  test('has a column for the response, for what it shares with the prompt, and for how close they are', () => {
    const names = encoder.featureNames(state);
    expect(names).toHaveLength(features.dimension);
    const before = features.dimension - (2 * dimension + 1);
    expect(before > 0).toBe('beside' in choice);
    expect(names[before].name).toBe('meaning 1');
    expect(names.at(-1)!.name).toBe('close to the prompt');
  });

  test('scales each block so that its pairs differ by the root of its prior variance', () => {
    const before = features.dimension - (2 * dimension + 1);
    const lengthOf = (from: number, to: number): number => {
      let total = 0;
      for (let pair = 0; pair < ROWS / 2; pair++) {
        for (let column = from; column < to; column++) {
          const at = (row: number) => features.data[row * features.dimension + column];
          total += (at(2 * pair) - at(2 * pair + 1)) ** 2;
        }
      }
      return total / (ROWS / 2);
    };
    expect(lengthOf(before, before + dimension)).toBeCloseTo(0.2, 5);
    expect(lengthOf(before + dimension, before + 2 * dimension)).toBeCloseTo(0.1, 5);
    expect(lengthOf(before + 2 * dimension, features.dimension)).toBeCloseTo(0.05, 5);
  });

  test('sees the prompt: the same responses to other prompts have other features', () => {
    const others = { ...vectors, promptOf: vectors.promptOf.map((place) => (place + 1) % 6) };
    const elsewhere = encoder.transform(state, measurements, promptOfRow, others);
    expect(elsewhere.data).not.toEqual(features.data);
  });

  test('comes back from JSON with its choice, and makes the same features', () => {
    const json: unknown = JSON.parse(JSON.stringify(encoder.stateToJson(state)));
    const found = sentenceChoiceOf(json)!;
    expect(found).toEqual(choice);
    const again = encoderOf({ encoderId: sentenceEncoderId(found), sentence: found });
    const read = again.stateFromJson(json);
    expect(again.transform(read, measurements, promptOfRow, vectors).data).toEqual(features.data);
  });

  test.each<[string, (json: Record<string, unknown>) => void]>([
    ['weights that are no numbers', (json) => (json.weights = [1, NaN, 1])],
    ['a weight too few', (json) => (json.weights = [1, 1])],
    ['another id', (json) => (json.id = 'other')],
    ['the id of another encoder', (json) => (json.encoderId = 'builtin-1')],
  ])('refuses a state with %s', (__, spoil) => {
    const json = encoder.stateToJson(state) as Record<string, unknown>;
    const spoilt = { ...json };
    spoil(spoilt);
    expect(() => encoder.stateFromJson(spoilt)).toThrow(
      /not a state of a sentence encoder|belongs to the encoder/,
    );
  });

  test('refuses vectors of another width, and none', () => {
    expect(() => encoder.transform(state, measurements, promptOfRow)).toThrow(
      'Expected vectors of 32 numbers',
    );
    const wide = { ...vectors, dimension: 16 };
    expect(() => encoder.transform(state, measurements, promptOfRow, wide)).toThrow('of 16');
  });
});

test.each([
  ['no object', 3, undefined],
  ['nothing of a model', { encoderId: 'builtin-1' }, undefined],
])('the state JSON that is %s names no model', (_, json, expected) => {
  expect(sentenceChoiceOf(json)).toBe(expected);
});

test('a choice in a file that lacks a field, or has one too many, is refused by name', () => {
  const { pooling: _, ...model } = tinyChoice.model;
  expect(() => sentenceChoiceOf({ sentence: { ...tinyChoice, model } })).toThrow(
    '`sentence.model.pooling` is missing',
  );
  expect(() => sentenceChoiceOf({ sentence: { ...tinyChoice, more: 1 } })).toThrow('nobody knows');
});
