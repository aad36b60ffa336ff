/**
 * The public key, as an evaluator is given it.
 *
 * @module
 */
import { open } from '../../envelope.ts';
import { EnigmarkError } from '../../errors.ts';
import type { Compiled, KeyPart } from '../../scheme.ts';
import type { PaillierProgram } from '../program/program.ts';
import { PUBLIC_KEY, readPublicKey } from '../wire/key-wire.ts';

/** n. @throws EnigmarkError KEYS_INCOMPLETE, KEY_DAMAGED, and as `open` does */
export function openPublicKey(compiled: Compiled, keys: readonly KeyPart[]): bigint {
  const part = keys.find(({ kind }) => kind === PUBLIC_KEY);
  if (part === undefined) {
    throw new EnigmarkError('KEYS_INCOMPLETE', {
      expected: `a key '${PUBLIC_KEY}'`,
      got: keys.map(({ kind }) => kind).join(', ') || 'none',
      remedy: 'send every key part that the client made',
    });
  }
  const payload = open(part.bytes, { kind: 'key', plan: compiled.id, name: PUBLIC_KEY, pass: 0 });
  return readPublicKey(payload, (compiled.evaluator as PaillierProgram).parameters);
}
