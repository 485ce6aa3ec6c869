/**
 * What happens along a direction, number by number: margins, projections, row weights and residuals are float32
 * `[pairs, heads]`, read as one row of numbers, four at a time, whatever the number of heads. Vector v of that row
 * holds the same heads as vector v + period, so tables of `period` vectors give every lane the step of its head and
 * collect the sums of its head.
 *
 * Pointers are bytes, 16-byte aligned; tensors are readable and zero up to the next multiple of 16 bytes. `scratch` has
 * room for 7 · 4 · heads numbers.
 */
import { sigmoid, sigmoidSlope, softplus } from './functions';

/** Rows of pairs of one partial sum; `LINE_CHUNK` of layout.ts. A multiple of 4: chunks begin with a whole period. */
const CHUNK: usize = 64;
/** `LINE_SUMS`, and `SCALARS` and `SCALAR.step` in bytes. */
const LINE_SUMS: usize = 6;
const SCALARS_BYTES: usize = 18 << 2;
const STEP_BYTES: usize = 6 << 2;

/** Vectors until lane 0 meets head 0 again. */
// @ts-ignore: decorator
@inline
function periodOf(heads: usize): usize {
  return heads % 4 === 0 ? heads >> 2 : heads % 2 === 0 ? heads >> 1 : heads;
}

/**
 * sums[chunk, head] = Σ over the chunk's pairs of w·σ(m)·σ(−m)·p².
 *
 * rowWeights w, margins m, projections p in; sums `[lineChunks, heads]` out
 */
export function lineCurvature(
  rowWeights: usize,
  margins: usize,
  projections: usize,
  sums: usize,
  scratch: usize,
  pairs: usize,
  heads: usize,
): void {
  const table = periodOf(heads) << 4;
  const end = (pairs * heads) << 2;
  for (let first: usize = 0; first < end; first += (CHUNK * heads) << 2) {
    memory.fill(scratch, 0, table);
    const last = min(first + ((CHUNK * heads) << 2), end);
    for (let at = first, phase = scratch; at < last; at += 16) {
      const p = v128.load(projections + at);
      const curvature = f32x4.mul(sigmoidSlope(v128.load(margins + at)), f32x4.mul(p, p));
      v128.store(
        phase,
        f32x4.add(v128.load(phase), f32x4.mul(v128.load(rowWeights + at), curvature)),
      );
      phase += 16;
      if (phase === scratch + table) phase = scratch;
    }
    addPhases(scratch, sums, heads, 1);
    sums += heads << 2;
  }
}

/**
 * lineSums[chunk, head, k]: the loss where the head stands, the gain of every multiple of its step, and the loss on
 * the pairs of weight zero, as in lineLosses.cpu.ts.
 *
 * rowWeights, margins, projections in; scalars `[heads, SCALARS]` in; lineSums `[lineChunks, heads, LINE_SUMS]` out
 */
export function lineLosses(
  rowWeights: usize,
  margins: usize,
  projections: usize,
  scalars: usize,
  lineSums: usize,
  scratch: usize,
  pairs: usize,
  heads: usize,
): void {
  const end = (pairs * heads) << 2;
  const steps = scratch;
  const tables = scratch + (periodOf(heads) << 4);
  const tablesEnd = tables + LINE_SUMS * (periodOf(heads) << 4);
  spreadSteps(scalars, steps, heads);
  for (let first: usize = 0; first < end; first += (CHUNK * heads) << 2) {
    memory.fill(tables, 0, tablesEnd - tables);
    const last = min(first + ((CHUNK * heads) << 2), end);
    for (let at = first, step = steps, phase = tables; at < last; at += 16) {
      const moved = f32x4.mul(v128.load(step), v128.load(projections + at));
      addLosses(v128.load(rowWeights + at), v128.load(margins + at), moved, lanesBefore(last - at), phase);
      step += 16;
      phase += LINE_SUMS << 4;
      if (phase === tablesEnd) {
        phase = tables;
        step = steps;
      }
    }
    addPhases(tables, lineSums, heads, LINE_SUMS);
    lineSums += (LINE_SUMS * heads) << 2;
  }
}

/** The six sums of four numbers, added to the six vectors at `sums`. */
// @ts-ignore: decorator
@inline
function addLosses(weight: v128, margin: v128, moved: v128, present: v128, sums: usize): void {
  const here = softplus(f32x4.neg(margin));
  const heldOut = v128.and(f32x4.eq(weight, f32x4.splat(0)), present);
  add(sums, f32x4.mul(weight, here));
  addGain(sums + 16, weight, margin, moved, here);
  addGain(sums + 32, weight, margin, f32x4.mul(moved, f32x4.splat(0.5)), here);
  addGain(sums + 48, weight, margin, f32x4.mul(moved, f32x4.splat(0.25)), here);
  addGain(sums + 64, weight, margin, f32x4.add(moved, moved), here);
  add(sums + 80, v128.and(heldOut, here));
}

// @ts-ignore: decorator
@inline
function addGain(sums: usize, weight: v128, margin: v128, moved: v128, here: v128): void {
  const there = softplus(f32x4.neg(f32x4.add(margin, moved)));
  add(sums, f32x4.mul(weight, f32x4.sub(there, here)));
}

// @ts-ignore: decorator
@inline
function add(to: usize, value: v128): void {
  v128.store(to, f32x4.add(v128.load(to), value));
}

/**
 * margins += step · projections; residuals = w·σ(−margins).
 *
 * rowWeights w, projections in; scalars `[heads, SCALARS]` in; margins in and out; residuals out
 */
export function advanceMargins(
  rowWeights: usize,
  projections: usize,
  scalars: usize,
  margins: usize,
  residuals: usize,
  scratch: usize,
  pairs: usize,
  heads: usize,
): void {
  const end = (pairs * heads) << 2;
  const stepsEnd = scratch + (periodOf(heads) << 4);
  spreadSteps(scalars, scratch, heads);
  for (let at: usize = 0, step = scratch; at < end; at += 16) {
    const moved = f32x4.mul(v128.load(step), v128.load(projections + at));
    const margin = f32x4.add(v128.load(margins + at), moved);
    v128.store(margins + at, margin);
    v128.store(residuals + at, f32x4.mul(v128.load(rowWeights + at), sigmoid(f32x4.neg(margin))));
    step += 16;
    if (step === stepsEnd) step = scratch;
  }
}

/** The table that holds, for every lane of every vector of a period, the step of its head. */
function spreadSteps(scalars: usize, table: usize, heads: usize): void {
  for (let i: usize = 0; i < periodOf(heads) << 2; i++) {
    store<f32>(table + (i << 2), load<f32>(scalars + (i % heads) * SCALARS_BYTES + STEP_BYTES));
  }
}

/** sums[head, k] = the sum of table[vector, k, lane] over the lanes of that head. */
function addPhases(table: usize, sums: usize, heads: usize, count: usize): void {
  memory.fill(sums, 0, (heads * count) << 2);
  for (let i: usize = 0; i < periodOf(heads) << 2; i++) {
    for (let k: usize = 0; k < count; k++) {
      const to = sums + (((i % heads) * count + k) << 2);
      const from = table + (((i >> 2) * count + k) << 4) + ((i & 3) << 2);
      store<f32>(to, load<f32>(to) + load<f32>(from));
    }
  }
}

/** A mask of the lanes that lie before the end, `bytes` away. */
// @ts-ignore: decorator
@inline
function lanesBefore(bytes: usize): v128 {
  return i32x4.lt_s(i32x4(0, 4, 8, 12), i32x4.splat(bytes as i32));
}
