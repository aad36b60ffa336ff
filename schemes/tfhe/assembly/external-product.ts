/**
 * Transformed digits times a GGSW matrix in the Fourier domain: [pair][row] times [pair][row][column], summed over rows,
 * gives [column][pair]. Rows are unrolled by inlining with a constant count: accumulators that live across a loop of
 * unknown length leave the registers in V8, and cost two to four times as much.
 */
import { addProductImaginary, addProductReal, productImaginary, productReal } from './complex';

const PAIR: usize = 32;

/** Two columns, up to eight rows. */
// @ts-ignore: decorator
@inline
function twoColumns(rowCount: i32, rows: usize, matrix: usize, out: usize, n: i32, matrixRow: usize): void {
  const column = <usize>n << 4;
  const end = out + column;
  while (out < end) {
    let fr = v128.load(rows), fi = v128.load(rows, 16);
    let gr = v128.load(matrix), gi = v128.load(matrix, 16);
    let ar = productReal(fr, fi, gr, gi), ai = productImaginary(fr, fi, gr, gi);
    gr = v128.load(matrix, 32), gi = v128.load(matrix, 48);
    let br = productReal(fr, fi, gr, gi), bi = productImaginary(fr, fi, gr, gi);
    matrix += matrixRow;
    if (rowCount > 1) {
      fr = v128.load(rows, 32), fi = v128.load(rows, 48);
      gr = v128.load(matrix), gi = v128.load(matrix, 16);
      ar = addProductReal(ar, fr, fi, gr, gi), ai = addProductImaginary(ai, fr, fi, gr, gi);
      gr = v128.load(matrix, 32), gi = v128.load(matrix, 48);
      br = addProductReal(br, fr, fi, gr, gi), bi = addProductImaginary(bi, fr, fi, gr, gi);
      matrix += matrixRow;
    }
    if (rowCount > 2) {
      fr = v128.load(rows, 64), fi = v128.load(rows, 80);
      gr = v128.load(matrix), gi = v128.load(matrix, 16);
      ar = addProductReal(ar, fr, fi, gr, gi), ai = addProductImaginary(ai, fr, fi, gr, gi);
      gr = v128.load(matrix, 32), gi = v128.load(matrix, 48);
      br = addProductReal(br, fr, fi, gr, gi), bi = addProductImaginary(bi, fr, fi, gr, gi);
      matrix += matrixRow;
    }
    if (rowCount > 3) {
      fr = v128.load(rows, 96), fi = v128.load(rows, 112);
      gr = v128.load(matrix), gi = v128.load(matrix, 16);
      ar = addProductReal(ar, fr, fi, gr, gi), ai = addProductImaginary(ai, fr, fi, gr, gi);
      gr = v128.load(matrix, 32), gi = v128.load(matrix, 48);
      br = addProductReal(br, fr, fi, gr, gi), bi = addProductImaginary(bi, fr, fi, gr, gi);
      matrix += matrixRow;
    }
    if (rowCount > 4) {
      fr = v128.load(rows, 128), fi = v128.load(rows, 144);
      gr = v128.load(matrix), gi = v128.load(matrix, 16);
      ar = addProductReal(ar, fr, fi, gr, gi), ai = addProductImaginary(ai, fr, fi, gr, gi);
      gr = v128.load(matrix, 32), gi = v128.load(matrix, 48);
      br = addProductReal(br, fr, fi, gr, gi), bi = addProductImaginary(bi, fr, fi, gr, gi);
      matrix += matrixRow;
    }
    if (rowCount > 5) {
      fr = v128.load(rows, 160), fi = v128.load(rows, 176);
      gr = v128.load(matrix), gi = v128.load(matrix, 16);
      ar = addProductReal(ar, fr, fi, gr, gi), ai = addProductImaginary(ai, fr, fi, gr, gi);
      gr = v128.load(matrix, 32), gi = v128.load(matrix, 48);
      br = addProductReal(br, fr, fi, gr, gi), bi = addProductImaginary(bi, fr, fi, gr, gi);
      matrix += matrixRow;
    }
    if (rowCount > 6) {
      fr = v128.load(rows, 192), fi = v128.load(rows, 208);
      gr = v128.load(matrix), gi = v128.load(matrix, 16);
      ar = addProductReal(ar, fr, fi, gr, gi), ai = addProductImaginary(ai, fr, fi, gr, gi);
      gr = v128.load(matrix, 32), gi = v128.load(matrix, 48);
      br = addProductReal(br, fr, fi, gr, gi), bi = addProductImaginary(bi, fr, fi, gr, gi);
      matrix += matrixRow;
    }
    if (rowCount > 7) {
      fr = v128.load(rows, 224), fi = v128.load(rows, 240);
      gr = v128.load(matrix), gi = v128.load(matrix, 16);
      ar = addProductReal(ar, fr, fi, gr, gi), ai = addProductImaginary(ai, fr, fi, gr, gi);
      gr = v128.load(matrix, 32), gi = v128.load(matrix, 48);
      br = addProductReal(br, fr, fi, gr, gi), bi = addProductImaginary(bi, fr, fi, gr, gi);
      matrix += matrixRow;
    }
    rows += PAIR * rowCount;
    v128.store(out, ar);
    v128.store(out, ai, 16);
    const second = out + column;
    v128.store(second, br);
    v128.store(second, bi, 16);
    out += PAIR;
  }
}

/** One column, up to eight rows. */
// @ts-ignore: decorator
@inline
function oneColumn(rowCount: i32, rows: usize, matrix: usize, out: usize, n: i32, matrixRow: usize): void {
  const end = out + (<usize>n << 4);
  while (out < end) {
    let fr = v128.load(rows), fi = v128.load(rows, 16);
    let gr = v128.load(matrix), gi = v128.load(matrix, 16);
    let ar = productReal(fr, fi, gr, gi), ai = productImaginary(fr, fi, gr, gi);
    matrix += matrixRow;
    if (rowCount > 1) {
      fr = v128.load(rows, 32), fi = v128.load(rows, 48);
      gr = v128.load(matrix), gi = v128.load(matrix, 16);
      ar = addProductReal(ar, fr, fi, gr, gi), ai = addProductImaginary(ai, fr, fi, gr, gi);
      matrix += matrixRow;
    }
    if (rowCount > 2) {
      fr = v128.load(rows, 64), fi = v128.load(rows, 80);
      gr = v128.load(matrix), gi = v128.load(matrix, 16);
      ar = addProductReal(ar, fr, fi, gr, gi), ai = addProductImaginary(ai, fr, fi, gr, gi);
      matrix += matrixRow;
    }
    if (rowCount > 3) {
      fr = v128.load(rows, 96), fi = v128.load(rows, 112);
      gr = v128.load(matrix), gi = v128.load(matrix, 16);
      ar = addProductReal(ar, fr, fi, gr, gi), ai = addProductImaginary(ai, fr, fi, gr, gi);
      matrix += matrixRow;
    }
    if (rowCount > 4) {
      fr = v128.load(rows, 128), fi = v128.load(rows, 144);
      gr = v128.load(matrix), gi = v128.load(matrix, 16);
      ar = addProductReal(ar, fr, fi, gr, gi), ai = addProductImaginary(ai, fr, fi, gr, gi);
      matrix += matrixRow;
    }
    if (rowCount > 5) {
      fr = v128.load(rows, 160), fi = v128.load(rows, 176);
      gr = v128.load(matrix), gi = v128.load(matrix, 16);
      ar = addProductReal(ar, fr, fi, gr, gi), ai = addProductImaginary(ai, fr, fi, gr, gi);
      matrix += matrixRow;
    }
    if (rowCount > 6) {
      fr = v128.load(rows, 192), fi = v128.load(rows, 208);
      gr = v128.load(matrix), gi = v128.load(matrix, 16);
      ar = addProductReal(ar, fr, fi, gr, gi), ai = addProductImaginary(ai, fr, fi, gr, gi);
      matrix += matrixRow;
    }
    if (rowCount > 7) {
      fr = v128.load(rows, 224), fi = v128.load(rows, 240);
      gr = v128.load(matrix), gi = v128.load(matrix, 16);
      ar = addProductReal(ar, fr, fi, gr, gi), ai = addProductImaginary(ai, fr, fi, gr, gi);
      matrix += matrixRow;
    }
    rows += PAIR * rowCount;
    v128.store(out, ar);
    v128.store(out, ai, 16);
    out += PAIR;
  }
}

function columns2rows2(rows: usize, matrix: usize, out: usize, n: i32, matrixRow: usize): void {
  twoColumns(2, rows, matrix, out, n, matrixRow);
}
function columns2rows3(rows: usize, matrix: usize, out: usize, n: i32, matrixRow: usize): void {
  twoColumns(3, rows, matrix, out, n, matrixRow);
}
function columns2rows4(rows: usize, matrix: usize, out: usize, n: i32, matrixRow: usize): void {
  twoColumns(4, rows, matrix, out, n, matrixRow);
}
function columns2rows5(rows: usize, matrix: usize, out: usize, n: i32, matrixRow: usize): void {
  twoColumns(5, rows, matrix, out, n, matrixRow);
}
function columns2rows8(rows: usize, matrix: usize, out: usize, n: i32, matrixRow: usize): void {
  twoColumns(8, rows, matrix, out, n, matrixRow);
}
function columns1rows3(rows: usize, matrix: usize, out: usize, n: i32, matrixRow: usize): void {
  oneColumn(3, rows, matrix, out, n, matrixRow);
}
function columns1rows5(rows: usize, matrix: usize, out: usize, n: i32, matrixRow: usize): void {
  oneColumn(5, rows, matrix, out, n, matrixRow);
}

/** Row counts that `multiply` has code for: (k + 1) * levels of the parameter sets. Others trap. */
export function multiply(rows: usize, matrix: usize, out: usize, n: i32, columns: i32, rowCount: i32): void {
  const matrixRow = <usize>columns << 5;
  const column = <usize>n << 4;
  for (; columns >= 2; columns -= 2) {
    if (rowCount == 2) columns2rows2(rows, matrix, out, n, matrixRow);
    else if (rowCount == 3) columns2rows3(rows, matrix, out, n, matrixRow);
    else if (rowCount == 4) columns2rows4(rows, matrix, out, n, matrixRow);
    else if (rowCount == 5) columns2rows5(rows, matrix, out, n, matrixRow);
    else if (rowCount == 8) columns2rows8(rows, matrix, out, n, matrixRow);
    else unreachable();
    matrix += 2 * PAIR;
    out += column << 1;
  }
  if (columns == 1) {
    if (rowCount == 3) columns1rows3(rows, matrix, out, n, matrixRow);
    else if (rowCount == 5) columns1rows5(rows, matrix, out, n, matrixRow);
    else unreachable();
  }
}
