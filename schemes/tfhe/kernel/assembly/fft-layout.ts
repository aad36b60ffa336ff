/**
 * Negacyclic FFT of real polynomials modulo X^N + 1. The N coefficients fold to n = N / 2 complex numbers
 * z_j = a_j + i a_(j + n), and evaluating at the roots of X^n - i is done by splitting: X^(4q) - r^4 into X^q - r i^k.
 * Every node's twiddles are r, r^2, r^3, so that no separate twist is needed; order does not matter to products, and the
 * inverse undoes the stages one by one, so that nothing is ever reordered.
 *
 * Complex numbers lie in pairs: [re0 re1 im0 im1], 32 bytes. A table of twiddles is: 6 doubles of the first stage, 6 per
 * block of the middle stages, then for every two blocks of the last stage r, r^2, r^3 as pairs.
 */

/** Bytes of a pair. */
export const PAIR: usize = 32;
/** Bytes of the twiddles of a block, and of two blocks of the last stage. */
export const BLOCK_TWIDDLES: usize = 48;
export const LAST_TWIDDLES: usize = 96;

/** Whether the number of stages is odd in radix 2: then the first stage has radix 2. */
// @ts-ignore: decorator
@inline
export function startsWithRadix2(n: i32): bool {
  return (ctz(n) & 1) != 0;
}
