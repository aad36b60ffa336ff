/**
 * The two steps of a division by primes of the modulus: subtract a remainder and multiply by an inverse; and its converse, add a
 * multiple. The constant comes with its quotient by p.
 *
 * @module
 */
import { inverseOf, modulusOf, multiplyConstant, reduce } from './modular';

/** target = reduced ((reduced a - remainder) * w). */
export function subtractMultiply(a: usize, remainder: usize, target: usize, n: i32, block: usize, w: f64, wOverP: f64): void {
  const p = modulusOf(block), inverse = inverseOf(block), factor = f64x2.splat(w), quotient = f64x2.splat(wOverP);
  const end = a + (<usize>n << 3);
  while (a < end) {
    const difference = f64x2.sub(reduce(v128.load(a), p, inverse), v128.load(remainder));
    v128.store(target, reduce(multiplyConstant(difference, factor, quotient, p), p, inverse));
    a += 16;
    remainder += 16;
    target += 16;
  }
}

/** target = reduced ((reduced a - remainder) * w + addend). */
export function subtractMultiplyAdd(
  a: usize, remainder: usize, addend: usize, target: usize, n: i32, block: usize, w: f64, wOverP: f64,
): void {
  const p = modulusOf(block), inverse = inverseOf(block), factor = f64x2.splat(w), quotient = f64x2.splat(wOverP);
  const end = a + (<usize>n << 3);
  while (a < end) {
    const difference = f64x2.sub(reduce(v128.load(a), p, inverse), v128.load(remainder));
    v128.store(target, reduce(f64x2.add(multiplyConstant(difference, factor, quotient, p), v128.load(addend)), p, inverse));
    a += 16;
    remainder += 16;
    addend += 16;
    target += 16;
  }
}

/** target = reduced a + b * w. */
export function addMultiple(a: usize, b: usize, target: usize, n: i32, block: usize, w: f64, wOverP: f64): void {
  const p = modulusOf(block), inverse = inverseOf(block), factor = f64x2.splat(w), quotient = f64x2.splat(wOverP);
  const end = a + (<usize>n << 3);
  while (a < end) {
    v128.store(target, f64x2.add(multiplyConstant(v128.load(b), factor, quotient, p), reduce(v128.load(a), p, inverse)));
    a += 16;
    b += 16;
    target += 16;
  }
}
