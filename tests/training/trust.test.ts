import { describe, expect, test } from 'vitest';
import { createRandom } from '../../src/core/random.ts';
import { assessTrust } from '../../src/training/assessTrust.ts';
import { foldColumns, heldOutMargins } from '../../src/training/foldColumns.ts';
import { heldOutLength } from '../../src/training/heldOutLength.ts';
import { scoreCandidates } from '../../src/training/scoreCandidates.ts';
import { selectRegularization, STRENGTHS } from '../../src/training/selectRegularization.ts';

const foldOfPair = Uint8Array.of(0, 1, 2, 0, 1, 2);

describe('fold columns', () => {
  const layout = foldColumns(Float32Array.of(1, 1, 1, 2, 2, 2), foldOfPair, 3, 2);

  test('leave each pair out of exactly the columns of its fold', () => {
    for (let pair = 0; pair < 6; pair++) {
      const weights = layout.rowWeights.subarray(pair * 8, pair * 8 + 8);
      const zeros = [...weights.keys()].filter((column) => weights[column] === 0);
      expect(zeros).toEqual([foldOfPair[pair] * 2, foldOfPair[pair] * 2 + 1]);
    }
  });

  test('held-out margins come from the column that had not seen the pair', () => {
    const margins = Float32Array.from({ length: 48 }, (_, i) => i % 8);
    expect([...heldOutMargins(margins, layout, foldOfPair, [0, 1, 0])]).toEqual([0, 3, 4, 0, 3, 4]);
  });

  test('the slope on length of a fold comes from the pairs of the other folds, of the final head from all', () => {
    const lengths = Float32Array.of(1, 1, 1, 1, 1, 1);
    const margins = Float32Array.from({ length: 48 }, (_, i) => (Math.floor(i / 8) % 3 === 0 ? 100 : i % 8));
    const { lengthParts, slope } = heldOutLength(margins, layout, foldOfPair, [0, 1, 0, 1], lengths);
    expect([...lengthParts]).toEqual([0, 51.5, 52, 0, 51.5, 52]);
    expect(slope).toBeCloseTo((100 + 7 + 7) / 3, 9);
  });
});

test('the strength of a fold is chosen without that fold', () => {
  const pairs = 60;
  const folds = Uint8Array.from({ length: pairs }, (_, pair) => pair % 3);
  const layout = foldColumns(new Float32Array(pairs).fill(1), folds, 3, STRENGTHS.length);
  const margins = new Float32Array(pairs * layout.columns);
  const set = (fold: number, strength: number, margin: number): void => {
    for (let pair = fold; pair < pairs; pair += 3) {
      margins[pair * layout.columns + fold * STRENGTHS.length + strength] = margin;
    }
  };
  // Strength 5 is best overall thanks to fold 0 alone; without fold 0, strength 2 is.
  set(0, 5, 9);
  set(0, 2, -1);
  set(1, 2, 1);
  set(2, 2, 1);
  set(1, 5, 0.5);
  set(2, 5, 0.5);
  const selection = selectRegularization(margins, layout, folds);
  expect(selection.chosen).toBe(5);
  expect(selection.strengthOfFold[0]).toBe(2);
  expect(selection.curve).toHaveLength(STRENGTHS.length);
});

test('cross-fitted probabilities of coin-flip margins hedge', () => {
  const random = createRandom(11);
  const margins = Float32Array.from({ length: 300 }, () => 3 * random.normal());
  const folds = Uint8Array.from({ length: 300 }, (_, pair) => pair % 5);
  const cues = { longer: new Int8Array(300), first: new Int8Array(300) };
  const trust = assessTrust(margins, folds, 5, cues, new Uint8Array(300).fill(1));
  expect(trust.accuracy.low).toBeLessThan(0.5);
  expect(trust.accuracy.high).toBeGreaterThan(0.5);
  // Uncalibrated, margins of this size lose 1.3 nats; one standard error of the calibrated loss is 0.01.
  expect(trust.logLoss).toBeLessThan(Math.LN2 + 0.02);
});

test('only pairs that chance asked count in the figures, beside rulers on the same pairs', () => {
  const margins = Float32Array.of(1, 1, -1, 2, -2, 2, 1, -1);
  const isControl = Uint8Array.of(1, 1, 1, 1, 0, 0, 0, 0);
  const cues = { longer: Int8Array.of(1, -1, 1, 1, -1, -1, -1, -1), first: new Int8Array(8) };
  const folds = Uint8Array.of(0, 1, 0, 1, 0, 1, 0, 1);
  const trust = assessTrust(margins, folds, 2, cues, isControl);
  expect(trust.accuracy).toMatchObject({ value: 0.75, n: 4 });
  expect(trust.rulers.find(({ name }) => name === 'longer')).toMatchObject({ value: 0.75, n: 4 });
  expect(trust.reliability.reduce((sum, { observed }) => sum + observed.n, 0)).toBe(4);
  expect(trust.margins).toHaveLength(8);
});

describe('scoring', () => {
  const linear = { kind: 'linear' as const, weights: Float32Array.of(1, -2, 0.5) };
  const features = Float32Array.of(1, 0, 2, 0, 1, 4, 3, 3, 3);

  test('a linear reward is weights times features', () =>
    expect([...scoreCandidates(linear, features, 3)]).toEqual([2, 0, -1.5]));

  test('a candidate scores the same alone and in a batch', () =>
    expect(scoreCandidates(linear, features.subarray(3, 6), 3)[0]).toBe(
      scoreCandidates(linear, features, 3)[1],
    ));

  test('an mlp reward passes through tanh units', () => {
    const head = {
      kind: 'mlp' as const,
      hidden: 2,
      hiddenWeights: Float32Array.of(1, 0, 0, 0, 1, 0),
      hiddenBias: Float32Array.of(0, 0.5),
      outputWeights: Float32Array.of(2, 1),
    };
    expect(scoreCandidates(head, features, 3)[0]).toBeCloseTo(2 * Math.tanh(1) + Math.tanh(0.5), 6);
  });
});
