/**
 * Checks that something is refused as the contract says: with a code, not with a crash.
 *
 * @module
 */
import assert from 'node:assert/strict';
import { EnigmarkError } from '../errors.ts';

/** The action must throw or reject with an EnigmarkError, of the given code where one is given. */
export async function expectRefused(what: string, action: () => unknown, code?: string): Promise<void> {
  let thrown: unknown;
  try {
    await action();
  } catch (error) {
    thrown = error;
  }
  assert.ok(thrown !== undefined, `${what} was accepted`);
  assert.ok(isCoded(thrown), `${what} must be refused with an EnigmarkError, not with ${describe(thrown)}`);
  if (code !== undefined) assert.equal(thrown.code, code, `${what}: code`);
}

/** An error that users can act on. An adapter from another package may bring a copy of the class. */
export function isCoded(thrown: unknown): thrown is EnigmarkError {
  if (thrown instanceof EnigmarkError) return true;
  return thrown instanceof Error && thrown.name === 'EnigmarkError' && 'code' in thrown && typeof thrown.code === 'string';
}

/** Name and message, or the value itself. */
export function describe(thrown: unknown): string {
  return thrown instanceof Error ? `${thrown.name}: ${thrown.message}` : String(thrown);
}
