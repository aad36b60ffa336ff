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

@inline function splat(address: usize): v128 {
  return v128.load_splat<f64>(address);
}

// Forward.

/** The first level of an odd number of levels. */
@inline function forwardFirstLevel(source: usize, target: usize, block: usize, n: i32, reduceInput: bool): void {
  const p = modulusOf(block), inverse = inverseOf(block);
  const w = splat(block + TABLES + 8), wOverP = splat(block + TABLES + 8 + (<usize>n << 3));
  const half = <usize>n << 2, end = source + half;
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

/** Two levels on one block of four quarters, `quarter` bytes each. Levels m and 2m, block i of m. */
@inline function forwardBlock(
  source: usize, target: usize, quarter: usize, p: v128, inverse: v128, w: usize, wOverP: usize, m: usize, i: usize,
  reduceSums: bool, reduceAll: bool,
): void {
  const first = (m + i) << 3, second = (m + i) << 4;
  const w1 = splat(w + first), w1p = splat(wOverP + first);
  const w2 = splat(w + second), w2p = splat(wOverP + second);
  const w3 = splat(w + second + 8), w3p = splat(wOverP + second + 8);
  const end = source + quarter, half = quarter << 1, three = quarter * 3;
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
    forwardBlock(data, data, quarter, p, inverse, w, wOverP, m, i, false, false);
    data += quarter << 2;
  }
}

function forwardPassReducing(data: usize, quarter: usize, p: v128, inverse: v128, w: usize, wOverP: usize, m: usize, from: usize, to: usize): void {
  for (let i = from; i < to; i++) {
    forwardBlock(data, data, quarter, p, inverse, w, wOverP, m, i, true, false);
    data += quarter << 2;
  }
}

/** The last two levels, inside vectors: `count` blocks of four residues from block `first` on. */
@inline function forwardLast(data: usize, count: i32, block: usize, n: i32, first: i32, reduceSums: bool): void {
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
    const g = f64x2.add(even, odd), h = f64x2.sub(even, odd);
    v128.store(data, v128.shuffle<f64>(g, h, 0, 2));
    v128.store(data, v128.shuffle<f64>(g, h, 1, 3), 16);
    data += 32;
    w1 += 8;
    w2 += 16;
  }
}

function forwardLastPass(data: usize, count: i32, block: usize, n: i32, first: i32): void {
  forwardLast(data, count, block, n, first, false);
}

function forwardLastPassReducing(data: usize, count: i32, block: usize, n: i32, first: i32): void {
  forwardLast(data, count, block, n, first, true);
}

/** Bit k of `reductions`: radix-4 sweep k reduces the operands that are not multiplied; bit 31: the input is reduced. n >= 64. */
export function forwardNtt(source: usize, target: usize, block: usize, n: i32, reductions: i32): void {
  const p = modulusOf(block), inverse = inverseOf(block), w = block + TABLES, wOverP = w + (<usize>n << 3);
  let m: usize = 1, quarter: usize = <usize>n << 1;
  if (ctz(n) & 1) {
    if (reductions < 0) forwardFirstLevel(source, target, block, n, true);
    else forwardFirstLevel(source, target, block, n, false);
    m = 2;
    quarter >>= 1;
    forwardPass(target, quarter, p, inverse, w, wOverP, m, 0, m);
  } else if (reductions < 0) {
    forwardBlock(source, target, quarter, p, inverse, w, wOverP, 1, 0, true, true);
  } else {
    forwardBlock(source, target, quarter, p, inverse, w, wOverP, 1, 0, false, false);
  }
  m <<= 2;
  quarter >>= 2;
  const blocks = m, blockBytes = (<usize>n << 3) / blocks;
  for (let b: usize = 0; b < blocks; b++) {
    const data = target + b * blockBytes;
    let level = m, size = quarter, count: usize = 1, sweep = 1;
    while (size > 8) {
      if ((reductions >> sweep) & 1) forwardPassReducing(data, size, p, inverse, w, wOverP, level, b * count, b * count + count);
      else forwardPass(data, size, p, inverse, w, wOverP, level, b * count, b * count + count);
      level <<= 2;
      size >>= 2;
      count <<= 2;
      sweep++;
    }
    if ((reductions >> sweep) & 1) forwardLastPassReducing(data, <i32>count, block, n, <i32>(b * count));
    else forwardLastPass(data, <i32>count, block, n, <i32>(b * count));
  }
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

/** Two levels per block; only the output that is a plain sum is reduced, the others are products. */
function inversePass(data: usize, quarter: usize, p: v128, inverse: v128, w: usize, wOverP: usize, m: usize, from: usize, to: usize): void {
  const half = quarter << 1, three = quarter * 3;
  for (let i = from; i < to; i++) {
    const first = (m + i) << 3, second = (m + i) << 4;
    const w1 = splat(w + first), w1p = splat(wOverP + first);
    const w2 = splat(w + second), w2p = splat(wOverP + second);
    const w3 = splat(w + second + 8), w3p = splat(wOverP + second + 8);
    const end = data + quarter;
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
    data += three;
  }
}

/** The last two levels with n^-1 folded in. */
function inverseLastTwo(data: usize, quarter: usize, p: v128, w: usize, wOverP: usize): void {
  const w0 = splat(w), w0p = splat(wOverP), w1 = splat(w + 8), w1p = splat(wOverP + 8);
  const w2 = splat(w + 16), w2p = splat(wOverP + 16), w3 = splat(w + 24), w3p = splat(wOverP + 24);
  const end = data + quarter, half = quarter << 1, three = quarter * 3;
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

/** The last level with n^-1 folded in. */
function inverseLastOne(data: usize, p: v128, w: usize, wOverP: usize, n: i32): void {
  const w0 = splat(w), w0p = splat(wOverP), w1 = splat(w + 8), w1p = splat(wOverP + 8);
  const half = <usize>n << 2, end = data + half;
  while (data < end) {
    const x = v128.load(data), y = v128.load(data + half);
    v128.store(data, multiplyConstant(f64x2.add(x, y), w0, w0p, p));
    v128.store(data + half, multiplyConstant(f64x2.sub(x, y), w1, w1p, p));
    data += 16;
  }
}

/** n >= 64. */
export function inverseNtt(source: usize, target: usize, block: usize, n: i32, reduceInput: i32): void {
  const p = modulusOf(block), inverse = inverseOf(block), w = block + TABLES + (<usize>n << 4), wOverP = w + (<usize>n << 3);
  const odd = ctz(n) & 1;
  const blocks: usize = odd ? 8 : 4, blockBytes = (<usize>n << 3) / blocks;
  for (let b: usize = 0; b < blocks; b++) {
    const data = target + b * blockBytes;
    let count: usize = <usize>(n >> 2) / blocks;
    if (reduceInput) inverseFirstPassReducing(source + b * blockBytes, data, <i32>count, block, n, <i32>(b * count));
    else inverseFirstPass(source + b * blockBytes, data, <i32>count, block, n, <i32>(b * count));
    let m: usize = <usize>n >> 4, quarter: usize = 32;
    count >>= 2;
    while (m >= blocks) {
      inversePass(data, quarter, p, inverse, w, wOverP, m, b * count, b * count + count);
      m >>= 2;
      quarter <<= 2;
      count >>= 2;
    }
  }
  if (odd) {
    inversePass(target, <usize>n, p, inverse, w, wOverP, 2, 0, 2);
    inverseLastOne(target, p, w, wOverP, n);
  } else {
    inverseLastTwo(target, <usize>n << 1, p, w, wOverP);
  }
}
