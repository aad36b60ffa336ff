/**
 * A sparse matrix of whole numbers times a vector of polynomials, modulo one prime.
 *
 * Sums of weights times residues stay whole numbers below 2^53, so that a product is one fused instruction, and a sum is reduced once.
 * Where whole residues would make the sums too large they are split at 2^25, and both halves are multiplied.
 *
 * Columns are packed strip by strip, in tiles of four residues: a group of up to six rows that read the same columns takes a tile as
 * twelve sums that never leave the registers (Goto and van de Geijn, "Anatomy of high-performance matrix multiplication", ACM TOMS
 * 34(3), 2008).
 *
 * @module
 */
import { inverseOf, modulusOf, multiplyConstant, reduce } from './modular';

const SPLIT: f64 = 33554432.0; // 2^25
/** Bytes of a column in a tile: four residues. */
const TILE: usize = 32;
/** Bytes of a group: rows, columns, addresses of its column list and of its weights, and six rows. */
const GROUP: usize = 40;
/** Bytes of a cache line, and columns that are brought to the cache at a time. */
const LINE: usize = 64;
const FETCHED: i32 = 128;
/** Bytes of the sums of a group, for either half. */
const SUMS: usize = 192;

@inline function packWhole(source: usize, target: usize, tiles: i32, stride: usize): void {
  for (let tile = 0; tile < tiles; tile++) {
    v128.store(target, v128.load(source));
    v128.store(target, v128.load(source, 16), 16);
    source += TILE;
    target += stride;
  }
}

/**
 * Brings residues of some columns to the cache. Loads that nothing waits for overlap by the dozen; as soon as what they bring is stored, the
 * few places for stores that a core keeps would fill up with waiting ones.
 */
@inline function fetch(sources: usize, first: i32, last: i32, at: usize, tiles: i32, sink: usize): void {
  const bytes = <usize>tiles * TILE;
  let seen: f64 = 0;
  for (let column = first; column < last; column++) {
    const source = <usize>load<u32>(sources + (<usize>column << 2)) + at;
    for (let line: usize = 0; line < bytes; line += LINE) seen += load<f64>(source + line);
  }
  store<f64>(sink, seen);
}

@inline function split(source: usize, high: usize, low: usize): void {
  const x = v128.load(source), upper = f64x2.nearest(f64x2.mul(x, f64x2.splat(1.0 / SPLIT)));
  v128.store(high, upper);
  v128.store(low, f64x2.sub(x, f64x2.mul(upper, f64x2.splat(SPLIT))));
}

@inline function packHalves(source: usize, high: usize, low: usize, tiles: i32, stride: usize): void {
  for (let tile = 0; tile < tiles; tile++) {
    split(source, high, low);
    split(source + 16, high + 16, low + 16);
    source += TILE;
    high += stride;
    low += stride;
  }
}

/** Sums of `rows` rows over one tile: two vectors each. Weights come column by column, one number a row. */
@inline function sumRows(rows: i32, columns: i32, list: usize, weight: usize, tile: usize, sums: usize): void {
  const zero = f64x2.splat(0), end = list + (<usize>columns << 2);
  let a0 = zero, a1 = zero, b0 = zero, b1 = zero, c0 = zero, c1 = zero, d0 = zero, d1 = zero, e0 = zero, e1 = zero, f0 = zero, f1 = zero;
  while (list < end) {
    const from = tile + <usize>load<u32>(list), x0 = v128.load(from), x1 = v128.load(from, 16);
    let w = v128.load64_splat(weight);
    a0 = f64x2.relaxed_madd(x0, w, a0);
    a1 = f64x2.relaxed_madd(x1, w, a1);
    if (rows > 1) { w = v128.load64_splat(weight, 8); b0 = f64x2.relaxed_madd(x0, w, b0); b1 = f64x2.relaxed_madd(x1, w, b1); }
    if (rows > 2) { w = v128.load64_splat(weight, 16); c0 = f64x2.relaxed_madd(x0, w, c0); c1 = f64x2.relaxed_madd(x1, w, c1); }
    if (rows > 3) { w = v128.load64_splat(weight, 24); d0 = f64x2.relaxed_madd(x0, w, d0); d1 = f64x2.relaxed_madd(x1, w, d1); }
    if (rows > 4) { w = v128.load64_splat(weight, 32); e0 = f64x2.relaxed_madd(x0, w, e0); e1 = f64x2.relaxed_madd(x1, w, e1); }
    if (rows > 5) { w = v128.load64_splat(weight, 40); f0 = f64x2.relaxed_madd(x0, w, f0); f1 = f64x2.relaxed_madd(x1, w, f1); }
    list += 4;
    weight += <usize>rows << 3;
  }
  v128.store(sums, a0);
  v128.store(sums, a1, 16);
  if (rows > 1) { v128.store(sums, b0, 32); v128.store(sums, b1, 48); }
  if (rows > 2) { v128.store(sums, c0, 64); v128.store(sums, c1, 80); }
  if (rows > 3) { v128.store(sums, d0, 96); v128.store(sums, d1, 112); }
  if (rows > 4) { v128.store(sums, e0, 128); v128.store(sums, e1, 144); }
  if (rows > 5) { v128.store(sums, f0, 160); v128.store(sums, f1, 176); }
}

function sumGroup(rows: i32, columns: i32, list: usize, weights: usize, tile: usize, sums: usize): void {
  switch (rows) {
    case 1: sumRows(1, columns, list, weights, tile, sums); break;
    case 2: sumRows(2, columns, list, weights, tile, sums); break;
    case 3: sumRows(3, columns, list, weights, tile, sums); break;
    case 4: sumRows(4, columns, list, weights, tile, sums); break;
    case 5: sumRows(5, columns, list, weights, tile, sums); break;
    default: sumRows(6, columns, list, weights, tile, sums);
  }
}

/**
 * targets[r] = sum of weight * sources[column] over row r, plus constants[r] where there are constants, reduced; for residues `from` to
 * `to`. `sources` and `targets` are lists of u32 addresses, to which `sourceShift` and `targetShift` are added: -8 * from where there is
 * no more than the range in memory. A column list holds u32 column * 32. `packed` has room for 32 bytes a column and tile, twice where
 * residues are `halved`, and for 384 bytes of sums; a strip of `tiles` tiles divides the range. The last two are 2^25 modulo p.
 */
export function residueMatrix(
  sources: usize, sourceShift: usize, columns: i32, groups: usize, groupCount: i32, targets: usize, targetShift: usize, constants: usize,
  from: i32, to: i32, block: usize, packed: usize, tiles: i32, halved: i32, w: f64, wOverP: f64,
): void {
  const p = modulusOf(block), inverse = inverseOf(block), factor = f64x2.splat(w), quotient = f64x2.splat(wOverP);
  const stride = <usize>columns * TILE, plane = <usize>tiles * stride;
  const sums = packed + (halved ? 2 * plane : plane);
  const lastGroup = groups + <usize>groupCount * GROUP, end = <usize>to << 3;
  for (let x = <usize>from << 3; x < end; x += <usize>tiles * TILE) {
    for (let first = 0; first < columns; first += FETCHED) {
      const last = min(first + FETCHED, columns);
      fetch(sources, first, last, x + sourceShift, tiles, sums);
      for (let column = first; column < last; column++) {
        const source = <usize>load<u32>(sources + (<usize>column << 2)) + x + sourceShift, target = packed + <usize>column * TILE;
        if (halved) packHalves(source, target, target + plane, tiles, stride);
        else packWhole(source, target, tiles, stride);
      }
    }
    for (let tile = 0; tile < tiles; tile++) {
      const first = packed + <usize>tile * stride, at = x + <usize>tile * TILE + targetShift;
      for (let group = groups; group < lastGroup; group += GROUP) {
        const rows = load<i32>(group), width = load<i32>(group, 4), list: usize = load<u32>(group, 8), weights: usize = load<u32>(group, 12);
        sumGroup(rows, width, list, weights, first, sums);
        if (halved) sumGroup(rows, width, list, weights, first + plane, sums + SUMS);
        for (let index = 0; index < rows; index++) {
          const row = <usize>load<u32>(group + (<usize>index << 2), 16), own = sums + (<usize>index << 5);
          const constant = constants ? v128.load64_splat(constants + (row << 3)) : f64x2.splat(0);
          const target = <usize>load<u32>(targets + (row << 2)) + at;
          let s0 = v128.load(own), s1 = v128.load(own, 16);
          if (halved) {
            s0 = multiplyConstant(reduce(s0, p, inverse), factor, quotient, p);
            s1 = multiplyConstant(reduce(s1, p, inverse), factor, quotient, p);
            s0 = f64x2.add(s0, reduce(v128.load(own + SUMS), p, inverse));
            s1 = f64x2.add(s1, reduce(v128.load(own + SUMS, 16), p, inverse));
          }
          v128.store(target, reduce(f64x2.add(s0, constant), p, inverse));
          v128.store(target, reduce(f64x2.add(s1, constant), p, inverse), 16);
        }
      }
    }
  }
}
