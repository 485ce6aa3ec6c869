/**
 * The little dense linear algebra that projections, preconditioners and posteriors need, in float64, row-major.
 *
 * Plain loops in a fixed order: the same input gives the same bytes.
 */
import type { Random } from './random.ts';

/** target[targetAt …] += factor · source[sourceAt …], `width` numbers. */
export function addScaled(
  target: Float64Array,
  targetAt: number,
  source: Float64Array,
  sourceAt: number,
  factor: number,
  width: number,
): void {
  for (let column = 0; column < width; column++) {
    target[targetAt + column] += factor * source[sourceAt + column];
  }
}

/** a[aStart …] · b[bStart …], `length` numbers. */
export function dot(
  a: Float64Array,
  aStart: number,
  b: Float64Array,
  bStart: number,
  length: number,
): number {
  let sum = 0;
  for (let i = 0; i < length; i++) sum += a[aStart + i] * b[bStart + i];
  return sum;
}

/** matrix · vector, `[rows]`, for a matrix `[rows, dimension]`. */
export function timesVector(
  matrix: Float64Array,
  vector: Float64Array,
  dimension: number,
): Float64Array<ArrayBuffer> {
  return Float64Array.from({ length: matrix.length / dimension }, (_, row) =>
    dot(matrix, row * dimension, vector, 0, dimension),
  );
}

/** Dᵀ · D: `[width, width]` for D `[rows, width]`. */
export function gram(dense: Float64Array, width: number): Float64Array {
  const product = new Float64Array(width * width);
  for (let at = 0; at < dense.length; at += width) {
    for (let i = 0; i < width; i++) {
      addScaled(product, i * width + i, dense, at + i, dense[at + i], width - i);
    }
  }
  for (let i = 0; i < width; i++) {
    for (let j = 0; j < i; j++) product[i * width + j] = product[j * width + i];
  }
  return product;
}

/**
 * Dᵀ · diag(weights) · D, right on and below the diagonal, for D `[rows, width]` and weights of at least 0. Two columns
 * meet two at a time, in half the time of adding up the rows one by one.
 */
export function weightedGram(
  dense: Float64Array,
  weights: Float64Array,
  width: number,
): Float64Array<ArrayBuffer> {
  const rows = weights.length;
  const columns = new Float64Array(width * rows);
  weights.forEach((weight, row) => {
    const scale = Math.sqrt(weight);
    for (let i = 0; i < width; i++) columns[i * rows + row] = scale * dense[row * width + i];
  });
  const product = new Float64Array(width * width);
  // Of an odd number, the last column is its own neighbour.
  const neighbourOf = (column: number): number => Math.min(column + 1, width - 1);
  for (let i = 0; i < width; i += 2) {
    for (let j = 0; j <= i; j += 2) {
      const [atI, atNextI] = [i * rows, neighbourOf(i) * rows];
      const [atJ, atNextJ] = [j * rows, neighbourOf(j) * rows];
      let [both, right, below, next] = [0, 0, 0, 0];
      for (let row = 0; row < rows; row++) {
        const ofI = columns[atI + row];
        const ofNextI = columns[atNextI + row];
        const ofJ = columns[atJ + row];
        const ofNextJ = columns[atNextJ + row];
        both += ofI * ofJ;
        right += ofI * ofNextJ;
        below += ofNextI * ofJ;
        next += ofNextI * ofNextJ;
      }
      product[i * width + j] = both;
      product[i * width + neighbourOf(j)] = right;
      product[neighbourOf(i) * width + j] = below;
      product[neighbourOf(i) * width + neighbourOf(j)] = next;
    }
  }
  return product;
}

/**
 * Makes the columns of `dense` `[rows, width]` orthonormal in place, by modified Gram-Schmidt, twice (which is enough
 * for full accuracy: Giraud and others, 2005). A column that depends on those before it becomes zero.
 */
export function orthonormalise(dense: Float64Array, width: number): void {
  const turned = transposed(dense, dense.length / width, width);
  orthonormaliseRows(turned, width);
  dense.set(transposed(turned, width, dense.length / width));
}

/** The same for the rows of `dense` `[rows, width]`, whose numbers lie side by side. */
export function orthonormaliseRows(dense: Float64Array, rows: number): void {
  const width = dense.length / rows;
  for (let row = 0; row < rows; row++) {
    const own = row * width;
    const before = Math.sqrt(dot(dense, own, dense, own, width));
    for (let pass = 0; pass < 2; pass++) {
      for (let earlier = 0; earlier < row; earlier++) {
        const overlap = dot(dense, earlier * width, dense, own, width);
        addScaled(dense, own, dense, earlier * width, -overlap, width);
      }
    }
    const length = Math.sqrt(dot(dense, own, dense, own, width));
    const factor = length > 1e-10 * before ? 1 / length : 0;
    for (let i = own; i < own + width; i++) dense[i] *= factor;
  }
}

/** `[rows, columns]` → `[columns, rows]`. */
function transposed(matrix: Float64Array, rows: number, columns: number): Float64Array<ArrayBuffer> {
  const turned = new Float64Array(matrix.length);
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      turned[column * rows + row] = matrix[row * columns + column];
    }
  }
  return turned;
}

export interface Eigen {
  /** Descending. */
  readonly values: Float64Array;
  /** `[size, size]`: column c belongs to value c. */
  readonly vectors: Float64Array;
}

const MOST_SWEEPS = 30;

/**
 * Eigenvalues and eigenvectors of a symmetric matrix by cyclic Jacobi rotations (Golub and Van Loan, §8.5).
 * @param matrix `[size, size]`; overwritten
 */
export function symmetricEigen(matrix: Float64Array, size: number): Eigen {
  const vectors = new Float64Array(size * size);
  for (let i = 0; i < size; i++) vectors[i * size + i] = 1;
  const total = Math.sqrt(matrix.reduce((sum, value) => sum + value * value, 0));
  for (let sweep = 0; sweep < MOST_SWEEPS && offDiagonalLength(matrix, size) > 1e-14 * total; sweep++) {
    for (let p = 0; p < size; p++) {
      for (let q = p + 1; q < size; q++) rotate(matrix, vectors, size, p, q);
    }
  }
  const order = Array.from({ length: size }, (_, i) => i).sort(
    (i, j) => matrix[j * size + j] - matrix[i * size + i] || i - j,
  );
  const sorted = new Float64Array(size * size);
  for (let row = 0; row < size; row++) {
    for (let column = 0; column < size; column++) {
      sorted[row * size + column] = vectors[row * size + order[column]];
    }
  }
  return { values: Float64Array.from(order, (i) => matrix[i * size + i]), vectors: sorted };
}

function offDiagonalLength(matrix: Float64Array, size: number): number {
  let squares = 0;
  for (let i = 0; i < size; i++) {
    for (let j = 0; j < size; j++) if (i !== j) squares += matrix[i * size + j] ** 2;
  }
  return Math.sqrt(squares);
}

/** One Jacobi rotation that makes matrix[p, q] zero, entered into `vectors`. */
function rotate(matrix: Float64Array, vectors: Float64Array, size: number, p: number, q: number): void {
  const pivot = matrix[p * size + q];
  if (pivot === 0) return;
  const theta = (matrix[q * size + q] - matrix[p * size + p]) / (2 * pivot);
  const tangent = (theta >= 0 ? 1 : -1) / (Math.abs(theta) + Math.sqrt(theta * theta + 1));
  const cosine = 1 / Math.sqrt(tangent * tangent + 1);
  const sine = tangent * cosine;
  rotateEntries(matrix, p, q, size, size, cosine, sine);
  rotateEntries(matrix, p * size, q * size, 1, size, cosine, sine);
  rotateEntries(vectors, p, q, size, size, cosine, sine);
}

/** Rotates the entries at `first + k·step` against those at `second + k·step`, k < count. */
function rotateEntries(
  entries: Float64Array,
  first: number,
  second: number,
  step: number,
  count: number,
  cosine: number,
  sine: number,
): void {
  for (let k = 0; k < count; k++) {
    const a = entries[first + k * step];
    const b = entries[second + k * step];
    entries[first + k * step] = cosine * a - sine * b;
    entries[second + k * step] = sine * a + cosine * b;
  }
}

/** Standard normal numbers `[count]`. */
export function normals(random: Random, count: number): Float64Array {
  return Float64Array.from({ length: count }, () => random.normal());
}

/**
 * Cholesky factor of a symmetric positive definite matrix: lower L with L·Lᵀ = matrix (Golub and Van Loan, §4.2).
 * @param matrix `[size, size]`; its lower triangle is overwritten with L, the rest is left alone
 * @throws RangeError when the matrix is not positive definite
 */
export function choleskyInPlace(matrix: Float64Array, size: number): void {
  for (let row = 0; row < size; row++) {
    for (let column = 0; column <= row; column++) {
      let sum = matrix[row * size + column];
      for (let k = 0; k < column; k++) sum -= matrix[row * size + k] * matrix[column * size + k];
      if (row > column) matrix[row * size + column] = sum / matrix[column * size + column];
      else if (sum > 0) matrix[row * size + row] = Math.sqrt(sum);
      else throw new RangeError(`The matrix is not positive definite at row ${row}.`);
    }
  }
}

/** Solves L·Lᵀ·x = right in place, for the factor that `choleskyInPlace` left. */
export function choleskySolve(factor: Float64Array, size: number, right: Float64Array): void {
  for (let row = 0; row < size; row++) {
    let sum = right[row];
    for (let k = 0; k < row; k++) sum -= factor[row * size + k] * right[k];
    right[row] = sum / factor[row * size + row];
  }
  for (let row = size - 1; row >= 0; row--) {
    let sum = right[row];
    for (let k = row + 1; k < size; k++) sum -= factor[k * size + row] * right[k];
    right[row] = sum / factor[row * size + row];
  }
}

/** (L·Lᵀ)⁻¹ `[size, size]`, symmetric, for the factor that `choleskyInPlace` left. */
export function choleskyInverse(factor: Float64Array, size: number): Float64Array<ArrayBuffer> {
  // Rows of L⁻¹, then their products: entry (i, j) is the product of columns i and j of L⁻¹.
  const lower = new Float64Array(size * size);
  for (let row = 0; row < size; row++) {
    const own = row * size;
    lower[own + row] = 1;
    for (let k = 0; k < row; k++) addScaled(lower, own, lower, k * size, -factor[own + k], k + 1);
    const scale = 1 / factor[own + row];
    for (let column = 0; column <= row; column++) lower[own + column] *= scale;
  }
  const inverse = new Float64Array(size * size);
  for (let k = 0; k < size; k++) {
    for (let i = 0; i <= k; i++) addScaled(inverse, i * size, lower, k * size, lower[k * size + i], i + 1);
  }
  for (let i = 0; i < size; i++) {
    for (let j = 0; j < i; j++) inverse[j * size + i] = inverse[i * size + j];
  }
  return inverse;
}
