/** @module */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { extractFirst, torusWords } from './extraction.ts';

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
    const phases = Array.from(extractFirst(first, second), (lwe) => {
      expect(lwe).toHaveLength(secret.length + 1);
      return word(secret.reduce((phase, bit, index) => phase - (bit ? lwe[index]! : 0n), lwe[secret.length]!));
    });
    expect(phases).toEqual(ringPhase(first, second, secret));
  });
  fc.assert(property);
});

test('residues become the nearest words of the torus', () => {
  const prime = 2n ** 44n - 2n ** 14n + 1n;
  const residues = fc.bigInt({ min: 0n, max: prime - 1n });
  const property = fc.property(residues, (residue) => {
    const [found] = torusWords([Number(residue)], prime);
    const distance = BigInt.asIntN(64, found!) * prime - (residue << 64n);
    // Modulo the torus, in units of 1/prime of a word: at most half a word.
    const turned = ((distance % (prime << 64n)) + (prime << 64n)) % (prime << 64n);
    const error = turned > prime << 63n ? (prime << 64n) - turned : turned;
    expect(2n * error <= prime).toBe(true);
  });
  fc.assert(property);
});
