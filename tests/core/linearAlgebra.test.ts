import { describe, expect, it } from 'vitest';
import {
  choleskyInPlace,
  choleskyInverse,
  choleskySolve,
  gram,
  normals,
  orthonormalise,
  symmetricEigen,
  timesVector,
  weightedGram,
} from '../../src/core/linearAlgebra.ts';
import { createRandom } from '../../src/core/random.ts';

const random = createRandom(7);

describe('orthonormalising', () => {
  it('makes columns orthonormal and a dependent one zero', () => {
    const rows = normals(random, 40 * 3);
    const dense = Float64Array.from({ length: 160 }, (_, at) => {
      const [row, column] = [Math.floor(at / 4), at % 4];
      return column < 3 ? rows[row * 3 + column] : rows[row * 3] - 2 * rows[row * 3 + 1];
    });
    orthonormalise(dense, 4);
    const expected = [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0];
    gram(dense, 4).forEach((value, at) => expect(value).toBeCloseTo(expected[at], 12));
  });
});

describe('a weighted Gram matrix', () => {
  it.each([1, 2, 5, 8])('adds up the rows on and below the diagonal, %i wide', (width) => {
    const rows = 11;
    const dense = normals(random, rows * width);
    const weights = normals(random, rows).map(Math.abs);
    const product = weightedGram(dense, weights, width);
    for (let i = 0; i < width; i++) {
      for (let j = 0; j <= i; j++) {
        const parts = weights.map((weight, row) => weight * dense[row * width + i] * dense[row * width + j]);
        expect(product[i * width + j]).toBeCloseTo(
          parts.reduce((sum, part) => sum + part),
          12,
        );
      }
    }
  });

  it('of no rows is zero', () => {
    expect([...weightedGram(new Float64Array(0), new Float64Array(0), 2)]).toEqual([0, 0, 0, 0]);
  });
});

describe('eigenvalues of a symmetric matrix', () => {
  it('rebuild the matrix, in descending order', () => {
    const size = 12;
    const matrix = gram(normals(random, 30 * size), size);
    const { values, vectors } = symmetricEigen(matrix.slice(), size);
    expect([...values].sort((x, y) => y - x)).toEqual([...values]);
    for (let i = 0; i < size; i++) {
      for (let j = 0; j < size; j++) {
        let sum = 0;
        for (let k = 0; k < size; k++) sum += vectors[i * size + k] * values[k] * vectors[j * size + k];
        expect(sum).toBeCloseTo(matrix[i * size + j], 9);
      }
    }
  });
});

describe('a Cholesky factor', () => {
  const size = 9;
  const matrix = gram(normals(random, 20 * size), size);
  const factor = matrix.slice();
  choleskyInPlace(factor, size);

  it('solves the system it came from', () => {
    const expected = normals(random, size);
    const solution = timesVector(matrix, expected, size);
    choleskySolve(factor, size, solution);
    solution.forEach((value, i) => expect(value).toBeCloseTo(expected[i], 9));
  });

  it('gives the inverse, whole and symmetric', () => {
    const inverse = choleskyInverse(factor, size);
    for (let column = 0; column < size; column++) {
      const product = timesVector(matrix, inverse.slice(column * size, (column + 1) * size), size);
      product.forEach((value, row) => expect(value).toBeCloseTo(row === column ? 1 : 0, 9));
    }
  });

  it('is refused where the matrix is not positive definite, naming the row', () => {
    expect(() => choleskyInPlace(Float64Array.of(1, 2, 2, 1), 2)).toThrow(/not positive definite at row 1/);
  });
});
