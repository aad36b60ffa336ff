/**
 * Negacyclic number-theoretic transforms in SEAL's order: output i is the value at psi^(2 * bitReverse(i) + 1).
 * Two levels per sweep (radix 4), depth first over sub-blocks so that the sweeps after the first run in the L1 cache, lazy ranges in
 * between (Harvey, "Faster arithmetic for number-theoretic transforms", 2014). Which sweeps reduce is the caller's choice, from the
 * range analysis in `../bound.ts`.
 *
 * Tables in a modulus block, n f64 each: W[bitReverse(i)] = psi^i centred, W / p, then the same for psi^-1, where entry 0 holds
 * n^-1 and entry 1 holds its twiddle times n^-1.
 *
 * @module
 */
import { inverseOf, modulusOf, multiply, multiplyConstant, reduce, TABLES } from './modular';

/** Bytes of a column's neighbours that are taken together, so that all levels of a strip run in the L1 cache. */
const STRIP: usize = 1024;

@inline function splat(address: usize): v128 {
  return v128.load_splat<f64>(address);
}

// Forward.

/** The first level of an odd number of levels, on the residues `from` to `to` (bytes) and those half a polynomial further. */
@inline function forwardFirstLevel(
  source: usize, target: usize, from: usize, to: usize, block: usize, n: i32, reduceInput: bool,
): void {
  const p = modulusOf(block), inverse = inverseOf(block);
  const w = splat(block + TABLES + 8), wOverP = splat(block + TABLES + 8 + (<usize>n << 3));
  const half = <usize>n << 2, end = source + to;
  source += from;
  target += from;
  while (source < end) {
    let x = v128.load(source), y = v128.load(source + half);
    if (reduceInput) {
      x = reduce(x, p, inverse);
      y = reduce(y, p, inverse);
    }
    y = multiplyConstant(y, w, wOverP, p);
    v128.store(target, f64x2.add(x, y));
    v128.store(target + half, f64x2.sub(x, y));
    source += 16;
    target += 16;
  }
}

/**
 * Two levels on one block of four quarters, `quarter` bytes each; of every quarter the bytes `from` to `to`. Levels m and 2m, block i of m.
 */
@inline function forwardBlock(
  source: usize, target: usize, quarter: usize, from: usize, to: usize, p: v128, inverse: v128, w: usize, wOverP: usize, m: usize, i: usize,
  reduceSums: bool, reduceAll: bool,
): void {
  const first = (m + i) << 3, second = (m + i) << 4;
  const w1 = splat(w + first), w1p = splat(wOverP + first);
  const w2 = splat(w + second), w2p = splat(wOverP + second);
  const w3 = splat(w + second + 8), w3p = splat(wOverP + second + 8);
  const end = source + to, half = quarter << 1, three = quarter * 3;
  source += from;
  target += from;
  while (source < end) {
    let x0 = v128.load(source), x1 = v128.load(source + quarter), x2 = v128.load(source + half), x3 = v128.load(source + three);
    if (reduceSums) {
      x0 = reduce(x0, p, inverse);
      x1 = reduce(x1, p, inverse);
    }
    if (reduceAll) {
      x2 = reduce(x2, p, inverse);
      x3 = reduce(x3, p, inverse);
    }
    x2 = multiplyConstant(x2, w1, w1p, p);
    x3 = multiplyConstant(x3, w1, w1p, p);
    const a0 = f64x2.add(x0, x2), a2 = f64x2.sub(x0, x2);
    const a1 = multiplyConstant(f64x2.add(x1, x3), w2, w2p, p), a3 = multiplyConstant(f64x2.sub(x1, x3), w3, w3p, p);
    v128.store(target, f64x2.add(a0, a1));
    v128.store(target + quarter, f64x2.sub(a0, a1));
    v128.store(target + half, f64x2.add(a2, a3));
    v128.store(target + three, f64x2.sub(a2, a3));
    source += 16;
    target += 16;
  }
}

function forwardPass(data: usize, quarter: usize, p: v128, inverse: v128, w: usize, wOverP: usize, m: usize, from: usize, to: usize): void {
  for (let i = from; i < to; i++) {
    forwardBlock(data, data, quarter, 0, quarter, p, inverse, w, wOverP, m, i, false, false);
    data += quarter << 2;
  }
}

function forwardPassReducing(data: usize, quarter: usize, p: v128, inverse: v128, w: usize, wOverP: usize, m: usize, from: usize, to: usize): void {
  for (let i = from; i < to; i++) {
    forwardBlock(data, data, quarter, 0, quarter, p, inverse, w, wOverP, m, i, true, false);
    data += quarter << 2;
  }
}

/** The last two levels, inside vectors: `count` blocks of four residues from block `first` on. */
@inline function forwardLast(data: usize, count: i32, block: usize, n: i32, first: i32, reduceSums: bool, reduceOutput: bool): void {
  const p = modulusOf(block), inverse = inverseOf(block);
  let w1 = block + TABLES + (<usize>((n >> 2) + first) << 3), w2 = block + TABLES + (<usize>((n >> 2) + first) << 4);
  const end = data + (<usize>count << 5);
  while (data < end) {
    let x0 = v128.load(data), x1 = v128.load(data, 16);
    if (reduceSums) x0 = reduce(x0, p, inverse);
    x1 = multiply(x1, splat(w1), p, inverse);
    const sum = f64x2.add(x0, x1), difference = f64x2.sub(x0, x1);
    const even = v128.shuffle<f64>(sum, difference, 0, 2);
    const odd = multiply(v128.shuffle<f64>(sum, difference, 1, 3), v128.load(w2), p, inverse);
    let g = f64x2.add(even, odd), h = f64x2.sub(even, odd);
    if (reduceOutput) {
      g = reduce(g, p, inverse);
      h = reduce(h, p, inverse);
    }
    v128.store(data, v128.shuffle<f64>(g, h, 0, 2));
    v128.store(data, v128.shuffle<f64>(g, h, 1, 3), 16);
    data += 32;
    w1 += 8;
    w2 += 16;
  }
}

function forwardLastPass(data: usize, count: i32, block: usize, n: i32, first: i32): void {
  forwardLast(data, count, block, n, first, false, false);
}

function forwardLastPassReducing(data: usize, count: i32, block: usize, n: i32, first: i32): void {
  forwardLast(data, count, block, n, first, true, false);
}

function forwardLastPassReduced(data: usize, count: i32, block: usize, n: i32, first: i32): void {
  forwardLast(data, count, block, n, first, false, true);
}

function forwardLastPassReducingReduced(data: usize, count: i32, block: usize, n: i32, first: i32): void {
  forwardLast(data, count, block, n, first, true, true);
}

/** log2 of the parts that the first sweeps make: 8 where the number of levels is odd, else 4. */
@inline function logParts(n: i32): i32 {
  return 2 + (ctz(n) & 1);
}

/**
 * The first sweeps, on a slice of the columns: residues that are n / 8 (or n / 4) apart, which meet no others. The columns are those of
 * the slice `from` to `to` of all n residues; multiples of 16. What follows, on parts of n / 8 (or n / 4) residues, is `forwardBlocks`.
 *
 * Bit k of `reductions`: radix-4 sweep k reduces the operands that are not multiplied; bit 31: the input is reduced; bit 30: the output.
 */
export function forwardColumns(source: usize, target: usize, block: usize, n: i32, reductions: i32, from: i32, to: i32): void {
  const parts = logParts(n), end = <usize>to << 3 >> parts;
  for (let strip = <usize>from << 3 >> parts; strip < end; strip += STRIP) {
    const last = min(strip + STRIP, end);
    if (parts == 3) forwardThreeLevels(source, target, strip, last, block, n, reductions < 0);
    else forwardTwoLevels(source, target, strip, last, block, n, reductions < 0);
  }
}

function forwardTwoLevels(source: usize, target: usize, from: usize, to: usize, block: usize, n: i32, reduceInput: bool): void {
  const p = modulusOf(block), inverse = inverseOf(block), w = block + TABLES, wOverP = w + (<usize>n << 3);
  const quarter = <usize>n << 1;
  if (reduceInput) forwardBlock(source, target, quarter, from, to, p, inverse, w, wOverP, 1, 0, true, true);
  else forwardBlock(source, target, quarter, from, to, p, inverse, w, wOverP, 1, 0, false, false);
}

function forwardThreeLevels(source: usize, target: usize, from: usize, to: usize, block: usize, n: i32, reduceInput: bool): void {
  const part = <usize>n, half = part << 2;
  for (let x: usize = 0; x < half; x += part) {
    if (reduceInput) forwardFirstLevelReducing(source + x, target + x, from, to, block, n);
    else forwardFirstLevelPlain(source + x, target + x, from, to, block, n);
  }
  forwardSecondLevels(target, from, to, block, n, 0);
  forwardSecondLevels(target + half, from, to, block, n, 1);
}

// Functions of their own: an engine keeps the constants of a short function's loop in registers.

function forwardFirstLevelPlain(source: usize, target: usize, from: usize, to: usize, block: usize, n: i32): void {
  forwardFirstLevel(source, target, from, to, block, n, false);
}

function forwardFirstLevelReducing(source: usize, target: usize, from: usize, to: usize, block: usize, n: i32): void {
  forwardFirstLevel(source, target, from, to, block, n, true);
}

function forwardSecondLevels(data: usize, from: usize, to: usize, block: usize, n: i32, i: usize): void {
  const p = modulusOf(block), inverse = inverseOf(block), w = block + TABLES, wOverP = w + (<usize>n << 3);
  forwardBlock(data, data, <usize>n, from, to, p, inverse, w, wOverP, 2, i, false, false);
}

/** The sweeps after the first, in place, on whole parts: those of the residues `from` to `to`. */
export function forwardBlocks(data: usize, block: usize, n: i32, reductions: i32, from: i32, to: i32): void {
  const p = modulusOf(block), inverse = inverseOf(block), w = block + TABLES, wOverP = w + (<usize>n << 3);
  const parts = logParts(n), m: usize = 1 << parts, bytes = <usize>n << 3 >> parts;
  const end = <usize>to << parts >> ctz(n);
  for (let b = <usize>from << parts >> ctz(n); b < end; b++) {
    const part = data + b * bytes;
    let level = m, size = bytes >> 2, count: usize = 1, sweep = 1;
    while (size > 8) {
      if ((reductions >> sweep) & 1) forwardPassReducing(part, size, p, inverse, w, wOverP, level, b * count, b * count + count);
      else forwardPass(part, size, p, inverse, w, wOverP, level, b * count, b * count + count);
      level <<= 2;
      size >>= 2;
      count <<= 2;
      sweep++;
    }
    const first = <i32>(b * count);
    if ((reductions >> 30) & 1) {
      if ((reductions >> sweep) & 1) forwardLastPassReducingReduced(part, <i32>count, block, n, first);
      else forwardLastPassReduced(part, <i32>count, block, n, first);
    } else if ((reductions >> sweep) & 1) forwardLastPassReducing(part, <i32>count, block, n, first);
    else forwardLastPass(part, <i32>count, block, n, first);
  }
}

/** n >= 64. `reductions`: see `forwardColumns`. */
export function forwardNtt(source: usize, target: usize, block: usize, n: i32, reductions: i32): void {
  forwardColumns(source, target, block, n, reductions, 0, n);
  forwardBlocks(target, block, n, reductions, 0, n);
}

// Inverse.

/** The first two levels, inside vectors. */
@inline function inverseFirst(source: usize, target: usize, count: i32, block: usize, n: i32, first: i32, reduceInput: bool): void {
  const p = modulusOf(block), inverse = inverseOf(block), w = block + TABLES + (<usize>n << 4);
  let w1 = w + (<usize>((n >> 2) + first) << 3), w2 = w + (<usize>((n >> 2) + first) << 4);
  const end = source + (<usize>count << 5);
  while (source < end) {
    let x0 = v128.load(source), x1 = v128.load(source, 16);
    if (reduceInput) {
      x0 = reduce(x0, p, inverse);
      x1 = reduce(x1, p, inverse);
    }
    const even = v128.shuffle<f64>(x0, x1, 0, 2), odd = v128.shuffle<f64>(x0, x1, 1, 3);
    const g = f64x2.add(even, odd), h = multiply(f64x2.sub(even, odd), v128.load(w2), p, inverse);
    const sum = v128.shuffle<f64>(g, h, 0, 2), difference = v128.shuffle<f64>(g, h, 1, 3);
    v128.store(target, f64x2.add(sum, difference));
    v128.store(target, multiply(f64x2.sub(sum, difference), splat(w1), p, inverse), 16);
    source += 32;
    target += 32;
    w1 += 8;
    w2 += 16;
  }
}

function inverseFirstPass(source: usize, target: usize, count: i32, block: usize, n: i32, first: i32): void {
  inverseFirst(source, target, count, block, n, first, false);
}

function inverseFirstPassReducing(source: usize, target: usize, count: i32, block: usize, n: i32, first: i32): void {
  inverseFirst(source, target, count, block, n, first, true);
}

/**
 * Two levels on the bytes `from` to `to` of each quarter of a block; only the output that is a plain sum is reduced, the others are products.
 */
@inline function inverseBlock(
  data: usize, quarter: usize, from: usize, to: usize, p: v128, inverse: v128, w: usize, wOverP: usize, m: usize, i: usize,
): void {
  const half = quarter << 1, three = quarter * 3;
  const first = (m + i) << 3, second = (m + i) << 4;
  const w1 = splat(w + first), w1p = splat(wOverP + first);
  const w2 = splat(w + second), w2p = splat(wOverP + second);
  const w3 = splat(w + second + 8), w3p = splat(wOverP + second + 8);
  const end = data + to;
  data += from;
  while (data < end) {
    const x0 = v128.load(data), x1 = v128.load(data + quarter), x2 = v128.load(data + half), x3 = v128.load(data + three);
    const a0 = f64x2.add(x0, x1), a1 = multiplyConstant(f64x2.sub(x0, x1), w2, w2p, p);
    const a2 = f64x2.add(x2, x3), a3 = multiplyConstant(f64x2.sub(x2, x3), w3, w3p, p);
    v128.store(data, reduce(f64x2.add(a0, a2), p, inverse));
    v128.store(data + quarter, f64x2.add(a1, a3));
    v128.store(data + half, multiplyConstant(f64x2.sub(a0, a2), w1, w1p, p));
    v128.store(data + three, multiplyConstant(f64x2.sub(a1, a3), w1, w1p, p));
    data += 16;
  }
}

function inversePass(data: usize, quarter: usize, p: v128, inverse: v128, w: usize, wOverP: usize, m: usize, from: usize, to: usize): void {
  for (let i = from; i < to; i++) {
    inverseBlock(data, quarter, 0, quarter, p, inverse, w, wOverP, m, i);
    data += quarter << 2;
  }
}

/** The last two levels with n^-1 folded in, on the bytes `from` to `to` of each quarter. */
function inverseLastTwo(data: usize, from: usize, to: usize, block: usize, n: i32): void {
  const p = modulusOf(block), w = block + TABLES + (<usize>n << 4), wOverP = w + (<usize>n << 3), quarter = <usize>n << 1;
  const w0 = splat(w), w0p = splat(wOverP), w1 = splat(w + 8), w1p = splat(wOverP + 8);
  const w2 = splat(w + 16), w2p = splat(wOverP + 16), w3 = splat(w + 24), w3p = splat(wOverP + 24);
  const end = data + to, half = quarter << 1, three = quarter * 3;
  data += from;
  while (data < end) {
    const x0 = v128.load(data), x1 = v128.load(data + quarter), x2 = v128.load(data + half), x3 = v128.load(data + three);
    const a0 = f64x2.add(x0, x1), a1 = multiplyConstant(f64x2.sub(x0, x1), w2, w2p, p);
    const a2 = f64x2.add(x2, x3), a3 = multiplyConstant(f64x2.sub(x2, x3), w3, w3p, p);
    v128.store(data, multiplyConstant(f64x2.add(a0, a2), w0, w0p, p));
    v128.store(data + quarter, multiplyConstant(f64x2.add(a1, a3), w0, w0p, p));
    v128.store(data + half, multiplyConstant(f64x2.sub(a0, a2), w1, w1p, p));
    v128.store(data + three, multiplyConstant(f64x2.sub(a1, a3), w1, w1p, p));
    data += 16;
  }
}

/** The last level with n^-1 folded in, on the bytes `from` to `to` and those half a polynomial further. */
function inverseLastOne(data: usize, from: usize, to: usize, block: usize, n: i32): void {
  const p = modulusOf(block), w = block + TABLES + (<usize>n << 4), wOverP = w + (<usize>n << 3);
  const w0 = splat(w), w0p = splat(wOverP), w1 = splat(w + 8), w1p = splat(wOverP + 8);
  const half = <usize>n << 2, end = data + to;
  data += from;
  while (data < end) {
    const x = v128.load(data), y = v128.load(data + half);
    v128.store(data, multiplyConstant(f64x2.add(x, y), w0, w0p, p));
    v128.store(data + half, multiplyConstant(f64x2.sub(x, y), w1, w1p, p));
    data += 16;
  }
}

/** The sweeps before the last, on whole parts: those of the residues `from` to `to`. What follows is `inverseColumns`. */
export function inverseBlocks(source: usize, target: usize, block: usize, n: i32, reduceInput: i32, from: i32, to: i32): void {
  const p = modulusOf(block), inverse = inverseOf(block), w = block + TABLES + (<usize>n << 4), wOverP = w + (<usize>n << 3);
  const parts = logParts(n), least: usize = 1 << parts, bytes = <usize>n << 3 >> parts;
  const end = <usize>to << parts >> ctz(n);
  for (let b = <usize>from << parts >> ctz(n); b < end; b++) {
    const data = target + b * bytes;
    let count: usize = <usize>(n >> 2) >> parts;
    if (reduceInput) inverseFirstPassReducing(source + b * bytes, data, <i32>count, block, n, <i32>(b * count));
    else inverseFirstPass(source + b * bytes, data, <i32>count, block, n, <i32>(b * count));
    let m: usize = <usize>n >> 4, quarter: usize = 32;
    count >>= 2;
    while (m >= least) {
      inversePass(data, quarter, p, inverse, w, wOverP, m, b * count, b * count + count);
      m >>= 2;
      quarter <<= 2;
      count >>= 2;
    }
  }
}

/** The last sweeps, in place, on a slice of the columns as in `forwardColumns`. */
export function inverseColumns(data: usize, block: usize, n: i32, from: i32, to: i32): void {
  const parts = logParts(n), part = <usize>n << 3 >> parts, end = <usize>to << 3 >> parts;
  for (let strip = <usize>from << 3 >> parts; strip < end; strip += STRIP) {
    const last = min(strip + STRIP, end);
    if (parts == 3) {
      inverseSecondLevels(data, strip, last, block, n, 0);
      inverseSecondLevels(data + (part << 2), strip, last, block, n, 1);
      for (let x: usize = 0; x < part << 2; x += part) inverseLastOne(data + x, strip, last, block, n);
    } else {
      inverseLastTwo(data, strip, last, block, n);
    }
  }
}

function inverseSecondLevels(data: usize, from: usize, to: usize, block: usize, n: i32, i: usize): void {
  const p = modulusOf(block), inverse = inverseOf(block), w = block + TABLES + (<usize>n << 4), wOverP = w + (<usize>n << 3);
  inverseBlock(data, <usize>n, from, to, p, inverse, w, wOverP, 2, i);
}

/** n >= 64. */
export function inverseNtt(source: usize, target: usize, block: usize, n: i32, reduceInput: i32): void {
  inverseBlocks(source, target, block, n, reduceInput, 0, n);
  inverseColumns(target, block, n, 0, n);
}
