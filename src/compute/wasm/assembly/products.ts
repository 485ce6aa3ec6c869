/**
 * The two matrix products. Pointers are bytes; matrices are float32, row-major, 16-byte aligned; `dimension` is a
 * multiple of 4. Both take four pairs by two heads at a time: eight sums or eight factors stay in registers while each
 * operand is loaded once, four numbers wide, and no operand is copied first.
 */

/**
 * projections[pair, head] = Σ over columns of differences[pair, column] · directions[head, column].
 *
 * differences `[pairs, dimension]`, directions `[heads, dimension]` in; projections `[pairs, heads]` out
 */
export function marginProduct(
  differences: usize,
  directions: usize,
  projections: usize,
  pairs: usize,
  dimension: usize,
  heads: usize,
): void {
  const row = dimension << 2;
  const width = heads << 2;
  for (let pair: usize = 0; pair < pairs; pair += 4) {
    // Past the edge the last pair is computed again.
    const second = min(pair + 1, pairs - 1);
    const third = min(pair + 2, pairs - 1);
    const fourth = min(pair + 3, pairs - 1);
    const x0 = differences + pair * row;
    const x1 = differences + second * row;
    const x2 = differences + third * row;
    const x3 = differences + fourth * row;
    for (let head: usize = 0; head < heads; head += 2) {
      const other = min(head + 1, heads - 1);
      const u = directions + head * row;
      const v = directions + other * row;
      let a0 = f32x4.splat(0);
      let a1 = a0;
      let a2 = a0;
      let a3 = a0;
      let b0 = a0;
      let b1 = a0;
      let b2 = a0;
      let b3 = a0;
      for (let at: usize = 0; at < row; at += 16) {
        const a = v128.load(u + at);
        const b = v128.load(v + at);
        let x = v128.load(x0 + at);
        a0 = f32x4.add(a0, f32x4.mul(x, a));
        b0 = f32x4.add(b0, f32x4.mul(x, b));
        x = v128.load(x1 + at);
        a1 = f32x4.add(a1, f32x4.mul(x, a));
        b1 = f32x4.add(b1, f32x4.mul(x, b));
        x = v128.load(x2 + at);
        a2 = f32x4.add(a2, f32x4.mul(x, a));
        b2 = f32x4.add(b2, f32x4.mul(x, b));
        x = v128.load(x3 + at);
        a3 = f32x4.add(a3, f32x4.mul(x, a));
        b3 = f32x4.add(b3, f32x4.mul(x, b));
      }
      const a = sumsOf(a0, a1, a2, a3);
      const b = sumsOf(b0, b1, b2, b3);
      const first = projections + (head << 2);
      const next = projections + (other << 2);
      v128.store_lane<f32>(first + pair * width, a, 0);
      v128.store_lane<f32>(first + second * width, a, 1);
      v128.store_lane<f32>(first + third * width, a, 2);
      v128.store_lane<f32>(first + fourth * width, a, 3);
      v128.store_lane<f32>(next + pair * width, b, 0);
      v128.store_lane<f32>(next + second * width, b, 1);
      v128.store_lane<f32>(next + third * width, b, 2);
      v128.store_lane<f32>(next + fourth * width, b, 3);
    }
  }
}

/** The sum of each vector's four lanes. */
// @ts-ignore: decorator
@inline
function sumsOf(a: v128, b: v128, c: v128, d: v128): v128 {
  const low = f32x4.add(v128.shuffle<f32>(a, b, 0, 4, 1, 5), v128.shuffle<f32>(a, b, 2, 6, 3, 7));
  const high = f32x4.add(v128.shuffle<f32>(c, d, 0, 4, 1, 5), v128.shuffle<f32>(c, d, 2, 6, 3, 7));
  return f32x4.add(v128.shuffle<f32>(low, high, 0, 1, 4, 5), v128.shuffle<f32>(low, high, 2, 3, 6, 7));
}

/** Rows of pairs of one partial sum; `GRADIENT_CHUNK` of layout.ts. */
const CHUNK: usize = 512;

/**
 * partials[chunk, head, column] = Σ over the chunk's pairs of residuals[pair, head] · differences[pair, column].
 *
 * differences `[pairs, dimension]`, residuals `[pairs, heads]` in; partials `[gradientChunks, heads, dimension]` out
 */
export function gradientProduct(
  differences: usize,
  residuals: usize,
  partials: usize,
  pairs: usize,
  dimension: usize,
  heads: usize,
): void {
  const row = dimension << 2;
  const width = heads << 2;
  for (let pair: usize = 0; pair < pairs; pair += 4) {
    const sums = partials + (pair / CHUNK) * heads * row;
    if (pair % CHUNK === 0) memory.fill(sums, 0, heads * row);
    const last = min(pair + 3, pairs - 1);
    for (let head: usize = 0; head < heads; head += 2) {
      const from = residuals + (head << 2);
      const to = sums + head * row;
      if (head + 1 < heads) addTwoHeads(differences, from, to, pair, last, row, width);
      else addOneHead(differences, from, to, pair, last, row, width);
    }
  }
}

/** Adds the pairs from `pair` to `last` to the sums of two heads. */
// @ts-ignore: decorator
@inline
function addTwoHeads(
  differences: usize,
  residuals: usize,
  sums: usize,
  pair: usize,
  last: usize,
  row: usize,
  width: usize,
): void {
  const a0 = factor(residuals, pair, last, width);
  const a1 = factor(residuals, pair + 1, last, width);
  const a2 = factor(residuals, pair + 2, last, width);
  const a3 = factor(residuals, pair + 3, last, width);
  const b0 = factor(residuals + 4, pair, last, width);
  const b1 = factor(residuals + 4, pair + 1, last, width);
  const b2 = factor(residuals + 4, pair + 2, last, width);
  const b3 = factor(residuals + 4, pair + 3, last, width);
  const x0 = differences + pair * row;
  const x1 = differences + min(pair + 1, last) * row;
  const x2 = differences + min(pair + 2, last) * row;
  const x3 = differences + min(pair + 3, last) * row;
  const next = sums + row;
  for (let at: usize = 0; at < row; at += 16) {
    let x = v128.load(x0 + at);
    let a = f32x4.mul(x, a0);
    let b = f32x4.mul(x, b0);
    x = v128.load(x1 + at);
    a = f32x4.add(a, f32x4.mul(x, a1));
    b = f32x4.add(b, f32x4.mul(x, b1));
    x = v128.load(x2 + at);
    a = f32x4.add(a, f32x4.mul(x, a2));
    b = f32x4.add(b, f32x4.mul(x, b2));
    x = v128.load(x3 + at);
    a = f32x4.add(a, f32x4.mul(x, a3));
    b = f32x4.add(b, f32x4.mul(x, b3));
    v128.store(sums + at, f32x4.add(v128.load(sums + at), a));
    v128.store(next + at, f32x4.add(v128.load(next + at), b));
  }
}

// @ts-ignore: decorator
@inline
function addOneHead(
  differences: usize,
  residuals: usize,
  sums: usize,
  pair: usize,
  last: usize,
  row: usize,
  width: usize,
): void {
  const a0 = factor(residuals, pair, last, width);
  const a1 = factor(residuals, pair + 1, last, width);
  const a2 = factor(residuals, pair + 2, last, width);
  const a3 = factor(residuals, pair + 3, last, width);
  const x0 = differences + pair * row;
  const x1 = differences + min(pair + 1, last) * row;
  const x2 = differences + min(pair + 2, last) * row;
  const x3 = differences + min(pair + 3, last) * row;
  for (let at: usize = 0; at < row; at += 16) {
    let a = f32x4.mul(v128.load(x0 + at), a0);
    a = f32x4.add(a, f32x4.mul(v128.load(x1 + at), a1));
    a = f32x4.add(a, f32x4.mul(v128.load(x2 + at), a2));
    a = f32x4.add(a, f32x4.mul(v128.load(x3 + at), a3));
    v128.store(sums + at, f32x4.add(v128.load(sums + at), a));
  }
}

/** The residual of one pair in all four lanes; zero past the edge. */
// @ts-ignore: decorator
@inline
function factor(residuals: usize, pair: usize, last: usize, width: usize): v128 {
  return pair > last ? f32x4.splat(0) : v128.load32_splat(residuals + pair * width);
}
