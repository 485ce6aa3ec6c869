/**
 * Every block is divided by the root mean square length of its pair differences over the pool, and multiplied by the
 * root of its prior variance: only then do w ~ N(0, I) and the block variances mean the same on every pool.
 */

/**
 * Root mean square Euclidean length of `rows[i] − rows[j]` over the pairs `(i, j) = (pairs[2p], pairs[2p + 1])`.
 * Without any pair, that of two rows drawn at random: √(2 · total variance).
 * @param rows row-major `[rows, dimension]`
 */
export function pairDifferenceLength(
  rows: Float64Array,
  dimension: number,
  pairs: ArrayLike<number>,
): number {
  if (dimension === 0 || rows.length === 0) return 0;
  if (pairs.length < 2) return Math.sqrt(2 * totalVariance(rows, dimension));
  let total = 0;
  for (let p = 0; p < pairs.length; p += 2) {
    const first = pairs[p] * dimension;
    const second = pairs[p + 1] * dimension;
    for (let column = 0; column < dimension; column++) {
      const difference = rows[first + column] - rows[second + column];
      total += difference * difference;
    }
  }
  return Math.sqrt(total / (pairs.length / 2));
}

function totalVariance(rows: Float64Array, dimension: number): number {
  const count = rows.length / dimension;
  let variance = 0;
  for (let column = 0; column < dimension; column++) {
    let sum = 0;
    for (let row = 0; row < count; row++) sum += rows[row * dimension + column];
    const mean = sum / count;
    for (let row = 0; row < count; row++) variance += (rows[row * dimension + column] - mean) ** 2 / count;
  }
  return variance;
}

/** Differences shorter than this are rounding errors; such a block is switched off rather than blown up. */
const SHORTEST_LENGTH = 1e-6;

/** √variance / length: what a block is multiplied by; 0 for a block whose pairs do not differ. */
export function blockWeight(priorVariance: number, length: number): number {
  return length > SHORTEST_LENGTH ? Math.sqrt(priorVariance) / length : 0;
}
