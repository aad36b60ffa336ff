/** @module */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { conv2dMap } from '../../workloads/network/conv2d.ts';
import type { SparseMatrix } from '../circuit.ts';
import { groupRows, productCount, productsOf } from './row-groups.ts';

/** The product of polynomials modulo X^degree + 1, by its definition. */
function product(a: Float64Array, b: Float64Array): Float64Array {
  const degree = b.length;
  const result = new Float64Array(degree);
  for (const [i, x] of a.entries()) {
    for (const [j, y] of b.entries()) result[(i + j) % degree]! += i + j < degree ? x * y : -x * y;
  }
  return result;
}

function sparse(columns: number, rows: readonly (readonly number[])[]): SparseMatrix {
  const entries = rows.map((row) => row.flatMap((value, index) => (value === 0 ? [] : [[index, value] as const])));
  const offsets = [0];
  for (const row of entries) offsets.push(offsets.at(-1)! + row.length);
  return {
    ...{ rows: rows.length, columns, step: null },
    offsets: Uint32Array.from(offsets),
    indices: Uint32Array.from(entries.flat(), ([index]) => index),
    values: Float64Array.from(entries.flat(), ([, value]) => value),
  };
}

function expectProducts(matrix: SparseMatrix, degree: number, input: Float64Array): void {
  const found = new Map<number, number>();
  let products = 0;
  for (const { weights, outputs } of productsOf(matrix, degree)) {
    products++;
    const result = product(input, weights);
    for (const { row, coefficient } of outputs) {
      expect(found.has(row)).toBe(false);
      found.set(row, result[coefficient]!);
    }
  }
  expect(products).toBe(productCount(matrix, degree));
  for (let row = 0; row < matrix.rows; row++) {
    let sum = 0;
    for (let entry = matrix.offsets[row]!; entry < matrix.offsets[row + 1]!; entry++) {
      sum += matrix.values[entry]! * input[matrix.indices[entry]!]!;
    }
    expect((found.get(row) ?? 0) + 0).toBe(sum + 0);
  }
}

/** Rows with gaps and repeated ones, so that some share their weights. */
const cases = fc.integer({ min: 1, max: 9 }).chain((columns) =>
  fc.record({
    columns: fc.constant(columns),
    rows: fc.array(fc.array(fc.integer({ min: -1, max: 1 }), { minLength: columns, maxLength: columns }), { minLength: 1, maxLength: 12 }),
    input: fc.array(fc.integer({ min: -5, max: 5 }), { minLength: columns, maxLength: columns }),
    degree: fc.constantFrom(16, 32, 64),
  }),
);

test('every row of a matrix is a coefficient of a product', () => {
  const property = fc.property(cases, ({ columns, rows, input, degree }) => {
    expectProducts(sparse(columns, rows), degree, Float64Array.from(input));
  });
  fc.assert(property);
});

test('the rows of a channel are one group, those that padding cuts others; two groups of an image share a product', () => {
  const weights = Float64Array.from({ length: 4 * 49 }, (_, index) => index + 1);
  const conv = { kind: 'conv2d', name: 'conv', inputChannels: 1, outputChannels: 4, weights, bias: new Float64Array(4) } as const;
  const window = { height: 7, width: 7, stride: 3, padding: 0 };
  const image = { channels: 1, height: 28, width: 28 };
  const { matrix } = conv2dMap({ ...conv, window }, image);
  expect(groupRows(matrix)).toHaveLength(4);
  expect(productCount(matrix, 2048)).toBe(2);
  expect(groupRows(conv2dMap({ ...conv, window: { ...window, padding: 1 } }, image).matrix).length).toBeGreaterThan(4);
});

test('inputs that do not fit a polynomial have no products', () => {
  expect(productCount(sparse(9, [[1, 0, 0, 0, 0, 0, 0, 0, 1]]), 8)).toBeNull();
});
