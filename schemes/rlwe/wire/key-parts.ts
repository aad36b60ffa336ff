/**
 * Key parts as they are sent: one of every kind, or one for every pass.
 *
 * @module
 */
import { open } from '../../envelope.ts';
import { EnigmarkError } from '../../errors.ts';
import type { Compiled, KeyPart } from '../../scheme.ts';

/**
 * The payload of the part of this kind and pass.
 * @throws EnigmarkError KEYS_INCOMPLETE where there is none, and as `open` does
 */
export function openKey(compiled: Compiled, parts: readonly KeyPart[], kind: string, pass: number): Uint8Array {
  const part = parts.filter((candidate) => candidate.kind === kind)[pass];
  if (part !== undefined) return open(part.bytes, { kind: 'key', plan: compiled.id, name: kind, pass });
  throw new EnigmarkError('KEYS_INCOMPLETE', {
    expected: `keys ${compiled.client.keys.join(', ')}${pass > 0 ? ` of pass ${pass}` : ''}`,
    got: parts.map((candidate) => candidate.kind).join(', ') || 'none',
    remedy: 'send every key part that the client made',
  });
}
