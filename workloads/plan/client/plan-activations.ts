/**
 * Every activation at the client: the evaluator computes one linear layer at a time.
 *
 * @module
 */
import { refuse } from '../../../schemes/refuse.ts';
import { isRefusal, type Refusal } from '../../../schemes/scheme.ts';
import type { Network } from '../../network/network.ts';
import { sizeOf } from '../../network/shape.ts';
import type { PlannedClient, PlannedNetwork, PlannedPart } from '../planned-network.ts';
import { IDENTITY } from './client-function.ts';
import { networkOf } from './join-parts.ts';
import { atInput, partFrom, roundBehind, type RoundPlanning } from './rounds.ts';
import { segmentsOf } from './segments.ts';

/**
 * The network with a round for each activation. Real inputs calibrate what the client sends. Refused as `segmentsOf` and `planNetwork`
 * do, and with SIGN_UNCERTAIN for the sign of an approximate value.
 *
 * @throws EnigmarkError as `chainOf` does
 */
export function planActivations(network: Network, planning: RoundPlanning, samples: readonly Float64Array[]): PlannedNetwork | Refusal {
  const segments = segmentsOf(network);
  if (isRefusal(segments)) return segments;
  const parts: PlannedPart[] = [];
  const rounds: PlannedClient[] = [];
  let at = atInput(planning, sizeOf(network.input.shape), network.input, samples);
  for (const { chain, cut } of segments) {
    const planned = partFrom(at, chain, planning, cut === null ? 'evaluator' : 'client');
    if (isRefusal(planned)) return planned;
    parts.push(planned.part);
    if (cut === null) break;
    if (cut.steps.some((step) => step.kind === 'activation' && step.activation === 'sign') && planning.quantisation === null) {
      const reason = `'${cut.name}' is the sign of approximate values: where one is near zero, the client would see either sign`;
      return refuse('SIGN_UNCERTAIN', reason);
    }
    const applied = [{ of: planned.part.layers.length, apply: { ...IDENTITY, steps: cut.steps } }];
    const { round, next } = roundBehind(at, planned.part, { name: cut.name, applied }, planning);
    rounds.push(round);
    at = next;
  }
  return networkOf({ parts, rounds });
}
