/**
 * partials[chunk, head, column] = Σ over the chunk's pairs of residuals[pair, head] · differences[pair, column].
 * The twin puts the whole sum into chunk 0.
 *
 * differences `[pairs, dimension]`, residuals `[pairs, heads]`, partials `[gradientChunks, heads, dimension]`
 *
 * Four pairs are summed per pass, so one load and one store of a partial serve four products.
 */
import type { Twin } from '../twin.ts';

const ROWS = 4;

export const gradientProduct: Twin = ({ differences, residuals, partials }, { pairs, dimension, heads }) => {
  partials.fill(0);
  const block = new Float64Array(ROWS * dimension);
  for (let row = 0; row < pairs; row += ROWS) {
    const count = Math.min(ROWS, pairs - row);
    if (count < ROWS) block.fill(0);
    // One conversion to float64 serves all heads.
    for (let i = 0, from = row * dimension; i < count * dimension; i++) block[i] = differences[from + i];
    for (let head = 0; head < heads; head++) {
      const at = (r: number): number => (r < count ? residuals[(row + r) * heads + head] : 0);
      addRows(partials, head * dimension, block, dimension, at(0), at(1), at(2), at(3));
    }
  }
};

function addRows(
  target: Float32Array | Float64Array,
  offset: number,
  block: Float64Array,
  dimension: number,
  r0: number,
  r1: number,
  r2: number,
  r3: number,
): void {
  if (r0 === 0 && r1 === 0 && r2 === 0 && r3 === 0) return;
  const second = dimension;
  const third = 2 * dimension;
  const fourth = 3 * dimension;
  for (let column = 0; column < dimension; column++) {
    target[offset + column] +=
      r0 * block[column] +
      r1 * block[second + column] +
      r2 * block[third + column] +
      r3 * block[fourth + column];
  }
}
