/**
 * Where to cut a network between a trunk in real numbers and a head of tables: the quickest of all cuts, as they compile, or the one that is
 * asked for.
 *
 * @module
 */
import type { TrunkFacts } from '../../../schemes/circuit.ts';
import { refuse } from '../../../schemes/refuse.ts';
import { isRefusal, type Refusal } from '../../../schemes/scheme.ts';
import type { Chain } from '../../network/chain.ts';
import { sizeOf } from '../../network/shape.ts';
import type { OutputRange, TaskRequest } from '../../workload.ts';
import { type ChosenPlan, choosePlan, predicted_ns } from '../choose.ts';
import type { ChosenNetwork } from '../client/choose-with-client.ts';
import { keepChosen } from '../keep-chosen.ts';
import { refusingRange } from '../layouts.ts';
import type { NetworkOverData, TablesOverData } from '../network-over-data.ts';
import { type Cut, cutsOf, planTrunkNetwork } from './trunk-network.ts';
import { trunkPlans } from './trunk-plans.ts';

/** A network that is to be cut. */
export interface Uncut {
  readonly chain: Chain;
  readonly outputs: OutputRange;
  readonly tables: TablesOverData;
  readonly trunk: TrunkFacts;
}

/** Refused with CUT_UNSUPPORTED where there is no cut, or not the one that is asked for; and as the cuts are. */
export function chooseTrunk(request: TaskRequest, of: NetworkOverData, uncut: Uncut): ChosenNetwork | Refusal {
  const cuts = cutsOf(uncut.chain);
  const asked = request.cut === undefined ? cuts : cuts.filter(({ layer }) => layer === request.cut);
  if (asked.length === 0) return noCut(cuts, request.cut);
  let best: ChosenNetwork | null = null;
  let refusal: Refusal | null = null;
  for (const cut of asked) {
    const chosen = chooseAt(request, of, uncut, cut);
    if (isRefusal(chosen)) refusal = chosen;
    else if (best === null || predicted_ns(chosen.compiled) < predicted_ns(best.compiled)) best = chosen;
  }
  return best ?? refusal!;
}

function noCut(cuts: readonly Cut[], asked: string | undefined): Refusal {
  const names = cuts.map(({ layer }) => `'${layer}'`).join(', ');
  if (asked !== undefined && names !== '')
    return refuse('CUT_UNSUPPORTED', `the network is not cut before '${asked}'; it can be before ${names}`);
  const reason =
    "no activation has two linear layers and nothing but them and polynomials before it, so that none of it is CKKS's; `--layout batched` computes all of it by tables";
  return refuse('CUT_UNSUPPORTED', reason);
}

function chooseAt(request: TaskRequest, of: NetworkOverData, { chain, outputs, tables, trunk }: Uncut, cut: Cut): ChosenNetwork | Refusal {
  const { input } = of.network;
  const network = planTrunkNetwork(chain, cut, {
    inputs: sizeOf(input.shape),
    interval: input,
    rules: { trunk: of.ranges('real'), tables: tables.ranges() },
    quantisation: tables.quantisation,
  });
  if (isRefusal(network)) return network;
  const search = (): ChosenPlan | Refusal =>
    choosePlan({ scheme: { ...request.scheme, ...trunk }, compile: (circuits) => request.compile(circuits, outputs) }, (shape) => {
      const plans = trunkPlans(network, shape);
      return isRefusal(plans) ? plans : plans.map((plan) => () => refusingRange(plan));
    });
  const { planned } = network;
  const { operations, shapes } = trunk;
  const followsFrom = { planned, trunk: { operations: [...operations], shapes }, largestOutput: outputs.largest };
  const chosen = keepChosen(request.planCache, followsFrom, search);
  return isRefusal(chosen) ? chosen : { ...chosen, planned, words: [`real numbers up to '${cut.layer}'`] };
}
