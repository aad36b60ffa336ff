/**
 * The quickest plan of a network with rounds: each part is laid out by itself, because the client arranges what it sends anew.
 *
 * @module
 */
import type { Circuit, SlotShape } from '../../../schemes/circuit.ts';
import { type Compiled, isRefusal, type Refusal } from '../../../schemes/scheme.ts';
import type { Plan } from '../../plan.ts';
import type { Gains, Layout, TaskRequest } from '../../workload.ts';
import { type ChosenPlan, choosePlan } from '../choose.ts';
import { plansIn } from '../layouts.ts';
import type { PlannedNetwork, PlannedPart } from '../planned-network.ts';
import { CIRCUIT, outputName } from '../round-trip.ts';
import { joinParts, partOutput, partsOf } from './join-parts.ts';

/** The scheme's compile; errors of outputs count as often as they reach the result. */
export type CompileWithGains = (circuits: readonly Circuit[], gains?: Gains) => Compiled | Refusal;

export interface PartsRequest extends Pick<TaskRequest, 'scheme'> {
  readonly layout: Layout;
  readonly compile: CompileWithGains;
}

/** @param gains of every part's output but the last; absent where results are exact. */
export function chooseParts(request: PartsRequest, network: PlannedNetwork, gains: Gains | undefined): ChosenPlan | Refusal {
  const inParts = partsOf(network);
  const compile = (circuits: readonly Circuit[]): Compiled | Refusal => request.compile(circuits, gains);
  return choosePlan({ scheme: request.scheme, compile }, (shape) => {
    const plans: Plan[] = [];
    for (const [at, part] of inParts.parts.entries()) {
      const chosen = choosePart(request, part, shape, gains === undefined ? undefined : [gains[partOutput(at)] ?? 1]);
      if (isRefusal(chosen)) return chosen;
      plans.push(chosen.plan);
    }
    return [() => joinParts(plans, inParts)];
  });
}

/**
 * One part by itself over one shape, as a round trip.
 *
 * @param gains of its outputs as `valuesOut` has them; undefined where they are exact
 * @param most plans that are compared; of those that layouts make, the most promising come first
 */
export function choosePart(
  request: PartsRequest,
  part: PlannedPart,
  shape: SlotShape,
  gains: readonly number[] | undefined,
  most = Infinity,
): ChosenPlan | Refusal {
  const named = gains === undefined ? undefined : Object.fromEntries(gains.map((gain, place) => [`${CIRCUIT}.${outputName(place)}`, gain]));
  return choosePlan({ scheme: { ...request.scheme, shapes: [shape] }, compile: (circuits) => request.compile(circuits, named) }, () => {
    const plans = plansIn(request.layout, part, shape, request.scheme.operations);
    return isRefusal(plans) ? plans : plans.slice(0, most);
  });
}
