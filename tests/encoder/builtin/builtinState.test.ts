import { beforeAll, describe, expect, it } from 'vitest';
import { errorCode } from '../../../src/core/palateError.ts';
import { fromBase64, toBase64 } from '../../../src/core/base64.ts';
import { builtinEncoder } from '../../../src/encoder/builtin/builtinEncoder.ts';
import type { EncoderState } from '../../../src/encoder/encoder.ts';
import { fit, gardenAndSpace } from './pools.ts';

const { stateToJson, stateFromJson, transform } = builtinEncoder;

let state: EncoderState;
let json: Record<string, unknown>;
beforeAll(() => {
  state = fit(gardenAndSpace());
  json = stateToJson(state) as Record<string, unknown>;
});

describe('the state of the built-in encoder', () => {
  it('comes back from JSON text with the same bytes and transforms alike', () => {
    const back = stateFromJson(JSON.parse(JSON.stringify(json)));
    expect(back).toEqual(state);
    const pool = gardenAndSpace();
    const features = transform(state, pool.measurements, pool.promptOfRow);
    expect(transform(back, pool.measurements, pool.promptOfRow)).toEqual(features);
  });

  it('of another encoder is refused by name', () => {
    const foreign = { ...state, encoderId: 'sentence-7' };
    for (const use of [
      () => transform(foreign, [], new Uint32Array(0)),
      () => builtinEncoder.featureNames(foreign),
      () => stateToJson(foreign),
      () => stateFromJson({ ...json, encoderId: 'sentence-7' }),
    ]) {
      expect(use).toThrow(/belongs to the encoder "sentence-7", not to builtin-1/);
      expect(codeOf(use)).toBe('encoder-mismatch');
    }
  });

  it.each<[string, (good: Record<string, unknown>) => unknown, RegExp]>([
    ['nothing', () => null, /expected an object, got null/],
    ['a list', () => [], /expected an object/],
    [
      'a missing number',
      (good) => ({ ...good, styleWeight: undefined }),
      /"styleWeight" should be a finite number/,
    ],
    ['a missing array', (good) => ({ ...good, projection: undefined }), /"projection" should be base64/],
    ['broken base64', (good) => ({ ...good, projection: 'abc' }), /"projection" is not readable/],
    ['a foreign character', (good) => ({ ...good, projection: 'ab*d' }), /"projection" is not readable/],
    ['half a number', (good) => ({ ...good, styleMean: 'AAAA' }), /"styleMean" has 3 bytes/],
    ['too few numbers', (good) => ({ ...good, styleMean: '' }), /"styleMean" has 0 numbers, expected 109/],
    [
      'a number that is none',
      (good) => ({ ...good, styleMean: toBase64(new Float64Array(109).fill(NaN)) }),
      /"styleMean" has a number not finite/,
    ],
    ['other numbers than its id says', (good) => ({ ...good, styleWeight: 0.5 }), /it was damaged/],
  ])('refuses %s with the reason', (_, damage, reason) => {
    const read = (): unknown => stateFromJson(damage(json));
    expect(read).toThrow(reason);
    expect(codeOf(read)).toBe('bad-head');
  });
});

describe('base64', () => {
  it('agrees with the platform on any number of bytes', () => {
    for (const length of [0, 1, 2, 3, 4, 255, 256, 20_000]) {
      const bytes = Uint8Array.from({ length }, (_, index) => (index * 7919 + 13) % 256);
      expect(toBase64(bytes)).toBe(Buffer.from(bytes).toString('base64'));
      expect(fromBase64(toBase64(bytes))).toEqual(bytes);
    }
  });
});

function codeOf(action: () => unknown): string | undefined {
  try {
    action();
  } catch (error) {
    return errorCode(error);
  }
  return undefined;
}
