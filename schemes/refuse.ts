/**
 * Refusals: why a scheme or a planner does not do what it was asked for, as a value instead of an error.
 *
 * @module
 */
import { EnigmarkError } from './errors.ts';
import type { Refusal } from './scheme.ts';

/** The circuit and the node that are the reason, where one is. */
export interface Place {
  readonly circuit?: string | undefined;
  readonly node?: number | null;
}

/**
 * A refusal as `compile` returns it.
 *
 * @param code stable: programs may compare it
 * @param reason one line, in the user's terms
 * @param place the circuit and the node that are the reason, where one is
 * @returns the refusal; without a place, of all circuits
 * @example
 * ```ts
 * import assert from 'node:assert/strict';
 * import { isRefusal, refuse } from 'enigmark';
 *
 * const refusal = refuse('OPERATION_UNSUPPORTED', "the scheme has no operation 'rotate'", { circuit: 'network', node: 3 });
 * assert.ok(isRefusal(refusal));
 * ```
 */
export function refuse(code: string, reason: string, { circuit = '', node = null }: Place = {}): Refusal {
  return { code, reason, circuit, node };
}

/**
 * A caught error with one of the codes, as a refusal with its message.
 *
 * @throws every other error, as it is
 */
export function refuseError(error: unknown, codes: readonly string[], place: Place = {}): Refusal {
  if (error instanceof EnigmarkError && codes.includes(error.code)) return refuse(error.code, error.message, place);
  throw error;
}
