import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  preferenceLoss,
  preferenceLossGradient,
  preferenceProbability,
  sigmoid,
  softplus,
} from '../../src/core/bradleyTerry.ts';

describe('softplus', () => {
  test.each([
    [0, Math.LN2],
    [1, 1.3132616875182228],
    [-1, 0.31326168751822286],
    [800, 800],
    [-800, 0],
    [40, 40],
  ])('softplus(%f) is %f', (x, expected) => expect(softplus(x)).toBeCloseTo(expected, 12));

  test('keeps the tail that a naive log(1 + e^x) rounds away', () =>
    expect(softplus(-40)).toBeCloseTo(Math.exp(-40), 30));
});

describe('the Bradley-Terry loss', () => {
  test('is finite with a gradient in [-1, 0] at any margin', () => {
    fc.assert(
      fc.property(fc.double({ min: -1e6, max: 1e6, noNaN: true }), (margin) => {
        expect(Number.isFinite(preferenceLoss(margin))).toBe(true);
        expect(preferenceLossGradient(margin)).toBeGreaterThanOrEqual(-1);
        expect(preferenceLossGradient(margin)).toBeLessThanOrEqual(0);
      }),
    );
  });

  test('has the gradient of its own finite differences', () => {
    fc.assert(
      fc.property(
        fc.double({ min: -20, max: 20, noNaN: true }),
        fc.double({ min: 0, max: 3, noNaN: true }),
        (m, t) => {
          const h = 1e-5;
          const slope = (preferenceLoss(m + h, t) - preferenceLoss(m - h, t)) / (2 * h);
          expect(preferenceLossGradient(m, t)).toBeCloseTo(slope, 6);
        },
      ),
    );
  });

  test('demands more of a pair with a target margin', () =>
    expect(preferenceLoss(1, 2)).toBeCloseTo(preferenceLoss(-1), 12));
});

test('swapping two responses gives the complementary probability', () => {
  fc.assert(
    fc.property(fc.double({ min: -50, max: 50, noNaN: true }), (margin) => {
      expect(preferenceProbability(margin, 0.7) + preferenceProbability(-margin, 0.7)).toBeCloseTo(1, 12);
    }),
  );
  expect(sigmoid(-1000)).toBe(0);
  expect(sigmoid(1000)).toBe(1);
});
