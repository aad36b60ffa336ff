/**
 * A trunk in the clear, for simulations: real numbers in slots, without noise.
 *
 * @module
 */
import type { Circuit, Node, TransformTerm, Values } from '../../circuit.ts';
import type { TrunkProducts } from './crossing.ts';

type Slots = Float64Array;
type Bundle = readonly Slots[];

/** The sums that go on to the head, one number for each ciphertext. @param inputs Slots of every ciphertext, by port. */
export type EvaluateTrunk = (inputs: Readonly<Record<string, readonly Values[]>>) => Float64Array;

/** Of a row: ciphertext, slot and weight of every weight that is not zero. */
interface Row {
  readonly from: readonly number[];
  readonly slots: readonly number[];
  readonly weights: readonly number[];
}

/** Prepared once: of the weights of sums nearly all are zero. */
export function prepareTrunk({ circuit, biases }: TrunkProducts): EvaluateTrunk {
  const last = circuit.nodes.at(-1)!;
  if (last.op !== 'transform') throw new Error('a trunk ends with products');
  const rows = last.outputs.map(rowOf);
  const before: Circuit = { ...circuit, nodes: circuit.nodes.slice(0, -1) };
  return (inputs) => {
    const bundles: Bundle[] = [];
    for (const node of before.nodes) bundles.push(evaluateNode(node, bundles, inputs, circuit.shape.columns));
    const values = bundles[last.of]!;
    return biases.map((bias, row) => {
      const { from, slots, weights } = rows[row]!;
      return weights.reduce((sum, weight, at) => sum + weight * values[from[at]!]![slots[at]!]!, bias);
    });
  };
}

function rowOf(terms: readonly TransformTerm[]): Row {
  const entries = terms.flatMap(({ from, plain }) =>
    Array.from(plain, (weight, slot) => ({ from, slot, weight })).filter(({ weight }) => weight !== 0),
  );
  return {
    from: entries.map((entry) => entry.from),
    slots: entries.map(({ slot }) => slot),
    weights: entries.map(({ weight }) => weight),
  };
}

function evaluateNode(node: Node, bundles: readonly Bundle[], inputs: Readonly<Record<string, readonly Values[]>>, slots: number): Bundle {
  const pairs = (left: number, right: number, operate: (a: number, b: number) => number): Bundle =>
    bundles[left]!.map((a, index) => a.map((value, slot) => operate(value, bundles[right]![index]![slot]!)));
  switch (node.op) {
    case 'input':
      return inputs[node.port]!.map((values) => Float64Array.from({ length: slots }, (_, slot) => Number(values[slot] ?? 0)));
    case 'add':
      return pairs(node.left, node.right, (a, b) => a + b);
    case 'subtract':
      return pairs(node.left, node.right, (a, b) => a - b);
    case 'multiply':
      return pairs(node.left, node.right, (a, b) => a * b);
    case 'addPlain':
      return bundles[node.of]!.map((a, index) => a.map((value, slot) => value + Number(node.plains[index]![slot] ?? 0)));
    case 'rotate':
      return bundles[node.of]!.map((a) => rotated(a, node.by));
    case 'fold':
      return bundles[node.of]!.map((a) => node.rotations.reduce((sum, by) => added(sum, rotated(sum, by)), a));
    case 'rotateSum':
      return node.outputs.map((terms) => terms.map(({ from, by }) => rotated(bundles[node.of]![from]!, by)).reduce(added));
    case 'pick':
      return node.from.map(([from, at]) => bundles[from]![at]!);
    case 'transform':
      return node.outputs.map((terms) => {
        const sum = new Float64Array(slots);
        for (const { from, baby, giant, plain } of terms) addProduct(bundles[node.of]![from]!, plain, { baby, giant }, sum);
        return sum;
      });
    default:
      throw new Error(`'${node.op}' is no operation of a trunk`);
  }
}

function rotated(values: Slots, by: number): Slots {
  const first = by & (values.length - 1);
  const result = new Float64Array(values.length);
  result.set(values.subarray(first));
  result.set(values.subarray(0, first), values.length - first);
  return result;
}

function added(a: Slots, b: Slots): Slots {
  const sum = a.slice();
  for (let slot = 0; slot < sum.length; slot++) sum[slot]! += b[slot]!;
  return sum;
}

/** sum += rotate(rotate(values, baby) * plain, giant) */
function addProduct(values: Slots, plain: Slots, { baby, giant }: { baby: number; giant: number }, sum: Slots): void {
  const mask = values.length - 1;
  for (let slot = 0; slot < plain.length; slot++) {
    const weight = plain[slot]!;
    if (weight !== 0) sum[(slot - giant) & mask]! += weight * values[(slot + baby) & mask]!;
  }
}
