/**
 * Products of two complex numbers at once, real and imaginary parts in vectors of their own. With relaxed SIMD the
 * multiply-adds are fused; without, they are rounded twice.
 */

/** Re(a * b) */
// @ts-ignore: decorator
@inline
export function productReal(ar: v128, ai: v128, br: v128, bi: v128): v128 {
  if (ASC_FEATURE_RELAXED_SIMD) return f64x2.relaxed_nmadd(ai, bi, f64x2.mul(ar, br));
  return f64x2.sub(f64x2.mul(ar, br), f64x2.mul(ai, bi));
}

/** Im(a * b) */
// @ts-ignore: decorator
@inline
export function productImaginary(ar: v128, ai: v128, br: v128, bi: v128): v128 {
  if (ASC_FEATURE_RELAXED_SIMD) return f64x2.relaxed_madd(ai, br, f64x2.mul(ar, bi));
  return f64x2.add(f64x2.mul(ar, bi), f64x2.mul(ai, br));
}

/** Re(a * conj(b)) */
// @ts-ignore: decorator
@inline
export function conjugateProductReal(ar: v128, ai: v128, br: v128, bi: v128): v128 {
  if (ASC_FEATURE_RELAXED_SIMD) return f64x2.relaxed_madd(ai, bi, f64x2.mul(ar, br));
  return f64x2.add(f64x2.mul(ar, br), f64x2.mul(ai, bi));
}

/** Im(a * conj(b)) */
// @ts-ignore: decorator
@inline
export function conjugateProductImaginary(ar: v128, ai: v128, br: v128, bi: v128): v128 {
  if (ASC_FEATURE_RELAXED_SIMD) return f64x2.relaxed_nmadd(ar, bi, f64x2.mul(ai, br));
  return f64x2.sub(f64x2.mul(ai, br), f64x2.mul(ar, bi));
}

/** sum + Re(a * b) */
// @ts-ignore: decorator
@inline
export function addProductReal(sum: v128, ar: v128, ai: v128, br: v128, bi: v128): v128 {
  if (ASC_FEATURE_RELAXED_SIMD) return f64x2.relaxed_nmadd(ai, bi, f64x2.relaxed_madd(ar, br, sum));
  return f64x2.sub(f64x2.add(sum, f64x2.mul(ar, br)), f64x2.mul(ai, bi));
}

/** sum + Im(a * b) */
// @ts-ignore: decorator
@inline
export function addProductImaginary(sum: v128, ar: v128, ai: v128, br: v128, bi: v128): v128 {
  if (ASC_FEATURE_RELAXED_SIMD) return f64x2.relaxed_madd(ai, br, f64x2.relaxed_madd(ar, bi, sum));
  return f64x2.add(f64x2.add(sum, f64x2.mul(ar, bi)), f64x2.mul(ai, br));
}
