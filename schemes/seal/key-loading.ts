/**
 * Key-switching keys from bytes.
 *
 * @module
 */
import { open } from '../envelope.ts';
import { EnigmarkError } from '../errors.ts';
import type { Compiled, KeyPart } from '../scheme.ts';
import type { Context } from './context.ts';
import type { SealKeys } from './operations.ts';
import { guarded, type EvaluatorLibrary } from './runtime.ts';
import type { Scope } from './scope.ts';
import { checkKeyBytes } from './serialization.ts';

/**
 * The keys that the plan names, owned by `scope`.
 *
 * @throws EnigmarkError KEYS_INCOMPLETE, KEY_DAMAGED
 */
export function loadKeys(
  library: EvaluatorLibrary,
  scope: Scope,
  { context, ring }: Context,
  compiled: Compiled,
  parts: readonly KeyPart[],
): SealKeys {
  const payloadOf = (kind: string): Uint8Array | null => {
    if (!compiled.client.keys.includes(kind)) return null;
    const part = parts.find((candidate) => candidate.kind === kind);
    if (part === undefined) {
      throw new EnigmarkError('KEYS_INCOMPLETE', {
        expected: `keys ${compiled.client.keys.join(', ')}`,
        got: parts.map((candidate) => candidate.kind).join(', ') || 'none',
        remedy: 'send every key part that the client made',
      });
    }
    const payload = open(part.bytes, { kind: 'key', plan: compiled.id, name: kind, pass: 0 });
    checkKeyBytes(payload, ring);
    return payload;
  };
  const load = <K extends { loadFromArray(from: Context['context'], bytes: Uint8Array): void; delete(): void }>(
    keys: K,
    payload: Uint8Array,
  ): K => {
    scope.own(keys);
    guarded('KEY_DAMAGED', 'SEAL keys of these parameters', () => keys.loadFromArray(context, payload));
    return keys;
  };
  const relinearization = payloadOf('relinearization');
  const galois = payloadOf('galois');
  return {
    relinearization: relinearization && load(new library.RelinKeys(), relinearization),
    galois: galois && load(new library.GaloisKeys(), galois),
  };
}
