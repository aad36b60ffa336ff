/**
 * Sums of up to four products against pairs of polynomials: key switching (digits against the two halves of a key) and sums of
 * ciphertexts times plaintexts. More terms accumulate over several calls.
 *
 * A sum takes one quotient by the prime for all its products. It is kept as high - low: `high` begins at `bias` = 1.5 * 2^e, which is so
 * large that no sum leaves [2^e, 2^(e+1)), where every f64 is a multiple of the same unit 2^(e-52). So the rounding error of each fused
 * high' = high + a * b is a whole number, found exactly as (high' - high) - a * b, and `low` is the sum of these. The caller chooses the
 * bias and keeps the bounds (`../bound.ts`, `productSum`).
 *
 * `terms` points to u32 triples (digit, first, second). A gathered sum reads the digits through an automorphism, so that neither
 * digits nor keys are ever permuted in memory. Residues `from` to `to` are computed.
 *
 * @module
 */
import { gatherPair } from './automorphism';
import { inverseOf, modulusOf, reduce } from './modular';

@inline function digitAt(source: usize, at: usize, offset: usize, gathered: bool): v128 {
  return gathered ? gatherPair(source, offset) : v128.load(source + at);
}

/** (high - bias) - low modulo p. */
@inline function remainder(high: v128, low: v128, bias: v128, p: v128, inverse: v128): v128 {
  return f64x2.sub(reduce(f64x2.sub(high, bias), p, inverse), low);
}

@inline function innerProduct(
  count: i32, terms: usize, permutation: usize, first: usize, second: usize, from: i32, to: i32, block: usize, biasOfSum: f64,
  gathered: bool, reduced: bool, accumulate: bool,
): void {
  const p = modulusOf(block), inverse = inverseOf(block), bias = f64x2.splat(biasOfSum);
  const d0: usize = load<u32>(terms), a0: usize = load<u32>(terms, 4), b0: usize = load<u32>(terms, 8);
  let d1: usize = 0, a1: usize = 0, b1: usize = 0, d2: usize = 0, a2: usize = 0, b2: usize = 0, d3: usize = 0, a3: usize = 0, b3: usize = 0;
  if (count > 1) { d1 = load<u32>(terms, 12); a1 = load<u32>(terms, 16); b1 = load<u32>(terms, 20); }
  if (count > 2) { d2 = load<u32>(terms, 24); a2 = load<u32>(terms, 28); b2 = load<u32>(terms, 32); }
  if (count > 3) { d3 = load<u32>(terms, 36); a3 = load<u32>(terms, 40); b3 = load<u32>(terms, 44); }
  const end = <usize>to << 3;
  if (gathered) permutation += <usize>from << 1;
  for (let x = <usize>from << 3; x < end; x += 16) {
    let offset: usize = 0;
    if (gathered) { offset = <usize>load<u32>(permutation); permutation += 4; }
    let d = digitAt(d0, x, offset, gathered), a = v128.load(a0 + x), b = v128.load(b0 + x);
    let s = f64x2.relaxed_madd(d, a, bias), t = f64x2.relaxed_madd(d, b, bias);
    let sLow = f64x2.relaxed_nmadd(d, a, f64x2.sub(s, bias)), tLow = f64x2.relaxed_nmadd(d, b, f64x2.sub(t, bias));
    let before = s;
    if (count > 1) {
      d = digitAt(d1, x, offset, gathered);
      a = v128.load(a1 + x);
      b = v128.load(b1 + x);
      s = f64x2.relaxed_madd(d, a, s);
      sLow = f64x2.add(sLow, f64x2.relaxed_nmadd(d, a, f64x2.sub(s, before)));
      before = t;
      t = f64x2.relaxed_madd(d, b, t);
      tLow = f64x2.add(tLow, f64x2.relaxed_nmadd(d, b, f64x2.sub(t, before)));
    }
    if (count > 2) {
      d = digitAt(d2, x, offset, gathered);
      a = v128.load(a2 + x);
      b = v128.load(b2 + x);
      before = s;
      s = f64x2.relaxed_madd(d, a, s);
      sLow = f64x2.add(sLow, f64x2.relaxed_nmadd(d, a, f64x2.sub(s, before)));
      before = t;
      t = f64x2.relaxed_madd(d, b, t);
      tLow = f64x2.add(tLow, f64x2.relaxed_nmadd(d, b, f64x2.sub(t, before)));
    }
    if (count > 3) {
      d = digitAt(d3, x, offset, gathered);
      a = v128.load(a3 + x);
      b = v128.load(b3 + x);
      before = s;
      s = f64x2.relaxed_madd(d, a, s);
      sLow = f64x2.add(sLow, f64x2.relaxed_nmadd(d, a, f64x2.sub(s, before)));
      before = t;
      t = f64x2.relaxed_madd(d, b, t);
      tLow = f64x2.add(tLow, f64x2.relaxed_nmadd(d, b, f64x2.sub(t, before)));
    }
    s = remainder(s, sLow, bias, p, inverse);
    t = remainder(t, tLow, bias, p, inverse);
    if (reduced) {
      s = reduce(s, p, inverse);
      t = reduce(t, p, inverse);
    }
    if (accumulate) {
      s = f64x2.add(s, v128.load(first + x));
      t = f64x2.add(t, v128.load(second + x));
    }
    v128.store(first + x, s);
    v128.store(second + x, t);
  }
}

@inline function dispatch(
  count: i32, terms: usize, permutation: usize, first: usize, second: usize, from: i32, to: i32, block: usize, bias: f64,
  gathered: bool, reduced: bool, accumulate: bool,
): void {
  switch (count) {
    case 1: innerProduct(1, terms, permutation, first, second, from, to, block, bias, gathered, reduced, accumulate); break;
    case 2: innerProduct(2, terms, permutation, first, second, from, to, block, bias, gathered, reduced, accumulate); break;
    case 3: innerProduct(3, terms, permutation, first, second, from, to, block, bias, gathered, reduced, accumulate); break;
    case 4: innerProduct(4, terms, permutation, first, second, from, to, block, bias, gathered, reduced, accumulate); break;
    default: unreachable();
  }
}

/** Functions of their own, since an engine optimises loops of short functions best. */
function sumStore(count: i32, terms: usize, first: usize, second: usize, from: i32, to: i32, block: usize, bias: f64, reduced: bool): void {
  if (reduced) dispatch(count, terms, 0, first, second, from, to, block, bias, false, true, false);
  else dispatch(count, terms, 0, first, second, from, to, block, bias, false, false, false);
}

function sumAccumulate(count: i32, terms: usize, first: usize, second: usize, from: i32, to: i32, block: usize, bias: f64, reduced: bool): void {
  if (reduced) dispatch(count, terms, 0, first, second, from, to, block, bias, false, true, true);
  else dispatch(count, terms, 0, first, second, from, to, block, bias, false, false, true);
}

function gatheredStore(
  count: i32, terms: usize, permutation: usize, first: usize, second: usize, from: i32, to: i32, block: usize, bias: f64, reduced: bool,
): void {
  if (reduced) dispatch(count, terms, permutation, first, second, from, to, block, bias, true, true, false);
  else dispatch(count, terms, permutation, first, second, from, to, block, bias, true, false, false);
}

function gatheredAccumulate(
  count: i32, terms: usize, permutation: usize, first: usize, second: usize, from: i32, to: i32, block: usize, bias: f64, reduced: bool,
): void {
  if (reduced) dispatch(count, terms, permutation, first, second, from, to, block, bias, true, true, true);
  else dispatch(count, terms, permutation, first, second, from, to, block, bias, true, false, true);
}

/** first, second (+)= sum of digit * first_i, digit * second_i; reduced before it is added, where asked for. */
export function sumOfProducts(
  count: i32, terms: usize, first: usize, second: usize, from: i32, to: i32, block: usize, bias: f64, reduced: i32, accumulate: i32,
): void {
  if (accumulate) sumAccumulate(count, terms, first, second, from, to, block, bias, reduced != 0);
  else sumStore(count, terms, first, second, from, to, block, bias, reduced != 0);
}

/** The same with permuted digits. */
export function gatheredSum(
  count: i32, terms: usize, permutation: usize, first: usize, second: usize, from: i32, to: i32, block: usize, bias: f64, reduced: i32,
  accumulate: i32,
): void {
  if (accumulate) gatheredAccumulate(count, terms, permutation, first, second, from, to, block, bias, reduced != 0);
  else gatheredStore(count, terms, permutation, first, second, from, to, block, bias, reduced != 0);
}
