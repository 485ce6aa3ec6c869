/** Within a few units in the last place of the engine's own functions, and exact where those are exact. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { cosOfTurns, exp, log, log1p, sinOfTurns, tanh } from '../../src/core/elementary.ts';

const number = new Float64Array(1);
const bits = new BigInt64Array(number.buffer);

/** The place of a number among all there are. */
function place(x: number): bigint {
  number[0] = x;
  return bits[0] < 0n ? -(bits[0] & 0x7fffffffffffffffn) : bits[0];
}

/** Numbers that lie between two, and one of them. */
function unitsApart(one: number, other: number): number {
  if (Number.isNaN(one) && Number.isNaN(other)) return 0;
  const apart = place(one) - place(other);
  return Number(apart < 0n ? -apart : apart);
}

const anyNumber = fc.oneof(
  fc.double(),
  fc.double({ min: -40, max: 40, noNaN: true }),
  fc.double({ min: -1, max: 1, noNaN: true }),
  fc.double({ min: 0.5, max: 2, noNaN: true }),
);

describe.each([
  ['exp', exp, 2],
  ['log', log, 2],
  ['log1p', log1p, 2],
  ['tanh', tanh, 3],
] as const)('%s', (name, own, units) => {
  test(`is within ${units} units in the last place of the engine's`, () => {
    fc.assert(
      fc.property(anyNumber, (x) => {
        expect(unitsApart(own(x), Math[name](x))).toBeLessThanOrEqual(units);
      }),
      { numRuns: 3_000 },
    );
  });

  test.each([0, -0, 1, -1, Infinity, -Infinity, NaN, 5e-324, -5e-324, 709.7, 710, -745, -746, 2 ** -1022])(
    'is the same at %f',
    (x) => {
      expect(unitsApart(own(x), Math[name](x))).toBeLessThanOrEqual(1);
      expect(Object.is(own(x), -0)).toBe(Object.is(Math[name](x), -0));
    },
  );
});

test('sine and cosine of turns are right to the rounding of an angle', () => {
  const turn = fc.oneof(
    fc.double({ min: 0, max: 1, noNaN: true }),
    fc.constantFrom(0, 0.125, 0.25, 0.5, 0.75),
  );
  fc.assert(
    fc.property(turn, (x) => {
      const angle = 2 * Math.PI * x;
      expect(Math.abs(sinOfTurns(x) - Math.sin(angle))).toBeLessThan(1e-15);
      expect(Math.abs(cosOfTurns(x) - Math.cos(angle))).toBeLessThan(1e-15);
    }),
    { numRuns: 3_000 },
  );
  expect([0, 0.25, 0.5, 0.75].map(cosOfTurns).map(Math.abs)).toEqual([1, 0, 1, 0]);
});
