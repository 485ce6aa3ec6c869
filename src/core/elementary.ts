/**
 * Elementary functions that give the same bytes on every engine. The language leaves the last bits of `Math.exp`,
 * `Math.log`, `Math.tanh`, `Math.sin` and `Math.cos` to the engine, and Node and Chromium do differ there; here they
 * are sums and products in one order, which everybody rounds alike. `tests/core/elementary.test.ts` holds them within
 * two units in the last place of the engine's own, `tanh` and `log1p` within three.
 */

/** ln 2 in two parts: multiples of the first up to 2²⁰ are exact. */
const LN2_HIGH = 0.6931471803691238;
const LN2_LOW = 1.9082149292705877e-10;
const PER_LN2 = 1.4426950408889634;

/** 1/2!, 1/3! … 1/13!, of the exponential series; enough for |x| ≤ ½ ln 2. */
const EXP_TERMS = series(2, 13, (n) => 1 / factorial(n));
/** 2/3, 2/5 … 2/23, of the series of log((1 + s) / (1 − s)) = 2s + 2s³/3 …; enough for |s| ≤ 0.1716. */
const LOG_TERMS = series(1, 11, (n) => 2 / (2 * n + 1));
const SIN_TERMS = series(1, 8, (n) => (n % 2 ? -1 : 1) / factorial(2 * n + 1));
const COS_TERMS = series(1, 8, (n) => (n % 2 ? -1 : 1) / factorial(2 * n));

const number = new Float64Array(1);
/** The bits of `number`, low word first: all engines that matter run on such machines. */
const words = new Uint32Array(number.buffer);

function series(from: number, to: number, term: (n: number) => number): readonly number[] {
  return Array.from({ length: to - from + 1 }, (_, i) => term(from + i));
}

function factorial(n: number): number {
  return n < 2 ? 1 : n * factorial(n - 1);
}

/** terms[0] + terms[1]·x + terms[2]·x² … */
function polynomial(terms: readonly number[], x: number): number {
  let sum = 0;
  for (let i = terms.length - 1; i >= 0; i--) sum = sum * x + terms[i];
  return sum;
}

/** 2ᵏ for −1022 ≤ k ≤ 1023. */
function powerOfTwo(k: number): number {
  words[0] = 0;
  words[1] = (k + 1023) << 20;
  return number[0];
}

/** eˣ. */
export function exp(x: number): number {
  if (x > 709.782712893384) return Infinity;
  if (x < -745.1332191019412) return 0;
  if (Number.isNaN(x)) return x;
  const k = Math.round(x * PER_LN2);
  // Twice half the power: whole, it may lie outside the range of ordinary numbers.
  const half = k >> 1;
  return (1 + reducedExpm1(x, k)) * powerOfTwo(half) * powerOfTwo(k - half);
}

/** eˣ⁻ᵏˡⁿ² − 1, for the k that brings the exponent next to zero. */
function reducedExpm1(x: number, k: number): number {
  const r = x - k * LN2_HIGH - k * LN2_LOW;
  return r + r * r * polynomial(EXP_TERMS, r);
}

/** Natural logarithm; of a negative number not a number, of zero −∞. */
export function log(x: number): number {
  if (!(x > 0) || x === Infinity) return x === 0 ? -Infinity : x > 0 ? x : NaN;
  let exponent = 0;
  let scaled = x;
  if (x < 2.2250738585072014e-308) {
    scaled = x * 2 ** 54;
    exponent = -54;
  }
  number[0] = scaled;
  exponent += (words[1] >>> 20) - 1023;
  words[1] = (words[1] & 0xfffff) | 0x3ff00000;
  let m = number[0];
  if (m > Math.SQRT2) {
    m /= 2;
    exponent++;
  }
  // log(1 + f) = f − (f²/2 − s·(f²/2 + R)) for s = f / (2 + f): the large part is exact.
  const f = m - 1;
  const s = f / (2 + f);
  const z = s * s;
  const rest = z * polynomial(LOG_TERMS, z);
  const half = 0.5 * f * f;
  return exponent * LN2_HIGH - (half - (s * (half + rest) + exponent * LN2_LOW) - f);
}

/** log(1 + x), exact to the last bits for small x as well. */
export function log1p(x: number): number {
  const sum = 1 + x;
  if (sum === 1 || sum === Infinity) return x;
  if (sum === 0) return -Infinity;
  // What rounding the sum took away, to first order.
  return log(sum) + (x - (sum - 1)) / sum;
}

export function tanh(x: number): number {
  const size = Math.abs(x);
  if (!(size < 22)) return Number.isNaN(x) ? x : Math.sign(x);
  // t = e^−2|x| − 1, from the reduced part so that nothing cancels.
  const k = Math.round(-2 * size * PER_LN2);
  const power = powerOfTwo(k);
  const t = power - 1 + power * reducedExpm1(-2 * size, k);
  const result = -t / (2 + t);
  return x < 0 ? -result : x === 0 ? x : result;
}

/** sin 2πx for 0 ≤ x < 1. */
export function sinOfTurns(x: number): number {
  return quarterTurns(x, 0);
}

/** cos 2πx for 0 ≤ x < 1. */
export function cosOfTurns(x: number): number {
  return quarterTurns(x, 1);
}

function quarterTurns(x: number, ahead: number): number {
  const quarters = Math.round(4 * x);
  // The difference is exact.
  const angle = 2 * Math.PI * (x - quarters / 4);
  const square = angle * angle;
  const at = (quarters + ahead) % 4;
  const value =
    at % 2 === 0
      ? angle + angle * square * polynomial(SIN_TERMS, square)
      : 1 + square * polynomial(COS_TERMS, square);
  return at < 2 ? value : -value;
}
