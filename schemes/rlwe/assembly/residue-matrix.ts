/**
 * A sparse matrix of small whole numbers times a vector of polynomials, modulo one prime.
 *
 * Residues are split at 2^25, and the sums of weights times either half stay whole numbers below 2^53: one fused instruction per
 * product instead of six, one reduction per row. Columns are packed tile by tile, so that the rows read memory in order.
 *
 * @module
 */
import { inverseOf, modulusOf, multiplyConstant, reduce } from './modular';

const SPLIT: f64 = 33554432.0; // 2^25
/** Bytes of a tile: eight residues, in halves. */
const TILE: usize = 128;
/** Residues packed at once, in tiles. */
const TILES: usize = 4;

@inline function split(source: usize, target: usize): void {
  const x = v128.load(source);
  const high = f64x2.nearest(f64x2.mul(x, f64x2.splat(1.0 / SPLIT)));
  v128.store(target, high);
  v128.store(target, f64x2.sub(x, f64x2.mul(high, f64x2.splat(SPLIT))), 16);
}

/** Four tiles of one source, `stride` bytes from tile to tile. */
@inline function pack(source: usize, target: usize, stride: usize): void {
  for (let tile: usize = 0; tile < TILES; tile++) {
    split(source, target);
    split(source + 16, target + 32);
    split(source + 32, target + 64);
    split(source + 48, target + 96);
    source += 64;
    target += stride;
  }
}

@inline function finish(high: v128, low: v128, p: v128, inverse: v128, factor: v128, quotient: v128): v128 {
  const upper = multiplyConstant(reduce(high, p, inverse), factor, quotient, p);
  return reduce(f64x2.add(upper, reduce(low, p, inverse)), p, inverse);
}

/**
 * targets[r] = sum of weight * sources[column] over the entries of row r, reduced. `sources` and `targets` are u32 addresses, `entries`
 * pairs (u32 column * 128, i32 weight), `ends` the u32 address after each row's entries; `packed` has room for 512 bytes a source. The
 * constant is 2^25 modulo p.
 */
export function residueMatrix(
  sources: usize, columns: i32, entries: usize, ends: usize, targets: usize, rows: i32, n: i32, block: usize, packed: usize, w: f64, wOverP: f64,
): void {
  const p = modulusOf(block), inverse = inverseOf(block), factor = f64x2.splat(w), quotient = f64x2.splat(wOverP);
  const stride = <usize>columns * TILE, length = <usize>n << 3;
  for (let x: usize = 0; x < length; x += TILES * 64) {
    for (let column = 0; column < columns; column++) {
      pack(<usize>load<u32>(sources + (<usize>column << 2)) + x, packed + <usize>column * TILE, stride);
    }
    for (let tile: usize = 0; tile < TILES; tile++) {
      const base = packed + tile * stride, at = x + tile * 64;
      let entry = entries;
      for (let row = 0; row < rows; row++) {
        const end = <usize>load<u32>(ends + (<usize>row << 2));
        let h0 = f64x2.splat(0), h1 = h0, h2 = h0, h3 = h0, l0 = h0, l1 = h0, l2 = h0, l3 = h0;
        while (entry < end) {
          const from = base + <usize>load<u32>(entry);
          const weight = f64x2.convert_low_i32x4_s(v128.load32_splat(entry, 4));
          h0 = f64x2.relaxed_madd(v128.load(from), weight, h0);
          l0 = f64x2.relaxed_madd(v128.load(from, 16), weight, l0);
          h1 = f64x2.relaxed_madd(v128.load(from, 32), weight, h1);
          l1 = f64x2.relaxed_madd(v128.load(from, 48), weight, l1);
          h2 = f64x2.relaxed_madd(v128.load(from, 64), weight, h2);
          l2 = f64x2.relaxed_madd(v128.load(from, 80), weight, l2);
          h3 = f64x2.relaxed_madd(v128.load(from, 96), weight, h3);
          l3 = f64x2.relaxed_madd(v128.load(from, 112), weight, l3);
          entry += 8;
        }
        const target = <usize>load<u32>(targets + (<usize>row << 2)) + at;
        v128.store(target, finish(h0, l0, p, inverse, factor, quotient));
        v128.store(target, finish(h1, l1, p, inverse, factor, quotient), 16);
        v128.store(target, finish(h2, l2, p, inverse, factor, quotient), 32);
        v128.store(target, finish(h3, l3, p, inverse, factor, quotient), 48);
      }
    }
  }
}
