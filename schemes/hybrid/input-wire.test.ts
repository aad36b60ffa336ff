/** @module */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { CIPHERTEXT_AT, SEED_RECORD_BYTES } from '../rlwe/wire/seal-layout.ts';
import { packedInput_bytes, packInput, unpackInput } from './input-wire.ts';

const damaged = expect.objectContaining({ code: 'CIPHERTEXT_DAMAGED' }) as Error;

/** SEAL's bytes of residues and a seed, as far as they are read. */
function sealed(residues: readonly number[], seed: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(CIPHERTEXT_AT.numbers + 8 * residues.length + SEED_RECORD_BYTES);
  const view = new DataView(bytes.buffer);
  for (const [index, residue] of residues.entries()) view.setBigUint64(CIPHERTEXT_AT.numbers + 8 * index, BigInt(residue), true);
  bytes.set(seed, bytes.length - seed.length);
  return bytes;
}

const cases = fc.record({ bits: fc.integer({ min: 20, max: 45 }), log2: fc.integer({ min: 0, max: 6 }) }).chain(({ bits, log2 }) => {
  const residues = fc.array(fc.integer({ min: 0, max: 2 ** bits - 2 }), { minLength: 2 ** log2, maxLength: 2 ** log2 });
  return fc.record({
    size: fc.constant({ degree: 2 ** log2, prime_bits: bits, prime: 2n ** BigInt(bits) - 1n }),
    residues,
    seed: fc.uint8Array({ minLength: 64, maxLength: 64 }),
  });
});

test('residues of any number of bits and the seed survive', () => {
  const property = fc.property(cases, ({ size, residues, seed }) => {
    const payload = packInput(sealed(residues, seed), size);
    expect(payload).toHaveLength(packedInput_bytes(size));
    const read = unpackInput(payload, size);
    expect(Array.from(read.residues)).toEqual(residues);
    expect(read.seed).toEqual(seed);
  });
  fc.assert(property);
});

test('an image of 2,048 values takes 11,328 bytes', () => {
  expect(packedInput_bytes({ degree: 2048, prime_bits: 44 })).toBe(11_328);
});

test('another length and numbers that are no residues are refused', () => {
  const size = { degree: 4, prime_bits: 44, prime: 2n ** 44n - 1n };
  const payload = packInput(sealed([0, 1, 2, 3], new Uint8Array(64)), size);
  for (const length of [0, 1, 63, 64, payload.length - 1]) expect(() => unpackInput(payload.subarray(0, length), size)).toThrow(damaged);
  expect(() => unpackInput(Uint8Array.from([...payload, 0]), size)).toThrow(damaged);
  expect(() => unpackInput(payload.fill(0xff, 64), size)).toThrow(damaged);
});

test('SEAL objects of another size are not ours to pack', () => {
  const size = { degree: 4, prime_bits: 44 };
  const wrong = expect.objectContaining({ code: 'LIBRARY_UNSUPPORTED' }) as Error;
  expect(() => packInput(sealed([0, 1, 2], new Uint8Array(64)), size)).toThrow(wrong);
});
