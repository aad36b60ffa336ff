import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { createPeers } from '../evaluate/reference.fixture.ts';
import { positive } from '../numbers/modular-integers.ts';
import type { Chain } from '../ring/chain.ts';
import type { Residues } from '../ring/residues.ts';
import { readKeys } from './key-wire.ts';
import { readCiphertexts } from './wire.ts';

/** The largest primes leave out the most words: one of 2^14 is drawn anew. */
const BITS = [50, 50, 50, 50];

function numbersOf(chain: Chain, { address, modulus }: Residues): bigint[] {
  const values = chain.arena.f64.subarray(address / 8, address / 8 + chain.n);
  return Array.from(values, (x) => positive(BigInt(x), modulus.value));
}

/** Where two lists of numbers differ: few enough to print. */
function differences(own: readonly bigint[], expected: BigUint64Array): number[] {
  return Array.from(expected.keys()).filter((i) => own[i] !== expected[i]);
}

/** A stream of degree 512 ends within the two buffers that are filled together. */
describe.each([
  { degree: 512, seeds: 60, drawn: 60 * 3 * 512 },
  { degree: 1024, seeds: 40, drawn: 40 * 3 * 1024 },
  { degree: 8192, seeds: 6, drawn: 6 * 3 * 8192 },
])('seeds of degree $degree', ({ degree, seeds, drawn }) => {
  it('become what SEAL makes of them, bit for bit, words that are drawn anew among them', async () => {
    // With this probability at most none was: e^-5 at the least degree, and never for all degrees.
    expect(drawn / 2 ** 14).toBeGreaterThan(5);
    const { chain, encryptor, encode, load, save } = await createPeers('ckks', degree, BITS);
    const plain = encode(new Float64Array(degree / 2).fill(1), 2 ** 30);
    const sent = Array.from({ length: seeds }, () => save(encryptor.encryptSymmetricSerializable(plain)));
    const read = readCiphertexts(sent, chain, { limbs: 3, scale: 2 ** 30, polynomials: 2 });
    expect(read).toHaveLength(seeds);
    for (const [at, { polynomials }] of read.entries()) {
      const words = new BigUint64Array(save(load(sent[at]!)).slice(113).buffer);
      for (const [j, residues] of polynomials.flat().entries()) {
        expect(differences(numbersOf(chain, residues), words.subarray(j * degree, (j + 1) * degree))).toEqual([]);
        const bound = residues.bound * residues.modulus.p;
        const values = chain.arena.f64.subarray(residues.address / 8, residues.address / 8 + degree);
        expect(values.every((x) => Math.abs(x) <= bound)).toBe(true);
      }
    }
  });

  it('of keys become the same whatever is left out', async () => {
    const { chain, library, context, generator, save } = await createPeers('ckks', degree, BITS);
    const seeded = save(generator.createRelinKeysSerializable());
    const whole = new library.RelinKeys();
    whole.loadFromArray(context, seeded);
    const digestOf = (bytes: Uint8Array, limbs: number): string => {
      const { pairs } = readKeys(bytes, chain, new Map([[0, limbs]])).get(0)!;
      const hash = createHash('sha256');
      for (const { first, second } of pairs.flat()) for (const residues of [first, second]) hash.update(numbersOf(chain, residues).join());
      return hash.digest('hex');
    };
    for (const limbs of [1, 2, 3]) expect(digestOf(seeded, limbs)).toBe(digestOf(save(whole), limbs));
  });
});
