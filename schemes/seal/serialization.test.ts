/** @module */
import { beforeAll, describe, expect, test } from 'vitest';
import { loadCiphertext } from './ciphertext-wire.ts';
import { createContext } from './context.ts';
import { clientInstance } from './runtime.ts';
import { Scope } from './scope.ts';
import * as serialization from './serialization.ts';

const PARAMETERS = { id: 'insecure-tiny', degree: 1024, modulus_bits: [40, 40, 42] };
const ring = { degree: PARAMETERS.degree, primes: PARAMETERS.modulus_bits.length };
const checkCiphertextBytes = (bytes: Uint8Array): void => serialization.checkCiphertextBytes(bytes, ring);
const checkKeyBytes = (bytes: Uint8Array): void => serialization.checkKeyBytes(bytes, ring);

/** Where the array in a ciphertext begins: behind 16 bytes of header, 32 of parameters and 41 of sizes. */
const ARRAY = 89;
const ZSTD = 2;

const damagedCiphertext = expect.objectContaining({ code: 'CIPHERTEXT_DAMAGED' }) as Error;
const damagedKey = expect.objectContaining({ code: 'KEY_DAMAGED' }) as Error;

type Mode = 'none' | 'zlib' | 'zstd';
interface Saved {
  /** From SEAL itself, by compression. */
  readonly ciphertext: Readonly<Record<Mode, Uint8Array>>;
  readonly seeded: Uint8Array;
  readonly relinearization: Readonly<Record<Mode, Uint8Array>>;
  readonly galois: Uint8Array;
}
let saved: Saved;
beforeAll(async () => {
  const { library } = await clientInstance();
  using scope = new Scope();
  const { context } = createContext(library, scope, 'ckks', PARAMETERS, null);
  const generator = scope.own(new library.KeyGenerator(context));
  const encryptor = scope.own(new library.Encryptor(context, scope.own(generator.createPublicKey()), scope.own(generator.secretKey())));
  const plain = scope.own(new library.Plaintext());
  scope.own(new library.CKKSEncoder(context)).encode(Float64Array.of(1, 2), 2 ** 20, plain);
  const ciphertext = scope.own(new library.Ciphertext());
  encryptor.encryptSymmetric(plain, ciphertext);
  const keys = scope.own(generator.createRelinKeys());
  const bytes = (object: { saveToArray(mode: never): unknown }, mode: Mode): Uint8Array =>
    Uint8Array.from(object.saveToArray(library.ComprModeType[mode] as never) as Uint8Array);
  const each = (object: Parameters<typeof bytes>[0]): Record<Mode, Uint8Array> => ({
    none: bytes(object, 'none'),
    zlib: bytes(object, 'zlib'),
    zstd: bytes(object, 'zstd'),
  });
  saved = {
    ciphertext: each(ciphertext),
    seeded: bytes(scope.own(encryptor.encryptSymmetricSerializable(plain)), 'none'),
    relinearization: each(keys),
    galois: bytes(scope.own(generator.createGaloisKeysSerializableWithSteps(Int32Array.of(1, 4))), 'none'),
  };
});

function withHeader(bytes: Uint8Array, at: number, change: (view: DataView) => void): Uint8Array {
  const changed = bytes.slice();
  change(new DataView(changed.buffer, at));
  return changed;
}
const compressed = (bytes: Uint8Array, at: number): Uint8Array => withHeader(bytes, at, (view) => view.setUint8(5, ZSTD));

/** Every place that holds a header: the magic number with the header's length behind it. */
function headersIn(bytes: Uint8Array): readonly number[] {
  const found: number[] = [];
  for (let at = 0; at + 16 <= bytes.length; at++) {
    if (bytes[at] === 0x5e && bytes[at + 1] === 0xa1 && bytes[at + 2] === 16 && bytes[at + 3] === 4) found.push(at);
  }
  return found;
}

/** What is wrong with one header, wherever it stands. */
const lies: readonly (readonly [string, (view: DataView, length: bigint) => void])[] = [
  ['another mark', (view) => view.setUint16(0, 0xa15f, true)],
  ['another header length', (view) => view.setUint8(2, 24)],
  ['a body compressed by zlib', (view) => view.setUint8(5, 1)],
  ['a body compressed by zstd', (view) => view.setUint8(5, ZSTD)],
  ['a length shorter than a header', (view) => view.setBigUint64(8, 15n, true)],
  ['a length that is too small', (view, length) => view.setBigUint64(8, length - 1n, true)],
  ['a length that is too great', (view, length) => view.setBigUint64(8, length + 1n, true)],
  ['a length beyond any memory', (view) => view.setBigUint64(8, 2n ** 64n - 1n, true)],
  ['a length that is right modulo 2^32', (view, length) => view.setBigUint64(8, 2n ** 32n + length, true)],
];

function expectRefusedEverywhere(bytes: Uint8Array, check: (bytes: Uint8Array) => void, refusal: Error): void {
  for (const at of headersIn(bytes)) {
    const length = new DataView(bytes.buffer, bytes.byteOffset + at).getBigUint64(8, true);
    for (const [what, lie] of lies) {
      const changed = withHeader(bytes, at, (view) => lie(view, length));
      expect(() => check(changed), `${what} at byte ${at}`).toThrow(refusal);
    }
  }
}

describe('checkCiphertextBytes', () => {
  test('takes what SEAL saves uncompressed, seeded or whole, and refuses what it compressed', () => {
    checkCiphertextBytes(saved.ciphertext.none);
    checkCiphertextBytes(saved.seeded);
    expect(() => checkCiphertextBytes(saved.ciphertext.zlib)).toThrow(damagedCiphertext);
    expect(() => checkCiphertextBytes(saved.ciphertext.zstd)).toThrow(damagedCiphertext);
  });

  test.each(['ciphertext', 'seeded'] as const)('refuses a lie in any header of a %s', (name) => {
    const bytes = name === 'seeded' ? saved.seeded : saved.ciphertext.none;
    expect(headersIn(bytes).slice(0, 2)).toEqual([0, ARRAY]);
    expect(headersIn(bytes).length).toBe(name === 'seeded' ? 3 : 2);
    expectRefusedEverywhere(bytes, checkCiphertextBytes, damagedCiphertext);
  });

  test('refuses truncations and extensions', () => {
    const bytes = saved.seeded;
    for (const length of [0, 1, 15, 16, 88, 89, 104, 105, bytes.length - 1]) {
      expect(() => checkCiphertextBytes(bytes.subarray(0, length))).toThrow(damagedCiphertext);
      // With an outer length that fits, the inner ones do not.
      if (length < 16) continue;
      const cut = withHeader(bytes.subarray(0, length), 0, (view) => view.setBigUint64(8, BigInt(length), true));
      expect(() => checkCiphertextBytes(cut)).toThrow(damagedCiphertext);
    }
    expect(() => checkCiphertextBytes(Uint8Array.from([...bytes, 0]))).toThrow(damagedCiphertext);
  });

  test('reads its own part of a larger buffer', () => {
    const bytes = saved.ciphertext.none;
    const around = new Uint8Array(bytes.length + 100);
    around.set(bytes, 7);
    checkCiphertextBytes(around.subarray(7, 7 + bytes.length));
    expect(() => checkCiphertextBytes(around.subarray(7, 8 + bytes.length))).toThrow(damagedCiphertext);
  });
});

describe('checkKeyBytes', () => {
  test('takes what SEAL saves uncompressed, and refuses what it compressed', () => {
    checkKeyBytes(saved.relinearization.none);
    checkKeyBytes(saved.galois);
    expect(() => checkKeyBytes(saved.relinearization.zlib)).toThrow(damagedKey);
    expect(() => checkKeyBytes(saved.relinearization.zstd)).toThrow(damagedKey);
  });

  test.each(['relinearization', 'galois'] as const)('refuses a lie in any header of %s keys', (name) => {
    const bytes = name === 'galois' ? saved.galois : saved.relinearization.none;
    // The keys' own header, and two or three in each ciphertext: one key of two digits, or two.
    expect(headersIn(bytes).length).toBe(name === 'galois' ? 1 + 3 * 4 : 1 + 2 * 2);
    expectRefusedEverywhere(bytes, checkKeyBytes, damagedKey);
  });

  test.each([2n ** 16n, 2n ** 32n, 2n ** 61n, 2n ** 64n - 1n])('refuses a count of %s', (count) => {
    for (const at of [48, 56]) {
      const bytes = withHeader(saved.relinearization.none, at, (view) => view.setBigUint64(0, count, true));
      expect(() => checkKeyBytes(bytes)).toThrow(damagedKey);
    }
  });

  test('refuses truncations, extensions and nothing', () => {
    const bytes = saved.relinearization.none;
    for (const length of [0, 15, 16, 48, 56, 64, bytes.length - 1]) {
      expect(() => checkKeyBytes(bytes.subarray(0, length))).toThrow(damagedKey);
      if (length < 16) continue;
      const cut = withHeader(bytes.subarray(0, length), 0, (view) => view.setBigUint64(8, BigInt(length), true));
      expect(() => checkKeyBytes(cut)).toThrow(damagedKey);
    }
    expect(() => checkKeyBytes(Uint8Array.from([...bytes, 0]))).toThrow(damagedKey);
  });
});

test("a compressed part does not reach the library: an instance's memory stays as it is", async () => {
  const { library, memory_bytes } = await clientInstance();
  using scope = new Scope();
  const context = createContext(library, scope, 'ckks', PARAMETERS, null);
  const before = memory_bytes();
  // 64 MB of zeros behind the inner header, as a bomb would have them once unfolded.
  const bomb = new Uint8Array(2 ** 26);
  bomb.set(compressed(saved.ciphertext.none.subarray(0, ARRAY + 16), ARRAY));
  for (const at of [0, ARRAY]) new DataView(bomb.buffer).setBigUint64(at + 8, BigInt(bomb.length - at), true);
  for (const bytes of [compressed(saved.ciphertext.none, ARRAY), bomb]) {
    expect(() => loadCiphertext(library, context, bytes)).toThrow(damagedCiphertext);
  }
  expect(memory_bytes()).toBe(before);
});
