/**
 * Modular arithmetic on f64x2 with fused multiply-add. A residue is a whole number in an f64, signed and not unique:
 * |x| <= bound * p < 2^53. The caller keeps the bounds (`../bound.ts`); nothing here checks them.
 *
 * The rounding error of a product is one fused instruction: a * b = h - low with h = fl(a * b), low = h - a * b. With
 * q = nearest(h / p), (h - q * p) - low is congruent to a * b whatever the rounding of q; only its size depends on it
 * (Dekker 1971; Shoup, NTL; van der Hoeven et al., "Modular SIMD arithmetic in Mathemagic", ACM TOMS 43(1), 2016).
 *
 * A modulus block in memory: p at 0, 1/p at 8, tables from 64 on (`ntt.ts`).
 *
 * @module
 */

/** Where the tables of a modulus block begin. */
export const TABLES: usize = 64;

/** 2^52: adding it to a whole number in [0, 2^52) puts the number in the low bits of the representation. */
const TWO_52: f64 = 4503599627370496.0;
const TWO_52_BITS: i64 = 0x4330000000000000;

@inline export function modulusOf(block: usize): v128 {
  return v128.load_splat<f64>(block);
}

@inline export function inverseOf(block: usize): v128 {
  return v128.load_splat<f64>(block, 8);
}

/** a * b mod p: 3 roundings in the quotient. */
@inline export function multiply(a: v128, b: v128, p: v128, inverse: v128): v128 {
  const high = f64x2.mul(a, b);
  const quotient = f64x2.nearest(f64x2.mul(high, inverse));
  const low = f64x2.relaxed_nmadd(a, b, high);
  return f64x2.sub(f64x2.relaxed_nmadd(quotient, p, high), low);
}

/** a * w mod p where w / p is known: 2 roundings in the quotient, which does not wait for the product (Shoup). */
@inline export function multiplyConstant(a: v128, w: v128, wOverP: v128, p: v128): v128 {
  const quotient = f64x2.nearest(f64x2.mul(a, wOverP));
  const high = f64x2.mul(a, w);
  const low = f64x2.relaxed_nmadd(a, w, high);
  return f64x2.sub(f64x2.relaxed_nmadd(quotient, p, high), low);
}

/** The residue nearest to zero, but for 2 roundings in the quotient. */
@inline export function reduce(a: v128, p: v128, inverse: v128): v128 {
  return f64x2.relaxed_nmadd(f64x2.nearest(f64x2.mul(a, inverse)), p, a);
}

/** u64 below 2^52 to f64. */
@inline export function fromInteger(x: v128): v128 {
  return f64x2.sub(v128.or(x, i64x2.splat(TWO_52_BITS)), f64x2.splat(TWO_52));
}

/** Residue with |x| <= p to u64 in [0, p). */
@inline export function toInteger(x: v128, p: v128): v128 {
  const positive = f64x2.add(x, v128.and(f64x2.lt(x, f64x2.splat(0)), p));
  return v128.xor(f64x2.add(positive, f64x2.splat(TWO_52)), i64x2.splat(TWO_52_BITS));
}

/** For the start-up probe: a * b + c as the engine's relaxed instruction computes it. */
export function probeMultiplyAdd(a: f64, b: f64, c: f64): f64 {
  return f64x2.extract_lane(f64x2.relaxed_madd(f64x2.splat(a), f64x2.splat(b), f64x2.splat(c)), 0);
}

/** For the start-up probe: c - a * b. */
export function probeNegatedMultiplyAdd(a: f64, b: f64, c: f64): f64 {
  return f64x2.extract_lane(f64x2.relaxed_nmadd(f64x2.splat(a), f64x2.splat(b), f64x2.splat(c)), 0);
}
