/**
 * The one error type. `code` is stable; the wording is not.
 *
 * @module
 */

export interface ErrorParts {
  /** What was needed, in the user's terms. */
  readonly expected: string;
  /** What was met instead. */
  readonly got: string;
  /** What to do about it. */
  readonly remedy: string;
  readonly cause?: unknown;
}

/**
 * An expected failure: bad input, an unusable environment, damage on the wire. Bugs stay plain errors.
 *
 * @example
 * ```ts
 * import assert from 'node:assert/strict';
 * import { EnigmarkError } from 'enigmark';
 *
 * const error = new EnigmarkError('KEY_DAMAGED', { expected: '64 bytes', got: '63', remedy: 'send the key again' });
 * assert.equal(error.message, 'expected 64 bytes, got 63; send the key again');
 * ```
 */
export class EnigmarkError extends Error {
  readonly code: string;
  readonly expected: string;
  readonly got: string;
  readonly remedy: string;

  /**
   * @param code stable: programs may compare it
   * @param parts the message, in the user's terms
   */
  constructor(code: string, parts: ErrorParts) {
    super(`expected ${parts.expected}, got ${parts.got}; ${parts.remedy}`, { cause: parts.cause });
    this.name = 'EnigmarkError';
    this.code = code;
    this.expected = parts.expected;
    this.got = parts.got;
    this.remedy = parts.remedy;
  }
}

/**
 * Code and one-line message of anything thrown, for records and terminals.
 *
 * @param thrown anything: what is no `EnigmarkError` has the code UNEXPECTED
 * @returns the message without line breaks
 * @example
 * ```ts
 * import assert from 'node:assert/strict';
 * import { describeError } from 'enigmark';
 *
 * assert.deepEqual(describeError(new TypeError('no number')), { code: 'UNEXPECTED', message: 'TypeError: no number' });
 * ```
 */
export function describeError(thrown: unknown): { readonly code: string; readonly message: string } {
  if (thrown instanceof EnigmarkError) return { code: thrown.code, message: thrown.message.replace(/\s*\n\s*/g, ' ') };
  if (thrown instanceof Error) return { code: 'UNEXPECTED', message: `${thrown.name}: ${thrown.message}`.split('\n', 1)[0] ?? '' };
  return { code: 'UNEXPECTED', message: String(thrown) };
}
