import { describe, expect, it, vi } from 'vitest';
import { positive } from '../numbers/modular-integers.ts';
import { canonical, createRing, pattern, PATTERNS, randomSource, residuesOf, sealPrimes } from '../evaluate/reference.fixture.ts';
import { multiplyResidues, ResidueMatrix, type MatrixRow } from './matrix.ts';
import type { Residues } from './residues.ts';

const N = 64;

type Bench = Awaited<ReturnType<typeof createRing>>;

function expectProduct(bench: Bench, rows: readonly MatrixRow[], sources: readonly Residues[], constants: Float64Array | null): void {
  const [{ modulus, form }] = sources as [Residues];
  const numbers = sources.map((source) => canonical(bench, source));
  const targets = rows.map(() => bench.ring.allocate(modulus));
  const allocate = vi.spyOn(bench.arena, 'allocate');
  const matrix = new ResidueMatrix(rows, sources.length, bench.arena);
  const blocks = allocate.mock.calls.length;
  allocate.mockRestore();
  const prepared_bytes = bench.arena.live_bytes;
  expect(multiplyResidues(bench.ring, matrix, sources, targets, constants)).toBe(true);
  expect(bench.arena.live_bytes).toBe(prepared_bytes);
  // A list of columns, however many rows read them.
  const patterns = new Set(rows.map(({ columns }) => Array.from(columns).join())).size;
  expect(blocks).toBe(1 + patterns + matrix.groupCount);
  for (const [row, target] of targets.entries()) {
    const { columns, weights } = rows[row]!;
    const constant = BigInt(constants?.[row] ?? 0);
    const expected = Array.from({ length: N }, (_, i) => {
      const sum = weights.reduce((total, weight, at) => total + weight * numbers[columns[at]!]![i]!, 0n);
      return positive(sum + (form === 'values' || i === 0 ? constant : 0n), modulus.value);
    });
    expect(canonical(bench, target)).toEqual(expected);
    expect([target.form, target.bound < 0.51]).toEqual([form, true]);
  }
}

describe.each([50, 44, 40, 31, 24])('primes of %i bits', (bits) => {
  it.each(PATTERNS)('multiplies extreme residues by small numbers: %s', async (name) => {
    const bench = await createRing(N, await sealPrimes(N, [bits]));
    const modulus = bench.moduli[0]!;
    const random = randomSource(bits);
    for (const [columns, most] of [
      [1, 2 ** 28],
      [1, Math.floor(2 ** 53 / modulus.p)],
      [7, 2 ** 25],
      [33, 1000],
      [100, 2 ** 22],
      [300, 1],
    ] as const) {
      const form = random() % 2 === 0 ? 'values' : 'coefficients';
      const sources = Array.from({ length: columns }, (_, i) =>
        residuesOf(bench, modulus, pattern(i % 2 === 0 ? name : 'random signs', N, Math.floor(modulus.p / 2), random), form),
      );
      const all = [...sources.keys()];
      const some = all.filter(() => random() % 3 > 0);
      // Rows of one pattern, of another, and of none, in a mixed order: groups of every size up to six.
      const rows = Array.from({ length: 23 }, (_, row): MatrixRow => {
        const used = row === 3 ? [] : row % 3 === 0 ? some : all;
        return { columns: used, weights: used.map(() => BigInt(random() % 2 === 0 ? most : -most) + BigInt(random() % 2)) };
      });
      const half = Math.floor(modulus.p / 2);
      const constants = random() % 2 === 0 ? null : Float64Array.from(rows, () => (random() % 2 === 0 ? half : -half));
      expectProduct(bench, rows, sources, constants);
    }
  });

  it('refuses weights whose sums might not be exact', async () => {
    const bench = await createRing(N, await sealPrimes(N, [bits]));
    const modulus = bench.moduli[0]!;
    const source = residuesOf(bench, modulus, new Float64Array(N).fill(Math.floor(modulus.p / 2)), 'values');
    const most = 2n ** 53n / BigInt(Math.min(2 ** 24, modulus.p / 2 + 1) | 0);
    for (const weights of [[2n * most], [2n ** 54n], Array<bigint>(64).fill(most / 32n)]) {
      const matrix = new ResidueMatrix([{ columns: weights.map(() => 0), weights }], 1, bench.arena);
      expect(multiplyResidues(bench.ring, matrix, [source], [bench.ring.allocate(modulus)], null)).toBe(false);
    }
  });
});

it('packs no more at once than the cache holds', async () => {
  const { arena } = await createRing(N, await sealPrimes(N, [40]));
  const of = (columns: number): ResidueMatrix => new ResidueMatrix([{ columns: [0], weights: [1n] }], columns, arena);
  expect([of(784).tiles(false), of(784).tiles(true), of(5000).tiles(false), of(5000).tiles(true), of(50_000).tiles(true)]).toEqual([
    8, 8, 2, 2, 2,
  ]);
  for (const columns of [1, 784, 5000]) expect(of(columns).packed_bytes(true)).toBeLessThan(2 ** 20);
});
