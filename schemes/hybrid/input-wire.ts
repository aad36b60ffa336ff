/**
 * Inputs on the wire: what SEAL makes of a seeded symmetric encryption, without what is the format's.
 *
 * SEAL writes residues as 64-bit numbers, behind headers. Here a payload is the seed of the second polynomial (64 bytes), then the residues
 * of the first one, each in as many bits as the prime has, lowest bits first.
 *
 * @module
 */
import { EnigmarkError } from '../errors.ts';
import { SEED_BYTES } from '../rlwe/kernel/uniform.ts';
import { CIPHERTEXT_AT, SEED_RECORD_BYTES } from '../rlwe/wire/seal-layout.ts';
import type { InputRing } from './parameters.ts';

/** Both parts of a ciphertext: a polynomial, and the seed of the other. */
export interface PackedInput {
  readonly seed: Uint8Array;
  /** Below the prime, by coefficient. */
  readonly residues: Float64Array;
}

type Size = Pick<InputRing, 'degree' | 'prime_bits'>;

/** Bytes of a payload. */
export function packedInput_bytes(size: Size): number {
  return SEED_BYTES + polynomial_bytes(size);
}

/** A payload from SEAL's bytes of a seeded ciphertext of two polynomials modulo one prime. */
export function packInput(sealed: Uint8Array, size: Size): Uint8Array {
  const { degree } = size;
  const numbers_bytes = 8 * degree;
  if (sealed.length !== CIPHERTEXT_AT.numbers + numbers_bytes + SEED_RECORD_BYTES) {
    throw new EnigmarkError('LIBRARY_UNSUPPORTED', {
      expected: `seeded ciphertexts of ${degree} numbers`,
      got: `${sealed.length} bytes`,
      remedy: 'install the version of node-seal that package.json names',
    });
  }
  const packed = new Uint8Array(packedInput_bytes(size));
  packed.set(sealed.subarray(sealed.length - SEED_BYTES));
  const view = new DataView(sealed.buffer, sealed.byteOffset + CIPHERTEXT_AT.numbers, numbers_bytes);
  writeResidues(packed.subarray(SEED_BYTES), size, (index) => Number(view.getBigUint64(8 * index, true)));
  return packed;
}

/** A payload of polynomials without a seed, one behind the other. @param polynomials Coefficients modulo the prime, in any range. */
export function packPolynomials(polynomials: readonly Float64Array[], size: Size & Pick<InputRing, 'prime'>): Uint8Array {
  const prime = Number(size.prime);
  const each_bytes = polynomial_bytes(size);
  const packed = new Uint8Array(polynomials.length * each_bytes);
  for (const [at, coefficients] of polynomials.entries()) {
    writeResidues(packed.subarray(at * each_bytes), size, (index) => ((coefficients[index]! % prime) + prime) % prime);
  }
  return packed;
}

/** @throws EnigmarkError CIPHERTEXT_DAMAGED for another length, or a residue that is none of the prime's. */
export function unpackPolynomials(payload: Uint8Array, count: number, size: Size & Pick<InputRing, 'prime'>): Float64Array[] {
  const each_bytes = polynomial_bytes(size);
  if (payload.length !== count * each_bytes) throw damaged(`${count * each_bytes} bytes`, `${payload.length}`);
  return Array.from({ length: count }, (_, at) => readResidues(payload.subarray(at * each_bytes), size));
}

function polynomial_bytes({ degree, prime_bits }: Size): number {
  return Math.ceil((degree * prime_bits) / 8);
}

function writeResidues(into: Uint8Array, { degree, prime_bits }: Size, residueAt: (index: number) => number): void {
  // Less than 8 bits that wait, and below them a residue of at most 45: a double holds them.
  let [waiting, bits, at] = [0, 0, 0];
  for (let index = 0; index < degree; index++) {
    waiting += residueAt(index) * 2 ** bits;
    for (bits += prime_bits; bits >= 8; bits -= 8) {
      into[at++] = waiting % 256;
      waiting = Math.floor(waiting / 256);
    }
  }
  if (bits > 0) into[at] = waiting;
}

/** @throws EnigmarkError CIPHERTEXT_DAMAGED for another length, or a residue that is none of the prime's. */
export function unpackInput(payload: Uint8Array, size: Size & Pick<InputRing, 'prime'>): PackedInput {
  if (payload.length !== packedInput_bytes(size)) throw damaged(`${packedInput_bytes(size)} bytes`, `${payload.length}`);
  return { seed: payload.subarray(0, SEED_BYTES), residues: readResidues(payload.subarray(SEED_BYTES), size) };
}

function readResidues(from: Uint8Array, { degree, prime_bits, prime }: Size & Pick<InputRing, 'prime'>): Float64Array {
  const [p, range] = [Number(prime), 2 ** prime_bits];
  const residues = new Float64Array(degree);
  let [waiting, bits, at] = [0, 0, 0];
  for (let index = 0; index < degree; index++) {
    for (; bits < prime_bits; bits += 8) waiting += from[at++]! * 2 ** bits;
    const residue = waiting % range;
    if (residue >= p) throw damaged(`residues below ${p}`, `${residue}`);
    residues[index] = residue;
    waiting = Math.floor(waiting / range);
    bits -= prime_bits;
  }
  return residues;
}

function damaged(expected: string, got: string): EnigmarkError {
  return new EnigmarkError('CIPHERTEXT_DAMAGED', { expected, got, remedy: 'send the bytes again, unchanged' });
}
