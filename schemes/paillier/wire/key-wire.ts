/**
 * The public key on the wire: n, little endian.
 *
 * @module
 */
import { EnigmarkError } from '../../errors.ts';
import { bytesOf, integerOf } from '../numbers/integers.ts';
import { modulus_bytes, type PaillierParameters } from '../parameters.ts';

/** What every evaluator needs. */
export const PUBLIC_KEY = 'public';

export function writePublicKey(n: bigint, set: PaillierParameters): Uint8Array {
  return bytesOf(n, modulus_bytes(set));
}

/** @throws EnigmarkError KEY_DAMAGED where n has another length, or is even as no product of two primes is. */
export function readPublicKey(payload: Uint8Array, set: PaillierParameters): bigint {
  const length = modulus_bytes(set);
  if (payload.length !== length) throw damaged(`${length} bytes`, `${payload.length}`);
  if (payload[length - 1]! < 0x80) throw damaged(`a number of ${set.modulus_bits} bits`, 'a smaller one');
  if (payload[0]! % 2 === 0) throw damaged('an odd number', 'an even one');
  return integerOf(payload);
}

function damaged(expected: string, got: string): EnigmarkError {
  return new EnigmarkError('KEY_DAMAGED', { expected: `a public key of ${expected}`, got, remedy: 'send the key again, unchanged' });
}
