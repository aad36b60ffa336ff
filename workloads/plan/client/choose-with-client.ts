/**
 * Networks that the client helps with, planned for a scheme.
 *
 * @module
 */
import { isRefusal, type Refusal } from '../../../schemes/scheme.ts';
import type { Chain } from '../../network/chain.ts';
import { sizeOf } from '../../network/shape.ts';
import type { Gains, OutputRange, TaskRequest } from '../../workload.ts';
import type { ChosenPlan } from '../choose.ts';
import { keepChosen } from '../keep-chosen.ts';
import { calibrationInputs, type NetworkOverData } from '../network-over-data.ts';
import type { PlannedNetwork } from '../planned-network.ts';
import { LEAST_DEGREE, REAL_WEIGHT_BITS } from '../real-planning.ts';
import { chooseParts, type CompileWithGains } from './choose-parts.ts';
import { measureGains } from './gains.ts';
import { planActivations } from './plan-activations.ts';
import type { Kept } from '../search/kept.ts';
import { chooseRefreshes } from './refresh.ts';
import type { RoundPlanning } from './rounds.ts';

export interface ChosenNetwork extends ChosenPlan {
  readonly planned: PlannedNetwork;
  /** Of plans with rounds, whose intermediate outputs are approximate. */
  readonly gains?: Gains;
  /** Of how it was chosen, for the data of a record. */
  readonly words?: readonly string[];
  /** What the polynomials that were taken keep of the network; null or absent: nobody looked. */
  readonly kept?: Kept | null;
  /** How it counts; absent: as it was asked to. */
  readonly of?: NetworkOverData;
  /** What planning loses of the network, in plain words; null or absent: little. */
  readonly lost?: string | null;
}

/** Every activation at the client. Whole numbers are proven: what the client sends has a range of its own. */
export function chooseActivations(request: TaskRequest, of: NetworkOverData, outputs: OutputRange): ChosenNetwork | Refusal {
  const { scheme, layout, planCache } = request;
  const isReal = scheme.arithmetic === 'real';
  const inputs = calibrationInputs(of);
  const planned = planActivations(of.network, { ...planningOf(request, of), ...(isReal ? {} : { rule: { bound: 'proven' } }) }, inputs);
  if (isRefusal(planned)) return planned;
  const gains = isReal ? measureGains(planned, inputs) : undefined;
  const search = (): ChosenPlan | Refusal => chooseParts({ scheme, layout, compile: compileOf(request, outputs) }, planned, gains);
  const chosen = keepChosen(planCache, { planned, gains, ...schemeFacts(request), outputs }, search);
  return isRefusal(chosen) ? chosen : { ...chosen, planned, ...(gains === undefined ? {} : { gains }) };
}

/** As few refreshes as levels allow. */
export function chooseRefreshed(
  request: TaskRequest,
  of: NetworkOverData,
  outputs: OutputRange,
  chain: Chain,
  degree: number,
): ChosenNetwork | Refusal {
  const { scheme, layout, planCache } = request;
  const { input } = of.network;
  const samples = calibrationInputs(of);
  const planning = { ...planningOf(request, of), degree };
  const asked = {
    scheme,
    layout,
    compile: compileOf(request, outputs),
    chain,
    inputs: sizeOf(input.shape),
    interval: input,
    planning,
    samples,
  };
  const followsFrom = { chain, interval: input, planning, samples, ...schemeFacts(request), outputs };
  return keepChosen(planCache, followsFrom, () => chooseRefreshes(asked));
}

function planningOf({ scheme: { arithmetic }, layout }: TaskRequest, of: NetworkOverData): RoundPlanning {
  return {
    quantisation: arithmetic === 'real' ? null : of.quantisation,
    realWeightBits: REAL_WEIGHT_BITS[layout],
    rule: of.ranges(arithmetic),
    degree: LEAST_DEGREE,
  };
}

function compileOf(request: TaskRequest, outputs: OutputRange): CompileWithGains {
  return (circuits, gains) => request.compile(circuits, outputs, gains);
}

function schemeFacts({ scheme: { operations, shapes }, layout }: TaskRequest): object {
  return { layout, operations: [...operations], shapes };
}
