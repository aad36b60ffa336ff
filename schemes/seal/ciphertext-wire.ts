/**
 * SEAL objects on the wire: read with suspicion, checked against the plan.
 *
 * @module
 */
import type { Ciphertext } from 'node-seal/allows';
import { EnigmarkError } from '../errors.ts';
import type { PortPlace } from '../rlwe/program.ts';
import type { Context } from './context.ts';
import { guarded, type EvaluatorLibrary } from './runtime.ts';

const MAGIC = 0xa15e;
const HEADER_BYTES = 16;
const UNCOMPRESSED = 0;

/**
 * The caller owns the ciphertext.
 * @throws EnigmarkError CIPHERTEXT_DAMAGED
 */
export function loadCiphertext(library: EvaluatorLibrary, { context }: Context, payload: Uint8Array): Ciphertext {
  checkHeader(payload, 'CIPHERTEXT_DAMAGED');
  const ciphertext = new library.Ciphertext();
  try {
    guarded('CIPHERTEXT_DAMAGED', 'a SEAL ciphertext of these parameters', () => ciphertext.loadFromArray(context, payload));
  } catch (error) {
    ciphertext.delete();
    throw error;
  }
  return ciphertext;
}

/**
 * SEAL's header, checked before the bytes reach the library: a length that lies, or a compressed body that unfolds to
 * gigabytes, must not get that far. Layout, little endian (SEAL 4.1, serialization.h): magic u16, header length u8, version
 * u8 u8, compression u8, 0 u16, length of everything u64.
 * @throws EnigmarkError of the given code
 */
export function checkHeader(payload: Uint8Array, code: 'CIPHERTEXT_DAMAGED' | 'KEY_DAMAGED'): void {
  const view = new DataView(payload.buffer, payload.byteOffset, payload.byteLength);
  const right =
    payload.length >= HEADER_BYTES &&
    view.getUint16(0, true) === MAGIC &&
    view.getUint8(2) === HEADER_BYTES &&
    view.getUint8(5) === UNCOMPRESSED &&
    view.getBigUint64(8, true) === BigInt(payload.length);
  if (!right) {
    throw new EnigmarkError(code, {
      expected: 'an uncompressed SEAL object of the length that its header says',
      got: `${payload.length} bytes with another header`,
      remedy: 'send the bytes again, unchanged',
    });
  }
}

/**
 * A ciphertext must stand where the plan says: a wrong scale would decode to other numbers without a word.
 * @throws EnigmarkError CIPHERTEXT_DAMAGED
 */
export function expectPlace(ciphertext: Ciphertext, place: PortPlace, port: string): void {
  const right =
    ciphertext.coeffModulusSize() === place.limbs &&
    ciphertext.size() === place.polynomials &&
    (place.scale === null || ciphertext.scale() === place.scale);
  if (right) return;
  throw new EnigmarkError('CIPHERTEXT_DAMAGED', {
    expected: `${place.polynomials} polynomials at ${place.limbs} primes and scale ${place.scale ?? 1} for '${port}'`,
    got: `${ciphertext.size()} at ${ciphertext.coeffModulusSize()} and scale ${ciphertext.scale()}`,
    remedy: 'send the bytes again, unchanged',
  });
}
