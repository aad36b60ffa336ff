import { describe, expect, it } from 'vitest';
import type { Chain } from '../ring/chain.ts';
import type { Ciphertext } from '../ring/ciphertext.ts';
import { allocatePolynomials, releaseCiphertext } from '../ring/ciphertext.ts';
import { multiply } from './multiply.ts';
import { positive } from '../numbers/modular-integers.ts';
import { createPeers, randomSource } from './reference.fixture.ts';
import type { StripOperation } from './strip-operation.ts';
import { evaluateStrips } from './strips.ts';
import { type PreparedMatrix, prepareMatrix, multiplyMatrix } from './matrix-product.ts';

const N = 1024;

type Random = () => number;

/** Residues all over their range, and at its ends. */
function randomCiphertexts(chain: Chain, random: Random, count: number, polynomials: number): Ciphertext[] {
  return Array.from({ length: count }, () => {
    const ciphertext = { polynomials: allocatePolynomials(chain, chain.data.length, polynomials), scale: 1, correction: 1n };
    for (const residues of ciphertext.polynomials.flat()) {
      const half = Math.floor(residues.modulus.p / 2);
      const value = (): number => [half, -half, Math.round((random() / 2 ** 31 - 1) * half)][random() % 3]!;
      chain.ring.set(residues, new Float64Array(N).map(value), 'values');
    }
    return ciphertext;
  });
}

function randomMatrix(chain: Chain, random: Random, rows: number, columns: number, most: number): PreparedMatrix {
  const all = Array.from({ length: columns }, (_, column) => column);
  const some = all.filter(() => random() % 4 > 0);
  const addends = Array.from({ length: rows }, () => BigInt(random()) * BigInt(random()));
  return prepareMatrix(
    chain,
    Array.from({ length: rows }, (_, row) => {
      const used = row % 3 === 0 ? some : all;
      return { columns: used, weights: used.map(() => BigInt((random() % (2 * most + 1)) - most)) };
    }),
    columns,
    (correction) => addends.map((addend) => addend * correction),
  );
}

function canonical(chain: Chain, ciphertexts: readonly Ciphertext[]): bigint[][] {
  return ciphertexts.flatMap(({ polynomials }) =>
    polynomials
      .flat()
      .map(({ address, modulus }) =>
        Array.from(chain.arena.f64.subarray(address / 8, address / 8 + N), (x) => positive(BigInt(x), modulus.value)),
      ),
  );
}

/** The same, whole polynomial by whole polynomial. */
function oneByOne(chain: Chain, operations: readonly StripOperation[], inputs: readonly Ciphertext[]): readonly Ciphertext[] {
  return operations.reduce(
    (values, operation) =>
      operation.kind === 'square'
        ? values.map((value) => multiply(chain, value, value))
        : multiplyMatrix(chain, operation.matrix, values, 1),
    inputs,
  );
}

const SQUARE: StripOperation = { kind: 'square' };

describe.each(['ckks', 'bgv'] as const)('%s', (scheme) => {
  describe.each([
    ['whole residues', [37, 36, 38, 50], 2 ** 8],
    ['halves', [50, 49, 50, 50], 2 ** 8],
    ['both', [31, 50, 24, 50], 2 ** 12],
  ] as const)('%s', (_name, bits, most) => {
    it.each([
      ['matrix, square, matrix', 2, (m: (rows: number, columns: number) => StripOperation) => [m(23, 40), SQUARE, m(9, 23)]],
      ['matrix, square', 2, (m) => [m(7, 12), SQUARE]],
      ['square, matrix', 2, (m) => [SQUARE, m(11, 30)]],
      ['matrix, matrix', 3, (m) => [m(30, 8), m(5, 30)]],
      ['more rows than columns', 2, (m) => [m(13, 8), SQUARE, m(50, 13)]],
    ] as const satisfies readonly (readonly [
      string,
      number,
      (m: (rows: number, columns: number) => StripOperation) => StripOperation[],
    ])[])('%s: what whole polynomials give', async (_run, polynomials, operationsOf) => {
      const { chain } = await createPeers(scheme, N, bits, 20);
      const random = randomSource(bits[0]);
      const operations = operationsOf((rows, columns) => ({ kind: 'matrix', matrix: randomMatrix(chain, random, rows, columns, most) }));
      const first = operations[0]!;
      const inputs = randomCiphertexts(chain, random, first.kind === 'matrix' ? first.matrix.packed!.columns : 30, polynomials);
      const expected = oneByOne(chain, operations, inputs);
      const before = chain.arena.live_bytes;
      const elapsed_ns = new Float64Array(operations.length);
      const found = evaluateStrips(chain, operations, inputs, 1, elapsed_ns)!;
      expect(canonical(chain, found)).toEqual(canonical(chain, expected));
      expect(found.map(({ correction }) => correction)).toEqual(expected.map(({ correction }) => correction));
      for (const residues of found.flatMap((ciphertext) => ciphertext.polynomials.flat())) expect(residues.form).toBe('values');
      expect(elapsed_ns.every((time) => time > 0)).toBe(true);
      for (const ciphertext of found) releaseCiphertext(chain, ciphertext);
      expect(chain.arena.live_bytes).toBe(before);
    });
  });

  it('does nothing where a sum might not be exact, or ciphertexts differ', async () => {
    const { chain } = await createPeers(scheme, N, [50, 50], 20);
    const random = randomSource(3);
    const inputs = randomCiphertexts(chain, random, 8, 2);
    const large: StripOperation = { kind: 'matrix', matrix: randomMatrix(chain, random, 6, 8, 2 ** 30) };
    const small: StripOperation = { kind: 'matrix', matrix: randomMatrix(chain, random, 6, 8, 10) };
    expect(evaluateStrips(chain, [large, SQUARE], inputs, 1, null)).toBeNull();
    expect(evaluateStrips(chain, [small, SQUARE], inputs, 1, null)).toHaveLength(6);
    const mixed = [...inputs.slice(1), ...randomCiphertexts(chain, random, 1, 3)];
    expect(evaluateStrips(chain, [small, SQUARE], mixed, 1, null)).toBeNull();
  });
});
