/** @module */
import { PublicKey } from 'paillier-bigint';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { identity } from '../conformance/circuits/operation-circuits.ts';
import { isRefusal, type ClientPlan, type Kernels } from '../scheme.ts';
import { openAny } from '../envelope.ts';
import { OwnKey, openClientKey } from './client-key.ts';
import { createClient } from './client.ts';
import { compile } from './compile.ts';
import { makeSecretKey, packSecret, restoreSecretKey, type SecretKey } from './key-generation.ts';
import { openResidues } from './kernel/open-residues.ts';
import { power } from './kernel/power.ts';
import { drawBelow, integerOf, modulo } from './numbers/integers.ts';
import { parameterSets } from './parameters.ts';
import { packSlots, slotBits, unpackSlots } from './slots.ts';

const set = parameterSets['insecure-n512'];
let secret: SecretKey;
beforeAll(() => {
  secret = makeSecretKey(set);
});

describe('slots', () => {
  it('give back what was put into them, and the sums of two', () => {
    const bits = fc.integer({ min: 2, max: 70 });
    const cases = bits.chain((slot_bits) => {
      const most = 2n ** BigInt(slot_bits - 2) - 1n;
      const values = fc.array(fc.bigInt({ min: -most, max: most }), { minLength: 4, maxLength: 4 });
      return fc.tuple(fc.constant(slot_bits), values, values);
    });
    fc.assert(
      fc.property(cases, ([slot_bits, left, right]) => {
        const sum = unpackSlots(packSlots(left, slot_bits) + packSlots(right, slot_bits), 4, slot_bits);
        expect(Array.from<number | bigint>(sum).map(BigInt)).toEqual(left.map((value, slot) => value + right[slot]!));
      }),
    );
  });

  it.each([
    [0, 0, 1],
    [0, 1, 2],
    [-1, 0, 2],
    [-8, 7, 5],
    [0, 7, 4],
    [-41_678, 10, 17],
  ])('from %i to %i take %i bits', (min, max, bits) => {
    expect(slotBits([{ min, max }])).toBe(bits);
  });
});

describe("masks and decryption on our kernel are the library's", () => {
  it('a mask of given randomness is r^n, by n alone and by p and q', () => {
    const { n, p, q, publicKey } = secret;
    const key = new OwnKey(secret, null);
    const whole = openResidues(n, 'modulus');
    for (let round = 0; round < 20; round++) {
      const r = drawBelow(n);
      const library = publicKey.encrypt(0n, r);
      expect(power(whole, r, n)).toBe(library);
      // r^n = (r^q)^p modulo p^2, and the same for q.
      const y = raise(r, q, p);
      const z = raise(r, p, q);
      expect(key.mask(y, z)).toBe(library);
    }
  });

  it('every mask is an encryption of zero, and no two are equal', () => {
    const key = openClientKey(secret, 'own', 'symmetric');
    const masks = Array.from({ length: 20 }, () => key.makeMask());
    for (const mask of masks) expect(secret.privateKey.decrypt(mask)).toBe(0n);
    expect(new Set(masks).size).toBe(masks.length);
  });

  it('plaintexts are equal, at the ends and between', () => {
    const { n, publicKey } = secret;
    const key = openClientKey(secret, 'own', 'symmetric');
    for (const plain of [0n, 1n, n - 1n, n / 2n, drawBelow(n)]) {
      const ciphertext = publicKey.encrypt(plain);
      expect(key.decrypt(ciphertext)).toBe(plain);
      expect(secret.privateKey.decrypt(ciphertext)).toBe(plain);
    }
  });
});

describe('masks made ahead', () => {
  it.each(['library', 'own'] satisfies Kernels[])('are used once and in part, kernels %s', async (kernels) => {
    const plan = planOf(kernels);
    await using client = createClient(plan);
    await client.generateKeys();
    await client.makeAhead!('x');
    const { buffers_bytes } = client.memory();
    expect(buffers_bytes).toBe(3 * 128);
    const values = [1, 2, 3].map((value) => Float64Array.of(value));
    const sent = [...(await client.encrypt('x', values)), ...(await client.encrypt('x', values))];
    expect(client.memory().buffers_bytes).toBe(0);
    const numbers = sent.map((envelope) => integerOf(openAny(envelope, plan.id).payload));
    expect(new Set(numbers).size).toBe(6);
    expect((await client.decrypt('x', [sent.slice(0, 3)])).map((slots) => slots[0])).toEqual([1, 2, 3]);
    expect((await client.decrypt('x', [sent.slice(3)])).map((slots) => slots[0])).toEqual([1, 2, 3]);
  });
});

describe('the secret', () => {
  it('comes back from its bytes', () => {
    expect(restoreSecretKey(packSecret(secret, set), set)).toMatchObject({ p: secret.p, q: secret.q, n: secret.n });
  });

  it.each([
    ['nothing', () => new Uint8Array()],
    ['zeros', () => new Uint8Array(packSecret(secret, set).length)],
    ['one prime twice', () => packSecret({ ...secret, q: secret.p }, set)],
    ['an even number', () => packSecret({ ...secret, q: secret.q - 1n }, set)],
    ['small primes', () => packSecret({ ...secret, p: 3n, q: 7n }, set)],
  ])('is refused where it is %s', (_what, bytes) => {
    expect(() => restoreSecretKey(bytes(), set)).toThrow(expect.objectContaining({ code: 'KEY_DAMAGED' }));
  });
});

function planOf(kernels: Kernels): ClientPlan {
  const circuit = identity({ scheme: { arithmetic: 'integer' }, shape: { rows: 1, columns: 15 } }, 3);
  const need = {
    security_bits: 128,
    precision_bits: 6,
    failure_log2: -40,
    threads: 1,
    memory_bytes: 2 ** 32,
    encryption: 'symmetric',
  } as const;
  const compiled = compile([circuit], { ...need, kernels, parameters: set.id });
  if (isRefusal(compiled)) throw new Error(compiled.reason);
  return compiled.client;
}

function raise(base: bigint, exponent: bigint, modulus: bigint): bigint {
  // The library's own power: a product with a plaintext.
  return modulo(new PublicKey(modulus, modulus + 1n).multiply(base, exponent), modulus);
}
