/** Whether vectors of texts can be what they should be. `data` is float32 `[texts, dimension]`. */

/** Two different sentences as close as this are one sentence to the model. */
const SAME_COSINE = 0.99999;

/** Of row `row` of two lists of vectors; NaN where one is zero or not a number. */
export function cosine(one: Float32Array, other: Float32Array, row: number, dimension: number): number {
  return between(
    one.subarray(row * dimension, (row + 1) * dimension),
    other.subarray(row * dimension, (row + 1) * dimension),
  );
}

/** Whether every vector has a direction, and different texts have different ones. */
export function isPlausible(data: Float32Array, dimension: number): boolean {
  const rows = Array.from({ length: data.length / dimension }, (_, row) =>
    data.subarray(row * dimension, (row + 1) * dimension),
  );
  return rows.every((one, row) => rows.slice(row + 1).every((other) => between(one, other) < SAME_COSINE));
}

function between(one: Float32Array, other: Float32Array): number {
  let [product, first, second] = [0, 0, 0];
  for (let column = 0; column < one.length; column++) {
    product += one[column] * other[column];
    first += one[column] ** 2;
    second += other[column] ** 2;
  }
  return product / Math.sqrt(first * second);
}
