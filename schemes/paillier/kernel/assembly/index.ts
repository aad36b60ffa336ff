/**
 * Products modulo n~^2 in base n~. A residue x0 + x1 n~ is two halves, each below 2 n~. With R = 2^(51 HALF_LIMBS) and
 * m = -a0 b0 / n~ mod R:
 *
 *   a b / R = (a0 b0 + m n~) / R + n~ (a0 b1 + a1 b0 - m) / R  mod n~^2
 *
 * Three products and two reductions of halves, where a product of whole residues and its reduction take the time of eight halves' (Takagi,
 * "Fast RSA-type cryptosystem modulo p^k q", CRYPTO 1998, has the base). n~ = k n is -1 modulo 2^153, see `reduction.ts`; numbers modulo
 * n~^2 are numbers modulo n^2.
 *
 * Addresses are in bytes. A result may take the place of an operand.
 *
 * @module
 */
import { addDiagonal, addOffDiagonal, addProduct, begin, doubleAndAdd, joinMiddle, subtractQuarter } from './columns';
import {
  BYTES, BY_QUARTERS, COLUMNS, DIAGONAL, DIFFERENCES, HALF_BYTES, LEAST_LIMB, LIMBS, LIMB_BITS, LOWER, MODULUS, OFF_DIAGONAL, ONE_PRODUCT,
  QUARTER_BYTES, REDUCTION, RESIDUE_BYTES, SPLIT_BOTH, SPLIT_HIGH, TWO_PRODUCTS, UNREDUCED,
} from './layout';
import { limbOf, reduce, subtractQuotient } from './reduction';
import { makeStarts } from './starts';

const TWO_51: f64 = 2251799813685248.0;

/** Whether the engine rounds a multiply-add once, as products need, is for the host to say. */
export function probeMultiplyAdd(a: f64, b: f64, c: f64): f64 {
  return f64x2.extract_lane(f64x2.relaxed_madd(f64x2.splat(a), f64x2.splat(b), f64x2.splat(c)), 0);
}

/** Where the host writes bytes for `setModulus` and `load`, and reads those of `store`. */
export function bytesAddress(): usize {
  return BYTES;
}

/** Limbs of the bytes. */
function unpack(dst: usize, limbs: i32): void {
  for (let limb = 0; limb < limbs; limb++) {
    const bit = limb * <i32>LIMB_BITS;
    store<f64>(dst + (<usize>limb << 3), limbOf(<i64>(load<u64>(BYTES + (bit >> 3)) >> (bit & 7))));
  }
}

/** The bytes hold (n~ + 1) / 2^153. */
export function setModulus(): void {
  store<f64>(SPLIT_HIGH, 3.0 * TWO_51 * TWO_51);
  store<f64>(SPLIT_BOTH, 3.0 * TWO_51 * TWO_51 + 3.0 * TWO_51);
  unpack(MODULUS, HALF_LIMBS);
  store<i64>(LEAST_LIMB, <i64>load<f64>(MODULUS));
  makeStarts();
}

/** dst = the number in the bytes, below R n~, over R. */
export function loadResidue(dst: usize): void {
  unpack(LIMBS, 2 * HALF_LIMBS);
  begin(REDUCTION);
  for (let at: usize = 0; at < RESIDUE_BYTES; at += 8) store<i64>(COLUMNS + at, load<i64>(COLUMNS + at) + <i64>load<f64>(LIMBS + at));
  reduce(LOWER);
  begin(REDUCTION);
  subtractQuotient();
  reduce(dst + HALF_BYTES);
  memory.copy(dst, LOWER, HALF_BYTES);
}

/** The bytes become those of a half. */
export function storeHalf(half: usize): void {
  memory.fill(BYTES, 0, HALF_BYTES);
  for (let limb = 0; limb < HALF_LIMBS; limb++) {
    const bit = limb * <i32>LIMB_BITS;
    const at = BYTES + (bit >> 3);
    // 51 bits from within a byte on take at most 58.
    store<u64>(at, load<u64>(at) | (<u64>load<f64>(half + (<usize>limb << 3)) << (bit & 7)));
  }
}

export function multiply(dst: usize, a: usize, b: usize): void {
  const a0 = DIFFERENCES, a1 = a0 + QUARTER_BYTES, b0 = a1 + QUARTER_BYTES, b1 = b0 + QUARTER_BYTES;
  if (BY_QUARTERS) {
    subtractQuarter(a0, a, a + QUARTER_BYTES);
    subtractQuarter(a1, a + HALF_BYTES, a + HALF_BYTES + QUARTER_BYTES);
    subtractQuarter(b0, b + QUARTER_BYTES, b);
    subtractQuarter(b1, b + HALF_BYTES + QUARTER_BYTES, b + HALF_BYTES);
  }
  begin(ONE_PRODUCT);
  addProduct(a, b, a0, b0);
  joinMiddle();
  reduce(LOWER);
  begin(TWO_PRODUCTS);
  addProduct(a, b + HALF_BYTES, a0, b1);
  addProduct(b, a + HALF_BYTES, b0, a1);
  joinMiddle();
  subtractQuotient();
  reduce(dst + HALF_BYTES);
  memory.copy(dst, LOWER, HALF_BYTES);
}

export function square(dst: usize, a: usize): void {
  const a0 = DIFFERENCES, a1 = a0 + QUARTER_BYTES;
  begin(OFF_DIAGONAL);
  addOffDiagonal(a);
  doubleAndAdd(DIAGONAL);
  addDiagonal(a);
  reduce(LOWER);
  begin(UNREDUCED);
  if (BY_QUARTERS) {
    subtractQuarter(a0, a, a + QUARTER_BYTES);
    subtractQuarter(a1, a + HALF_BYTES + QUARTER_BYTES, a + HALF_BYTES);
  }
  addProduct(a, a + HALF_BYTES, a0, a1);
  joinMiddle();
  doubleAndAdd(REDUCTION);
  subtractQuotient();
  reduce(dst + HALF_BYTES);
  memory.copy(dst, LOWER, HALF_BYTES);
}

/** Products one after the other: triples of numbers of residues, counted from `base` on, `result = left * right`. Equal ones are squared. */
export function run(list: usize, count: i32, base: usize): void {
  for (const end = list + <usize>count * 12; list < end; list += 12) {
    const dst = base + <usize>load<u32>(list) * RESIDUE_BYTES;
    const a = load<u32>(list, 4), b = load<u32>(list, 8);
    if (a == b) square(dst, base + <usize>a * RESIDUE_BYTES);
    else multiply(dst, base + <usize>a * RESIDUE_BYTES, base + <usize>b * RESIDUE_BYTES);
  }
}

/** a squared so many times. */
export function squareOften(dst: usize, a: usize, times: i32): void {
  square(dst, a);
  for (let at = 1; at < times; at++) square(dst, dst);
}
