/**
 * TFHE's secret as the message of packing keys: its images under automorphisms, encrypted under itself.
 *
 * Only clients import this module. Everything that it copies the secret into is overwritten before it is let go.
 *
 * @module
 */
import { packInput, packedInput_bytes } from './input-wire.ts';
import { DIGITS, digitUnits, elementsOf, packingKey_bytes } from './packing/packing.ts';
import type { InputRing } from './parameters.ts';
import { BIG_KEY_AT, WORD_BYTES, type RingEncryptor } from './shared-secret.ts';

/**
 * The ciphertexts of the keys, one behind the other: automorphism by automorphism, of each digit by digit.
 *
 * @param exportKey Gives node-tfhe's bytes of a client key, which are overwritten.
 * @param encryptor Of the ring, under the same secret.
 */
export function makePackingKey(ring: InputRing, encryptor: RingEncryptor, exportKey: () => Uint8Array): Uint8Array {
  const { degree } = ring;
  const message = new Uint32Array(degree);
  const exported = exportKey();
  try {
    const key = new Uint8Array(packingKey_bytes(ring));
    let at = 0;
    for (const element of elementsOf(ring)) {
      for (let digit = 0; digit < DIGITS; digit++) {
        for (let bit = 0; bit < degree; bit++) {
          const value = exported[BIG_KEY_AT + WORD_BYTES * bit]! * digitUnits(digit);
          const power = (bit * element) % (2 * degree);
          message[power % degree] = power < degree ? value : -value;
        }
        key.set(packInput(encryptor.encrypt(message), ring), at);
        at += packedInput_bytes(ring);
      }
    }
    return key;
  } finally {
    exported.fill(0);
    message.fill(0);
  }
}
