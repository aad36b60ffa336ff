/**
 * What clients and evaluators check before they do anything.
 *
 * @module
 */
import { EnigmarkError } from './errors.ts';

/**
 * Every method of a client and of an evaluator begins with it.
 *
 * @param disposed whether the side was disposed of
 * @param side which one, for the message
 * @throws EnigmarkError DISPOSED
 * @example
 * ```ts
 * import assert from 'node:assert/strict';
 * import { expectLive } from 'enigmark';
 *
 * expectLive(false, 'client');
 * assert.throws(() => expectLive(true, 'client'), { code: 'DISPOSED' });
 * ```
 */
export function expectLive(disposed: boolean, side: 'client' | 'evaluator'): void {
  if (!disposed) return;
  throw new EnigmarkError('DISPOSED', { expected: `a live ${side}`, got: 'one that was disposed', remedy: 'make a new one' });
}

/**
 * The keys of a client that has made them.
 *
 * @param keys null: it has not yet
 * @returns the keys
 * @throws EnigmarkError NO_KEYS
 * @example
 * ```ts
 * import assert from 'node:assert/strict';
 * import { expectKeys } from 'enigmark';
 *
 * assert.equal(expectKeys('a key'), 'a key');
 * assert.throws(() => expectKeys(null), { code: 'NO_KEYS' });
 * ```
 */
export function expectKeys<K>(keys: K | null): K {
  if (keys !== null) return keys;
  throw new EnigmarkError('NO_KEYS', { expected: 'keys', got: 'a client that has none yet', remedy: 'call generateKeys first' });
}
