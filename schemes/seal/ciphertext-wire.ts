/**
 * SEAL objects on the wire: read with suspicion, checked against the plan.
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
 * The caller owns the ciphertext.
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
