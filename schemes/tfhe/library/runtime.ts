/**
 * The client's side of node-tfhe: it makes keys, encrypts and decrypts, and does not evaluate. Its exceptions
 * become EnigmarkErrors, and its wasm objects are freed here.
 *
 * @module
 */
import type library from 'node-tfhe';
import { EnigmarkError } from '../../errors.ts';
import { tfhe } from './instance.ts';
import { LIBRARY } from './library.ts';
import { COMPRESSED_CIPHERTEXT_BYTES, MESSAGE_BITS } from '../wire/ciphertext-wire.ts';
import type { TfheParameters } from '../parameters.ts';
import { unpackSecret } from '../wire/secret-wire.ts';

const { Boolean, Shortint, ShortintParameters, ShortintParametersName } = tfhe;

/** A client key in the library's memory. */
export interface SecretKey {
  /** @param message in [0, 2^32), in units of 2^-33 of the torus. */
  encryptCompressed(message: bigint): Uint8Array;
  /** Phase of a full ciphertext in units of 2^-33. @throws EnigmarkError CIPHERTEXT_DAMAGED */
  decrypt(ciphertext: Uint8Array): bigint;
  /** The compressed evaluation key; takes seconds. */
  makeServerKey(): Uint8Array;
  /** The secret itself. */
  serialize(): Uint8Array;
  free(): void;
}

interface Freed {
  free(): void;
}

/** Uses a wasm object and frees it. */
function using<T extends Freed, R>(object: T, use: (object: T) => R): R {
  try {
    return use(object);
  } finally {
    object.free();
  }
}

/** A fresh client key; its randomness is the library's. */
export function makeSecretKey(set: TfheParameters): SecretKey {
  return using(libraryParameters(set), (parameters) => wrap(Shortint.new_client_key(parameters)));
}

/** A client key from `packSecret`. @throws EnigmarkError KEY_DAMAGED */
export function restoreSecretKey(packed: Uint8Array, set: TfheParameters): SecretKey {
  const template = using(makeSecretKey(set), (fresh) => fresh.serialize());
  const bytes = unpackSecret(packed, template, set);
  return wrap(refuse('KEY_DAMAGED', 'a serialised client key', () => Shortint.deserialize_client_key(bytes)));
}

function wrap(key: library.ShortintClientKey): SecretKey {
  return {
    encryptCompressed: (message) =>
      using(Shortint.encrypt_compressed(key, message), (encrypted) => {
        const bytes = Shortint.serialize_compressed_ciphertext(encrypted);
        if (bytes.length !== COMPRESSED_CIPHERTEXT_BYTES) throw unsupported(`ciphertexts of ${bytes.length} bytes`);
        return bytes;
      }),
    decrypt: (ciphertext) =>
      refuse('CIPHERTEXT_DAMAGED', 'a serialised ciphertext', () =>
        using(Shortint.deserialize_ciphertext(ciphertext), (encrypted) => Shortint.decrypt(key, encrypted)),
      ),
    makeServerKey: () => using(Shortint.new_compressed_server_key(key), (serverKey) => Shortint.serialize_compressed_server_key(serverKey)),
    serialize: () => Shortint.serialize_client_key(key),
    free: () => key.free(),
  };
}

/** The library's parameters for a set, checked against what the set declares. */
function libraryParameters(set: TfheParameters): library.ShortintParameters {
  const parameters = set.preset === null ? customParameters(set) : presetParameters(set.preset);
  parameters.set_message_modulus(1n << BigInt(MESSAGE_BITS));
  parameters.set_carry_modulus(1n);
  const found = [
    parameters.lwe_dimension(),
    parameters.glwe_dimension(),
    parameters.polynomial_size(),
    parameters.pbs_base_log(),
    parameters.pbs_level(),
    parameters.ks_base_log(),
    parameters.ks_level(),
  ];
  const declared = [
    set.lweDimension,
    set.glweDimension,
    set.polynomialSize,
    set.bootstrapBase_log2,
    set.bootstrapLevels,
    set.keyswitchBase_log2,
    set.keyswitchLevels,
  ];
  if (found.join() !== declared.join()) throw unsupported(`preset ${set.preset ?? 'none'} with ${found.join(', ')}`);
  return parameters;
}

function presetParameters(name: string): library.ShortintParameters {
  const preset = Object.entries(ShortintParametersName).find(([key]) => key === name)?.[1];
  if (typeof preset !== 'number') throw unsupported(`no preset ${name}`);
  return new ShortintParameters(preset);
}

function customParameters(set: TfheParameters): library.ShortintParameters {
  // The library's getter of the GLWE noise returns the LWE noise (1.4 to 1.7.0), so both are given explicitly.
  return using(Shortint.new_gaussian_from_std_dev(set.lweNoise), (lwe) =>
    using(Shortint.new_gaussian_from_std_dev(set.glweNoise), (glwe) =>
      Shortint.new_parameters(
        set.lweDimension,
        set.glweDimension,
        set.polynomialSize,
        lwe,
        glwe,
        set.bootstrapBase_log2,
        set.bootstrapLevels,
        set.keyswitchBase_log2,
        set.keyswitchLevels,
        2n,
        1n,
        1n,
        -40,
        64,
        tfhe.ShortintEncryptionKeyChoice.Big,
      ),
    ),
  );
}

/** A key of the library's Boolean interface. */
export interface BooleanKey {
  encrypt(value: boolean): Uint8Array;
  decrypt(ciphertext: Uint8Array): boolean;
  makeServerKey(): Uint8Array;
  free(): void;
}

/** A fresh key of the library's default Boolean set with key-switch first. */
export function makeBooleanKey(): BooleanKey {
  const key = using(Boolean.get_parameters(tfhe.BooleanParameterSet.DefaultKsPbs), (parameters) => Boolean.new_client_key(parameters));
  return {
    encrypt: (value) => using(Boolean.encrypt(key, value), (encrypted) => Boolean.serialize_ciphertext(encrypted)),
    decrypt: (bytes) => using(Boolean.deserialize_ciphertext(bytes), (encrypted) => Boolean.decrypt(key, encrypted)),
    makeServerKey: () => using(Boolean.new_compressed_server_key(key), (serverKey) => Boolean.serialize_compressed_server_key(serverKey)),
    free: () => key.free(),
  };
}

function refuse<T>(code: 'KEY_DAMAGED' | 'CIPHERTEXT_DAMAGED', expected: string, use: () => T): T {
  try {
    return use();
  } catch (cause) {
    const got = cause instanceof Error ? (cause.message.split('\n', 1)[0] ?? '') : String(cause);
    throw new EnigmarkError(code, { expected, got, remedy: 'send the bytes again, unchanged', cause });
  }
}

function unsupported(got: string): EnigmarkError {
  return new EnigmarkError('LIBRARY_UNSUPPORTED', {
    expected: `${LIBRARY.name} ${LIBRARY.version}`,
    got,
    remedy: `install exactly ${LIBRARY.name}@${LIBRARY.version}: its serialised form is not versioned`,
  });
}
