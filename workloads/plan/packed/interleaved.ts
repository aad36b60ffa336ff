/**
 * The interleaved layout: a few samples of one client beside each other. Every slot of a packed plan becomes as many neighbouring slots
 * as there are samples, so that a rotation by a slot is one by all of them, and samples never meet.
 *
 * @module
 */
import type { Node, SlotShape, Values } from '../../../schemes/circuit.ts';
import { refuse } from '../../../schemes/refuse.ts';
import { isRefusal, type Refusal } from '../../../schemes/scheme.ts';
import type { Arrangement, Plan } from '../../plan.ts';
import { packedPlans } from './packed.ts';
import type { PlannedPart } from '../planned-network.ts';
import { CIRCUIT } from '../round-trip.ts';

/** Samples of one batch: enough to share the cost of a rotation, few enough for one client to have them at once. */
export const INTERLEAVED_SAMPLES = 16;

/** The most promising plans over a shape. Refused as packed plans are, and with LAYOUT_UNSUPPORTED where a row has too few slots. */
export function interleavedPlans(network: PlannedPart, shape: SlotShape): readonly (() => Plan)[] | Refusal {
  const { rows, columns } = shape;
  if (columns < 2 * INTERLEAVED_SAMPLES) {
    const reason = `${INTERLEAVED_SAMPLES} samples are interleaved in rows of at least ${2 * INTERLEAVED_SAMPLES} slots; there are ${columns}`;
    return refuse('LAYOUT_UNSUPPORTED', reason, { circuit: CIRCUIT });
  }
  const plans = packedPlans(network, { rows, columns: columns / INTERLEAVED_SAMPLES });
  return isRefusal(plans) ? plans : plans.map((plan) => () => interleaved(plan(), INTERLEAVED_SAMPLES));
}

/** The plan for so many samples at once, on that many times as many slots. */
function interleaved(plan: Plan, samples: number): Plan {
  return {
    ...plan,
    circuits: plan.circuits.map((circuit) => ({
      ...circuit,
      shape: { ...circuit.shape, columns: circuit.shape.columns * samples },
      nodes: circuit.nodes.map((node) => interleavedNode(node, samples)),
    })),
    arrangements: Object.fromEntries(Object.entries(plan.arrangements).map(([name, one]) => [name, interleavedArrangement(one, samples)])),
    batch: plan.batch * samples,
  };
}

function interleavedNode(node: Node, samples: number): Node {
  switch (node.op) {
    case 'transform': {
      const outputs = node.outputs.map((terms) =>
        terms.map(({ from, baby, giant, plain }) => {
          return { from, baby: baby * samples, giant: giant * samples, plain: repeatedSlots(plain, samples) };
        }),
      );
      return { ...node, outputs };
    }
    case 'fold':
      return { ...node, rotations: node.rotations.map((by) => by * samples) };
    case 'rotate':
      return { ...node, by: node.by * samples };
    case 'bootstrap':
      return { ...node, slots: node.slots * samples };
    case 'addPlain':
      return { ...node, plains: node.plains.map((plain) => repeatedValues(plain, samples)) };
    default:
      return node;
  }
}

function repeatedValues(values: Values, samples: number): Values {
  return values instanceof Float64Array
    ? repeatedSlots(values, samples)
    : values.flatMap((value) => new Array<bigint>(samples).fill(value));
}

function repeatedSlots(values: Float64Array, samples: number): Float64Array {
  return new Float64Array(values.length * samples).map((_, slot) => values[Math.floor(slot / samples)]!);
}

/** Slot s of the plan is slots s * samples to s * samples + samples - 1, one for each sample. */
function interleavedArrangement({ values, index }: Arrangement, samples: number): Arrangement {
  return {
    values,
    index: index.map((numbers) =>
      new Int32Array(numbers.length * samples).map((_, slot) => {
        const number = numbers[Math.floor(slot / samples)]!;
        return number < 0 ? -1 : (slot % samples) * values + number;
      }),
    ),
  };
}
