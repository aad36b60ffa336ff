import { describe, expect, it } from 'vitest';
import { EnigmarkError } from '../../errors.ts';
import type { Chain, RlweScheme } from '../ring/chain.ts';
import { readKeys } from './key-wire.ts';
import { positive } from '../numbers/modular-integers.ts';
import { createPeers, randomSource } from '../evaluate/reference.fixture.ts';
import type { Residues } from '../ring/residues.ts';
import { parseCiphertext, readCiphertexts, writeCiphertext } from './wire.ts';

const BITS = [40, 50, 41, 42];
const VALUES = Float64Array.from({ length: 512 }, (_, i) => i - 200);

function placeOf(scheme: RlweScheme, limbs = 3): { limbs: number; scale: number | null; polynomials: 2 } {
  return { limbs, scale: scheme === 'ckks' ? 2 ** 30 : null, polynomials: 2 };
}

function numbersOf(chain: Chain, residues: Residues): bigint[] {
  const values = chain.arena.f64.subarray(residues.address / 8, residues.address / 8 + chain.n);
  return Array.from(values, (x) => positive(BigInt(x), residues.modulus.value));
}

describe.each(['ckks', 'bgv', 'bfv'] as const)('%s', (scheme) => {
  it('reads and writes ciphertexts as SEAL does, bit for bit, seeded or not', async () => {
    const { chain, encryptor, encode, load, save } = await createPeers(scheme, 1024, BITS);
    const plain = encode(VALUES, 2 ** 30);
    // Many seeds: each word is drawn anew with probability 2^-14 to 2^-24.
    for (let run = 0; run < 8; run++) {
      for (const bytes of [save(encryptor.encryptSymmetricSerializable(plain)), save(encryptor.encryptSerializable(plain))]) {
        const own = writeCiphertext(readCiphertexts([bytes], chain, placeOf(scheme))[0]!, chain);
        expect(Buffer.compare(own, save(load(bytes)))).toBe(0);
      }
    }
  });

  it('reads keys as SEAL does, bit for bit, seeded or not, trimmed', async () => {
    const { chain, library, context, generator, save } = await createPeers(scheme, 1024, BITS);
    const seeded = save(generator.createGaloisKeysSerializableWithSteps(Int32Array.of(1, 5, 0)));
    const whole = new library.GaloisKeys();
    whole.loadFromArray(context, seeded);
    const slots = [1, 5, 0].map((step) => (chain.elementOf(step) - 1) / 2);
    const wanted = new Map([
      [slots[0]!, 3],
      [slots[1]!, 2],
      [slots[2]!, 1],
    ]);
    const own = readKeys(seeded, chain, wanted);
    const expanded = readKeys(save(whole), chain, wanted);
    expect([...own.keys()].sort()).toEqual([...slots].sort());
    // SEAL's own expansion, read plainly.
    const bytes = save(whole);
    const view = new DataView(bytes.buffer, bytes.byteOffset);
    let at = 56;
    for (let slot = 0; slot < Number(view.getBigUint64(48, true)); slot++) {
      const digits = Number(view.getBigUint64(at, true));
      at += 8;
      for (let digit = 0; digit < digits; digit++) {
        const record = parseCiphertext(bytes, at, chain, 'KEY_DAMAGED');
        const numbers = new BigUint64Array(record.numbers.slice().buffer);
        at += record.bytes;
        const limbs = wanted.get(slot)!;
        for (const keys of [own, expanded]) {
          const pairs = keys.get(slot)!.pairs[digit];
          if (digit >= limbs) {
            expect(pairs).toBeUndefined();
            continue;
          }
          expect(pairs).toHaveLength(limbs + 1);
          for (const [j, pair] of pairs!.entries()) {
            const limb = j === limbs ? 3 : j;
            for (const [half, residues] of [pair.first, pair.second].entries()) {
              const from = (half * 4 + limb) * 1024;
              expect(numbersOf(chain, residues)).toEqual(Array.from(numbers.subarray(from, from + 1024)));
            }
          }
        }
      }
    }
  });

  it('refuses damage to a header, wrong places and residues that are too large', async () => {
    const { chain, encryptor, encode, save } = await createPeers(scheme, 1024, BITS);
    const random = randomSource(3);
    const seeded = save(encryptor.encryptSymmetricSerializable(encode(VALUES, 2 ** 30)));
    const whole = save(encryptor.encryptSerializable(encode(VALUES, 2 ** 30)));
    const refused = (bytes: Uint8Array, limbs = 3): string | null => {
      try {
        readCiphertexts([bytes], chain, placeOf(scheme, limbs));
        return null;
      } catch (error) {
        if (error instanceof EnigmarkError) return error.code;
        throw error;
      }
    };
    const before_bytes = chain.arena.live_bytes;
    for (const good of [seeded, whole]) {
      expect(refused(good.subarray(0, good.length - 1))).toBe('CIPHERTEXT_DAMAGED');
      expect(refused(good, 2)).toBe('CIPHERTEXT_DAMAGED');
      expect(refused(new Uint8Array(0))).toBe('CIPHERTEXT_DAMAGED');
      // Versions, reserved bytes and the scheme's free fields may change; nothing else in the header may.
      const free = new Set([3, 4, 6, 7, 92, 93, 95, 96]);
      for (let at = 0; at < 113; at++) {
        const bad = good.slice();
        bad[at]! ^= 1 << (random() % 8);
        if (!free.has(at) && !(scheme === 'bgv' && at >= 81 && at < 89)) expect([at, refused(bad)]).toEqual([at, 'CIPHERTEXT_DAMAGED']);
        else refused(bad);
      }
      const large = good.slice();
      large.fill(0xff, 113, 121);
      expect(refused(large)).toBe('CIPHERTEXT_DAMAGED');
      const before = chain.arena.live_bytes;
      expect(() => readCiphertexts([good, large, good], chain, placeOf(scheme))).toThrow('expected residues below');
      expect(chain.arena.live_bytes).toBe(before);
      for (let run = 0; run < 300; run++) {
        const bad = good.slice(0, random() % 4 === 0 ? random() % good.length : good.length);
        for (let flips = random() % 20; flips >= 0; flips--) if (bad.length > 0) bad[random() % Math.min(bad.length, 200)] = random() % 256;
        refused(bad);
      }
    }
    // Ciphertexts that were read by luck are the only ones left.
    expect(chain.arena.live_bytes - before_bytes).toBeLessThan(1500 * 8 * chain.n);
  });

  it('refuses damaged and missing keys', async () => {
    const { chain, generator, save } = await createPeers(scheme, 1024, BITS);
    const bytes = save(generator.createRelinKeysSerializable());
    const refused = (damagedBytes: Uint8Array, slot = 0): string | null => {
      try {
        readKeys(damagedBytes, chain, new Map([[slot, 3]]));
        return null;
      } catch (error) {
        if (error instanceof EnigmarkError) return error.code;
        throw error;
      }
    };
    expect(refused(bytes)).toBeNull();
    expect(refused(bytes, 1)).toBe('KEYS_INCOMPLETE');
    for (const at of [0, 5, 8, 20, 48, 56, 64, 90, 112, 113, 121, 129]) {
      const bad = bytes.slice();
      bad[at]! ^= 0x55;
      expect([at, refused(bad)]).toEqual([at, 'KEY_DAMAGED']);
    }
    expect(refused(bytes.subarray(0, 5000))).toBe('KEY_DAMAGED');
  });
});
