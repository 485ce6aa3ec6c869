import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { sigmoid } from '../../src/core/bradleyTerry.ts';
import { doubtSentence } from '../../src/core/doubtSentence.ts';
import { doubtfulLabels, doubtfulRows } from '../../src/core/doubtfulLabels.ts';
import { createRandom } from '../../src/core/random.ts';
import { percent } from '../../src/core/trustSentence.ts';

test('labels are doubtful beyond one standard deviation on the wrong side, and only there', () => {
  expect([...doubtfulRows([2, 1, -0.5, -3, 1, 2, -2.5])]).toEqual([3, 6]);
  expect(doubtfulRows([1, 2, 3]).size).toBe(0);
  expect(doubtfulRows([]).size).toBe(0);
});

/** Labels drawn with the probabilities of a head, of which a share is then turned round. */
function drawn(pairs: number, wrong: number, seed: number): number[] {
  const random = createRandom(seed);
  return Array.from({ length: pairs }, () => {
    const lean = random.normal();
    const isRight = random.next() < sigmoid(lean);
    return isRight === random.next() >= wrong ? lean : -lean;
  });
}

describe('doubtful labels', () => {
  test('come the most doubtful first, each beyond the probability that is said', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: -5, max: 5, noNaN: true }), { maxLength: 200 }), (margins) => {
        const { rows, probability } = doubtfulLabels(margins);
        expect(new Set(rows)).toEqual(doubtfulRows(margins));
        rows.forEach((row, place) => {
          expect(sigmoid(-margins[row])).toBeGreaterThanOrEqual(probability);
          if (place > 0) expect(margins[row]).toBeGreaterThanOrEqual(margins[rows[place - 1]]);
        });
      }),
    );
  });

  test('are as many as chance makes where the probabilities are right, in 19 of 20 draws', () => {
    const isWithin = (seed: number): boolean => {
      const { rows, byChance } = doubtfulLabels(drawn(400, 0, seed));
      return rows.length >= byChance.low && rows.length <= byChance.high;
    };
    const held = Array.from({ length: 400 }, (_, seed) => isWithin(seed)).filter(Boolean).length / 400;
    expect(held).toBeGreaterThan(0.92);
    expect(held).toBeLessThan(0.98);
  });

  test('are more where labels were turned round', () => {
    const { rows, byChance } = doubtfulLabels(drawn(400, 0.25, 1));
    expect(rows.length).toBeGreaterThan(byChance.high);
  });
});

describe('the sentence about them', () => {
  const of = (found: number, low: number, high: number): string =>
    doubtSentence(
      {
        rows: Array.from({ length: found }, (_, row) => row),
        probability: 0.7,
        byChance: { value: 20, low, high },
      },
      1_200,
    );

  test.each([
    [20, 'no more than that'],
    [31, 'there are more'],
    [5, 'there are fewer'],
    [30, 'no more than that'],
  ])('%i where chance makes 10 to 30: %s', (found, words) => {
    const sentence = of(found, 10, 30);
    expect(sentence).toContain(`On ${found} of 1,200 judgments`);
    expect(sentence).toContain(`${percent(0.7)} or more`);
    expect(sentence).toContain('20 (10–\u206030)');
    expect(sentence).toContain(words);
  });

  test('claims nothing where there are none', () => {
    expect(of(0, 10, 30)).toMatch(/^On no judgment/);
  });
});
