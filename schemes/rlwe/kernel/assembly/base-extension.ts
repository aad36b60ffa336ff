/**
 * Base extension by floating-point quotient (Halevi, Polyakov, Shoup, CT-RSA 2019, section 2): with y_i = [x (q/q_i)^-1] mod q_i and
 * v = nearest(sum y_i / q_i), x = sum y_i (q/q_i) - v q exactly.
 *
 * @module
 */
import { inverseOf, modulusOf, multiply, reduce } from './modular';

/** v (+)= y * c; rounds when `last`. */
export function quotientTerm(y: usize, v: usize, n: i32, c: f64, first: i32, last: i32): void {
  const factor = f64x2.splat(c), end = y + (<usize>n << 3);
  while (y < end) {
    let sum = f64x2.mul(v128.load(y), factor);
    if (!first) sum = f64x2.add(sum, v128.load(v));
    if (last) sum = f64x2.nearest(sum);
    v128.store(v, sum);
    y += 16;
    v += 16;
  }
}

@inline function convert(
  count: i32, terms: usize, constants: usize, target: usize, from: i32, to: i32, block: usize, accumulate: bool,
): void {
  const p = modulusOf(block), inverse = inverseOf(block), end = <usize>to << 3;
  const y0: usize = load<u32>(terms), c0 = v128.load_splat<f64>(constants);
  let y1: usize = 0, y2: usize = 0, y3: usize = 0, c1 = c0, c2 = c0, c3 = c0;
  if (count > 1) { y1 = load<u32>(terms, 4); c1 = v128.load_splat<f64>(constants, 8); }
  if (count > 2) { y2 = load<u32>(terms, 8); c2 = v128.load_splat<f64>(constants, 16); }
  if (count > 3) { y3 = load<u32>(terms, 12); c3 = v128.load_splat<f64>(constants, 24); }
  for (let x = <usize>from << 3; x < end; x += 16) {
    let sum = multiply(v128.load(y0 + x), c0, p, inverse);
    if (count > 1) sum = f64x2.add(sum, multiply(v128.load(y1 + x), c1, p, inverse));
    if (count > 2) sum = f64x2.add(sum, multiply(v128.load(y2 + x), c2, p, inverse));
    if (count > 3) sum = f64x2.add(sum, multiply(v128.load(y3 + x), c3, p, inverse));
    if (accumulate) sum = f64x2.add(sum, v128.load(target + x));
    v128.store(target + x, reduce(sum, p, inverse));
  }
}

/** target = reduced ((target +) sum of y_i * c_i), residues `from` to `to`; `terms` are u32 addresses, `constants` f64; 1 to 4 of them. */
export function combine(
  count: i32, terms: usize, constants: usize, target: usize, from: i32, to: i32, block: usize, accumulate: i32,
): void {
  if (accumulate) {
    switch (count) {
      case 1: convert(1, terms, constants, target, from, to, block, true); break;
      case 2: convert(2, terms, constants, target, from, to, block, true); break;
      case 3: convert(3, terms, constants, target, from, to, block, true); break;
      case 4: convert(4, terms, constants, target, from, to, block, true); break;
      default: unreachable();
    }
  } else {
    switch (count) {
      case 1: convert(1, terms, constants, target, from, to, block, false); break;
      case 2: convert(2, terms, constants, target, from, to, block, false); break;
      case 3: convert(3, terms, constants, target, from, to, block, false); break;
      case 4: convert(4, terms, constants, target, from, to, block, false); break;
      default: unreachable();
    }
  }
}
