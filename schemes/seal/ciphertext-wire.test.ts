/** @module */
import type { Ciphertext } from 'node-seal/allows';
import { describe, expect, test } from 'vitest';
import type { PortPlace } from '../rlwe/program/program.ts';
import { expectPlace, loadCiphertext } from './ciphertext-wire.ts';
import { createContext } from './context.ts';
import { clientInstance } from './runtime.ts';
import { Scope } from './scope.ts';

/** A real ciphertext: what SEAL saves. */
async function saved(): Promise<Uint8Array> {
  const { library } = await clientInstance();
  using scope = new Scope();
  const context = createContext(library, scope, 'ckks', { id: 'insecure-tiny', degree: 1024, modulus_bits: [40, 40, 42] }, null);
  const generator = scope.own(new library.KeyGenerator(context.context));
  const encryptor = scope.own(
    new library.Encryptor(context.context, scope.own(generator.createPublicKey()), scope.own(generator.secretKey())),
  );
  const encoder = scope.own(new library.CKKSEncoder(context.context));
  const plain = scope.own(new library.Plaintext());
  encoder.encode(Float64Array.of(1, 2), 2 ** 20, plain);
  const ciphertext = scope.own(new library.Ciphertext());
  encryptor.encryptSymmetric(plain, ciphertext);
  return Uint8Array.from(ciphertext.saveToArray(library.ComprModeType.none) as Uint8Array);
}

describe('loadCiphertext', () => {
  test('gives back what was saved', async () => {
    const bytes = await saved();
    const { library } = await clientInstance();
    using scope = new Scope();
    const context = createContext(library, scope, 'ckks', { id: 'insecure-tiny', degree: 1024, modulus_bits: [40, 40, 42] }, null);
    const ciphertext = scope.own(loadCiphertext(library, context, bytes));
    expect([ciphertext.size(), ciphertext.coeffModulusSize(), ciphertext.scale()]).toEqual([2, 2, 2 ** 20]);
    expect(Uint8Array.from(ciphertext.saveToArray(library.ComprModeType.none) as Uint8Array)).toEqual(bytes);
  });

  test('refuses ciphertexts of other parameters', async () => {
    const bytes = await saved();
    const { library } = await clientInstance();
    using scope = new Scope();
    const context = createContext(library, scope, 'ckks', { id: 'insecure-tiny', degree: 1024, modulus_bits: [40, 41, 42] }, null);
    expect(() => loadCiphertext(library, context, bytes)).toThrow(expect.objectContaining({ code: 'CIPHERTEXT_DAMAGED' }));
  });
});

describe('expectPlace', () => {
  const place: PortPlace = { limbs: 2, scale: 2 ** 20, polynomials: 3 };
  const standing = (limbs: number, polynomials: number, scale: number): Ciphertext =>
    ({ coeffModulusSize: () => limbs, size: () => polynomials, scale: () => scale }) as unknown as Ciphertext;

  test('takes a ciphertext that stands where the plan says; integers have any scale', () => {
    expectPlace(standing(2, 3, 2 ** 20), place, 'x');
    expectPlace(standing(2, 3, 7), { ...place, scale: null }, 'x');
  });

  test.each([
    ['primes', standing(1, 3, 2 ** 20)],
    ['polynomials', standing(2, 2, 2 ** 20)],
    ['scale', standing(2, 3, 2 ** 20 + 1)],
    ['scale, which is no number', standing(2, 3, NaN)],
  ])('refuses other %s', (_what, ciphertext) => {
    expect(() => expectPlace(ciphertext, place, 'x')).toThrow(expect.objectContaining({ code: 'CIPHERTEXT_DAMAGED' }));
  });
});
