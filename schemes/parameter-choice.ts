/**
 * Which parameter sets a compile may choose from.
 *
 * @module
 */
import type { Circuit } from './circuit.ts';
import { nearestNames } from './nearest-names.ts';
import { refuse } from './refuse.ts';
import { isRefusal, type ParameterSet, type Refusal, type Requirement } from './scheme.ts';

/**
 * The refusal of a set that was asked for and does not exist.
 *
 * @param id the set that was asked for
 * @param sets all sets of the scheme
 * @returns a refusal UNKNOWN_PARAMETERS that names the sets with similar ids, or all
 * @example
 * ```ts
 * import assert from 'node:assert/strict';
 * import { unknownParameters } from 'enigmark';
 *
 * const { reason } = unknownParameters('smal', { small: { id: 'small' }, large: { id: 'large' } });
 * assert.equal(reason, "no parameter set 'smal'; try small");
 * ```
 */
export function unknownParameters(id: string, sets: Readonly<Record<string, ParameterSet>>): Refusal {
  const names = Object.keys(sets);
  const nearest = nearestNames(id, names);
  return refuse('UNKNOWN_PARAMETERS', `no parameter set '${id}'; try ${(nearest.length > 0 ? nearest : names).join(', ')}`);
}

/**
 * Sets on the ring whose slots the circuits are laid out for. Insecure sets only when they are asked for by name.
 * `rows` is what the scheme's slots look like: 1 (CKKS) or 2 (BFV, BGV).
 */
export function candidateSets<P extends ParameterSet & { readonly degree: number }>(
  sets: Readonly<Record<string, P>>,
  circuits: readonly Circuit[],
  rows: 1 | 2,
  need: Requirement,
): readonly P[] | Refusal {
  const forced = chosen(sets, need);
  if (isRefusal(forced)) return forced;
  const shape = circuits[0]?.shape ?? { rows, columns: 0 };
  const fitting = forced.filter(({ degree }) => shape.rows === rows && 2 * shape.columns === degree);
  if (fitting.length > 0) return fitting;
  const names = forced.map(({ id, degree }) => `${id} (${rows} x ${degree / 2})`).join(', ');
  return refuse('SHAPE_UNSUPPORTED', `no set has ${shape.rows} x ${shape.columns} slots; there are ${names}`);
}

/** The set that is asked for by name; without one, all that are secure. */
export function chosen<P extends ParameterSet>(sets: Readonly<Record<string, P>>, need: Requirement): readonly P[] | Refusal {
  if (need.parameters === undefined) return Object.values(sets).filter(({ id }) => !id.startsWith('insecure-'));
  const set = Object.hasOwn(sets, need.parameters) ? sets[need.parameters] : undefined;
  return set === undefined ? unknownParameters(need.parameters, sets) : [set];
}
