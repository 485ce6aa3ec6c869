import { describe, expect, it } from 'vitest';
import { normals } from '../../../src/core/linearAlgebra.ts';
import { createRandom } from '../../../src/core/random.ts';
import { multiply, rightSingularVectors } from '../../../src/encoder/builtin/sparseMatrix.ts';

const random = createRandom(7);

describe('right singular vectors', () => {
  it('of a matrix of low rank are found exactly, and no more than its rank', () => {
    const [rows, columns, rank] = [60, 90, 5];
    const [left, right] = [normals(random, rows * rank), normals(random, rank * columns)];
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
