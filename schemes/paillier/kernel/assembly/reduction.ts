/**
 * Columns over R modulo n~ (Montgomery, Math. Comp. 44, 1985). n~ is a multiple of n and -1 modulo 2^153: the digits of the quotient are
 * the lowest columns themselves, but for one product in every fourth.
 *
 * @module
 */
import { addRows } from './columns';
import {
  COLUMNS, HALF_BLOCKS, HALF_BYTES, HALF_VECTORS, LEAST_LIMB, LIMB_BITS, LIMB_MASK, MODULUS, ODD, QUOTIENT,
} from './layout';

/** 2^52 as bits: with a number below 2^52 in the low bits it is 2^52 and that number. */
const TWO_52_BITS: i64 = 0x4330000000000000;
const TWO_52: f64 = 4503599627370496.0;

/** The lowest limb of a column. */
@inline export function limbOf(column: i64): f64 {
  return reinterpret<f64>((column & LIMB_MASK) | TWO_52_BITS) - TWO_52;
}

/** Adds zero times the modulus, for the exponents alone. */
export function addNothing(): void {
  const zero = f64x2.splat(0);
  for (let block = 0; block < HALF_BLOCKS; block++) {
    const at = <usize>block << 5;
    addRows(COLUMNS + ODD + at + 16, COLUMNS + at + 32, MODULUS, HALF_VECTORS, zero, zero, zero, zero);
  }
}

/** Writes (columns + m n~) / R to a half, and the digits of m to QUOTIENT. */
export function reduce(dst: usize): void {
  const least = load<i64>(LEAST_LIMB);
  let even = COLUMNS, odd = COLUMNS + ODD, digits = QUOTIENT;
  let m0 = load<i64>(even);
  let m1 = load<i64>(even, 8) + load<i64>(odd) + (m0 >> LIMB_BITS);
  let m2 = load<i64>(even, 16) + load<i64>(odd, 8) + (m1 >> LIMB_BITS);
  let m3 = load<i64>(even, 24) + load<i64>(odd, 16) + (m2 >> LIMB_BITS) + m0 * least;
  for (let block = 0; block < HALF_BLOCKS; block++) {
    store<i64>(digits, m0 & LIMB_MASK);
    store<i64>(digits, m1 & LIMB_MASK, 8);
    store<i64>(digits, m2 & LIMB_MASK, 16);
    store<i64>(digits, m3 & LIMB_MASK, 24);
    const b0 = f64x2.splat(limbOf(m0)), b1 = f64x2.splat(limbOf(m1)), b2 = f64x2.splat(limbOf(m2)), b3 = f64x2.splat(limbOf(m3));
    // m n~ = m (n~ + 1) - m: the digits vanish from their columns, and the rest begins three limbs up. That is an odd column, so even
    // and odd ones change roles. The next digits need the first columns only.
    addRows(odd + 16, even + 32, MODULUS, 4, b0, b1, b2, b3);
    const carry = (load<i64>(even, 24) + load<i64>(odd, 16) + (m2 >> LIMB_BITS)) >> LIMB_BITS;
    m0 = load<i64>(even, 32) + load<i64>(odd, 24) + carry;
    m1 = load<i64>(even, 40) + load<i64>(odd, 32) + (m0 >> LIMB_BITS);
    m2 = load<i64>(even, 48) + load<i64>(odd, 40) + (m1 >> LIMB_BITS);
    m3 = load<i64>(even, 56) + load<i64>(odd, 48) + (m2 >> LIMB_BITS) + m0 * least;
    addRows(odd + 80, even + 96, MODULUS + 64, HALF_VECTORS - 4, b0, b1, b2, b3);
    even += 32;
    odd += 32;
    digits += 32;
  }
  store<f64>(dst, limbOf(m0));
  store<f64>(dst, limbOf(m1), 8);
  store<f64>(dst, limbOf(m2), 16);
  let carry = m2 >> LIMB_BITS;
  for (let limb = 3; limb < HALF_LIMBS; limb++) {
    const column = load<i64>(even, 24) + load<i64>(odd, 16) + carry;
    store<f64>(dst + (<usize>limb << 3), limbOf(column));
    carry = column >> LIMB_BITS;
    even += 8;
    odd += 8;
  }
}

/** Takes the quotient of the lower half from the columns of the upper one. */
@inline export function subtractQuotient(): void {
  for (let at: usize = 0; at < HALF_BYTES; at += 16) {
    v128.store(COLUMNS + at, i64x2.sub(v128.load(COLUMNS + at), v128.load(QUOTIENT + at)));
  }
}
