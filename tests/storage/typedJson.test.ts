import { describe, expect, it } from 'vitest';
import fc from 'fast-check';
import { parseTyped, stringifyTyped } from '../../src/storage/typedJson.ts';

const roundTrip = (value: unknown): unknown => parseTyped(stringifyTyped(value));

describe('Typed JSON', () => {
  it.each([
    [NaN],
    [Infinity],
    [-Infinity],
    [-0],
    [0.1],
    ['\ud800 alone'],
    [Float32Array.of(NaN, -0, 2 ** -149, 3.4e38)],
    [Float64Array.of(Math.PI)],
    [Uint8Array.of(0, 255)],
    [Int16Array.of(-32768)],
    [new Float32Array()],
    [{ $number: 'not one of ours', $: 1 }],
    [{ $entries: { $Float32Array: [1] } }],
    [{ plain: [{ deep: Float32Array.of(1) }, null, true] }],
  ])('gives %o back as it was', (value) => {
    expect(roundTrip(value)).toEqual(value);
  });

  it('writes of a view only what the view shows', () => {
    expect(roundTrip(Float32Array.of(1, 2, 3, 4).subarray(1, 3))).toEqual(Float32Array.of(2, 3));
  });

  it('gives back a typed array of many pieces', () => {
    const large = Float32Array.from({ length: 30_011 }, (_, index) => Math.fround(1 / index));
    expect(roundTrip(large)).toEqual(large);
  });

  it('gives any JSON value back as it was', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 2, depthSize: 'small', stringUnit: 'binary' }), (value) => {
        expect(roundTrip(value)).toEqual(value);
      }),
      { numRuns: 50, seed: 1 },
    );
  });

  it('keeps a key named __proto__ a key', () => {
    const parsed = parseTyped('{"$entries":[["__proto__",{"polluted":true}]]}') as object;
    expect(Object.keys(parsed)).toEqual(['__proto__']);
    expect('polluted' in parsed).toBe(false);
  });

  it.each([[new Map()], [() => 1], [1n], [new Date(0)], [Symbol('s')]])('refuses to write %o', (value) => {
    expect(() => stringifyTyped({ value })).toThrow(TypeError);
  });

  it.each([
    '{"$Function":"x"}',
    '{"$toString":""}',
    '{"$Float32Array":"AAA="}',
    '{"$Float32Array":"é"}',
    '{"$entries":3}',
  ])('refuses to read %s', (text) => {
    expect(() => parseTyped(text)).toThrow();
  });
});
