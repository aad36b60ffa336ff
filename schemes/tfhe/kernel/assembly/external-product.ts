/**
 * Transformed digits times a GGSW matrix in the Fourier domain: [pair][row] times [pair][row][column], summed over rows,
 * gives [column][pair].
 *
 * Rows are unrolled by inlining with a constant count: accumulators that live across a loop of unknown length leave the
 * registers in V8, and cost two to four times as much. The count is the size of a type, because the compiler decides about
 * that before its optimiser runs, which otherwise moves loads of the matrix out of the order of addresses: streamed from
 * memory, for one ciphertext alone, the matrix then takes a quarter longer.
 */
import { addProductImaginary, addProductReal, productImaginary, productReal } from './complex';

// @ts-ignore: decorator
@inline
const PAIR: usize = 32;

// As many bytes as rows.
@unmanaged
class Rows2 {
  row0: u8;
  row1: u8;
}
@unmanaged
class Rows3 extends Rows2 {
  row2: u8;
}
@unmanaged
class Rows4 extends Rows3 {
  row3: u8;
}
@unmanaged
class Rows5 extends Rows4 {
  row4: u8;
}
@unmanaged
class Rows8 extends Rows5 {
  row5: u8;
  row6: u8;
  row7: u8;
}

/** Three columns, up to eight rows. */
// @ts-ignore: decorator
@inline
function threeColumns<Rows>(rows: usize, matrix: usize, out: usize, n: i32, matrixRow: usize): void {
  const column = <usize>n << 4;
  const end = out + column;
  while (out < end) {
    let fr = v128.load(rows), fi = v128.load(rows, 16);
    let gr = v128.load(matrix), gi = v128.load(matrix, 16);
    let ar = productReal(fr, fi, gr, gi), ai = productImaginary(fr, fi, gr, gi);
    gr = v128.load(matrix, 32), gi = v128.load(matrix, 48);
    let br = productReal(fr, fi, gr, gi), bi = productImaginary(fr, fi, gr, gi);
    gr = v128.load(matrix, 64), gi = v128.load(matrix, 80);
    let cr = productReal(fr, fi, gr, gi), ci = productImaginary(fr, fi, gr, gi);
    matrix += matrixRow;
    if (offsetof<Rows>() > 1) {
      fr = v128.load(rows, 32), fi = v128.load(rows, 48);
      gr = v128.load(matrix), gi = v128.load(matrix, 16);
      ar = addProductReal(ar, fr, fi, gr, gi), ai = addProductImaginary(ai, fr, fi, gr, gi);
      gr = v128.load(matrix, 32), gi = v128.load(matrix, 48);
      br = addProductReal(br, fr, fi, gr, gi), bi = addProductImaginary(bi, fr, fi, gr, gi);
      gr = v128.load(matrix, 64), gi = v128.load(matrix, 80);
      cr = addProductReal(cr, fr, fi, gr, gi), ci = addProductImaginary(ci, fr, fi, gr, gi);
      matrix += matrixRow;
    }
    if (offsetof<Rows>() > 2) {
      fr = v128.load(rows, 64), fi = v128.load(rows, 80);
      gr = v128.load(matrix), gi = v128.load(matrix, 16);
      ar = addProductReal(ar, fr, fi, gr, gi), ai = addProductImaginary(ai, fr, fi, gr, gi);
      gr = v128.load(matrix, 32), gi = v128.load(matrix, 48);
      br = addProductReal(br, fr, fi, gr, gi), bi = addProductImaginary(bi, fr, fi, gr, gi);
      gr = v128.load(matrix, 64), gi = v128.load(matrix, 80);
      cr = addProductReal(cr, fr, fi, gr, gi), ci = addProductImaginary(ci, fr, fi, gr, gi);
      matrix += matrixRow;
    }
    if (offsetof<Rows>() > 3) {
      fr = v128.load(rows, 96), fi = v128.load(rows, 112);
      gr = v128.load(matrix), gi = v128.load(matrix, 16);
      ar = addProductReal(ar, fr, fi, gr, gi), ai = addProductImaginary(ai, fr, fi, gr, gi);
      gr = v128.load(matrix, 32), gi = v128.load(matrix, 48);
      br = addProductReal(br, fr, fi, gr, gi), bi = addProductImaginary(bi, fr, fi, gr, gi);
      gr = v128.load(matrix, 64), gi = v128.load(matrix, 80);
      cr = addProductReal(cr, fr, fi, gr, gi), ci = addProductImaginary(ci, fr, fi, gr, gi);
      matrix += matrixRow;
    }
    if (offsetof<Rows>() > 4) {
      fr = v128.load(rows, 128), fi = v128.load(rows, 144);
      gr = v128.load(matrix), gi = v128.load(matrix, 16);
      ar = addProductReal(ar, fr, fi, gr, gi), ai = addProductImaginary(ai, fr, fi, gr, gi);
      gr = v128.load(matrix, 32), gi = v128.load(matrix, 48);
      br = addProductReal(br, fr, fi, gr, gi), bi = addProductImaginary(bi, fr, fi, gr, gi);
      gr = v128.load(matrix, 64), gi = v128.load(matrix, 80);
      cr = addProductReal(cr, fr, fi, gr, gi), ci = addProductImaginary(ci, fr, fi, gr, gi);
      matrix += matrixRow;
    }
    if (offsetof<Rows>() > 5) {
      fr = v128.load(rows, 160), fi = v128.load(rows, 176);
      gr = v128.load(matrix), gi = v128.load(matrix, 16);
      ar = addProductReal(ar, fr, fi, gr, gi), ai = addProductImaginary(ai, fr, fi, gr, gi);
      gr = v128.load(matrix, 32), gi = v128.load(matrix, 48);
      br = addProductReal(br, fr, fi, gr, gi), bi = addProductImaginary(bi, fr, fi, gr, gi);
      gr = v128.load(matrix, 64), gi = v128.load(matrix, 80);
      cr = addProductReal(cr, fr, fi, gr, gi), ci = addProductImaginary(ci, fr, fi, gr, gi);
      matrix += matrixRow;
    }
    if (offsetof<Rows>() > 6) {
      fr = v128.load(rows, 192), fi = v128.load(rows, 208);
      gr = v128.load(matrix), gi = v128.load(matrix, 16);
      ar = addProductReal(ar, fr, fi, gr, gi), ai = addProductImaginary(ai, fr, fi, gr, gi);
      gr = v128.load(matrix, 32), gi = v128.load(matrix, 48);
      br = addProductReal(br, fr, fi, gr, gi), bi = addProductImaginary(bi, fr, fi, gr, gi);
      gr = v128.load(matrix, 64), gi = v128.load(matrix, 80);
      cr = addProductReal(cr, fr, fi, gr, gi), ci = addProductImaginary(ci, fr, fi, gr, gi);
      matrix += matrixRow;
    }
    if (offsetof<Rows>() > 7) {
      fr = v128.load(rows, 224), fi = v128.load(rows, 240);
      gr = v128.load(matrix), gi = v128.load(matrix, 16);
      ar = addProductReal(ar, fr, fi, gr, gi), ai = addProductImaginary(ai, fr, fi, gr, gi);
      gr = v128.load(matrix, 32), gi = v128.load(matrix, 48);
      br = addProductReal(br, fr, fi, gr, gi), bi = addProductImaginary(bi, fr, fi, gr, gi);
      gr = v128.load(matrix, 64), gi = v128.load(matrix, 80);
      cr = addProductReal(cr, fr, fi, gr, gi), ci = addProductImaginary(ci, fr, fi, gr, gi);
      matrix += matrixRow;
    }
    rows += PAIR * offsetof<Rows>();
    v128.store(out, ar);
    v128.store(out, ai, 16);
    const second = out + column;
    v128.store(second, br);
    v128.store(second, bi, 16);
    const third = second + column;
    v128.store(third, cr);
    v128.store(third, ci, 16);
    out += PAIR;
  }
}

/** Two columns, up to eight rows. */
// @ts-ignore: decorator
@inline
function twoColumns<Rows>(rows: usize, matrix: usize, out: usize, n: i32, matrixRow: usize): void {
  const column = <usize>n << 4;
  const end = out + column;
  while (out < end) {
    let fr = v128.load(rows), fi = v128.load(rows, 16);
    let gr = v128.load(matrix), gi = v128.load(matrix, 16);
    let ar = productReal(fr, fi, gr, gi), ai = productImaginary(fr, fi, gr, gi);
    gr = v128.load(matrix, 32), gi = v128.load(matrix, 48);
    let br = productReal(fr, fi, gr, gi), bi = productImaginary(fr, fi, gr, gi);
    matrix += matrixRow;
    if (offsetof<Rows>() > 1) {
      fr = v128.load(rows, 32), fi = v128.load(rows, 48);
      gr = v128.load(matrix), gi = v128.load(matrix, 16);
      ar = addProductReal(ar, fr, fi, gr, gi), ai = addProductImaginary(ai, fr, fi, gr, gi);
      gr = v128.load(matrix, 32), gi = v128.load(matrix, 48);
      br = addProductReal(br, fr, fi, gr, gi), bi = addProductImaginary(bi, fr, fi, gr, gi);
      matrix += matrixRow;
    }
    if (offsetof<Rows>() > 2) {
      fr = v128.load(rows, 64), fi = v128.load(rows, 80);
      gr = v128.load(matrix), gi = v128.load(matrix, 16);
      ar = addProductReal(ar, fr, fi, gr, gi), ai = addProductImaginary(ai, fr, fi, gr, gi);
      gr = v128.load(matrix, 32), gi = v128.load(matrix, 48);
      br = addProductReal(br, fr, fi, gr, gi), bi = addProductImaginary(bi, fr, fi, gr, gi);
      matrix += matrixRow;
    }
    if (offsetof<Rows>() > 3) {
      fr = v128.load(rows, 96), fi = v128.load(rows, 112);
      gr = v128.load(matrix), gi = v128.load(matrix, 16);
      ar = addProductReal(ar, fr, fi, gr, gi), ai = addProductImaginary(ai, fr, fi, gr, gi);
      gr = v128.load(matrix, 32), gi = v128.load(matrix, 48);
      br = addProductReal(br, fr, fi, gr, gi), bi = addProductImaginary(bi, fr, fi, gr, gi);
      matrix += matrixRow;
    }
    if (offsetof<Rows>() > 4) {
      fr = v128.load(rows, 128), fi = v128.load(rows, 144);
      gr = v128.load(matrix), gi = v128.load(matrix, 16);
      ar = addProductReal(ar, fr, fi, gr, gi), ai = addProductImaginary(ai, fr, fi, gr, gi);
      gr = v128.load(matrix, 32), gi = v128.load(matrix, 48);
      br = addProductReal(br, fr, fi, gr, gi), bi = addProductImaginary(bi, fr, fi, gr, gi);
      matrix += matrixRow;
    }
    if (offsetof<Rows>() > 5) {
      fr = v128.load(rows, 160), fi = v128.load(rows, 176);
      gr = v128.load(matrix), gi = v128.load(matrix, 16);
      ar = addProductReal(ar, fr, fi, gr, gi), ai = addProductImaginary(ai, fr, fi, gr, gi);
      gr = v128.load(matrix, 32), gi = v128.load(matrix, 48);
      br = addProductReal(br, fr, fi, gr, gi), bi = addProductImaginary(bi, fr, fi, gr, gi);
      matrix += matrixRow;
    }
    if (offsetof<Rows>() > 6) {
      fr = v128.load(rows, 192), fi = v128.load(rows, 208);
      gr = v128.load(matrix), gi = v128.load(matrix, 16);
      ar = addProductReal(ar, fr, fi, gr, gi), ai = addProductImaginary(ai, fr, fi, gr, gi);
      gr = v128.load(matrix, 32), gi = v128.load(matrix, 48);
      br = addProductReal(br, fr, fi, gr, gi), bi = addProductImaginary(bi, fr, fi, gr, gi);
      matrix += matrixRow;
    }
    if (offsetof<Rows>() > 7) {
      fr = v128.load(rows, 224), fi = v128.load(rows, 240);
      gr = v128.load(matrix), gi = v128.load(matrix, 16);
      ar = addProductReal(ar, fr, fi, gr, gi), ai = addProductImaginary(ai, fr, fi, gr, gi);
      gr = v128.load(matrix, 32), gi = v128.load(matrix, 48);
      br = addProductReal(br, fr, fi, gr, gi), bi = addProductImaginary(bi, fr, fi, gr, gi);
      matrix += matrixRow;
    }
    rows += PAIR * offsetof<Rows>();
    v128.store(out, ar);
    v128.store(out, ai, 16);
    const second = out + column;
    v128.store(second, br);
    v128.store(second, bi, 16);
    out += PAIR;
  }
}

// Exported, as `multiply` is, so that they stay functions: inlined into their only caller, they run a tenth slower in V8.
export function columns3rows3(rows: usize, matrix: usize, out: usize, n: i32, matrixRow: usize): void {
  threeColumns<Rows3>(rows, matrix, out, n, matrixRow);
}
export function columns3rows5(rows: usize, matrix: usize, out: usize, n: i32, matrixRow: usize): void {
  threeColumns<Rows5>(rows, matrix, out, n, matrixRow);
}
export function columns2rows2(rows: usize, matrix: usize, out: usize, n: i32, matrixRow: usize): void {
  twoColumns<Rows2>(rows, matrix, out, n, matrixRow);
}
export function columns2rows4(rows: usize, matrix: usize, out: usize, n: i32, matrixRow: usize): void {
  twoColumns<Rows4>(rows, matrix, out, n, matrixRow);
}
export function columns2rows5(rows: usize, matrix: usize, out: usize, n: i32, matrixRow: usize): void {
  twoColumns<Rows5>(rows, matrix, out, n, matrixRow);
}
export function columns2rows8(rows: usize, matrix: usize, out: usize, n: i32, matrixRow: usize): void {
  twoColumns<Rows8>(rows, matrix, out, n, matrixRow);
}

/**
 * Three columns at once, then two at a time: every row is loaded once for all of them, and accumulators stay in 16 registers.
 * There is code for the row counts (k + 1) * levels of the parameter sets; others trap.
 */
export function multiply(rows: usize, matrix: usize, out: usize, n: i32, columns: i32, rowCount: i32): void {
  const matrixRow = <usize>columns << 5;
  const column = <usize>n << 4;
  if (columns & 1) {
    if (rowCount == 3) columns3rows3(rows, matrix, out, n, matrixRow);
    else if (rowCount == 5) columns3rows5(rows, matrix, out, n, matrixRow);
    else unreachable();
    matrix += 3 * PAIR;
    out += column * 3;
    columns -= 3;
  }
  for (; columns >= 2; columns -= 2) {
    if (rowCount == 2) columns2rows2(rows, matrix, out, n, matrixRow);
    else if (rowCount == 4) columns2rows4(rows, matrix, out, n, matrixRow);
    else if (rowCount == 5) columns2rows5(rows, matrix, out, n, matrixRow);
    else if (rowCount == 8) columns2rows8(rows, matrix, out, n, matrixRow);
    else unreachable();
    matrix += 2 * PAIR;
    out += column << 1;
  }
}
