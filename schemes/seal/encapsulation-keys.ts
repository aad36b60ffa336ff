/**
 * The keys of an encapsulated bootstrap (`wire/encapsulation-keys.ts` says what they are): one under the ephemeral secret, one that holds it.
 * Errors and uniform halves are SEAL's, as those of all keys.
 *
 * Only clients import this module.
 *
 * @module
 */
import type { Encryptor } from 'node-seal/allows';
import { encapsulationHardness } from '../rlwe/bootstrap/encapsulation.ts';
import { product } from '../rlwe/numbers/modular-integers.ts';
import { createPrimes } from '../rlwe/numbers/primes.ts';
import type { RlweParameters } from '../rlwe/program/program.ts';
import { splitPrimes } from '../rlwe/program/special-primes.ts';
import { securityOf } from '../security.ts';
import type { Context } from './context.ts';
import { encryptResidues } from './encrypt-residues.ts';
import { EphemeralSecret } from './ephemeral-secret.ts';
import { createEncapsulationContext, REQUIRED_SECURITY_BITS } from './hybrid-contexts.ts';
import type { ClientLibrary } from './runtime.ts';
import { Scope } from './scope.ts';
import { plaintextRecord } from './serialization.ts';

/** What the client has when it makes keys. */
export interface KeyMaterial {
  readonly library: ClientLibrary;
  readonly parameters: RlweParameters;
  /** Of all primes of the set. */
  readonly context: Context;
  /** Encrypts in it, under the secret. */
  readonly encryptor: Encryptor;
  /** The secret modulo the first prime, in transform form. */
  readonly secret: BigUint64Array;
}

/**
 * Draws an ephemeral secret, uses it in both keys and overwrites it.
 *
 * @param weight its coefficients that are not zero
 * @throws EnigmarkError PARAMETERS_INSECURE
 */
export function writeEncapsulationKeys(material: KeyMaterial, weight: number): Uint8Array {
  const { id, degree } = material.parameters;
  securityOf(encapsulationHardness(material.parameters), REQUIRED_SECURITY_BITS, id);
  using ephemeral = new EphemeralSecret(degree, weight);
  return Buffer.concat([writeToEphemeral(material, ephemeral), writeToSecret(material, ephemeral)]);
}

/** p s under the ephemeral secret, modulo the first prime of either kind. */
function writeToEphemeral({ library, parameters, secret }: KeyMaterial, ephemeral: EphemeralSecret): Uint8Array {
  using temporary = new Scope();
  const context = createEncapsulationContext(library, temporary, parameters);
  const [q, p] = context.primes as readonly [bigint, bigint];
  const n = parameters.degree;
  const key = temporary.own(new library.SecretKey());
  const values = valuesModulo(context.primes, ephemeral, n);
  const record = plaintextRecord(values, context.keyId());
  try {
    key.loadFromArray(context.context, record);
  } finally {
    values.fill(0n);
    record.fill(0);
  }
  const generator = temporary.own(new library.KeyGenerator(context.context, key));
  // SEAL's encryptor wants a public key as well, which is never used here and never leaves.
  const encryptor = temporary.own(new library.Encryptor(context.context, temporary.own(generator.createPublicKey()), key));
  const numbers = new BigUint64Array(2 * n);
  for (let i = 0; i < n; i++) numbers[i] = (secret[i]! * p) % q;
  return encryptResidues(library, context, encryptor, numbers);
}

/** P times the ephemeral secret under the secret, modulo all primes. */
function writeToSecret({ library, parameters, context, encryptor }: KeyMaterial, ephemeral: EphemeralSecret): Uint8Array {
  const n = parameters.degree;
  const primes = createPrimes(n, parameters.modulus_bits);
  const { data, special } = splitPrimes(parameters, primes);
  const P = product(special);
  const numbers = new BigUint64Array(primes.length * n);
  for (const [j, prime] of data.entries()) {
    const values = ephemeral.valuesModulo(prime);
    const factor = P % prime;
    for (const [i, value] of values.entries()) numbers[j * n + i] = (value * factor) % prime;
    values.fill(0n);
  }
  return encryptResidues(library, context, encryptor, numbers);
}

/** For one prime after the other. */
function valuesModulo(primes: readonly bigint[], ephemeral: EphemeralSecret, n: number): BigUint64Array {
  const all = new BigUint64Array(primes.length * n);
  for (const [j, prime] of primes.entries()) {
    const values = ephemeral.valuesModulo(prime);
    all.set(values, j * n);
    values.fill(0n);
  }
  return all;
}
