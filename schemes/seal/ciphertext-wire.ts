/**
 * SEAL objects on the wire: every field is checked, and compared with the plan.
 *
 * @module
 */
import type { Ciphertext } from 'node-seal/allows';
import { EnigmarkError } from '../errors.ts';
import type { PortPlace } from '../rlwe/program/program.ts';
import type { Context } from './context.ts';
import { guarded, type EvaluatorLibrary } from './runtime.ts';
import { checkCiphertextBytes } from './serialization.ts';

/**
 * A ciphertext from bytes. The caller frees it.
 * @throws EnigmarkError CIPHERTEXT_DAMAGED
 */
export function loadCiphertext(library: EvaluatorLibrary, { context, ring }: Context, payload: Uint8Array): Ciphertext {
  checkCiphertextBytes(payload, ring);
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
 * A ciphertext must stand where the plan says: with a wrong scale it would decode to other numbers, unnoticed.
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
