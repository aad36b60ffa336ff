/**
 * Key-switching keys from bytes.
 *
 * @module
 */
import type { SEALContext } from 'node-seal/allows';
import { openKey } from '../rlwe/wire/key-parts.ts';
import { keyShape, restoreKeys } from '../rlwe/wire/trimmed-keys.ts';
import type { RlweProgram } from '../rlwe/program/program.ts';
import type { Compiled, KeyPart } from '../scheme.ts';
import type { Context } from './context.ts';
import type { SealKeys } from './operations.ts';
import { guarded, type EvaluatorLibrary } from './runtime.ts';
import type { Scope } from './scope.ts';
import { checkKeyBytes, renamedKeys } from './serialization.ts';

/**
 * The keys that the plan names, for one pass, owned by `scope`. Keys that all passes share were made in the context of the first pass, and
 * are renamed for this one.
 *
 * @throws EnigmarkError KEYS_INCOMPLETE, KEY_DAMAGED
 */
export function loadKeys(
  library: EvaluatorLibrary,
  scope: Scope,
  context: Context,
  compiled: Compiled,
  parts: readonly KeyPart[],
  pass = 0,
): SealKeys {
  const { keysPerPass, keys: needed } = (compiled.evaluator as RlweProgram).details;
  const { degree, primes } = context.ring;
  const payloadOf = (kind: 'relinearization' | 'galois'): Uint8Array | null => {
    if (!compiled.client.keys.includes(kind)) return null;
    const payload = restoreKeys(openKey(compiled, parts, kind, keysPerPass ? pass : 0), keyShape(kind, needed, degree, primes));
    checkKeyBytes(payload, context.ring);
    return keysPerPass || pass === 0 ? payload : renamedKeys(payload, context.keyId());
  };
  const load = <K extends { loadFromArray(from: SEALContext, bytes: Uint8Array): void; delete(): void }>(
    keys: K,
    payload: Uint8Array,
  ): K => {
    scope.own(keys);
    guarded('KEY_DAMAGED', 'SEAL keys of these parameters', () => keys.loadFromArray(context.context, payload));
    return keys;
  };
  const relinearization = payloadOf('relinearization');
  const galois = payloadOf('galois');
  return {
    relinearization: relinearization && load(new library.RelinKeys(), relinearization),
    galois: galois && load(new library.GaloisKeys(), galois),
  };
}
