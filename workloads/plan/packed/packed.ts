/**
 * The packed layout: one sample over the slots (LoLa, ICML 2019). Layouts and legs between them are searched, so that a network nobody
 * thought of is laid out as well as one can be by hand.
 *
 * @module
 */
import type { SlotShape } from '../../../schemes/circuit.ts';
import { refuse } from '../../../schemes/refuse.ts';
import type { Refusal } from '../../../schemes/scheme.ts';
import type { Plan } from '../../plan.ts';
import { bootstrappedSlots, routedLayers, routePlan } from './circuit.ts';
import { cheapestRoutes, type KernelCosts, type Route } from './route.ts';
import type { PlannedPart } from '../planned-network.ts';
import { CIRCUIT } from '../round-trip.ts';

/** Of the library's kernels and of ours: each finds other routes cheapest. */
const KERNEL_COSTS: readonly KernelCosts[] = [
  { product: 0.8, hoisted: 1 },
  { product: 0.1, hoisted: 0.2 },
];
/** Routes that are worth compiling, for each of them. */
const ROUTES = 2;

const PLACE = { circuit: CIRCUIT };

/**
 * The most promising plans over a shape, each made when it is asked for. Refused with TABLES_UNSUPPORTED, or with LAYER_TOO_LARGE where
 * a layer would need more plaintext operands than any evaluator has room for.
 */
export function packedPlans(network: PlannedPart, shape: SlotShape): readonly (() => Plan)[] | Refusal {
  const table = network.layers.find(({ kind }) => kind === 'table');
  if (table !== undefined)
    return refuse('TABLES_UNSUPPORTED', `'${table.name}' is a lookup table; lookup tables need \`--layout batched\``, PLACE);
  const unplaced = network.layers.find((layer, at) => at > 0 && layer.kind === 'polynomial' && layer.of === 0);
  if (network.layers[0]?.kind !== 'linear' || unplaced !== undefined)
    return refuse('LAYOUT_UNSUPPORTED', 'in the packed layout the input goes into linear layers only', PLACE);
  const layers = routedLayers(network);
  // What was gathered for one layer may lack numbers that it does not read.
  const canGather = network.alsoOut?.includes(0) !== true;
  const routes = distinct(KERNEL_COSTS.flatMap((costs) => cheapestRoutes(layers, shape, costs, canGather).slice(0, ROUTES)));
  if (routes.length === 0) {
    const slots = shape.rows * shape.columns;
    const reason =
      slots === 1
        ? 'the packed layout needs many slots per ciphertext; this scheme has one'
        : `the network is too large for the packed layout: over ${slots} slots a ciphertext, a layer takes too many plaintext operands, or the operands of a sum do not meet`;
    return refuse('LAYER_TOO_LARGE', reason, PLACE);
  }
  // What is bootstrapped costs more than all else, and the less the fewer slots it has before they repeat.
  const bootstrapped = (route: Route): number => bootstrappedSlots(network, route, shape);
  return routes.toSorted((a, b) => bootstrapped(a) - bootstrapped(b)).map((route) => () => routePlan(network, route, shape));
}

function distinct(routes: readonly Route[]): readonly Route[] {
  return [...new Map(routes.map((route) => [JSON.stringify([route.gathered, route.layers]), route])).values()];
}
