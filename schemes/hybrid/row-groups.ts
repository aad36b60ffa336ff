/**
 * A linear layer of inputs as products of polynomials.
 *
 * An image is sum of x[i] X^i. Times sum over t of v[t] X^(c - t), coefficient b + c of the product is sum over t of v[t] x[b + t]: a row
 * of weights v that begins at input b. Rows of the same weights that begin elsewhere, as those of a convolution, are other coefficients of
 * the same product. Groups of such rows share a product modulo X^N + 1 where none reads the weights of another.
 *
 * @module
 */
import type { SparseMatrix } from '../circuit.ts';

/** Rows of the same weights. */
export interface RowGroup {
  /** Places of the weights behind the first, and the weights. */
  readonly offsets: readonly number[];
  readonly weights: readonly number[];
  readonly rows: readonly { readonly row: number; readonly begin: number }[];
}

/** A group in a product, with the c of its weights. */
interface Placed {
  readonly group: RowGroup;
  readonly shift: number;
}

/** Each row is in one group; rows without weights are in none. */
export function groupRows(matrix: SparseMatrix): readonly RowGroup[] {
  const groups = new Map<string, RowGroup & { readonly rows: { row: number; begin: number }[] }>();
  for (let row = 0; row < matrix.rows; row++) {
    const [from, to] = [matrix.offsets[row]!, matrix.offsets[row + 1]!];
    if (from === to) continue;
    const indices = matrix.indices.subarray(from, to);
    const begin = indices.reduce((least, index) => Math.min(least, index), Infinity);
    const offsets = Array.from(indices, (index) => index - begin);
    const weights = Array.from(matrix.values.subarray(from, to));
    const key = `${offsets.join()};${weights.join()}`;
    const group = groups.get(key) ?? { offsets, weights, rows: [] };
    group.rows.push({ row, begin });
    groups.set(key, group);
  }
  return [...groups.values()];
}

/**
 * How far behind one group the next must lie. Rows read n coefficients of the weights up to b + c: the next group's must not reach back to
 * the weights of this one, and its weights must begin behind what this one's rows read.
 */
function distance(group: RowGroup, next: RowGroup, inputs: number): number {
  const begins = next.rows.map(({ begin }) => begin);
  const least = begins.reduce((a, b) => Math.min(a, b), inputs);
  const greatest = group.rows.reduce((most, { begin }) => Math.max(most, begin), 0);
  const span = 1 + next.offsets.reduce((most, offset) => Math.max(most, offset), 0);
  return Math.max(inputs - least, greatest + span);
}

const known = new WeakMap<SparseMatrix, Map<number, readonly (readonly Placed[])[]>>();

/** Groups of each product, in order, as many as go round its degree. Computed once for each matrix and degree. */
function layOut(matrix: SparseMatrix, degree: number): readonly (readonly Placed[])[] {
  const before = known.get(matrix)?.get(degree);
  if (before !== undefined) return before;
  const products: Placed[][] = [];
  let current: Placed[] = [];
  for (const group of groupRows(matrix)) {
    const last = current.at(-1);
    const shift = last === undefined ? 0 : last.shift + distance(last.group, group, matrix.columns);
    const fits = current.length > 0 && shift + distance(group, current[0]!.group, matrix.columns) <= degree;
    if (fits) current.push({ group, shift });
    else products.push((current = [{ group, shift: 0 }]));
  }
  const ofMatrix = known.get(matrix) ?? new Map<number, readonly (readonly Placed[])[]>();
  known.set(matrix, ofMatrix.set(degree, products));
  return products;
}

/** Products that a layer takes; null where its inputs do not fit one polynomial. */
export function productCount(matrix: SparseMatrix, degree: number): number | null {
  return matrix.columns > degree ? null : layOut(matrix, degree).length;
}

export interface Product {
  /** Coefficients of the polynomial of weights. */
  readonly weights: Float64Array;
  /** Where rows of the layer are among the coefficients of the product. */
  readonly outputs: readonly { readonly row: number; readonly coefficient: number }[];
}

/** The products of a layer whose inputs fit. */
export function* productsOf(matrix: SparseMatrix, degree: number): Generator<Product> {
  for (const placed of layOut(matrix, degree)) {
    const weights = new Float64Array(degree);
    for (const { group, shift } of placed) {
      for (const [entry, offset] of group.offsets.entries()) {
        const power = shift - offset;
        // X^degree is -1.
        if (power >= 0) weights[power]! += group.weights[entry]!;
        else weights[power + degree]! -= group.weights[entry]!;
      }
    }
    const outputs = placed.flatMap(({ group, shift }) => group.rows.map(({ row, begin }) => ({ row, coefficient: begin + shift })));
    yield { weights, outputs };
  }
}
