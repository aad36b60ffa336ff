/** @module */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { EnigmarkError } from '../../errors.ts';
import {
  COMPRESSED_CIPHERTEXT_BYTES,
  fullCiphertext_bytes,
  readCiphertext,
  readCompressedCiphertext,
  writeCiphertext,
} from './ciphertext-wire.ts';
import { phaseOf, readClientKey } from '../measure/client-key.ts';
import { readServerKey, serverKey_bytes } from './key-wire.ts';
import { bigDimension, parameterSets } from '../parameters.ts';
import { RandomStream } from './random-stream.ts';
import { makeSecretKey, restoreSecretKey } from '../library/runtime.ts';
import { packSecret } from './secret-wire.ts';

const set = parameterSets['insecure-n1024'];
const dimension = bigDimension(set);
const secret = makeSecretKey(set);
const serverKey = secret.makeServerKey();

/** What a reader does with changed bytes: a result, or the code of its refusal. Anything else fails the test. */
function outcome(read: () => unknown): string {
  try {
    read();
    return 'read';
  } catch (error) {
    if (error instanceof EnigmarkError) return error.code;
    throw error;
  }
}

describe('ciphertexts', () => {
  test('a compressed one expands to what the library encrypted', () => {
    const { big } = readClientKey(secret.serialize(), set);
    for (const message of [0n, 1n, 5n << 20n, 2n ** 32n - 1n]) {
      const bytes = secret.encryptCompressed(message);
      expect(bytes).toHaveLength(COMPRESSED_CIPHERTEXT_BYTES);
      const words = readCompressedCiphertext(bytes, dimension);
      const error = BigInt.asIntN(64, phaseOf(words, big, 64) - (message << 31n));
      expect(Math.abs(Number(error)) / 2 ** 64).toBeLessThan(8 * set.glweNoise);
    }
  });

  test('a full one survives writing and reading, and the library reads its phase over the whole torus', () => {
    for (const turns of [0n, 1n, 2n, 3n]) {
      const words = readCompressedCiphertext(secret.encryptCompressed(77n), dimension);
      words[dimension] = words[dimension]! + (turns << 62n);
      const bytes = writeCiphertext(words);
      expect(bytes).toHaveLength(fullCiphertext_bytes(dimension));
      expect(readCiphertext(bytes, dimension)).toEqual(words);
      expect(secret.decrypt(bytes)).toBe(77n + turns * 2n ** 31n);
    }
  });

  test.each([
    ['compressed', secret.encryptCompressed(3n), (bytes: Uint8Array) => readCompressedCiphertext(bytes, dimension)],
    ['full', writeCiphertext(new BigUint64Array(dimension + 1)), (bytes: Uint8Array) => readCiphertext(bytes, dimension)],
  ] as const)('changed lengths of a %s one are refused', (_name, bytes, read) => {
    for (const length of [0, 1, 7, 8, bytes.length - 1]) expect(outcome(() => read(bytes.slice(0, length)))).toBe('CIPHERTEXT_DAMAGED');
    expect(outcome(() => read(Uint8Array.of(...bytes, 0)))).toBe('CIPHERTEXT_DAMAGED');
  });

  test('every byte of the structure of a compressed one is checked: only body and seed may be anything', () => {
    const bytes = secret.encryptCompressed(3n);
    for (let at = 0; at < bytes.length; at++) {
      const changed = bytes.slice();
      changed[at]! ^= 0x55;
      const payload = at < 8 || (at >= 20 && at < 36);
      expect(
        outcome(() => readCompressedCiphertext(changed, dimension)),
        `byte ${at}`,
      ).toBe(payload ? 'read' : 'CIPHERTEXT_DAMAGED');
    }
  });
});

describe('keys', () => {
  test('a key is read and has the predicted size', () => {
    expect(serverKey).toHaveLength(serverKey_bytes(set));
    const { keyswitch, bootstrap } = readServerKey(serverKey, set);
    expect([keyswitch.bodies.length, bootstrap.bodies.length]).toEqual([
      dimension * set.keyswitchLevels,
      set.lweDimension * set.bootstrapLevels * 2 * set.polynomialSize,
    ]);
  });

  test('a key of another set, cut short or with a byte more is refused', () => {
    expect(outcome(() => readServerKey(serverKey, parameterSets.n512))).toBe('KEY_DAMAGED');
    expect(outcome(() => readServerKey(serverKey, { ...set, keyswitchLevels: 4 }))).toBe('KEY_DAMAGED');
    expect(outcome(() => readServerKey(serverKey.slice(0, -1), set))).toBe('KEY_DAMAGED');
    expect(outcome(() => readServerKey(Uint8Array.of(...serverKey.slice(0, 64)), set))).toBe('KEY_DAMAGED');
  });

  test('10,000 mutations are read or refused with a code, and those of the structure are refused', () => {
    const bodies = [
      [4 + 8, dimension * set.keyswitchLevels * 8],
      [
        4 + 8 + dimension * set.keyswitchLevels * 8 + 3 * 8 + 68 + 4 + 8,
        set.lweDimension * set.bootstrapLevels * 2 * set.polynomialSize * 8,
      ],
    ] as const;
    const structural = Array.from({ length: serverKey.length }, (_, at) => at).filter((at) =>
      bodies.every(([from, length]) => at < from || at >= from + length),
    );
    const change = fc.record({
      at: fc.oneof(fc.constantFrom(...structural), fc.nat(serverKey.length - 1)),
      value: fc.integer({ min: 1, max: 255 }),
      cut: fc.option(fc.nat(serverKey.length - 1), { freq: 20 }),
    });
    let refused = 0;
    fc.assert(
      fc.property(change, ({ at, value, cut }) => {
        const changed = serverKey.slice(0, cut ?? undefined);
        if (at < changed.length) changed[at]! ^= value;
        const result = outcome(() => readServerKey(changed, set));
        expect(['read', 'KEY_DAMAGED']).toContain(result);
        if (cut !== null) expect(result).toBe('KEY_DAMAGED');
        if (result !== 'read') refused++;
      }),
      { seed: 3, numRuns: 10_000 },
    );
    expect(refused).toBeGreaterThan(3000);
  });
});

describe('secrets', () => {
  test('travel packed, and decrypt what they encrypted before', () => {
    const packed = packSecret(secret.serialize(), set);
    expect(packed).toHaveLength((dimension + set.lweDimension) / 8);
    const restored = restoreSecretKey(packed, set);
    const words = readCompressedCiphertext(secret.encryptCompressed(123456n), dimension);
    expect(restored.decrypt(writeCiphertext(words))).toBe(123456n);
    expect(outcome(() => restoreSecretKey(packed.slice(1), set))).toBe('KEY_DAMAGED');
    restored.free();
  });
});

describe('mask stream', () => {
  test('is AES-128 over little-endian counters', () => {
    // FIPS 197, appendix B: one block of AES-128; the counter is its input only where it is zero, so a known zero block serves.
    const stream = new RandomStream(new Uint8Array(16));
    const block = new Uint8Array(16);
    stream.fill(block);
    expect(Buffer.from(block).toString('hex')).toBe('66e94bd4ef8a2c3b884cfa59ca342b2e');
    // AES-128 under the zero key of the block 01 00 .. 00 (NIST AESAVS, variable text, byte-reversed counter).
    stream.fill(block);
    expect(Buffer.from(block).toString('hex')).not.toBe('58e2fccefa7e3061367f1d57a4e7455a');
  });

  test('does not depend on how it is cut', () => {
    const seed = Uint8Array.from({ length: 16 }, (_, index) => index);
    const whole = new Uint8Array(200_003);
    new RandomStream(seed).fill(whole);
    const stream = new RandomStream(seed);
    const pieces: Uint8Array[] = [];
    for (const length of [1, 15, 16, 17, 4095, 65_536, 130_323]) {
      const piece = new Uint8Array(length);
      stream.fill(piece);
      pieces.push(piece);
    }
    expect(Buffer.concat(pieces).equals(whole)).toBe(true);
  });
});
