/**
 * TFHE's key as a key of node-seal, so that SEAL encrypts under it. Together with `switching-secret.ts` this is the one place that reads and
 * writes bytes of a secret.
 *
 * Only clients import these modules. Everything that it copies a secret into is overwritten before it is let go; what the two libraries keep
 * in their own memory is theirs. Encryption itself, and its randomness, is SEAL's.
 *
 * @module
 */
import { createContext, type Context } from '../seal/context.ts';
import { guarded, type ClientLibrary } from '../seal/runtime.ts';
import { madeIn, Scope } from '../seal/scope.ts';
import { SCALE_UNITS } from '../tfhe/model/scales.ts';
import { inputRing, type HybridParameters } from './parameters.ts';

/** In SEAL's bytes of a plaintext, and of a secret key, which is one: headers and name before the numbers. */
const PLAINTEXT_PREFIX_BYTES = 88;
/** In node-tfhe's bytes of a client key: a tag and a length before the bits of the big key, a word of 64 bits for each. */
export const BIG_KEY_AT = 4 + 8;
export const WORD_BYTES = 8;

export interface RingEncryptor extends Disposable {
  /** SEAL's bytes of a seeded ciphertext. @param coefficients In units of 2^-32 of the torus, at most the ring's degree of them. */
  encrypt(coefficients: Uint32Array): Uint8Array;
}

/**
 * @param exportKey Gives node-tfhe's bytes of a client key, which are overwritten.
 * @throws EnigmarkError PARAMETERS_INSECURE for a ring of too great a modulus, before any secret is looked at; PARAMETERS_REFUSED
 */
export function createRingEncryptor(library: ClientLibrary, set: HybridParameters, exportKey: () => Uint8Array): RingEncryptor {
  const scope = new Scope();
  return madeIn(scope, () => encryptorIn(scope, library, set, exportKey));
}

function encryptorIn(scope: Scope, library: ClientLibrary, set: HybridParameters, exportKey: () => Uint8Array): RingEncryptor {
  const { parameters, degree } = inputRing(set);
  const { none } = library.ComprModeType;
  // BFV with a power of two as plaintext modulus: whole numbers are exact multiples of 2^-32 of the torus.
  const made = createContext(library, scope, 'bfv', parameters, String(SCALE_UNITS));
  const { context } = made;
  const plain = scope.own(new library.Plaintext());
  plain.resize(degree);
  const bytes = plain.saveToArray(none) as Uint8Array;
  const numbers = new DataView(bytes.buffer, bytes.byteOffset + PLAINTEXT_PREFIX_BYTES, WORD_BYTES * degree);

  const secret = scope.own(new library.SecretKey());
  const exported = exportKey();
  try {
    for (let bit = 0; bit < degree; bit++) {
      numbers.setBigUint64(WORD_BYTES * bit, BigInt(exported[BIG_KEY_AT + WORD_BYTES * bit]!), true);
    }
    plain.loadFromArray(context, bytes);
    const values = transformed(library, made, plain);
    try {
      guarded('PARAMETERS_REFUSED', 'a secret key that SEAL takes', () => secret.loadFromArray(context, values));
    } finally {
      values.fill(0);
    }
  } finally {
    exported.fill(0);
    bytes.fill(0, PLAINTEXT_PREFIX_BYTES);
    plain.setZero();
  }
  const generator = scope.own(new library.KeyGenerator(context, secret));
  // The library makes no encryptor without a public key. This one stays here.
  const encryptor = scope.own(new library.Encryptor(context, scope.own(generator.createPublicKey()), secret));

  return {
    encrypt(coefficients) {
      for (let index = 0; index < degree; index++) numbers.setUint32(WORD_BYTES * index, coefficients[index] ?? 0, true);
      try {
        plain.loadFromArray(context, bytes);
        const ciphertext = encryptor.encryptSymmetricSerializable(plain);
        try {
          return ciphertext.saveToArray(none) as Uint8Array;
        } finally {
          ciphertext.delete();
        }
      } finally {
        // What is encrypted may be a part of another secret: see `switching-secret.ts`.
        bytes.fill(0, PLAINTEXT_PREFIX_BYTES);
        plain.setZero();
      }
    },
    [Symbol.dispose]: () => scope[Symbol.dispose](),
  };
}

/** The polynomial's values, in place and as SEAL's bytes: it keeps secrets in this form. */
function transformed(library: ClientLibrary, made: Context, plain: InstanceType<ClientLibrary['Plaintext']>): Uint8Array {
  using temporary = new Scope();
  temporary.own(new library.Evaluator(made.context)).plainTransformToNttInplace(plain, made.parmsId(1));
  return plain.saveToArray(library.ComprModeType.none) as Uint8Array;
}
