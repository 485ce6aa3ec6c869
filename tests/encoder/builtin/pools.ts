/** Small pools of texts for the tests of the built-in encoder. */
import { builtinEncoder } from '../../../src/encoder/builtin/builtinEncoder.ts';
import { createRandom } from '../../../src/core/random.ts';
import type {
  EncoderInput,
  EncoderPool,
  EncoderState,
  FeatureMatrix,
  Measurement,
} from '../../../src/encoder/encoder.ts';

export function measureAll(inputs: readonly EncoderInput[]): Measurement[] {
  return inputs.map((input) => builtinEncoder.measure(input));
}

/** Rows 0 and 1 are a pair with one prompt, 2 and 3 the next, and so on. */
export function poolOf(
  inputs: readonly EncoderInput[],
  pairs = Uint32Array.from(inputs.keys()),
): EncoderPool {
  return {
    measurements: measureAll(inputs),
    pairs,
    promptOfRow: Uint32Array.from(inputs, (_, index) => index >> 1),
  };
}

export function fit(pool: EncoderPool, seed = 1): EncoderState {
  return builtinEncoder.fit(pool, seed);
}

/** A prompt group of its own for every row. */
export function singly(rows: number): Uint32Array {
  return Uint32Array.from({ length: rows }, (_, index) => index);
}

export function row({ data, dimension }: FeatureMatrix, index: number): Float32Array {
  return data.slice(index * dimension, (index + 1) * dimension);
}

export function squaredDistance(first: Float32Array, second: Float32Array): number {
  return first.reduce((sum, value, index) => sum + (value - second[index]) ** 2, 0);
}

const GARDEN = 'roses soil water plant seeds tulips leaves garden grow spring compost bloom'.split(' ');
const SPACE = 'rocket orbit planet stars moon launch comet galaxy probe gravity mars telescope'.split(' ');

/** `pairs` prompts with two responses each, every other prompt about gardens and about space. */
export function gardenAndSpace(pairs = 20): EncoderPool {
  const random = createRandom(11);
  const inputs = Array.from({ length: 2 * pairs }, (_, index) => {
    const topic = (index >> 1) % 2 === 0 ? GARDEN : SPACE;
    const words = Array.from({ length: 4 + random.integer(12) }, () => topic[random.integer(topic.length)]);
    const prompt = topic === GARDEN ? 'Tell me about gardens.' : 'Tell me about space.';
    return { prompt, response: `The ${words.join(' ')}${random.integer(2) ? '!' : '.'}` };
  });
  return poolOf(inputs);
}
