import { describe, expect, it } from 'vitest';
import { createRandom } from '../../../src/core/random.ts';
import {
  gram,
  multiply,
  orthonormalise,
  rightSingularVectors,
  symmetricEigen,
} from '../../../src/encoder/builtin/linearAlgebra.ts';

const random = createRandom(7);
const normals = (count: number): Float64Array => Float64Array.from({ length: count }, () => random.normal());

describe('orthonormalising', () => {
  it('makes columns orthonormal and a dependent one zero', () => {
    const rows = normals(40 * 3);
    const dense = Float64Array.from({ length: 160 }, (_, at) => {
      const [row, column] = [Math.floor(at / 4), at % 4];
      return column < 3 ? rows[row * 3 + column] : rows[row * 3] - 2 * rows[row * 3 + 1];
    });
    orthonormalise(dense, 4);
    const expected = [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0];
    gram(dense, 4).forEach((value, at) => expect(value).toBeCloseTo(expected[at], 12));
  });
});

describe('eigenvalues of a symmetric matrix', () => {
  it('rebuild the matrix, in descending order', () => {
    const size = 12;
    const matrix = gram(normals(30 * size), size);
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

describe('right singular vectors', () => {
  it('of a matrix of low rank are found exactly, and no more than its rank', () => {
    const [rows, columns, rank] = [60, 90, 5];
    const [left, right] = [normals(rows * rank), normals(rank * columns)];
    const entry = (row: number, column: number): number =>
      Array.from({ length: rank }, (_, k) => left[row * rank + k] * right[k * columns + column]).reduce(
        (a, b) => a + b,
      );
    const indices = Uint16Array.from({ length: columns }, (_, column) => column);
    const matrix = {
      columns,
      rows: Array.from({ length: rows }, (_, row) => ({
        indices,
        values: Float64Array.from(indices, (c) => entry(row, c)),
      })),
    };
    const { count, vectors } = rightSingularVectors(matrix, 20, createRandom(1));
    expect(count).toBe(rank);
    const projected = multiply(matrix, vectors, count);
    for (let row = 0; row < rows; row++) {
      const kept = projected
        .subarray(row * count, (row + 1) * count)
        .reduce((sum, value) => sum + value * value, 0);
      const whole = matrix.rows[row].values.reduce((sum, value) => sum + value * value, 0);
      expect(kept / whole).toBeCloseTo(1, 9);
    }
  });
});
