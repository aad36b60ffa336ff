/**
 * Ciphertexts on the wire: a number from 1 to n^2 - 1 without a common factor with n, little endian. Others decrypt to nothing.
 *
 * @module
 */
import { EnigmarkError } from '../../errors.ts';
import { bytesOf } from '../numbers/integers.ts';

/** Refuses what is no number modulo n^2, without making a bigint of it. */
export class CiphertextCheck {
  readonly #modulus: Uint8Array;

  /** @param length bytes of a ciphertext */
  constructor(n: bigint, length: number) {
    this.#modulus = bytesOf(n * n, length);
  }

  /** @throws EnigmarkError CIPHERTEXT_DAMAGED, of another length; CIPHERTEXT_OUT_OF_RANGE, 0 or n^2 and more. */
  expectInRange(payload: Uint8Array): void {
    const { length } = this.#modulus;
    if (payload.length !== length) {
      const expected = `a ciphertext of ${length} bytes`;
      throw new EnigmarkError('CIPHERTEXT_DAMAGED', {
        expected,
        got: `${payload.length} bytes`,
        remedy: 'send the bytes again, unchanged',
      });
    }
    if (payload.every((byte) => byte === 0)) throw outOfRange('0');
    let at = length - 1;
    while (at >= 0 && payload[at] === this.#modulus[at]) at--;
    if (at < 0) throw outOfRange('n^2');
    if (payload[at]! > this.#modulus[at]!) throw outOfRange('a number above n^2');
  }
}

function outOfRange(got: string): EnigmarkError {
  return new EnigmarkError('CIPHERTEXT_OUT_OF_RANGE', {
    expected: 'a ciphertext from 1 to n^2 - 1',
    got,
    remedy: 'encrypt again with the public key that the evaluator was given',
  });
}

/** Of a number that shares a factor with n: no encryption makes it, and whoever has it could factor n. */
export function notCoprime(): EnigmarkError {
  return new EnigmarkError('CIPHERTEXT_NOT_COPRIME', {
    expected: 'ciphertexts without a common factor with n',
    got: 'at least one with such a factor',
    remedy: 'encrypt again: no encryption gives such a number',
  });
}
