/**
 * Keys by paillier-bigint, with g = n + 1; and the secret as bytes, for a key cache.
 *
 * @module
 */
import { generateRandomKeysSync, PrivateKey, PublicKey } from 'paillier-bigint';
import { EnigmarkError } from '../errors.ts';
import { bitLength, bytesOf, integerOf, invert } from './numbers/integers.ts';
import type { PaillierParameters } from './parameters.ts';

export interface SecretKey {
  readonly n: bigint;
  readonly p: bigint;
  readonly q: bigint;
  readonly publicKey: PublicKey;
  readonly privateKey: PrivateKey;
}

/** The primes are found on this thread: the library's other way starts a worker for every core. */
export function makeSecretKey({ modulus_bits }: PaillierParameters): SecretKey {
  const { privateKey } = generateRandomKeysSync(modulus_bits, true);
  const { n, lambda } = privateKey;
  // (p - 1) (q - 1) = lambda gives p + q, and that with p q the primes.
  const sum = n - lambda + 1n;
  const difference = squareRoot(sum * sum - 4n * n);
  return secretKey((sum + difference) / 2n, (sum - difference) / 2n)!;
}

/** Null where p and q are no primes of a key. */
function secretKey(p: bigint, q: bigint): SecretKey | null {
  const n = p * q;
  const lambda = (p - 1n) * (q - 1n);
  const mu = n > 1n ? invert(lambda, n) : null;
  if (mu === null || p === q || n % 2n === 0n) return null;
  const publicKey = new PublicKey(n, n + 1n);
  return { n, p, q, publicKey, privateKey: new PrivateKey(lambda, mu, publicKey, p, q) };
}

/** By Newton's method from above. */
function squareRoot(x: bigint): bigint {
  let root = 1n << BigInt(Math.ceil(bitLength(x) / 2));
  for (let next = (root + x / root) / 2n; next < root; next = (root + x / root) / 2n) root = next;
  return root;
}

/** One of the primes has a bit more than half of n. */
function prime_bytes({ modulus_bits }: PaillierParameters): number {
  return Math.floor(modulus_bits / 16) + 1;
}

/** Both primes, little endian. */
export function packSecret({ p, q }: SecretKey, set: PaillierParameters): Uint8Array {
  const length = prime_bytes(set);
  return Uint8Array.from([...bytesOf(p, length), ...bytesOf(q, length)]);
}

/** @throws EnigmarkError KEY_DAMAGED where these are no primes of such a key. */
export function restoreSecretKey(bytes: Uint8Array, set: PaillierParameters): SecretKey {
  const length = prime_bytes(set);
  const key = bytes.length === 2 * length ? secretKey(integerOf(bytes.subarray(0, length)), integerOf(bytes.subarray(length))) : null;
  if (key === null || bitLength(key.n) !== set.modulus_bits) {
    throw new EnigmarkError('KEY_DAMAGED', {
      expected: `the primes of a key of ${set.modulus_bits} bits`,
      got: key === null ? 'numbers that are not' : `a key of ${bitLength(key.n)} bits`,
      remedy: 'make new keys, and keep them anew',
    });
  }
  return key;
}
