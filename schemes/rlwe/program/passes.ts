/**
 * Passes of a plan: one for each plaintext prime.
 *
 * @module
 */
import { EnigmarkError } from '../../errors.ts';

/** @throws EnigmarkError UNKNOWN_PASS */
export function passOf<T>(passes: readonly T[], pass: number): T {
  const found = passes[pass];
  if (found !== undefined) return found;
  throw new EnigmarkError('UNKNOWN_PASS', {
    expected: `a pass from 0 to ${passes.length - 1}`,
    got: `${pass}`,
    remedy: 'run one pass for each plaintext prime of the plan',
  });
}
