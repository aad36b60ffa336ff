/** @module */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Coefficients, torusWords } from './extraction.ts';

const word = (value: bigint): bigint => BigInt.asUintN(64, value);

/** c0 + c1 s modulo X^n + 1 on the torus, by its definition. */
function ringPhase(first: BigUint64Array, second: BigUint64Array, secret: readonly boolean[]): bigint[] {
  const n = secret.length;
  const phase = Array.from(first);
  for (const [i, a] of second.entries()) {
    for (const [j, bit] of secret.entries()) {
      if (bit) phase[(i + j) % n]! += i + j < n ? a : -a;
    }
  }
  return phase.map(word);
}

const polynomials = fc.integer({ min: 0, max: 4 }).chain((log2) => {
  const n = 2 ** log2;
  const words = fc.bigUint64Array({ minLength: n, maxLength: n });
  return fc.tuple(words, words, fc.array(fc.boolean(), { minLength: n, maxLength: n }));
});

test('each coefficient of a ring ciphertext has the same phase as an LWE ciphertext', () => {
  const property = fc.property(polynomials, ([first, second, secret]) => {
    const coefficients = new Coefficients(first, second);
    const phases = secret.map((_, coefficient) => {
      const lwe = coefficients.words(coefficient);
      expect(lwe).toHaveLength(secret.length + 1);
      return word(secret.reduce((phase, bit, index) => phase - (bit ? lwe[index]! : 0n), lwe[secret.length]!));
    });
    expect(phases).toEqual(ringPhase(first, second, secret));
  });
  fc.assert(property);
});

test('residues, centred or not and unreduced, become words of the torus to 52 bits', () => {
  const prime = 2n ** 44n - 2n ** 14n + 1n;
  const residues = fc.bigInt({ min: -2n * prime, max: 2n * prime });
  const property = fc.property(residues, (residue) => {
    const [found] = torusWords(Float64Array.of(Number(residue)), Number(prime));
    const error = BigInt.asIntN(64, found! - (residue << 64n) / prime);
    expect(Math.abs(Number(error))).toBeLessThanOrEqual(2 ** 12);
  });
  fc.assert(property);
});
