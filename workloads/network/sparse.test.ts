/** @module */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { SparseMatrix } from '../../schemes/circuit.ts';
import { Random } from '../data/random.ts';
import { moveColumns, multiplyVector, multiplyVectors, sparseFromRows, takeRows } from './sparse.ts';

const sizes = fc.record({ seed: fc.nat(2 ** 31 - 1), rows: fc.integer({ min: 1, max: 12 }), columns: fc.integer({ min: 1, max: 12 }) });

/** About half of its entries are zero. */
function randomMatrix(random: Random, rows: number, columns: number): SparseMatrix {
  const values = new Float64Array(rows * columns).map(() => (random.below(2) === 0 ? 0 : random.uniform(-1, 1)));
  return sparseFromRows(rows, columns, values, null);
}

test('many vectors at once: bit for bit what each gives alone', () => {
  fc.assert(
    fc.property(sizes, fc.integer({ min: 0, max: 20 }), ({ seed, rows, columns }, count) => {
      const random = Random.from(seed, 'vectors');
      const matrix = randomMatrix(random, rows, columns);
      const vectors = Array.from({ length: count }, () => new Float64Array(columns).map(() => random.uniform(-5, 5)));
      expect(multiplyVectors(matrix, vectors)).toEqual(vectors.map((vector) => multiplyVector(matrix, vector)));
    }),
    { seed: 61, numRuns: 100 },
  );
});

test('columns moved with the numbers that they meet, and rows taken: the same sums', () => {
  fc.assert(
    fc.property(sizes, ({ seed, rows, columns }) => {
      const random = Random.from(seed, 'columns');
      const matrix = randomMatrix(random, rows, columns);
      const places = random.permutation(columns);
      const vector = new Float64Array(columns).map(() => random.uniform(-5, 5));
      const moved = new Float64Array(columns);
      places.forEach((place, column) => (moved[place] = vector[column]!));
      const sums = multiplyVector(matrix, vector);
      multiplyVector(moveColumns(matrix, places), moved).forEach((sum, row) => expect(sum).toBeCloseTo(sums[row]!, 12));
      const taken = Array.from({ length: rows }, (_, row) => row).filter((row) => row % 2 === 0);
      expect([...multiplyVector(takeRows(matrix, taken), vector)]).toEqual(taken.map((row) => sums[row]));
    }),
    { seed: 62, numRuns: 100 },
  );
});
