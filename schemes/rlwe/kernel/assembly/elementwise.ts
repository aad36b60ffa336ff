/**
 * Element-wise operations. Except for `read`, which sees bytes from outside, ranges are the caller's.
 *
 * @module
 */
import { fromInteger, inverseOf, modulusOf, multiply, multiplyConstant, reduce, toInteger } from './modular';

/** u64 residues to reduced f64, which may take their place. Where one is not below p the first becomes NaN: the bytes are refused. */
export function read(source: usize, target: usize, n: i32, block: usize): void {
  const p = modulusOf(block), inverse = inverseOf(block), end = source + (<usize>n << 3), first = target;
  let wrong = i64x2.splat(0);
  while (source < end) {
    const bits = v128.load(source), x = fromInteger(bits);
    wrong = v128.or(wrong, v128.or(i64x2.shr_u(bits, 52), f64x2.ge(x, p)));
    v128.store(target, reduce(x, p, inverse));
    source += 16;
    target += 16;
  }
  if (v128.any_true(wrong)) store<f64>(first, NaN);
}

/** Residues to u64 in [0, p). */
export function write(source: usize, target: usize, n: i32, block: usize): void {
  const p = modulusOf(block), inverse = inverseOf(block), end = source + (<usize>n << 3);
  while (source < end) {
    v128.store(target, toInteger(reduce(v128.load(source), p, inverse), p));
    source += 16;
    target += 16;
  }
}

/** The largest magnitude, or NaN where there is one: for checks only. */
export function maximum(source: usize, n: i32): f64 {
  let largest: f64 = 0;
  const end = source + (<usize>n << 3);
  while (source < end) {
    const x = Math.abs(load<f64>(source));
    if (!(x <= largest)) largest = x;
    if (x != x) return x;
    source += 8;
  }
  return largest;
}

export function clear(target: usize, n: i32): void {
  const end = target + (<usize>n << 3);
  while (target < end) {
    v128.store(target, f64x2.splat(0));
    target += 16;
  }
}

export function copy(source: usize, target: usize, n: i32): void {
  const end = source + (<usize>n << 3);
  while (source < end) {
    v128.store(target, v128.load(source));
    source += 16;
    target += 16;
  }
}

export function reduceAll(source: usize, target: usize, n: i32, block: usize): void {
  const p = modulusOf(block), inverse = inverseOf(block), end = source + (<usize>n << 3);
  while (source < end) {
    v128.store(target, reduce(v128.load(source), p, inverse));
    source += 16;
    target += 16;
  }
}

export function addReduced(a: usize, b: usize, target: usize, n: i32, block: usize): void {
  const p = modulusOf(block), inverse = inverseOf(block), end = a + (<usize>n << 3);
  while (a < end) {
    v128.store(target, reduce(f64x2.add(v128.load(a), v128.load(b)), p, inverse));
    a += 16;
    b += 16;
    target += 16;
  }
}

export function subtractReduced(a: usize, b: usize, target: usize, n: i32, block: usize): void {
  const p = modulusOf(block), inverse = inverseOf(block), end = a + (<usize>n << 3);
  while (a < end) {
    v128.store(target, reduce(f64x2.sub(v128.load(a), v128.load(b)), p, inverse));
    a += 16;
    b += 16;
    target += 16;
  }
}

/** The first n residues += constant, reduced. */
export function addConstant(target: usize, n: i32, block: usize, constant: f64): void {
  const p = load<f64>(block), inverse = load<f64>(block, 8), end = target + (<usize>n << 3);
  while (target < end) {
    const sum = load<f64>(target) + constant;
    store<f64>(target, sum - p * nearest(sum * inverse));
    target += 8;
  }
}

/** target = reduced (reduced a * w). */
export function scale(a: usize, target: usize, n: i32, block: usize, w: f64, wOverP: f64): void {
  const p = modulusOf(block), inverse = inverseOf(block), factor = f64x2.splat(w), quotient = f64x2.splat(wOverP);
  const end = a + (<usize>n << 3);
  while (a < end) {
    v128.store(target, reduce(multiplyConstant(reduce(v128.load(a), p, inverse), factor, quotient, p), p, inverse));
    a += 16;
    target += 16;
  }
}

/** Products of two ciphertexts of two polynomials: a0 b0, a0 b1 + a1 b0, a1 b1; the inputs are reduced first. */
export function tensor(
  a0: usize, a1: usize, b0: usize, b1: usize, target0: usize, target1: usize, target2: usize, n: i32, block: usize,
): void {
  const p = modulusOf(block), inverse = inverseOf(block), end = <usize>n << 3;
  for (let x: usize = 0; x < end; x += 16) {
    const u0 = reduce(v128.load(a0 + x), p, inverse), u1 = reduce(v128.load(a1 + x), p, inverse);
    const v0 = reduce(v128.load(b0 + x), p, inverse), v1 = reduce(v128.load(b1 + x), p, inverse);
    v128.store(target0 + x, multiply(u0, v0, p, inverse));
    v128.store(target1 + x, f64x2.add(multiply(u0, v1, p, inverse), multiply(u1, v0, p, inverse)));
    v128.store(target2 + x, multiply(u1, v1, p, inverse));
  }
}

/** a0 a0, 2 a0 a1, a1 a1; the inputs are reduced first. */
export function tensorSquare(a0: usize, a1: usize, target0: usize, target1: usize, target2: usize, n: i32, block: usize): void {
  const p = modulusOf(block), inverse = inverseOf(block), end = <usize>n << 3;
  for (let x: usize = 0; x < end; x += 16) {
    const u0 = reduce(v128.load(a0 + x), p, inverse), u1 = reduce(v128.load(a1 + x), p, inverse);
    v128.store(target0 + x, multiply(u0, u0, p, inverse));
    v128.store(target1 + x, multiply(f64x2.add(u0, u0), u1, p, inverse));
    v128.store(target2 + x, multiply(u1, u1, p, inverse));
  }
}
