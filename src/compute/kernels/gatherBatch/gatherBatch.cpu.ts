/**
 * The features of one batch: row 2i is the chosen text of the batch's i-th pair, row 2i + 1 the rejected one. Which
 * pairs these are stands in `order` at the batch of the clock; −1 is a place without a pair and becomes a row of zeros.
 *
 * features `[texts, dimension]`, rows `[all pairs, 2]` of text indices, order `[batches, pairs / 2]` of pair indices,
 * clock `[1]` in; batch `[pairs, dimension]` out. `pairs` of the size counts the rows of the batch.
 */
import type { Twin } from '../twin.ts';

export const gatherBatch: Twin = ({ features, rows, order, clock, batch }, { pairs, dimension }) => {
  const first = (clock[0] * pairs) / 2;
  for (let row = 0; row < pairs; row++) {
    const pair = order[first + (row >> 1)];
    const target = row * dimension;
    if (pair < 0) {
      batch.fill(0, target, target + dimension);
      continue;
    }
    const from = rows[2 * pair + (row % 2)] * dimension;
    for (let column = 0; column < dimension; column++) batch[target + column] = features[from + column];
  }
};
