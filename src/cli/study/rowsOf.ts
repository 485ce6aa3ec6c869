/** Some rows of a matrix `[rows, dimension]`, in the order asked, as a new matrix. */
export function rowsOf(
  matrix: Float64Array,
  rows: readonly number[],
  dimension: number,
): Float64Array<ArrayBuffer> {
  const picked = new Float64Array(rows.length * dimension);
  rows.forEach((row, i) =>
    picked.set(matrix.subarray(row * dimension, (row + 1) * dimension), i * dimension),
  );
  return picked;
}
