/** The inverse of `forward-fft.ts`: it undoes its stages one by one, and adds what comes out to torus values. */
import { conjugateProductImaginary, conjugateProductReal } from './complex';
import { BLOCK_TWIDDLES, LAST_TWIDDLES, PAIR, startsWithRadix2 } from './fft-layout';

/** Undoes lastStage, which left its pairs at a stride of one pair. */
function undoLastStage(values: usize, n: i32, twiddles: usize): void {
  const end = values + (<usize>n << 4);
  while (values < end) {
    const y0r = v128.load(values), y0i = v128.load(values, 16), y1r = v128.load(values, 32), y1i = v128.load(values, 48);
    const y2r = v128.load(values, 64), y2i = v128.load(values, 80), y3r = v128.load(values, 96), y3i = v128.load(values, 112);
    const er = f64x2.add(y0r, y2r), ei = f64x2.add(y0i, y2i);
    const fr = f64x2.sub(y0r, y2r), fi = f64x2.sub(y0i, y2i);
    const sr = f64x2.add(y1r, y3r), si = f64x2.add(y1i, y3i);
    const dr = f64x2.sub(y1r, y3r), di = f64x2.sub(y1i, y3i);
    const x0r = f64x2.add(er, sr), x0i = f64x2.add(ei, si);
    const t2r = f64x2.sub(er, sr), t2i = f64x2.sub(ei, si);
    const t1r = f64x2.add(fr, di), t1i = f64x2.sub(fi, dr);
    const t3r = f64x2.sub(fr, di), t3i = f64x2.add(fi, dr);
    let rr = v128.load(twiddles), ri = v128.load(twiddles, 16);
    const x1r = conjugateProductReal(t1r, t1i, rr, ri), x1i = conjugateProductImaginary(t1r, t1i, rr, ri);
    rr = v128.load(twiddles, 32);
    ri = v128.load(twiddles, 48);
    const x2r = conjugateProductReal(t2r, t2i, rr, ri), x2i = conjugateProductImaginary(t2r, t2i, rr, ri);
    rr = v128.load(twiddles, 64);
    ri = v128.load(twiddles, 80);
    const x3r = conjugateProductReal(t3r, t3i, rr, ri), x3i = conjugateProductImaginary(t3r, t3i, rr, ri);
    v128.store(values, v128.shuffle<f64>(x0r, x1r, 0, 2));
    v128.store(values, v128.shuffle<f64>(x0i, x1i, 0, 2), 16);
    v128.store(values, v128.shuffle<f64>(x2r, x3r, 0, 2), 32);
    v128.store(values, v128.shuffle<f64>(x2i, x3i, 0, 2), 48);
    v128.store(values, v128.shuffle<f64>(x0r, x1r, 1, 3), 64);
    v128.store(values, v128.shuffle<f64>(x0i, x1i, 1, 3), 80);
    v128.store(values, v128.shuffle<f64>(x2r, x3r, 1, 3), 96);
    v128.store(values, v128.shuffle<f64>(x2i, x3i, 1, 3), 112);
    values += 128;
    twiddles += LAST_TWIDDLES;
  }
}

/** Undoes stage4. */
function undoStage4(values: usize, n: i32, q: i32, twiddles: usize): void {
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
      const y0r = v128.load(p0), y0i = v128.load(p0, 16), y2r = v128.load(p2), y2i = v128.load(p2, 16);
      const er = f64x2.add(y0r, y2r), ei = f64x2.add(y0i, y2i);
      const fr = f64x2.sub(y0r, y2r), fi = f64x2.sub(y0i, y2i);
      const y1r = v128.load(p1), y1i = v128.load(p1, 16), y3r = v128.load(p3), y3i = v128.load(p3, 16);
      const sr = f64x2.add(y1r, y3r), si = f64x2.add(y1i, y3i);
      const dr = f64x2.sub(y1r, y3r), di = f64x2.sub(y1i, y3i);
      v128.store(p0, f64x2.add(er, sr));
      v128.store(p0, f64x2.add(ei, si), 16);
      const t2r = f64x2.sub(er, sr), t2i = f64x2.sub(ei, si);
      v128.store(p2, conjugateProductReal(t2r, t2i, r2r, r2i));
      v128.store(p2, conjugateProductImaginary(t2r, t2i, r2r, r2i), 16);
      const t1r = f64x2.add(fr, di), t1i = f64x2.sub(fi, dr);
      const t3r = f64x2.sub(fr, di), t3i = f64x2.add(fi, dr);
      v128.store(p1, conjugateProductReal(t1r, t1i, r1r, r1i));
      v128.store(p1, conjugateProductImaginary(t1r, t1i, r1r, r1i), 16);
      v128.store(p3, conjugateProductReal(t3r, t3i, r3r, r3i));
      v128.store(p3, conjugateProductImaginary(t3r, t3i, r3r, r3i), 16);
      p0 += PAIR;
    }
    values += quarter << 2;
  }
}

/** Adds two torus values, rounded to 2^-32, to two u32: a double near 1.5 * 2^20 has that unit in its last place. */
// @ts-ignore: decorator
@inline
function addToTorus(at: usize, x: v128): void {
  const fraction = f64x2.add(f64x2.sub(x, f64x2.nearest(x)), f64x2.splat(1572864.0));
  v128.store64_lane(at, i32x4.add(v128.load64_zero(at), v128.shuffle<i32>(fraction, fraction, 0, 2, 0, 2)), 0);
}

/** Undoes the first stage of radix 4 and adds the polynomial to u32 coefficients. */
function undoFirstStage4(values: usize, n: i32, twiddles: usize, out: usize): void {
  const quarter = <usize>n << 2;
  const outQuarter = <usize>n;
  const imaginary = <usize>n << 2;
  const r1r = v128.load64_splat(twiddles), r1i = v128.load64_splat(twiddles, 8);
  const r2r = v128.load64_splat(twiddles, 16), r2i = v128.load64_splat(twiddles, 24);
  const r3r = v128.load64_splat(twiddles, 32), r3i = v128.load64_splat(twiddles, 40);
  const end = values + quarter;
  while (values < end) {
    const p1 = values + quarter, p2 = p1 + quarter, p3 = p2 + quarter;
    const o1 = out + outQuarter, o2 = o1 + outQuarter, o3 = o2 + outQuarter;
    const y0r = v128.load(values), y0i = v128.load(values, 16), y2r = v128.load(p2), y2i = v128.load(p2, 16);
    const er = f64x2.add(y0r, y2r), ei = f64x2.add(y0i, y2i);
    const fr = f64x2.sub(y0r, y2r), fi = f64x2.sub(y0i, y2i);
    const y1r = v128.load(p1), y1i = v128.load(p1, 16), y3r = v128.load(p3), y3i = v128.load(p3, 16);
    const sr = f64x2.add(y1r, y3r), si = f64x2.add(y1i, y3i);
    const dr = f64x2.sub(y1r, y3r), di = f64x2.sub(y1i, y3i);
    addToTorus(out, f64x2.add(er, sr));
    addToTorus(out + imaginary, f64x2.add(ei, si));
    const t2r = f64x2.sub(er, sr), t2i = f64x2.sub(ei, si);
    addToTorus(o2, conjugateProductReal(t2r, t2i, r2r, r2i));
    addToTorus(o2 + imaginary, conjugateProductImaginary(t2r, t2i, r2r, r2i));
    const t1r = f64x2.add(fr, di), t1i = f64x2.sub(fi, dr);
    const t3r = f64x2.sub(fr, di), t3i = f64x2.add(fi, dr);
    addToTorus(o1, conjugateProductReal(t1r, t1i, r1r, r1i));
    addToTorus(o1 + imaginary, conjugateProductImaginary(t1r, t1i, r1r, r1i));
    addToTorus(o3, conjugateProductReal(t3r, t3i, r3r, r3i));
    addToTorus(o3 + imaginary, conjugateProductImaginary(t3r, t3i, r3r, r3i));
    values += PAIR;
    out += 8;
  }
}

/** Undoes the first stage of radix 2 and adds the polynomial to u32 coefficients. */
function undoFirstStage2(values: usize, n: i32, twiddles: usize, out: usize): void {
  const half = <usize>n << 3;
  const outHalf = <usize>n << 1;
  const imaginary = <usize>n << 2;
  const rr = v128.load64_splat(twiddles), ri = v128.load64_splat(twiddles, 8);
  const end = values + half;
  while (values < end) {
    const p1 = values + half, o1 = out + outHalf;
    const y0r = v128.load(values), y0i = v128.load(values, 16), y1r = v128.load(p1), y1i = v128.load(p1, 16);
    addToTorus(out, f64x2.add(y0r, y1r));
    addToTorus(out + imaginary, f64x2.add(y0i, y1i));
    const tr = f64x2.sub(y0r, y1r), ti = f64x2.sub(y0i, y1i);
    addToTorus(o1, conjugateProductReal(tr, ti, rr, ri));
    addToTorus(o1 + imaginary, conjugateProductImaginary(tr, ti, rr, ri));
    values += PAIR;
    out += 8;
  }
}

/** n complex numbers, destroyed, to N torus values modulo 1, added to N u32. */
export function inverseAdd(values: usize, n: i32, twiddles: usize, lastTwiddles: usize, out: usize): void {
  undoLastStage(values, n, lastTwiddles);
  const radix2 = startsWithRadix2(n);
  const top = radix2 ? n >> 1 : n >> 2;
  let blocks = n >> 4;
  let q = 4;
  let stage = lastTwiddles;
  while (q < top) {
    stage -= BLOCK_TWIDDLES * blocks;
    undoStage4(values, n, q, stage);
    q <<= 2;
    blocks >>= 2;
  }
  if (radix2) undoFirstStage2(values, n, twiddles, out);
  else undoFirstStage4(values, n, twiddles, out);
}
