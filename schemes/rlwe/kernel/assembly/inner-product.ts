/**
 * Sums of up to four products against pairs of polynomials: key switching (digits against the two halves of a key) and sums of
 * ciphertexts times plaintexts. More terms accumulate over several calls.
 *
 * `terms` points to u32 triples (digit, first, second). A gathered sum reads the digits through an automorphism, so that neither
 * digits nor keys are ever permuted in memory.
 *
 * @module
 */
import { gatherPair } from './automorphism';
import { inverseOf, modulusOf, multiply, reduce } from './modular';

@inline function digitAt(source: usize, at: usize, offset: usize, gathered: bool): v128 {
  return gathered ? gatherPair(source, offset) : v128.load(source + at);
}

@inline function innerProduct(
  count: i32, terms: usize, permutation: usize, first: usize, second: usize, n: i32, block: usize, gathered: bool, accumulate: bool,
): void {
  const p = modulusOf(block), inverse = inverseOf(block);
  const d0: usize = load<u32>(terms), a0: usize = load<u32>(terms, 4), b0: usize = load<u32>(terms, 8);
  let d1: usize = 0, a1: usize = 0, b1: usize = 0, d2: usize = 0, a2: usize = 0, b2: usize = 0, d3: usize = 0, a3: usize = 0, b3: usize = 0;
  if (count > 1) { d1 = load<u32>(terms, 12); a1 = load<u32>(terms, 16); b1 = load<u32>(terms, 20); }
  if (count > 2) { d2 = load<u32>(terms, 24); a2 = load<u32>(terms, 28); b2 = load<u32>(terms, 32); }
  if (count > 3) { d3 = load<u32>(terms, 36); a3 = load<u32>(terms, 40); b3 = load<u32>(terms, 44); }
  const end = <usize>n << 3;
  for (let x: usize = 0; x < end; x += 16) {
    let offset: usize = 0;
    if (gathered) { offset = <usize>load<u32>(permutation); permutation += 4; }
    let d = digitAt(d0, x, offset, gathered);
    let s = multiply(d, v128.load(a0 + x), p, inverse), t = multiply(d, v128.load(b0 + x), p, inverse);
    if (count > 1) {
      d = digitAt(d1, x, offset, gathered);
      s = f64x2.add(s, multiply(d, v128.load(a1 + x), p, inverse));
      t = f64x2.add(t, multiply(d, v128.load(b1 + x), p, inverse));
    }
    if (count > 2) {
      d = digitAt(d2, x, offset, gathered);
      s = f64x2.add(s, multiply(d, v128.load(a2 + x), p, inverse));
      t = f64x2.add(t, multiply(d, v128.load(b2 + x), p, inverse));
    }
    if (count > 3) {
      d = digitAt(d3, x, offset, gathered);
      s = f64x2.add(s, multiply(d, v128.load(a3 + x), p, inverse));
      t = f64x2.add(t, multiply(d, v128.load(b3 + x), p, inverse));
    }
    s = reduce(s, p, inverse);
    t = reduce(t, p, inverse);
    if (accumulate) {
      s = f64x2.add(s, v128.load(first + x));
      t = f64x2.add(t, v128.load(second + x));
    }
    v128.store(first + x, s);
    v128.store(second + x, t);
  }
}

@inline function dispatch(
  count: i32, terms: usize, permutation: usize, first: usize, second: usize, n: i32, block: usize, gathered: bool, accumulate: bool,
): void {
  switch (count) {
    case 1: innerProduct(1, terms, permutation, first, second, n, block, gathered, accumulate); break;
    case 2: innerProduct(2, terms, permutation, first, second, n, block, gathered, accumulate); break;
    case 3: innerProduct(3, terms, permutation, first, second, n, block, gathered, accumulate); break;
    case 4: innerProduct(4, terms, permutation, first, second, n, block, gathered, accumulate); break;
    default: unreachable();
  }
}

function sumStore(count: i32, terms: usize, first: usize, second: usize, n: i32, block: usize): void {
  dispatch(count, terms, 0, first, second, n, block, false, false);
}

function sumAccumulate(count: i32, terms: usize, first: usize, second: usize, n: i32, block: usize): void {
  dispatch(count, terms, 0, first, second, n, block, false, true);
}

function gatheredStore(count: i32, terms: usize, permutation: usize, first: usize, second: usize, n: i32, block: usize): void {
  dispatch(count, terms, permutation, first, second, n, block, true, false);
}

function gatheredAccumulate(count: i32, terms: usize, permutation: usize, first: usize, second: usize, n: i32, block: usize): void {
  dispatch(count, terms, permutation, first, second, n, block, true, true);
}

/** first, second (+)= reduced sum of digit * first_i, digit * second_i. */
export function sumOfProducts(count: i32, terms: usize, first: usize, second: usize, n: i32, block: usize, accumulate: i32): void {
  if (accumulate) sumAccumulate(count, terms, first, second, n, block);
  else sumStore(count, terms, first, second, n, block);
}

/** The same with permuted digits. */
export function gatheredSum(count: i32, terms: usize, permutation: usize, first: usize, second: usize, n: i32, block: usize, accumulate: i32): void {
  if (accumulate) gatheredAccumulate(count, terms, permutation, first, second, n, block);
  else gatheredStore(count, terms, permutation, first, second, n, block);
}
