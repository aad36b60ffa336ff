/**
 * Noise beside SEAL's, operation by operation, on the same ciphertexts and keys.
 *
 * @module
 */
import { describe, expect, it } from 'vitest';
import { BfvMultiplier } from '../evaluate/base-extension.ts';
import type { RlweScheme } from '../ring/chain.ts';
import type { Ciphertext } from '../ring/ciphertext.ts';
import { divideByLast } from '../evaluate/divide.ts';
import { readKeys } from '../wire/key-wire.ts';
import { multiply, relinearize } from '../evaluate/multiply.ts';
import type { Library, Peers } from '../evaluate/reference.fixture.ts';
import { createPeers, randomSource } from '../evaluate/reference.fixture.ts';
import { rotate } from '../evaluate/rotate.ts';
import { readCiphertexts, writeCiphertext } from '../wire/wire.ts';

type SealCiphertext = InstanceType<Library['Ciphertext']>;

const SCALE = 2 ** 40;
const STEP = 3;

interface Both {
  readonly seal: SealCiphertext;
  readonly own: Ciphertext;
}

interface Side extends Peers {
  readonly scheme: RlweScheme;
  rotate(x: Both): Both;
  square(x: Both): Both;
  relinearize(x: Both): Both;
  divide(x: Both): Both;
  /** SEAL in two steps, ours in one. */
  relinearizeAndDivide(x: Both): Both;
}

async function createSide(scheme: RlweScheme, degree: number, bits: readonly number[], plainBits: number): Promise<Side> {
  const peers = await createPeers(scheme, degree, bits, plainBits, false);
  const { chain, generator, evaluator, library, save } = peers;
  const galoisKeys = generator.createGaloisKeysWithSteps(Int32Array.of(STEP));
  const relinKeys = generator.createRelinKeys();
  const element = chain.elementOf(STEP);
  const limbs = chain.data.length;
  const galois = new Map([[element, readKeys(save(galoisKeys), chain, new Map([[(element - 1) / 2, limbs]])).get((element - 1) / 2)!]]);
  const key = readKeys(save(relinKeys), chain, new Map([[0, limbs]])).get(0)!;
  const bfv = scheme === 'bfv' ? new BfvMultiplier(chain) : null;
  for (let level = 1; level <= limbs; level++) bfv?.prepare(level);
  const made = (work: (target: SealCiphertext) => void): SealCiphertext => {
    const target = new library.Ciphertext();
    work(target);
    return target;
  };
  const divided = (seal: SealCiphertext): SealCiphertext =>
    made((to) => (scheme === 'ckks' ? evaluator.rescaleToNext(seal, to) : evaluator.cipherModSwitchToNext(seal, to)));
  const scaleOf = (seal: SealCiphertext): number => (scheme === 'ckks' ? seal.scale() : 1);
  return {
    ...peers,
    scheme,
    rotate: ({ seal, own }) => ({
      seal: made((to) => evaluator.applyGalois(seal, element, galoisKeys, to)),
      own: rotate(chain, own, element, galois),
    }),
    square: ({ seal, own }) => ({
      seal: made((to) => evaluator.square(seal, to)),
      own: bfv?.multiply(own, own) ?? multiply(chain, own, own),
    }),
    relinearize: ({ seal, own }) => ({
      seal: made((to) => evaluator.relinearize(seal, relinKeys, to)),
      own: relinearize(chain, own, key, own.scale, false),
    }),
    divide: (x) => {
      const seal = divided(x.seal);
      return { seal, own: divideByLast(chain, x.own, scaleOf(seal)) };
    },
    relinearizeAndDivide: (x) => {
      const seal = divided(made((to) => evaluator.relinearize(x.seal, relinKeys, to)));
      return { seal, own: relinearize(chain, x.own, key, scaleOf(seal), true) };
    },
  };
}

describe.each([
  ['bfv', 8192, [43, 43, 43, 42, 43], 20],
  ['bfv', 8192, [48, 50, 50, 50], 30],
  ['bfv', 4096, [36, 34, 36], 17],
  ['bgv', 8192, [43, 43, 43, 42, 43], 20],
  ['bgv', 8192, [48, 50, 50, 50], 30],
  ['bgv', 4096, [36, 34, 36], 17],
] as const)('%s, n = %i, %j, t of %i bits', (scheme, degree, bits, plainBits) => {
  it("keeps SEAL's noise budget to a bit", async () => {
    const side = await createSide(scheme, degree, bits, plainBits);
    const { chain, encryptor, decryptor, encode, decode, save, load, library } = side;
    const random = randomSource(degree);
    const values = Float64Array.from({ length: degree }, () => (random() % 401) - 200);
    const seal = new library.Ciphertext();
    encryptor.encryptSymmetric(encode(values, 1), seal);
    const fresh = { seal, own: readCiphertexts([save(seal)], chain, { limbs: chain.data.length, scale: null, polynomials: 2 })[0]! };
    const check = (both: Both): number => {
      const ours = load(writeCiphertext(both.own, chain));
      const budgets = [both.seal, ours].map((ciphertext) => decryptor.invariantNoiseBudget(ciphertext)) as [number, number];
      expect(budgets[1]).toBeGreaterThanOrEqual(budgets[0] - 1);
      if (budgets[0] > 0) {
        const [theirs, mine] = [both.seal, ours].map((ciphertext) => {
          const plain = new library.Plaintext();
          decryptor.decrypt(ciphertext, plain);
          return decode(plain);
        }) as [Float64Array, Float64Array];
        expect(mine).toEqual(theirs);
      }
      return budgets[0];
    };
    check(side.rotate(fresh));
    let current = fresh;
    for (let depth = 0; depth < 3; depth++) {
      const squared = side.square(current);
      if (check(squared) === 0) break;
      current = side.relinearize(squared);
      check(current);
      check(side.rotate(current));
      if (current.own.polynomials[0]!.length > 1 && depth < 2) {
        const divided = side.divide(current);
        if (check(divided) === 0) break;
        check(side.rotate(divided));
        check(side.relinearizeAndDivide(squared));
        if (scheme === 'bgv') current = divided;
      }
    }
  });
});

describe.each([
  [4096, [36, 34, 36]],
  [8192, [50, 50, 50, 50]],
  [8192, [43, 43, 43, 42, 43]],
  [8192, [38, 38, 32, 32, 32, 42]],
  [16_384, [48, 48, 48, 48, 48, 48, 48, 47, 47]],
] as const)('ckks, n = %i, %j', (degree, bits) => {
  it('errs at most twice as much as SEAL, operation by operation', async () => {
    const side = await createSide('ckks', degree, bits, 0);
    const { chain, encryptor, decryptor, encode, decode, save, load, library } = side;
    const random = randomSource(degree);
    const scale = 2 ** Math.min(Math.log2(SCALE), (bits[0] + (bits.length > 3 ? bits[1] : 0)) / 2 - 4);
    const values = Float64Array.from({ length: degree / 2 }, () => random() / 2 ** 31 - 1);
    const seal = new library.Ciphertext();
    encryptor.encryptSymmetric(encode(values, scale), seal);
    const fresh = { seal, own: readCiphertexts([save(seal)], chain, { limbs: chain.data.length, scale, polynomials: 2 })[0]! };
    const decrypted = (ciphertext: SealCiphertext): Float64Array => {
      const plain = new library.Plaintext();
      decryptor.decrypt(ciphertext, plain);
      return decode(plain);
    };
    const check = ({ seal: theirs, own }: Both, expected: (slot: number) => number): void => {
      const [theirError, ourError] = [theirs, load(writeCiphertext(own, chain))].map((ciphertext) =>
        Math.sqrt(decrypted(ciphertext).reduce((sum, got, slot) => sum + (got - expected(slot)) ** 2, 0) / values.length),
      ) as [number, number];
      expect(ourError).toBeLessThanOrEqual(2 * theirError);
    };
    const moved = (slot: number): number => values[(slot + STEP) % values.length]!;
    check(side.rotate(fresh), moved);
    const squared = side.square(fresh);
    check(squared, (slot) => values[slot]! ** 2);
    const relinearized = side.relinearize(squared);
    check(relinearized, (slot) => values[slot]! ** 2);
    check(side.divide(relinearized), (slot) => values[slot]! ** 2);
    check(side.relinearizeAndDivide(squared), (slot) => values[slot]! ** 2);
    const low = side.divide(fresh);
    check(low, (slot) => values[slot]!);
    check(side.rotate(low), moved);
  });
});
