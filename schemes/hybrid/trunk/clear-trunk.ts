/**
 * A trunk in the clear, for simulations: real numbers in slots, without noise.
 *
 * @module
 */
import type { Circuit, Node, Values } from '../../circuit.ts';

type Slots = Float64Array;
type Bundle = readonly Slots[];

/** The sums that go on to the head, one number for each ciphertext. @param inputs Slots of every ciphertext, by port. */
export function evaluateTrunk({ nodes, shape, outputs }: Circuit, inputs: Readonly<Record<string, readonly Values[]>>): Float64Array {
  const slots = shape.columns;
  const bundles: Bundle[] = [];
  for (const node of nodes) bundles.push(evaluateNode(node, bundles, inputs, slots));
  const [last] = Object.values(outputs);
  // Every slot of a sum over all of them is that sum.
  return Float64Array.from(bundles[last!]!, ([sum]) => sum!);
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
  const mask = values.length - 1;
  return values.map((_, slot) => values[(slot + by) & mask]!);
}

function added(a: Slots, b: Slots): Slots {
  return a.map((value, slot) => value + b[slot]!);
}

/** sum += rotate(rotate(values, baby) * plain, giant) */
function addProduct(values: Slots, plain: Slots, { baby, giant }: { baby: number; giant: number }, sum: Slots): void {
  const mask = values.length - 1;
  for (let slot = 0; slot < plain.length; slot++) {
    const weight = plain[slot]!;
    if (weight !== 0) sum[(slot - giant) & mask]! += weight * values[(slot + baby) & mask]!;
  }
}
