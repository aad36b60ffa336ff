/**
 * A network in two parts as plans: the trunk packed over the slots, its last linear layer as one sum over all slots for each row, and the
 * head value by value.
 *
 * @module
 */
import type { Circuit, Node, SlotShape, TransformTerm } from '../../../schemes/circuit.ts';
import { isRefusal, type Refusal } from '../../../schemes/scheme.ts';
import type { Arrangement, Plan } from '../../plan.ts';
import { planBatched } from '../batched.ts';
import { packedPlans } from '../packed/packed.ts';
import type { PlannedLinear, PlannedPart } from '../planned-network.ts';
import type { Interval } from '../range.ts';
import { CIRCUIT, INPUT, OUTPUT } from '../round-trip.ts';
import { SWITCH, type TrunkNetwork } from './trunk-network.ts';

export const TRUNK = 'trunk';
export const HEAD = 'head';
/** What goes from one to the other. */
const SUMS = 'sums';

const ONE_SLOT: SlotShape = { rows: 1, columns: 1 };

/** Plans over a shape, each made when it is asked for. Refused as `packedPlans` does. */
export function trunkPlans({ trunk, head }: TrunkNetwork, shape: SlotShape): readonly (() => Plan)[] | Refusal {
  const last = trunk.layers.at(-1);
  if (last?.kind !== 'linear') throw new TypeError('a trunk ends with a linear layer');
  const plans = packedPlans({ ...trunk, layers: trunk.layers.slice(0, -1) }, shape);
  return isRefusal(plans) ? plans : plans.map((packed) => () => joined(packed(), last, head));
}

function joined(packed: Plan, last: PlannedLinear, head: PlannedPart): Plan {
  const [circuit] = packed.circuits as [Circuit];
  const trunk: Circuit = { ...withSums(circuit, last, packed.arrangements[`${CIRCUIT}.${OUTPUT}`]!), id: TRUNK };
  const behind = planBatched(head, ONE_SLOT);
  const [{ nodes, outputs }] = behind.circuits as [Circuit];
  const input: Node = { ...nodes[0]!, op: 'input', port: SUMS, sources: [{ circuit: TRUNK, output: SUMS }], layer: SWITCH };
  const circuits = [trunk, { id: HEAD, shape: ONE_SLOT, nodes: [input, ...nodes.slice(1)], outputs }];
  return {
    circuits,
    actions: [
      { do: 'upload', data: INPUT, port: INPUT, held: INPUT },
      { do: 'run', circuit: TRUNK, inputs: { [INPUT]: INPUT }, outputs: { [SUMS]: SUMS } },
      { do: 'release', held: INPUT },
      { do: 'run', circuit: HEAD, inputs: { [SUMS]: SUMS }, outputs: { [OUTPUT]: OUTPUT } },
      { do: 'release', held: SUMS },
      { do: 'download', held: OUTPUT, result: OUTPUT },
      { do: 'release', held: OUTPUT },
    ],
    arrangements: { [INPUT]: packed.arrangements[INPUT]!, [`${HEAD}.${OUTPUT}`]: behind.arrangements[`${CIRCUIT}.${OUTPUT}`]! },
    batch: 1,
  };
}

/** The circuit, and behind it the layer: for each row the products with its weights, folded over all slots, and the bias. */
function withSums({ shape, nodes, outputs }: Circuit, layer: PlannedLinear, arrangement: Arrangement): Circuit {
  const of = outputs[OUTPUT]!;
  const { columns } = shape;
  const { bias, matrix, name, output } = layer;
  const width = matrix.rows;
  const { bound } = output;
  const [least, most] = [Math.min(0, ...bias), Math.max(0, ...bias)];
  const folded = { min: Math.min(0, output.min - most), max: Math.max(0, output.max - least) };
  const added: Node[] = [
    {
      op: 'transform',
      of,
      step: null,
      outputs: rowProducts(layer, arrangement, columns),
      type: { width, step: null, bound, ...productRange(layer, nodes[of]!.type) },
      layer: name,
    },
    {
      op: 'fold',
      of: nodes.length,
      rotations: Array.from({ length: Math.log2(columns) }, (_, bit) => 2 ** bit),
      type: { width, step: null, bound, ...folded },
      layer: name,
    },
  ];
  if (bias.some((value) => value !== 0)) {
    const plains = Array.from(bias, (value) => new Float64Array(columns).fill(value));
    added.push({ op: 'addPlain', of: nodes.length + 1, plains, type: { ...output, width }, layer: name });
  }
  const whole = [...nodes, ...added];
  return { id: TRUNK, shape, nodes: whole, outputs: { [SUMS]: whole.length - 1 } };
}

/** Of each row, a weight where its value stands first, and nothing elsewhere. */
function rowProducts({ matrix }: PlannedLinear, { index, values }: Arrangement, slots: number): readonly (readonly TransformTerm[])[] {
  const places: { readonly from: number; readonly slot: number }[] = [];
  for (const [from, numbers] of index.entries())
    for (const [slot, value] of numbers.entries()) if (value >= 0) places[value] ??= { from, slot };
  if (places.length < values) throw new Error('a value of a layout stands in no slot');
  return Array.from({ length: matrix.rows }, (_, row) => {
    const plains = new Map<number, Float64Array>();
    for (let entry = matrix.offsets[row]!; entry < matrix.offsets[row + 1]!; entry++) {
      const { from, slot } = places[matrix.indices[entry]!]!;
      const plain = plains.get(from) ?? new Float64Array(slots);
      plain[slot] = matrix.values[entry]!;
      plains.set(from, plain);
    }
    return [...plains].map(([from, plain]) => ({ from, baby: 0, giant: 0, plain }));
  });
}

function productRange({ matrix }: PlannedLinear, { min, max }: Interval): Interval {
  let [least, most] = [0, 0];
  for (const weight of matrix.values) {
    for (const end of [weight * min, weight * max]) {
      least = Math.min(least, end);
      most = Math.max(most, end);
    }
  }
  return { min: least, max: most };
}
