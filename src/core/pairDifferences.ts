/** From feature rows to what a Bradley-Terry head sees: f(prompt, chosen) − f(prompt, rejected). */

/** Rows of the two responses of one pair in a feature matrix. */
export interface PairRows {
  readonly chosen: Uint32Array;
  readonly rejected: Uint32Array;
}

/**
 * float32 `[pairs, dimension]`, row-major. Subtracted here and not on the device: the upload is halved, and on a
 * software adapter the device took longer than the rest of a fit.
 * @param features float32 `[texts, dimension]`, row-major
 */
export function pairDifferences(
  features: Float32Array,
  dimension: number,
  rows: PairRows,
): Float32Array<ArrayBuffer> {
  const pairs = rows.chosen.length;
  const differences = new Float32Array(pairs * dimension);
  for (let pair = 0; pair < pairs; pair++) {
    const chosen = rows.chosen[pair] * dimension;
    const rejected = rows.rejected[pair] * dimension;
    const target = pair * dimension;
    for (let column = 0; column < dimension; column++) {
      differences[target + column] = features[chosen + column] - features[rejected + column];
    }
  }
  return differences;
}
