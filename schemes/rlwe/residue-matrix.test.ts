import { describe, expect, it } from 'vitest';
import { positive } from './modular-integers.ts';
import { canonical, createRing, pattern, PATTERNS, randomSource, residuesOf, sealPrimes } from './reference.fixture.ts';
import { ResidueMatrix } from './residue-matrix.ts';

const N = 64;

describe.each([50, 44, 31, 24])('primes of %i bits', (bits) => {
  it.each(PATTERNS)('multiplies extreme residues by small numbers: %s', async (name) => {
    const bench = await createRing(N, await sealPrimes(N, [bits]));
    const modulus = bench.moduli[0]!;
    const random = randomSource(bits);
    for (const [columns, most] of [
      [1, 2 ** 28],
      [7, 2 ** 25],
      [33, 1000],
      [100, 2 ** 22],
    ] as const) {
      const sources = Array.from({ length: columns }, (_, i) =>
        residuesOf(bench, modulus, pattern(i % 2 === 0 ? name : 'random signs', N, Math.floor(modulus.p / 2), random), 'values'),
      );
      const numbers = sources.map((source) => canonical(bench, source));
      const rows = Array.from({ length: 5 }, (_, row) => {
        const used = row === 3 ? [] : [...sources.keys()].filter(() => row === 0 || random() % 3 > 0);
        return { columns: used, weights: used.map(() => BigInt(random() % 2 === 0 ? most : -most) + BigInt(random() % 2)) };
      });
      const targets = rows.map(() => bench.ring.allocate(modulus));
      expect(bench.ring.multiplyMatrix(new ResidueMatrix(rows, bench.arena), sources, targets)).toBe(true);
      for (const [row, target] of targets.entries()) {
        const { columns: used, weights } = rows[row]!;
        const expected = Array.from({ length: N }, (_, i) =>
          positive(
            used.reduce((sum, column, at) => sum + weights[at]! * numbers[column]![i]!, 0n),
            modulus.value,
          ),
        );
        expect(canonical(bench, target)).toEqual(expected);
      }
    }
  });

  it('refuses weights whose sums might not be exact', async () => {
    const bench = await createRing(N, await sealPrimes(N, [bits]));
    const modulus = bench.moduli[0]!;
    const source = residuesOf(bench, modulus, new Float64Array(N).fill(Math.floor(modulus.p / 2)), 'values');
    for (const weights of [[2n ** 30n], [2n ** 40n], Array<bigint>(64).fill(2n ** 24n)]) {
      const matrix = new ResidueMatrix([{ columns: weights.map(() => 0), weights }], bench.arena);
      expect(bench.ring.multiplyMatrix(matrix, [source], [bench.ring.allocate(modulus)])).toBe(false);
    }
  });
});
