import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { sigmoid } from '../../src/core/bradleyTerry.ts';
import { positionEffect } from '../../src/core/positionEffect.ts';
import { createRandom } from '../../src/core/random.ts';

const sides = fc.array(
  fc.record({
    shownFirst: fc.constantFrom<'chosen' | 'rejected' | undefined>('chosen', 'rejected', undefined),
    margin: fc.double({ min: -8, max: 8, noNaN: true }),
  }),
  { maxLength: 300 },
);

/** Somebody who leans by `leaning` logits to the left, over margins that are known. */
function judged(pairs: number, leaning: number) {
  const random = createRandom(2);
  const margins: number[] = [];
  const shown = Array.from({ length: pairs }, () => {
    const leftOverRight = random.normal();
    const isLeft = random.next() < sigmoid(leftOverRight + leaning);
    margins.push(isLeft ? leftOverRight : -leftOverRight);
    return { shownFirst: isLeft ? ('chosen' as const) : ('rejected' as const) };
  });
  return positionEffect(margins, shown);
}

describe('the position effect', () => {
  test('is where prior and answers balance', () => {
    fc.assert(
      fc.property(sides, (pairs) => {
        const { value, n } = positionEffect(
          pairs.map(({ margin }) => margin),
          pairs,
        );
        const known = pairs.filter(({ shownFirst }) => shownFirst !== undefined);
        const pull = known.reduce((sum, { shownFirst, margin }) => {
          const sign = shownFirst === 'chosen' ? 1 : -1;
          return sum + sign * sigmoid(-(margin + sign * value));
        }, 0);
        expect(n).toBe(known.length);
        expect(pull).toBeCloseTo(value, 8);
      }),
      { numRuns: 500, seed: 3 },
    );
  });

  test('changes its sign with the sides', () => {
    fc.assert(
      fc.property(sides, (pairs) => {
        const margins = pairs.map(({ margin }) => margin);
        const swapped = { chosen: 'rejected', rejected: 'chosen' } as const;
        const one = positionEffect(margins, pairs);
        const other = positionEffect(
          margins,
          pairs.map(({ shownFirst }) => ({ shownFirst: shownFirst && swapped[shownFirst] })),
        );
        expect(other.value).toBeCloseTo(-one.value, 9);
        expect(other.low).toBeCloseTo(-one.high, 9);
      }),
    );
  });

  test.each([-0.6, 0, 0.6])('of %f logits is found among the answers', (leaning) => {
    const { low, high } = judged(600, leaning);
    expect(low).toBeLessThan(leaning);
    expect(high).toBeGreaterThan(leaning);
    expect(low > 0 || high < 0).toBe(leaning !== 0);
  });

  test('of nothing is the prior', () =>
    expect(positionEffect([], [])).toMatchObject({ value: 0, low: -1.959963984540054, n: 0 }));
});
