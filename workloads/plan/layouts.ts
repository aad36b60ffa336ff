/**
 * The plans of a network in each layout.
 *
 * @module
 */
import type { SlotShape } from '../../schemes/circuit.ts';
import { refuse, refuseError } from '../../schemes/refuse.ts';
import { isRefusal, type Refusal } from '../../schemes/scheme.ts';
import type { Plan } from '../plan.ts';
import type { Layout, SchemeFacts } from '../workload.ts';
import { withBatch } from './batch-size.ts';
import { planBatched } from './batched.ts';
import { convolvedPlans } from './packed/convolved.ts';
import { interleavedPlans } from './packed/interleaved.ts';
import { packedPlans } from './packed/packed.ts';
import type { PlannedPart } from './planned-network.ts';
import { CIRCUIT } from './round-trip.ts';

type Operations = SchemeFacts['operations'];
type Planner = (network: PlannedPart, shape: SlotShape, operations: Operations) => readonly (() => Plan)[] | Refusal;

const PLANNERS: Readonly<Record<Layout, Planner>> = {
  batched: (network, shape) => [() => planBatched(network, shape)],
  packed: (network, shape, operations) => (isConvolved(operations) ? convolvedPlans : packedPlans)(network, shape),
  interleaved: (network, shape, operations) => {
    if (!isConvolved(operations)) return interleavedPlans(network, shape);
    return refuse(
      'LAYOUT_UNSUPPORTED',
      'samples are interleaved in slots that rotate; there are `--layout batched` and `--layout packed`',
      {
        circuit: CIRCUIT,
      },
    );
  },
};

/** Whether slots are the coefficients of a polynomial, and nothing else moves them. */
function isConvolved(operations: Operations): boolean {
  return operations.has('convolve') && !operations.has('rotate');
}

/**
 * The plans over a shape that are worth comparing, each made when it is asked for.
 *
 * @param batch samples of a batched plan; absent: as many as there are slots
 */
export function plansIn(
  layout: Layout,
  network: PlannedPart,
  shape: SlotShape,
  operations: Operations,
  batch?: number,
): readonly (() => Plan | Refusal)[] | Refusal {
  const plans = PLANNERS[layout](network, shape, operations);
  if (isRefusal(plans)) return plans;
  return plans.map((plan) => () => refusingRange(batch === undefined ? plan : () => withBatch(plan(), batch)));
}

/** A layout's own sums may outgrow what the planned network was found to stay within. */
export function refusingRange(plan: () => Plan): Plan | Refusal {
  try {
    return plan();
  } catch (error) {
    return refuseError(error, ['RANGE_TOO_LARGE'], { circuit: CIRCUIT });
  }
}
