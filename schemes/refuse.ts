/**
 * Refusals: why a scheme or a planner does not do what it was asked for, as a value instead of an error.
 *
 * @module
 */
import { EnigmarkError } from './errors.ts';
import type { Refusal } from './scheme.ts';

/** The circuit and the node that are the reason, where one is. */
interface Place {
  readonly circuit?: string | undefined;
  readonly node?: number | null;
}

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
