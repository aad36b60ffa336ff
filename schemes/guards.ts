/**
 * What clients and evaluators check before they do anything.
 *
 * @module
 */
import { EnigmarkError } from './errors.ts';

/** @throws EnigmarkError DISPOSED */
export function expectLive(disposed: boolean, side: 'client' | 'evaluator'): void {
  if (!disposed) return;
  throw new EnigmarkError('DISPOSED', { expected: `a live ${side}`, got: 'one that was disposed', remedy: 'make a new one' });
}

/**
 * The keys of a client that has made them.
 *
 * @throws EnigmarkError NO_KEYS
 */
export function expectKeys<K>(keys: K | null): K {
  if (keys !== null) return keys;
  throw new EnigmarkError('NO_KEYS', { expected: 'keys', got: 'a client that has none yet', remedy: 'call generateKeys first' });
}
