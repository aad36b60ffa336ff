/**
 * Sparse matrices, written row by row, and their product.
 *
 * @module
 */
import type { SparseMatrix } from '../../schemes/circuit.ts';
import { EnigmarkError } from '../../schemes/errors.ts';

/** 12 bytes each: 200 MB. Far above what can be computed under encryption. */
const MOST_ENTRIES = 2 ** 24;
const FIRST_CAPACITY = 1024;

/** Collects a matrix row by row; zeros are left out. */
export class SparseRows {
  readonly #columns: number;
  readonly #offsets: number[] = [0];
  #indices = new Uint32Array(FIRST_CAPACITY);
  #values = new Float64Array(FIRST_CAPACITY);
  #entries = 0;

  constructor(columns: number) {
    this.#columns = columns;
  }

  /**
   * Adds to the current row; columns of a row come in rising order.
   *
   * @throws EnigmarkError NETWORK_TOO_LARGE
   */
  add(column: number, value: number): void {
    if (value === 0) return;
    if (this.#entries === this.#values.length) this.#grow();
    this.#indices[this.#entries] = column;
    this.#values[this.#entries] = value;
    this.#entries++;
  }

  endRow(): void {
    this.#offsets.push(this.#entries);
  }

  matrix(step: number | null): SparseMatrix {
    return {
      rows: this.#offsets.length - 1,
      columns: this.#columns,
      step,
      offsets: Uint32Array.from(this.#offsets),
      indices: this.#indices.slice(0, this.#entries),
      values: this.#values.slice(0, this.#entries),
    };
  }

  #grow(): void {
    if (this.#entries >= MOST_ENTRIES) {
      throw new EnigmarkError('NETWORK_TOO_LARGE', {
        expected: `at most ${MOST_ENTRIES} weights in the matrix of a layer`,
        got: 'more',
        remedy: 'take a smaller network: one of this size is out of reach under encryption',
      });
    }
    const indices = new Uint32Array(2 * this.#entries);
    const values = new Float64Array(2 * this.#entries);
    indices.set(this.#indices);
    values.set(this.#values);
    this.#indices = indices;
    this.#values = values;
  }
}

/** The matrix of row-major `values`, without its zeros. */
export function sparseFromRows(rows: number, columns: number, values: Float64Array, step: number | null): SparseMatrix {
  const collected = new SparseRows(columns);
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) collected.add(column, values[row * columns + column]!);
    collected.endRow();
  }
  return collected.matrix(step);
}

/** `matrix` times `vector`. */
export function multiplyVector({ rows, offsets, indices, values }: SparseMatrix, vector: Float64Array): Float64Array {
  const product = new Float64Array(rows);
  for (let row = 0; row < rows; row++) {
    let sum = 0;
    for (let entry = offsets[row]!; entry < offsets[row + 1]!; entry++) sum += values[entry]! * vector[indices[entry]!]!;
    product[row] = sum;
  }
  return product;
}

/** Vectors whose sums are kept side by side: as many as fill a cache line. */
const TOGETHER = 8;

/**
 * `matrix` times each of many vectors: every weight is read once for eight of them. Sums are those of `multiplyVector`, bit for bit.
 *
 * @example
 * multiplyVectors(matrix, samples)[3]; // as multiplyVector(matrix, samples[3])
 */
export function multiplyVectors(matrix: SparseMatrix, vectors: readonly Float64Array[]): Float64Array[] {
  const whole = vectors.length - (vectors.length % TOGETHER);
  const products = vectors.map((vector, at) => (at < whole ? new Float64Array(matrix.rows) : multiplyVector(matrix, vector)));
  const beside = new Float64Array(matrix.columns * TOGETHER);
  for (let first = 0; first < whole; first += TOGETHER) {
    for (let lane = 0; lane < TOGETHER; lane++) {
      const vector = vectors[first + lane]!;
      for (let column = 0; column < vector.length; column++) beside[column * TOGETHER + lane] = vector[column]!;
    }
    multiplyBeside(matrix, beside, products.slice(first, first + TOGETHER));
  }
  return products;
}

/** Column c of vector l stands at c * TOGETHER + l. Sums are named one by one: so they stay in registers. */
function multiplyBeside({ rows, offsets, indices, values }: SparseMatrix, beside: Float64Array, into: readonly Float64Array[]): void {
  for (let row = 0; row < rows; row++) {
    let s0 = 0;
    let s1 = 0;
    let s2 = 0;
    let s3 = 0;
    let s4 = 0;
    let s5 = 0;
    let s6 = 0;
    let s7 = 0;
    for (let entry = offsets[row]!; entry < offsets[row + 1]!; entry++) {
      const value = values[entry]!;
      const at = indices[entry]! * TOGETHER;
      s0 += value * beside[at]!;
      s1 += value * beside[at + 1]!;
      s2 += value * beside[at + 2]!;
      s3 += value * beside[at + 3]!;
      s4 += value * beside[at + 4]!;
      s5 += value * beside[at + 5]!;
      s6 += value * beside[at + 6]!;
      s7 += value * beside[at + 7]!;
    }
    into[0]![row] = s0;
    into[1]![row] = s1;
    into[2]![row] = s2;
    into[3]![row] = s3;
    into[4]![row] = s4;
    into[5]![row] = s5;
    into[6]![row] = s6;
    into[7]![row] = s7;
  }
}

/** left * right over the reals, a row at a time (Gustavson, ACM TOMS 4(3), 1978). */
export function multiplySparse(left: SparseMatrix, right: SparseMatrix): SparseMatrix {
  const product = new SparseRows(right.columns);
  const sums = new Float64Array(right.columns);
  const touched = new Set<number>();
  for (let row = 0; row < left.rows; row++) {
    for (let entry = left.offsets[row]!; entry < left.offsets[row + 1]!; entry++) {
      const middle = left.indices[entry]!;
      const factor = left.values[entry]!;
      for (let other = right.offsets[middle]!; other < right.offsets[middle + 1]!; other++) {
        const column = right.indices[other]!;
        sums[column]! += factor * right.values[other]!;
        touched.add(column);
      }
    }
    for (const column of Uint32Array.from(touched).sort()) {
      product.add(column, sums[column]!);
      sums[column] = 0;
    }
    touched.clear();
    product.endRow();
  }
  return product.matrix(null);
}

/** The matrix as one for each run of its columns: blocks[0] for the first `widths[0]` of them, and so on. */
export function splitColumns(matrix: SparseMatrix, widths: readonly number[]): readonly SparseMatrix[] {
  if (widths.length === 1) return [matrix];
  let first = 0;
  return widths.map((width) => {
    const rows = new SparseRows(width);
    for (let row = 0; row < matrix.rows; row++) {
      for (let entry = matrix.offsets[row]!; entry < matrix.offsets[row + 1]!; entry++) {
        const column = matrix.indices[entry]! - first;
        if (column >= 0 && column < width) rows.add(column, matrix.values[entry]!);
      }
      rows.endRow();
    }
    first += width;
    return rows.matrix(matrix.step);
  });
}

/** Matrices of as many rows beside each other: what `splitColumns` takes apart. */
export function joinColumns(blocks: readonly SparseMatrix[]): SparseMatrix {
  if (blocks.length === 1) return blocks[0]!;
  const rows = new SparseRows(blocks.reduce((sum, { columns }) => sum + columns, 0));
  for (let row = 0; row < blocks[0]!.rows; row++) {
    let first = 0;
    for (const { offsets, indices, values, columns } of blocks) {
      for (let entry = offsets[row]!; entry < offsets[row + 1]!; entry++) rows.add(first + indices[entry]!, values[entry]!);
      first += columns;
    }
    rows.endRow();
  }
  return rows.matrix(null);
}

/** The matrix of the same columns in another order: column c becomes column `places[c]`. */
export function moveColumns(matrix: SparseMatrix, places: Uint32Array): SparseMatrix {
  const rows = new SparseRows(matrix.columns);
  for (let row = 0; row < matrix.rows; row++) {
    const entries = Array.from({ length: matrix.offsets[row + 1]! - matrix.offsets[row]! }, (_, at) => matrix.offsets[row]! + at);
    for (const entry of entries.sort((left, right) => places[matrix.indices[left]!]! - places[matrix.indices[right]!]!)) {
      rows.add(places[matrix.indices[entry]!]!, matrix.values[entry]!);
    }
    rows.endRow();
  }
  return rows.matrix(matrix.step);
}

/** Some rows of the matrix, in the order in which they are named. */
export function takeRows(matrix: SparseMatrix, taken: ArrayLike<number>): SparseMatrix {
  const rows = new SparseRows(matrix.columns);
  for (const row of Array.from(taken)) {
    for (let entry = matrix.offsets[row]!; entry < matrix.offsets[row + 1]!; entry++)
      rows.add(matrix.indices[entry]!, matrix.values[entry]!);
    rows.endRow();
  }
  return rows.matrix(matrix.step);
}

/** The matrix with every value changed by its column. */
export function mapColumns(matrix: SparseMatrix, change: (value: number, column: number) => number): SparseMatrix {
  return { ...matrix, values: matrix.values.map((value, entry) => change(value, matrix.indices[entry]!)) };
}
