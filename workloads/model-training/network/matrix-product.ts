/**
 * Products of dense row-major matrices: where training spends its time.
 *
 * @module
 */

/** sum += left * right, where left is rows x inner and right inner x columns. Runs of four zeros of `left` cost nothing. */
export function addProduct(sum: Float64Array, left: Float64Array, right: Float64Array, rows: number, inner: number, columns: number): void {
  const blocked = inner - (inner % 4);
  for (let row = 0; row < rows; row++) {
    const to = row * columns;
    const from = row * inner;
    for (let k = 0; k < blocked; k += 4) {
      const a = left[from + k]!;
      const b = left[from + k + 1]!;
      const c = left[from + k + 2]!;
      const d = left[from + k + 3]!;
      if (a === 0 && b === 0 && c === 0 && d === 0) continue;
      const first = k * columns;
      const second = first + columns;
      const third = second + columns;
      const fourth = third + columns;
      for (let column = 0; column < columns; column++) {
        sum[to + column]! +=
          a * right[first + column]! + b * right[second + column]! + c * right[third + column]! + d * right[fourth + column]!;
      }
    }
    for (let k = blocked; k < inner; k++) {
      const a = left[from + k]!;
      if (a === 0) continue;
      const first = k * columns;
      for (let column = 0; column < columns; column++) sum[to + column]! += a * right[first + column]!;
    }
  }
}

/** Writes the transpose of `matrix`, rows x columns, into `transposed`. */
export function transposeInto(transposed: Float64Array, matrix: Float64Array, rows: number, columns: number): void {
  for (let row = 0; row < rows; row++) {
    const first = row * columns;
    for (let column = 0; column < columns; column++) transposed[column * rows + row] = matrix[first + column]!;
  }
}
