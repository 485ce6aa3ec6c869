import { describe, expect, test } from 'vitest';
import { sigmoid } from '../../src/core/bradleyTerry.ts';
import { fitPosterior } from '../../src/core/posterior.ts';
import { createRandom } from '../../src/core/random.ts';
import {
  chooseQuestions,
  controlShare,
  expectedInformation,
  type AskingStrategy,
} from '../../src/core/selection.ts';

const NOTHING_KNOWN = fitPosterior({ differences: new Float64Array(0), dimension: 2 });
const ALL: AskingStrategy[] = ['random', 'uncertainty', 'bald', 'd-optimal'];

const ask = (strategy: AskingStrategy, pool: number[], count: number, posterior = NOTHING_KNOWN, seed = 1) =>
  chooseQuestions(
    Float64Array.from(pool),
    posterior,
    { strategy, count, controlShare: 0 },
    createRandom(seed),
  ).map(({ row }) => row);

describe('choosing the next questions', () => {
  test.each(ALL)('%s never asks a pair twice and stops when the pool is empty', (strategy) => {
    const rows = ask(strategy, [1, 0, 0, 1, 1, 1, 2, 1], 10);
    expect([...rows].sort()).toEqual([0, 1, 2, 3]);
  });

  test.each<AskingStrategy>(['bald', 'd-optimal'])('%s asks about what it does not know', (strategy) => {
    // The first feature was settled by forty answers, the second never came up.
    const answers = Float64Array.from({ length: 80 }, (_, i) => (i % 2 === 0 ? 1 : 0));
    const posterior = fitPosterior({ differences: answers, dimension: 2 });
    expect(ask(strategy, [1, 0, 0, 1], 1, posterior)).toEqual([1]);
  });

  test.each<AskingStrategy>(['bald', 'd-optimal'])(
    '%s does not ask the same thing twice in a batch',
    (strategy) => {
      // Rows 0 and 1 are nearly one question; row 2 is another one, a little weaker.
      expect(ask(strategy, [2, 0, 1.99, 0, 0, 1.5], 2)).toEqual([0, 2]);
    },
  );

  test('uncertainty asks where the odds are even', () => {
    const posterior = fitPosterior({ differences: Float64Array.of(1, 0, 1, 0), dimension: 2 });
    expect(ask('uncertainty', [2, 1, 0.1, 1, 1, 1], 2, posterior)).toEqual([1, 2]);
  });

  test('the share of random controls is kept and marked', () => {
    const random = createRandom(3);
    const pool = Float64Array.from({ length: 1200 }, () => random.normal());
    const options = { strategy: 'bald', count: 400, controlShare: 0.2 } as const;
    const questions = chooseQuestions(pool, NOTHING_KNOWN, options, random);
    const share = questions.filter(({ isControl }) => isControl).length / questions.length;
    expect(share).toBeGreaterThan(0.15);
    expect(share).toBeLessThan(0.25);
    expect(
      chooseQuestions(pool, NOTHING_KNOWN, { ...options, strategy: 'random' }, random)[0].isControl,
    ).toBe(true);
  });
});

test('chance asks everything at first, half of it then, and never less than a fifth', () => {
  expect([0, 9, 10, 19, 20, 500].map(controlShare)).toEqual([1, 1, 0.5, 0.5, 0.2, 0.2]);
});

test('expected information agrees with an average over the posterior', () => {
  const entropy = (p: number): number => -(p * Math.log2(p) + (1 - p) * Math.log2(1 - p));
  for (const [margin, variance] of [
    [0, 1],
    [1, 0.5],
    [-2, 3],
    [0.3, 0.05],
  ]) {
    const random = createRandom(5);
    let [p, h] = [0, 0];
    const draws = 40_000;
    for (let i = 0; i < draws; i++) {
      const answer = sigmoid(margin + Math.sqrt(variance) * random.normal());
      p += answer / draws;
      h += entropy(answer) / draws;
    }
    expect(Math.abs(expectedInformation(margin, variance) - (entropy(p) - h))).toBeLessThan(0.005);
  }
});
