/**
 * SEAL's own secret as the message of a switching key: its parts are encrypted under TFHE's secret.
 *
 * Only clients import this module. Everything that it copies the secret into is overwritten before it is let go.
 *
 * @module
 */
import type { RlweParameters } from '../rlwe/program/program.ts';
import { createPrimes } from '../rlwe/numbers/primes.ts';
import { plaintextNumbers } from '../seal/serialization.ts';
import { packInput, packedInput_bytes } from './input-wire.ts';
import type { InputRing } from './parameters.ts';
import { openRing } from './ring-reader.ts';
import type { RingEncryptor } from './shared-secret.ts';
import { DIGITS, digitUnits, partCount, switchingKey_bytes } from './trunk/switching.ts';

/**
 * The ciphertexts of a switching key, one behind the other: those of the first digit, then those of the second; of each, part after part of
 * the polynomial that is switched.
 *
 * @param exportSecret Gives SEAL's bytes of a secret key of the trunk, which are overwritten.
 * @param encryptor Of the ring, under TFHE's secret.
 */
export function makeSwitchingKey(
  trunk: RlweParameters,
  ring: InputRing,
  encryptor: RingEncryptor,
  exportSecret: () => Uint8Array,
): Uint8Array {
  const secret = readSecret(trunk, exportSecret);
  const message = new Uint32Array(ring.degree);
  try {
    const parts = partCount(trunk, ring);
    const key = new Uint8Array(switchingKey_bytes(trunk, ring));
    let at = 0;
    for (let digit = 0; digit < DIGITS; digit++) {
      for (let part = 0; part < parts; part++) {
        writePart(secret, { part, parts, unit: digitUnits(digit) }, message);
        key.set(packInput(encryptor.encrypt(message), ring), at);
        at += packedInput_bytes(ring);
      }
    }
    return key;
  } finally {
    secret.fill(0);
    message.fill(0);
  }
}

/** What the digits of part `part` are multiplied by, times `unit`, in units of 2^-32 of the torus. */
function writePart(secret: Float64Array, { part, parts, unit }: { part: number; parts: number; unit: number }, message: Uint32Array): void {
  const of = (parts - part) % parts;
  const shift = part === 0 ? 0 : 1;
  for (let j = 0; j < message.length; j++) {
    const value = secret[parts * j + of]! * unit;
    // X^n is -1.
    const end = j + shift === message.length;
    message[end ? 0 : j + shift] = end ? -value : value;
  }
}

/** The secret's coefficients, -1, 0 or 1. SEAL keeps its values at the roots modulo each prime; the first prime is enough. */
function readSecret(trunk: RlweParameters, exportSecret: () => Uint8Array): Float64Array {
  const { degree } = trunk;
  const [prime] = createPrimes(degree, trunk.modulus_bits);
  const { arena, ring, modulus } = openRing({ degree, prime: prime! });
  const values = ring.allocate(modulus);
  const bytes = exportSecret();
  const numbers = plaintextNumbers(bytes);
  const words = arena.allocate(8 * degree);
  try {
    arena.u64.set(numbers.subarray(0, degree), words / 8);
    ring.read(words, values, 'values');
    ring.inverse(values, values);
    ring.reduce(values);
    return arena.f64.slice(values.address / 8, values.address / 8 + degree).map(Math.round);
  } finally {
    bytes.fill(0);
    numbers.fill(0n);
    arena.u64.fill(0n, words / 8, words / 8 + degree);
    ring.clear(values, 'coefficients');
  }
}
