/**
 * Sparse matrices and their leading right singular vectors, for the lexical projection. Plain loops in a fixed order:
 * the same input gives the same bytes.
 */
import {
  addScaled,
  gram,
  normals,
  orthonormalise,
  symmetricEigen,
  type Eigen,
} from '../../core/linearAlgebra.ts';
import type { Random } from '../../core/random.ts';

/** Sparse rows with column numbers below `columns`. */
export interface SparseMatrix {
  readonly columns: number;
  readonly rows: readonly { readonly indices: Uint16Array; readonly values: Float64Array }[];
}

/** A · D: `[rows, width]` for D `[columns, width]`. */
export function multiply({ rows }: SparseMatrix, dense: Float64Array, width: number): Float64Array {
  const product = new Float64Array(rows.length * width);
  rows.forEach(({ indices, values }, row) => {
    for (let i = 0; i < indices.length; i++) {
      addScaled(product, row * width, dense, indices[i] * width, values[i], width);
    }
  });
  return product;
}

/** Aᵀ · D: `[columns, width]` for D `[rows, width]`. */
export function multiplyTransposed(
  { rows, columns }: SparseMatrix,
  dense: Float64Array,
  width: number,
): Float64Array {
  const product = new Float64Array(columns * width);
  rows.forEach(({ indices, values }, row) => {
    for (let i = 0; i < indices.length; i++) {
      addScaled(product, indices[i] * width, dense, row * width, values[i], width);
    }
  });
  return product;
}

/** More directions than asked for, which makes the ones asked for accurate. */
const OVERSAMPLING = 8;
const POWER_ITERATIONS = 2;
/** Directions weaker than this share of the strongest are rounding errors. */
const WEAKEST = 1e-6;

export interface RightVectors {
  /** How many of the asked-for directions the matrix really has. */
  readonly count: number;
  /** `[columns, count]`, orthonormal columns, strongest first, each with its largest entry positive. */
  readonly vectors: Float64Array;
}

/**
 * The leading right singular vectors of a sparse matrix: randomised subspace iteration (Halko, Martinsson and Tropp,
 * 2011) on the side of the rows, which are few, so that orthonormalising is cheap.
 */
export function rightSingularVectors(matrix: SparseMatrix, wanted: number, random: Random): RightVectors {
  const width = Math.min(wanted + OVERSAMPLING, matrix.rows.length);
  const range = normals(random, matrix.rows.length * width);
  orthonormalise(range, width);
  let basis = range;
  for (let iteration = 0; iteration < POWER_ITERATIONS; iteration++) {
    basis = multiply(matrix, multiplyTransposed(matrix, basis, width), width);
    orthonormalise(basis, width);
  }
  const image = multiplyTransposed(matrix, basis, width);
  const eigen = symmetricEigen(gram(image, width), width);
  const threshold = WEAKEST * Math.sqrt(Math.max(0, eigen.values[0] ?? 0));
  const strong = eigen.values.filter((value) => Math.sqrt(Math.max(0, value)) > threshold).length;
  const count = Math.min(wanted, strong);
  return { count, vectors: combine(image, eigen, width, count) };
}

/** image · (eigenvectors / singular values), signs fixed. */
function combine(
  image: Float64Array,
  { values, vectors }: Eigen,
  width: number,
  count: number,
): Float64Array {
  const columns = image.length / Math.max(1, width);
  const combined = new Float64Array(columns * count);
  for (let direction = 0; direction < count; direction++) {
    const factor = 1 / Math.sqrt(values[direction]);
    let largest = 0;
    for (let column = 0; column < columns; column++) {
      let sum = 0;
      for (let i = 0; i < width; i++) sum += image[column * width + i] * vectors[i * width + direction];
      combined[column * count + direction] = sum * factor;
      if (Math.abs(sum) > Math.abs(largest)) largest = sum;
    }
    if (largest > 0) continue;
    for (let column = 0; column < columns; column++) combined[column * count + direction] *= -1;
  }
  return combined;
}
