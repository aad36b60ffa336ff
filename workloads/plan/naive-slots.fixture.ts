/**
 * For tests: a plan carried out on plain numbers, slot by slot, straight from the definitions in circuit.ts and plan.ts. Every
 * value of every slot is held against its node's range.
 *
 * @module
 */
import { expect } from 'vitest';
import type { Circuit, Node, SlotShape } from '../../schemes/circuit.ts';
import type { Arrangement, Plan } from '../plan.ts';

type Slots = readonly number[];
type Bundle = readonly Slots[];

function rotate(values: Slots, by: number, { columns }: SlotShape): Slots {
  return values.map((_, slot) => {
    const row = Math.floor(slot / columns);
    return values[row * columns + ((((slot + by) % columns) + columns) % columns)]!;
  });
}

const add = (left: Slots, right: Slots): Slots => left.map((value, slot) => value + right[slot]!);
const scale = (left: Slots, right: ArrayLike<number>): Slots => left.map((value, slot) => value * right[slot]!);

/** As long as the values: nothing may reach further. */
function polynomialProduct(values: Slots, weights: Float64Array): Slots {
  const product = new Array<number>(values.length + weights.length - 1).fill(0);
  for (const [place, value] of values.entries()) for (const [power, weight] of weights.entries()) product[place + power]! += value * weight;
  expect(product.slice(values.length).every((value) => value === 0)).toBe(true);
  return product.slice(0, values.length);
}

function slotsInRange(values: Slots, { type }: Node): Slots {
  expect(Math.min(...values)).toBeGreaterThanOrEqual(type.min);
  expect(Math.max(...values)).toBeLessThanOrEqual(type.max);
  if (type.step !== null) expect(values.every(Number.isSafeInteger)).toBe(true);
  return values;
}

function inRange(bundle: Bundle, node: Node): Bundle {
  expect(bundle).toHaveLength(node.type.width);
  return bundle.map((values) => slotsInRange(values, node));
}

function evaluateNode(node: Node, bundles: readonly Bundle[], input: Bundle, shape: SlotShape): Bundle {
  const zero: Slots = new Array<number>(shape.rows * shape.columns).fill(0);
  switch (node.op) {
    case 'input':
      return input;
    case 'affine': {
      const { offsets, indices, values, rows } = node.matrix;
      return Array.from({ length: rows }, (_, row) => {
        const entries = Array.from({ length: offsets[row + 1]! - offsets[row]! }, (_unused, index) => offsets[row]! + index);
        return zero.map((_unused, slot) =>
          entries.reduce((sum, entry) => sum + values[entry]! * bundles[node.of]![indices[entry]!]![slot]!, Number(node.bias[row])),
        );
      });
    }
    case 'addPlain':
      return bundles[node.of]!.map((values, index) => add(values, Array.from(node.plains[index]!, Number)));
    case 'transform':
      return node.outputs.map((terms) => {
        const giants = [...new Set(terms.map(({ giant }) => giant))];
        return giants
          .map((giant) => {
            const ofGiant = terms.filter((term) => term.giant === giant);
            const products = ofGiant.map(({ from, baby, plain }) => scale(rotate(bundles[node.of]![from]!, baby, shape), plain));
            return rotate(products.reduce(add, zero), giant, shape);
          })
          .reduce(add, zero);
      });
    case 'convolve':
      return node.outputs.map((terms) =>
        terms.map(({ from, weights }) => polynomialProduct(bundles[node.of]![from]!, weights)).reduce(add, zero),
      );
    case 'fold':
      return bundles[node.of]!.map((values) =>
        node.rotations.reduce((folded, by) => slotsInRange(add(folded, rotate(folded, by, shape)), node), values),
      );
    case 'multiply':
    case 'add': {
      const combine = node.op === 'add' ? add : scale;
      return bundles[node.left]!.map((values, index) => combine(values, bundles[node.right]![index]!));
    }
    case 'swapRows':
      return bundles[node.of]!.map((values) => values.map((_, slot) => values[slot ^ shape.columns]!));
    case 'bootstrap':
      return bundles[node.of]!.map((values) => {
        for (const slot of values.keys()) {
          const row = slot - (slot % shape.columns);
          expect(values[slot]).toBe(values[row + ((slot - row) % node.slots)]);
        }
        return values;
      });
    default:
      throw new Error(`${node.op} is not part of a plan`);
  }
}

/** The only output of a circuit with one input. */
export function evaluateCircuit({ nodes, outputs, shape }: Circuit, input: Bundle): Bundle {
  const bundles: Bundle[] = [];
  for (const node of nodes) bundles.push(inRange(evaluateNode(node, bundles, input, shape), node));
  return bundles[Object.values(outputs)[0]!]!;
}

const arrange = ({ index }: Arrangement, numbers: readonly number[]): Bundle =>
  index.map((slots) => Array.from(slots, (number) => (number < 0 ? 0 : numbers[number]!)));

function collect({ index, values }: Arrangement, bundle: Bundle, samples: number): number[] {
  return Array.from({ length: values * samples }, (_, number) => {
    const ciphertext = index.findIndex((slots) => slots.includes(number));
    return bundle[ciphertext]![index[ciphertext]!.indexOf(number)]!;
  });
}

/** Every slot of the output of a plan of one circuit, by ciphertext. */
export function outputSlots({ circuits, arrangements, batch }: Plan, numbers: readonly number[]): Bundle {
  const input = arrangements['input']!;
  expect(numbers).toHaveLength(input.values * batch);
  return evaluateCircuit(circuits[0]!, arrange(input, numbers));
}

/** Outputs of a plan of one circuit for a batch of numbers, sample-major on both sides. */
export function runPlan(plan: Plan, numbers: readonly number[]): number[] {
  return collect(plan.arrangements['network.output']!, outputSlots(plan, numbers), plan.batch);
}
