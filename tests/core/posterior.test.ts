import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { sigmoid } from '../../src/core/bradleyTerry.ts';
import {
  fitPosterior,
  marginOf,
  posteriorInSlices,
  rewardsAmong,
  type LabelledRows,
} from '../../src/core/posterior.ts';
import { createRandom } from '../../src/core/random.ts';

function labelled(rows: number, dimension: number, seed: number): LabelledRows {
  const random = createRandom(seed);
  return {
    dimension,
    differences: Float64Array.from({ length: rows * dimension }, () => 0.5 + random.normal()),
    weights: Float64Array.from({ length: rows }, () => random.integer(3)),
    preferred: Float64Array.from({ length: rows }, () => [0, 0.5, 1][random.integer(3)]),
    targetMargins: Float64Array.from({ length: rows }, () => random.normal()),
  };
}

/** Gradient of the log posterior, term by term. */
function gradientAt(
  { differences, dimension, weights, preferred, targetMargins }: LabelledRows,
  w: Float64Array,
) {
  return Float64Array.from(w, (value, i) => {
    let sum = value;
    for (let row = 0; row < differences.length / dimension; row++) {
      let margin = -targetMargins![row];
      for (let j = 0; j < dimension; j++) margin += w[j] * differences[row * dimension + j];
      sum += weights![row] * (sigmoid(margin) - preferred![row]) * differences[row * dimension + i];
    }
    return sum;
  });
}

describe('the posterior of a linear head', () => {
  test('has its mode where the gradient vanishes, whatever the labels, weights and start', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 30 }),
        fc.integer({ min: 1, max: 12 }),
        fc.nat(999),
        (rows, dimension, seed) => {
          const data = labelled(rows, dimension, seed);
          const random = createRandom(seed + 1);
          const start = Float64Array.from({ length: dimension }, () => 3 * random.normal());
          const { mean } = fitPosterior(data, start);
          gradientAt(data, mean).forEach((value) => expect(Math.abs(value)).toBeLessThan(1e-4));
        },
      ),
      { numRuns: 40 },
    );
  });

  test('is the same in slices of rows', () => {
    const data = { ...labelled(4_100, 3, 5), precision: 2 };
    const whole = fitPosterior(data);
    const slices = posteriorInSlices(data, whole.mean);
    let turns = 0;
    let last = slices.next();
    for (; !last.done; last = slices.next()) turns++;
    expect(turns).toBe(3);
    last.value.covariance.forEach((value, i) => expect(value).toBeCloseTo(whole.covariance[i], 12));
  });

  test('is the prior where there is no data', () => {
    const { mean, covariance } = fitPosterior({ differences: new Float64Array(0), dimension: 3 });
    expect([...mean]).toEqual([0, 0, 0]);
    expect([...covariance]).toEqual([1, 0, 0, 0, 1, 0, 0, 0, 1]);
  });

  test('has the covariance that the curvature of one feature gives', () => {
    const data = { differences: Float64Array.of(2, 1, 3), dimension: 1 };
    const { mean, covariance } = fitPosterior(data);
    const curvature = [2, 1, 3].reduce((sum, x) => {
      const p = sigmoid(x * mean[0]);
      return sum + p * (1 - p) * x * x;
    }, 1);
    expect(covariance[0]).toBeCloseTo(1 / curvature, 9);
  });

  test('has the inverse of the curvature for its covariance, whatever the number of rows', () => {
    fc.assert(
      fc.property(fc.nat(11), fc.nat(999), (rows, seed) => {
        const data = labelled(rows, 3, seed);
        const { mean, covariance } = fitPosterior(data);
        const step = 1e-4;
        for (let i = 0; i < 3; i++) {
          // One column of the Hessian by differences of the gradient; times the covariance, a unit vector.
          const [ahead, behind] = [step, -step].map((by) =>
            gradientAt(
              data,
              mean.map((value, j) => (j === i ? value + by : value)),
            ),
          );
          const column = ahead.map((value, j) => (value - behind[j]) / (2 * step));
          for (let k = 0; k < 3; k++) {
            const product = column.reduce((sum, value, j) => sum + covariance[k * 3 + j] * value, 0);
            expect(product).toBeCloseTo(k === i ? 1 : 0, 5);
          }
        }
      }),
      { numRuns: 40 },
    );
  });

  test('is less sure of a margin along what it has not seen', () => {
    const posterior = fitPosterior({ differences: Float64Array.of(2, 0, 1, 0), dimension: 2 });
    const known = marginOf(posterior, Float64Array.of(1, 0));
    const unknown = marginOf(posterior, Float64Array.of(1, 5));
    expect(unknown.mean).toBeCloseTo(known.mean, 12);
    expect(unknown.variance).toBeGreaterThan(known.variance + 20);
  });

  test('knows two rewards beside their average half as well as their margin: half the mean, a quarter of the variance', () => {
    const { differences, dimension, ...rest } = labelled(8, 4, 5);
    const posterior = fitPosterior({ differences, dimension, ...rest });
    const margin = marginOf(
      posterior,
      differences.slice(0, 4).map((value, i) => value - differences[8 + i]),
    );
    const [one, other] = rewardsAmong(posterior, differences, [0, 2]);
    expect(one.mean).toBeCloseTo(margin.mean / 2, 12);
    expect(other.mean).toBeCloseTo(-margin.mean / 2, 12);
    expect(one.variance).toBeCloseTo(margin.variance / 4, 12);
    expect(other.variance).toBeCloseTo(margin.variance / 4, 12);
  });
});
