/**
 * projections[pair, head] = Σ over columns of differences[pair, column] · directions[head, column].
 *
 * differences `[pairs, dimension]`, directions `[heads, dimension]`, projections `[pairs, heads]`
 *
 * Four pairs by two heads at a time: eight sums stay in registers while each operand is loaded once.
 */
import type { FloatArray, Twin } from '../twin.ts';

const ROWS = 4;

export const marginProduct: Twin = (
  { differences, directions, projections },
  { pairs, dimension, heads },
) => {
  const block = new Float64Array(ROWS * dimension);
  for (let row = 0; row < pairs; row += ROWS) {
    const count = Math.min(ROWS, pairs - row);
    if (count < ROWS) block.fill(0);
    for (let i = 0, from = row * dimension; i < count * dimension; i++) block[i] = differences[from + i];
    for (let head = 0; head < heads; head += 2) {
      const other = Math.min(head + 1, heads - 1);
      projectBlock(block, directions, dimension, head, other);
      for (let r = 0; r < count; r++) {
        projections[(row + r) * heads + head] = sums[r];
        projections[(row + r) * heads + other] = sums[ROWS + r];
      }
    }
  }
};

/** The eight sums of the last block. */
const sums = new Float64Array(2 * ROWS);

function projectBlock(
  block: Float64Array,
  directions: FloatArray,
  dimension: number,
  head: number,
  other: number,
): void {
  let [a0, a1, a2, a3, b0, b1, b2, b3] = [0, 0, 0, 0, 0, 0, 0, 0];
  const a = head * dimension;
  const b = other * dimension;
  const third = 2 * dimension;
  const fourth = 3 * dimension;
  for (let column = 0; column < dimension; column++) {
    const x0 = block[column];
    const x1 = block[dimension + column];
    const x2 = block[third + column];
    const x3 = block[fourth + column];
    const u = directions[a + column];
    const v = directions[b + column];
    a0 += x0 * u;
    a1 += x1 * u;
    a2 += x2 * u;
    a3 += x3 * u;
    b0 += x0 * v;
    b1 += x1 * v;
    b2 += x2 * v;
    b3 += x3 * v;
  }
  sums[0] = a0;
  sums[1] = a1;
  sums[2] = a2;
  sums[3] = a3;
  sums[4] = b0;
  sums[5] = b1;
  sums[6] = b2;
  sums[7] = b3;
}
