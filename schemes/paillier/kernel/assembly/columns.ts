/**
 * Products of halves, as sums of columns.
 *
 * A product of two limbs |a|, |b| < 2^51 is split exactly by two fused multiply-adds: high = a b + 3 * 2^102 keeps what is above 2^51,
 * and low = a b + (3 * 2^102 + 3 * 2^51 - high) the rest (Emmart, Zheng, Weems, "Faster modular exponentiation using double precision
 * floating point arithmetic on the GPU", ARITH 2018). The exponents of both are the same whatever a and b are, so that their bits are
 * added as integers; columns begin with minus all the exponents that they gather (`starts.ts`). Sums stay below 2^60: nothing carries
 * before the end.
 *
 * @module
 */
import {
  ALL_COLUMNS_BYTES, BY_QUARTERS, COLUMNS, HALF_BLOCKS, HALF_BYTES, HALF_VECTORS, MIDDLE, MIDDLE_ODD, ODD, QUARTER_BYTES, SPLIT_BOTH, SPLIT_HIGH,
} from './layout';

/**
 * Adds limbs[0 .. 2 * vectors) times four further limbs. `even` and `odd` address the columns of the first limb's product with b0;
 * vectors is even.
 */
@inline export function addRows(even: usize, odd: usize, limbs: usize, vectors: i32, b0: v128, b1: v128, b2: v128, b3: v128): void {
  // Loaded, not written as constants: V8 would make those anew for every use.
  const splitHigh = v128.load64_splat(SPLIT_HIGH), splitBoth = v128.load64_splat(SPLIT_BOTH);
  const end = limbs + (<usize>vectors << 4);
  let even0 = v128.load(even), even1 = v128.load(even, 16), odd0 = v128.load(odd);
  while (limbs < end) {
    // Two vectors a round: what is the second column of the one is the first of the other, and needs no move.
    let a = v128.load(limbs), even2 = v128.load(even, 32), odd1 = v128.load(odd, 16), high: v128;
    high = f64x2.relaxed_madd(a, b0, splitHigh);
    odd0 = i64x2.add(odd0, high);
    even0 = i64x2.add(even0, f64x2.relaxed_madd(a, b0, f64x2.sub(splitBoth, high)));
    high = f64x2.relaxed_madd(a, b1, splitHigh);
    even1 = i64x2.add(even1, high);
    odd0 = i64x2.add(odd0, f64x2.relaxed_madd(a, b1, f64x2.sub(splitBoth, high)));
    high = f64x2.relaxed_madd(a, b2, splitHigh);
    odd1 = i64x2.add(odd1, high);
    even1 = i64x2.add(even1, f64x2.relaxed_madd(a, b2, f64x2.sub(splitBoth, high)));
    high = f64x2.relaxed_madd(a, b3, splitHigh);
    even2 = i64x2.add(even2, high);
    odd1 = i64x2.add(odd1, f64x2.relaxed_madd(a, b3, f64x2.sub(splitBoth, high)));
    v128.store(even, even0);
    v128.store(odd, odd0);

    a = v128.load(limbs, 16);
    even0 = v128.load(even, 48);
    odd0 = v128.load(odd, 32);
    high = f64x2.relaxed_madd(a, b0, splitHigh);
    odd1 = i64x2.add(odd1, high);
    even1 = i64x2.add(even1, f64x2.relaxed_madd(a, b0, f64x2.sub(splitBoth, high)));
    high = f64x2.relaxed_madd(a, b1, splitHigh);
    even2 = i64x2.add(even2, high);
    odd1 = i64x2.add(odd1, f64x2.relaxed_madd(a, b1, f64x2.sub(splitBoth, high)));
    high = f64x2.relaxed_madd(a, b2, splitHigh);
    odd0 = i64x2.add(odd0, high);
    even2 = i64x2.add(even2, f64x2.relaxed_madd(a, b2, f64x2.sub(splitBoth, high)));
    high = f64x2.relaxed_madd(a, b3, splitHigh);
    even0 = i64x2.add(even0, high);
    odd0 = i64x2.add(odd0, f64x2.relaxed_madd(a, b3, f64x2.sub(splitBoth, high)));
    v128.store(even, even1, 16);
    v128.store(odd, odd1, 16);
    even1 = even0;
    even0 = even2;
    limbs += 32;
    even += 32;
    odd += 32;
  }
  v128.store(even, even0);
  v128.store(even, even1, 16);
  v128.store(odd, odd0);
}

/** The same with four limbs of memory. */
@inline export function addBlock(even: usize, odd: usize, limbs: usize, vectors: i32, block: usize): void {
  addRows(
    even, odd, limbs, vectors,
    v128.load64_splat(block), v128.load64_splat(block, 8), v128.load64_splat(block, 16), v128.load64_splat(block, 24),
  );
}

function addBlocks(even: usize, odd: usize, a: usize, b: usize): void {
  const blocks = BY_QUARTERS ? HALF_BLOCKS >> 1 : HALF_BLOCKS;
  const vectors = BY_QUARTERS ? HALF_VECTORS >> 1 : HALF_VECTORS;
  for (let block = 0; block < blocks; block++) {
    const at = <usize>block << 5;
    addBlock(even + at, odd + at, a, vectors, b + at);
  }
}

/** dst = a - b, a quarter of limbs; signed. */
@inline export function subtractQuarter(dst: usize, a: usize, b: usize): void {
  for (let at: usize = 0; at < QUARTER_BYTES; at += 16) v128.store(dst + at, f64x2.sub(v128.load(a + at), v128.load(b + at)));
}

/**
 * Adds the product of two halves. By quarters: of the lower ones, of the upper ones, and of the differences (lower less upper of a, upper
 * less lower of b), which `joinMiddle` turns into the middle (Karatsuba).
 */
@inline export function addProduct(a: usize, b: usize, aDifference: usize, bDifference: usize): void {
  addBlocks(COLUMNS, COLUMNS + ODD, a, b);
  if (BY_QUARTERS) {
    addBlocks(COLUMNS + HALF_BYTES, COLUMNS + ODD + HALF_BYTES, a + QUARTER_BYTES, b + QUARTER_BYTES);
    addBlocks(COLUMNS + MIDDLE, COLUMNS + MIDDLE_ODD, aDifference, bDifference);
  }
}

@inline function joinColumns(columns: usize, middle: usize): void {
  for (let at: usize = 0; at < QUARTER_BYTES; at += 16) {
    const first = v128.load(columns + at), second = v128.load(columns + QUARTER_BYTES + at);
    const third = v128.load(columns + HALF_BYTES + at), fourth = v128.load(columns + HALF_BYTES + QUARTER_BYTES + at);
    const both = i64x2.add(second, third);
    v128.store(columns + QUARTER_BYTES + at, i64x2.add(both, i64x2.add(first, v128.load(middle + at))));
    v128.store(columns + HALF_BYTES + at, i64x2.add(both, i64x2.add(fourth, v128.load(middle + QUARTER_BYTES + at))));
  }
}

/** Adds products of differences and those of quarters to the columns between; once, after all products of a sum. */
@inline export function joinMiddle(): void {
  if (!BY_QUARTERS) return;
  joinColumns(COLUMNS, COLUMNS + MIDDLE);
  joinColumns(COLUMNS + ODD, COLUMNS + MIDDLE_ODD);
}

/** Twice the products above the diagonal of a square. */
@inline export function addOffDiagonal(a: usize): void {
  for (let block = 0; block < HALF_BLOCKS - 1; block++) {
    const at = <usize>block << 5, behind = at + 32;
    addBlock(COLUMNS + at + behind, COLUMNS + ODD + at + behind, a + behind, HALF_VECTORS - 2 * (block + 1), a + at);
  }
}

/** The products on the diagonal: each block with itself. */
@inline export function addDiagonal(a: usize): void {
  for (let block = 0; block < HALF_BLOCKS; block++) {
    const at = <usize>block << 5;
    addBlock(COLUMNS + 2 * at, COLUMNS + ODD + 2 * at, a + at, 2, a + at);
  }
}

/** Columns begin a sum. */
@inline export function begin(start: usize): void {
  memory.copy(COLUMNS, start, BY_QUARTERS ? ALL_COLUMNS_BYTES : MIDDLE);
}

/** Columns become twice what they are, and a start more. */
@inline export function doubleAndAdd(start: usize): void {
  for (let at: usize = 0; at < MIDDLE; at += 16) {
    const column = v128.load(COLUMNS + at);
    v128.store(COLUMNS + at, i64x2.add(i64x2.add(column, column), v128.load(start + at)));
  }
}
