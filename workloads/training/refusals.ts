/**
 * Why a training does not run, before anything is compiled.
 *
 * @module
 */
import type { Refusal } from '../../schemes/scheme.ts';
import type { TrainingRequest } from './training.ts';

export function refused(code: string, reason: string): Refusal {
  return { code, reason, circuit: 'update', node: null };
}

/** Of models whose steps no circuit takes: gradients come back in slots that only the client adds up. null: nothing of the kind was asked. */
export function unfitUpdates({ updates }: TrainingRequest): Refusal | null {
  if (updates === null || updates === 1) return null;
  return refused('OPERATION_UNSUPPORTED', 'the client adds up the slots of every gradient: 1 update fits between two refreshes');
}
