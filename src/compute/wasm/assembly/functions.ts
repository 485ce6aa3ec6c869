/**
 * σ and softplus of four float32 numbers, to a few units in the last place at any argument and never infinite for a
 * finite one. Only +, −, ·, / and rounding: the same bytes on every engine, which `Math.exp` does not promise.
 */

/** e^−87 is the last power of e whose float32 has all its digits; smaller ones are rounded up to it. */
const LOWEST: f32 = -87;
/** ln 2 in two parts: the first has 9 bits, so that whole multiples of it are exact. */
const LN2_HIGH: f32 = 0.693359375;
const LN2_LOW: f32 = -0.00021219444;

/** e^x for x ≤ 0: 2ⁿ·e^r with |r| ≤ ln 2 / 2, e^r = 1 + r + r²·q(r), q a Chebyshev fit to 1e-8. */
// @ts-ignore: decorator
@inline
export function exponential(x: v128): v128 {
  // pmax keeps a NaN, so that a diverged run is noticed.
  const bounded = f32x4.pmax(x, f32x4.splat(LOWEST));
  const n = f32x4.nearest(f32x4.mul(bounded, f32x4.splat(1.442695)));
  const rest = f32x4.sub(bounded, f32x4.mul(n, f32x4.splat(LN2_HIGH)));
  const r = f32x4.sub(rest, f32x4.mul(n, f32x4.splat(LN2_LOW)));
  let q = f32x4.splat(0.00139262);
  q = f32x4.add(f32x4.mul(q, r), f32x4.splat(0.00836317));
  q = f32x4.add(f32x4.mul(q, r), f32x4.splat(0.04166656));
  q = f32x4.add(f32x4.mul(q, r), f32x4.splat(0.16666578));
  q = f32x4.add(f32x4.mul(q, r), f32x4.splat(0.5));
  const power = f32x4.add(f32x4.add(f32x4.mul(f32x4.mul(r, r), q), r), f32x4.splat(1));
  const exponent = i32x4.add(i32x4.trunc_sat_f32x4_s(n), i32x4.splat(127));
  return f32x4.mul(power, i32x4.shl(exponent, 23));
}

/**
 * log(1 + eˣ) = max(x, 0) + log(1 + e), e = e^−|x|. With s = e / (2 + e) ≤ 1/3, log(1 + e) = 2·artanh(s) =
 * 2s·(1 + u·q(u)), u = s², q a Chebyshev fit to 1e-9.
 */
// @ts-ignore: decorator
@inline
export function softplus(x: v128): v128 {
  const e = exponential(f32x4.neg(f32x4.abs(x)));
  const s = f32x4.div(e, f32x4.add(e, f32x4.splat(2)));
  const u = f32x4.mul(s, s);
  let q = f32x4.splat(0.11612164);
  q = f32x4.add(f32x4.mul(q, u), f32x4.splat(0.10853288));
  q = f32x4.add(f32x4.mul(q, u), f32x4.splat(0.14296179));
  q = f32x4.add(f32x4.mul(q, u), f32x4.splat(0.19999853));
  q = f32x4.add(f32x4.mul(q, u), f32x4.splat(0.33333334));
  const twice = f32x4.add(s, s);
  const logarithm = f32x4.add(twice, f32x4.mul(twice, f32x4.mul(u, q)));
  return f32x4.add(f32x4.pmax(x, f32x4.splat(0)), logarithm);
}

/** 1 / (1 + e^−x), to the last bits at both ends. */
// @ts-ignore: decorator
@inline
export function sigmoid(x: v128): v128 {
  const e = exponential(f32x4.neg(f32x4.abs(x)));
  const one = f32x4.splat(1);
  const isNegative = f32x4.lt(x, f32x4.splat(0));
  return f32x4.div(v128.bitselect(e, one, isNegative), f32x4.add(one, e));
}

/** σ(x)·σ(−x), the derivative of σ. */
// @ts-ignore: decorator
@inline
export function sigmoidSlope(x: v128): v128 {
  const e = exponential(f32x4.neg(f32x4.abs(x)));
  const whole = f32x4.add(e, f32x4.splat(1));
  return f32x4.div(e, f32x4.mul(whole, whole));
}
