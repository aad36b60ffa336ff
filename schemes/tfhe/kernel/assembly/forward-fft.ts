/** The negacyclic FFT of `fft-layout.ts`, from coefficients to values. */
import { productImaginary, productReal } from './complex';
import { BLOCK_TWIDDLES, LAST_TWIDDLES, PAIR, startsWithRadix2 } from './fft-layout';

/** Two digits as doubles. */
// @ts-ignore: decorator
@inline
function digitPair(at: usize): v128 {
  return f64x2.convert_low_i32x4_s(v128.load64_zero(at));
}

/** First stage, radix 4, from digits. */
function firstStage4(digits: usize, out: usize, n: i32, twiddles: usize): void {
  const quarter = <usize>n << 2;
  const digitQuarter = <usize>n;
  const imaginary = <usize>n << 2;
  const r1r = v128.load64_splat(twiddles), r1i = v128.load64_splat(twiddles, 8);
  const r2r = v128.load64_splat(twiddles, 16), r2i = v128.load64_splat(twiddles, 24);
  const r3r = v128.load64_splat(twiddles, 32), r3i = v128.load64_splat(twiddles, 40);
  const end = out + quarter;
  while (out < end) {
    const p1 = out + quarter, p2 = p1 + quarter, p3 = p2 + quarter;
    const d1 = digits + digitQuarter, d2 = d1 + digitQuarter, d3 = d2 + digitQuarter;
    let xr = digitPair(d1), xi = digitPair(d1 + imaginary);
    const t1r = productReal(xr, xi, r1r, r1i), t1i = productImaginary(xr, xi, r1r, r1i);
    xr = digitPair(d3);
    xi = digitPair(d3 + imaginary);
    const t3r = productReal(xr, xi, r3r, r3i), t3i = productImaginary(xr, xi, r3r, r3i);
    const sr = f64x2.add(t1r, t3r), si = f64x2.add(t1i, t3i);
    const dr = f64x2.sub(t1r, t3r), di = f64x2.sub(t1i, t3i);
    xr = digitPair(d2);
    xi = digitPair(d2 + imaginary);
    const t2r = productReal(xr, xi, r2r, r2i), t2i = productImaginary(xr, xi, r2r, r2i);
    const x0r = digitPair(digits), x0i = digitPair(digits + imaginary);
    const er = f64x2.add(x0r, t2r), ei = f64x2.add(x0i, t2i);
    const fr = f64x2.sub(x0r, t2r), fi = f64x2.sub(x0i, t2i);
    v128.store(out, f64x2.add(er, sr));
    v128.store(out, f64x2.add(ei, si), 16);
    v128.store(p2, f64x2.sub(er, sr));
    v128.store(p2, f64x2.sub(ei, si), 16);
    v128.store(p1, f64x2.sub(fr, di));
    v128.store(p1, f64x2.add(fi, dr), 16);
    v128.store(p3, f64x2.add(fr, di));
    v128.store(p3, f64x2.sub(fi, dr), 16);
    out += PAIR;
    digits += 8;
  }
}

/** First stage, radix 2, from digits. */
function firstStage2(digits: usize, out: usize, n: i32, twiddles: usize): void {
  const half = <usize>n << 3;
  const digitHalf = <usize>n << 1;
  const imaginary = <usize>n << 2;
  const rr = v128.load64_splat(twiddles), ri = v128.load64_splat(twiddles, 8);
  const end = out + half;
  while (out < end) {
    const p1 = out + half, d1 = digits + digitHalf;
    const xr = digitPair(d1), xi = digitPair(d1 + imaginary);
    const tr = productReal(xr, xi, rr, ri), ti = productImaginary(xr, xi, rr, ri);
    const x0r = digitPair(digits), x0i = digitPair(digits + imaginary);
    v128.store(out, f64x2.add(x0r, tr));
    v128.store(out, f64x2.add(x0i, ti), 16);
    v128.store(p1, f64x2.sub(x0r, tr));
    v128.store(p1, f64x2.sub(x0i, ti), 16);
    out += PAIR;
    digits += 8;
  }
}

/** First stage, radix 2, in place. */
function stage2(values: usize, n: i32, twiddles: usize): void {
  const half = <usize>n << 3;
  const rr = v128.load64_splat(twiddles), ri = v128.load64_splat(twiddles, 8);
  const end = values + half;
  while (values < end) {
    const p1 = values + half;
    const xr = v128.load(p1), xi = v128.load(p1, 16);
    const tr = productReal(xr, xi, rr, ri), ti = productImaginary(xr, xi, rr, ri);
    const x0r = v128.load(values), x0i = v128.load(values, 16);
    v128.store(values, f64x2.add(x0r, tr));
    v128.store(values, f64x2.add(x0i, ti), 16);
    v128.store(p1, f64x2.sub(x0r, tr));
    v128.store(p1, f64x2.sub(x0i, ti), 16);
    values += PAIR;
  }
}

/** Radix 4 in place over blocks of 4 q numbers, q at least 2. */
function stage4(values: usize, n: i32, q: i32, twiddles: usize): void {
  const quarter = <usize>q << 4;
  const end = values + (<usize>n << 4);
  while (values < end) {
    const r1r = v128.load64_splat(twiddles), r1i = v128.load64_splat(twiddles, 8);
    const r2r = v128.load64_splat(twiddles, 16), r2i = v128.load64_splat(twiddles, 24);
    const r3r = v128.load64_splat(twiddles, 32), r3i = v128.load64_splat(twiddles, 40);
    twiddles += BLOCK_TWIDDLES;
    let p0 = values;
    const blockEnd = values + quarter;
    while (p0 < blockEnd) {
      const p1 = p0 + quarter, p2 = p1 + quarter, p3 = p2 + quarter;
      let xr = v128.load(p1), xi = v128.load(p1, 16);
      const t1r = productReal(xr, xi, r1r, r1i), t1i = productImaginary(xr, xi, r1r, r1i);
      xr = v128.load(p3);
      xi = v128.load(p3, 16);
      const t3r = productReal(xr, xi, r3r, r3i), t3i = productImaginary(xr, xi, r3r, r3i);
      const sr = f64x2.add(t1r, t3r), si = f64x2.add(t1i, t3i);
      const dr = f64x2.sub(t1r, t3r), di = f64x2.sub(t1i, t3i);
      xr = v128.load(p2);
      xi = v128.load(p2, 16);
      const t2r = productReal(xr, xi, r2r, r2i), t2i = productImaginary(xr, xi, r2r, r2i);
      const x0r = v128.load(p0), x0i = v128.load(p0, 16);
      const er = f64x2.add(x0r, t2r), ei = f64x2.add(x0i, t2i);
      const fr = f64x2.sub(x0r, t2r), fi = f64x2.sub(x0i, t2i);
      v128.store(p0, f64x2.add(er, sr));
      v128.store(p0, f64x2.add(ei, si), 16);
      v128.store(p2, f64x2.sub(er, sr));
      v128.store(p2, f64x2.sub(ei, si), 16);
      v128.store(p1, f64x2.sub(fr, di));
      v128.store(p1, f64x2.add(fi, dr), 16);
      v128.store(p3, f64x2.add(fr, di));
      v128.store(p3, f64x2.sub(fi, dr), 16);
      p0 += PAIR;
    }
    values += quarter << 2;
  }
}

/** Last stage, radix 4 over four neighbours: two blocks at a time. Pair p goes to out + p * stride. */
function lastStage(values: usize, n: i32, twiddles: usize, out: usize, stride: usize): void {
  const end = values + (<usize>n << 4);
  while (values < end) {
    const a0r = v128.load(values), a0i = v128.load(values, 16), a1r = v128.load(values, 32), a1i = v128.load(values, 48);
    const b0r = v128.load(values, 64), b0i = v128.load(values, 80), b1r = v128.load(values, 96), b1i = v128.load(values, 112);
    const x0r = v128.shuffle<f64>(a0r, b0r, 0, 2), x0i = v128.shuffle<f64>(a0i, b0i, 0, 2);
    const x1r = v128.shuffle<f64>(a0r, b0r, 1, 3), x1i = v128.shuffle<f64>(a0i, b0i, 1, 3);
    const x2r = v128.shuffle<f64>(a1r, b1r, 0, 2), x2i = v128.shuffle<f64>(a1i, b1i, 0, 2);
    const x3r = v128.shuffle<f64>(a1r, b1r, 1, 3), x3i = v128.shuffle<f64>(a1i, b1i, 1, 3);
    let rr = v128.load(twiddles), ri = v128.load(twiddles, 16);
    const t1r = productReal(x1r, x1i, rr, ri), t1i = productImaginary(x1r, x1i, rr, ri);
    rr = v128.load(twiddles, 64);
    ri = v128.load(twiddles, 80);
    const t3r = productReal(x3r, x3i, rr, ri), t3i = productImaginary(x3r, x3i, rr, ri);
    const sr = f64x2.add(t1r, t3r), si = f64x2.add(t1i, t3i);
    const dr = f64x2.sub(t1r, t3r), di = f64x2.sub(t1i, t3i);
    rr = v128.load(twiddles, 32);
    ri = v128.load(twiddles, 48);
    const t2r = productReal(x2r, x2i, rr, ri), t2i = productImaginary(x2r, x2i, rr, ri);
    const er = f64x2.add(x0r, t2r), ei = f64x2.add(x0i, t2i);
    const fr = f64x2.sub(x0r, t2r), fi = f64x2.sub(x0i, t2i);
    v128.store(out, f64x2.add(er, sr));
    v128.store(out, f64x2.add(ei, si), 16);
    out += stride;
    v128.store(out, f64x2.sub(fr, di));
    v128.store(out, f64x2.add(fi, dr), 16);
    out += stride;
    v128.store(out, f64x2.sub(er, sr));
    v128.store(out, f64x2.sub(ei, si), 16);
    out += stride;
    v128.store(out, f64x2.add(fr, di));
    v128.store(out, f64x2.sub(fi, dr), 16);
    out += stride;
    values += 128;
    twiddles += LAST_TWIDDLES;
  }
}

/** The stages after the first. */
// @ts-ignore: decorator
@inline
function remainingStages(values: usize, n: i32, twiddles: usize, out: usize, stride: usize): void {
  let blocks = startsWithRadix2(n) ? 2 : 4;
  let q = n / blocks >> 2;
  twiddles += BLOCK_TWIDDLES;
  while (q > 1) {
    stage4(values, n, q, twiddles);
    twiddles += BLOCK_TWIDDLES * blocks;
    blocks <<= 2;
    q >>= 2;
  }
  lastStage(values, n, twiddles, out, stride);
}

/** N digits (i32) to n complex numbers; pair p goes to out + p * stride. `scratch` holds n complex numbers. */
export function forwardDigits(digits: usize, scratch: usize, n: i32, twiddles: usize, out: usize, stride: usize): void {
  if (startsWithRadix2(n)) firstStage2(digits, scratch, n, twiddles);
  else firstStage4(digits, scratch, n, twiddles);
  remainingStages(scratch, n, twiddles, out, stride);
}

/** N torus words (u64) to n complex numbers, scaled so that `inverseAdd` of a product gives torus units. */
export function forwardTorus(words: usize, scratch: usize, n: i32, twiddles: usize, out: usize, stride: usize): void {
  const scale = 1.0 / 18446744073709551616.0 / <f64>n;
  for (let j = 0; j < n; j++) {
    const at = scratch + (<usize>(j >> 1) << 5) + (<usize>(j & 1) << 3);
    store<f64>(at, <f64>load<i64>(words + (<usize>j << 3)) * scale);
    store<f64>(at, <f64>load<i64>(words + (<usize>(j + n) << 3)) * scale, 16);
  }
  if (startsWithRadix2(n)) stage2(scratch, n, twiddles);
  else stage4(scratch, n, n >> 2, twiddles);
  remainingStages(scratch, n, twiddles, out, stride);
}
