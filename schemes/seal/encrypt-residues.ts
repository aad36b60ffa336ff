/**
 * Encryptions of secrets, which keys consist of: SEAL encrypts a plaintext in transform form whose residues are ours.
 *
 * @module
 */
import type { Encryptor } from 'node-seal/allows';
import { idBytes, type Context } from './context.ts';
import type { ClientLibrary } from './runtime.ts';
import { Scope } from './scope.ts';
import { plaintextRecord } from './serialization.ts';

/**
 * SEAL's bytes of a seeded symmetric encryption. All copies of the residues are overwritten, the given one as well.
 *
 * @param numbers residues in transform form, for one data prime of the context after the other
 */
export function encryptResidues(library: ClientLibrary, context: Context, encryptor: Encryptor, numbers: BigUint64Array): Uint8Array {
  using temporary = new Scope();
  const record = plaintextRecord(numbers, idBytes(context.parmsId(context.limbs)));
  const plain = temporary.own(new library.Plaintext());
  try {
    plain.loadFromArray(context.context, record);
    const ciphertext = temporary.own(encryptor.encryptSymmetricSerializable(plain));
    return ciphertext.saveToArray(library.ComprModeType.none) as Uint8Array;
  } finally {
    numbers.fill(0n);
    record.fill(0);
    plain.setZero();
  }
}
