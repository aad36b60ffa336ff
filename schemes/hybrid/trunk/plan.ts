/**
 * Plans of a trunk and a head: both parts are compiled as their schemes compile them, and bear the id of the whole.
 *
 * @module
 */
import type { RlweParameters } from '../../rlwe/program/program.ts';
import type { ClientPlan, Compiled, ParameterSet } from '../../scheme.ts';
import type { HybridParameters } from '../parameters.ts';

/** TFHE's set with the ring, and the set of CKKS. */
export interface TrunkParameters extends HybridParameters {
  readonly trunk: RlweParameters;
}

/** What a part's client needs. */
export interface PartDetails extends Pick<ClientPlan, 'ports' | 'keys' | 'details'> {
  readonly parameters: ParameterSet;
}

/** The adapter's part of the client plan. */
export interface TrunkDetails {
  readonly trunk: PartDetails;
  readonly head: PartDetails;
}

/** What the evaluator runs. */
export interface TrunkProgram {
  readonly trunk: Compiled;
  readonly head: Compiled;
  /** On the weights of the trunk's last products, so that its sums come out at the head's scale. */
  readonly factor: number;
  /** Units of 2^-32 of the torus that a real number of 1 is worth in the head. */
  readonly units: number;
  /** Of the error with which a sum arrives at the head, on the torus: the trunk's and the switch's. */
  readonly arrivalVariance: number;
}

/** Whether a plan has a trunk. */
export function isTrunkPlan({ details }: ClientPlan): boolean {
  return typeof details === 'object' && details !== null && 'trunk' in details;
}

/** A part as a plan of its own, under the id of the whole. */
export function partPlan(plan: ClientPlan, part: keyof TrunkDetails): ClientPlan {
  const { id, scheme, encryption } = plan;
  return { id, scheme, encryption, ...(plan.details as TrunkDetails)[part] };
}
