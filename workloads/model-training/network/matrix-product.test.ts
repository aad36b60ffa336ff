/** @module */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { addProduct, transposeInto } from './matrix-product.ts';

/** Small whole numbers, many of them zero, so that sums are exact and runs of zeros come up. */
const entry = fc.oneof(fc.constant(0), fc.integer({ min: -9, max: 9 }));
const size = fc.integer({ min: 1, max: 9 });

test('products agree with the definition, and are added to what is there', () => {
  const matrices = fc.tuple(size, size, size).chain(([rows, inner, columns]) =>
    fc.record({
      rows: fc.constant(rows),
      inner: fc.constant(inner),
      columns: fc.constant(columns),
      left: fc.array(entry, { minLength: rows * inner, maxLength: rows * inner }),
      right: fc.array(entry, { minLength: inner * columns, maxLength: inner * columns }),
    }),
  );
  fc.assert(
    fc.property(matrices, ({ rows, inner, columns, left, right }) => {
      const sum = new Float64Array(rows * columns).fill(100);
      addProduct(sum, Float64Array.from(left), Float64Array.from(right), rows, inner, columns);
      for (let row = 0; row < rows; row++) {
        for (let column = 0; column < columns; column++) {
          let expected = 100;
          for (let k = 0; k < inner; k++) expected += left[row * inner + k]! * right[k * columns + column]!;
          expect(sum[row * columns + column]).toBe(expected);
        }
      }
    }),
    { seed: 1, numRuns: 300 },
  );
});

test('the transpose of a matrix', () => {
  const transposed = new Float64Array(6);
  transposeInto(transposed, Float64Array.of(1, 2, 3, 4, 5, 6), 2, 3);
  expect([...transposed]).toEqual([1, 4, 2, 5, 3, 6]);
});
