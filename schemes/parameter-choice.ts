/**
 * The refusal that every compile shares: a set that was asked for and does not exist.
 *
 * @module
 */
import { nearestNames } from './nearest-names.ts';
import type { ParameterSet, Refusal } from './scheme.ts';

export function unknownParameters(id: string, sets: Readonly<Record<string, ParameterSet>>): Refusal {
  const nearest = nearestNames(id, Object.keys(sets));
  return {
    code: 'UNKNOWN_PARAMETERS',
    reason: `no parameter set '${id}'; nearest: ${nearest.join(', ')}`,
    circuit: '',
    node: null,
  };
}
