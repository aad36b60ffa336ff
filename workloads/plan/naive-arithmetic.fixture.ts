/**
 * For tests: circuits of sums, products and tables carried out on plain numbers, slot by slot, straight from the definitions in circuit.ts.
 * Every value is held against its node's range, every step against the counting rule.
 *
 * @module
 */
import { expect } from 'vitest';
import type { Circuit, LookupTable, Node } from '../../schemes/circuit.ts';

type Bundle = readonly (readonly number[])[];

function pairs(left: Bundle, right: Bundle, operate: (a: number, b: number) => number): Bundle {
  return left.map((slots, at) => slots.map((value, slot) => operate(value, right[at]![slot]!)));
}

/** The entry whose own input is nearest, halves belonging to the entry above; half a torus away its opposite. */
function lookUp({ min, step, outputs, negacyclic }: LookupTable, value: number): number {
  for (const [index, output] of Array.from(outputs, Number).entries()) {
    const distance = value - (min + index * step);
    if (-step / 2 <= distance && distance < step / 2) return output;
  }
  if (!negacyclic) throw new Error(`no entry holds for ${value}`);
  const half = outputs.length * step;
  return -lookUp({ min, step, outputs, negacyclic: false }, value < min ? value + half : value - half);
}

function evaluateNode(node: Node, nodes: readonly Node[], bundles: readonly Bundle[], input: Bundle): Bundle {
  const stepOf = (of: number): number | null => nodes[of]!.type.step;
  switch (node.op) {
    case 'input':
      return input;
    case 'add':
      expect([stepOf(node.left), stepOf(node.right)]).toEqual([node.type.step, node.type.step]);
      return pairs(bundles[node.left]!, bundles[node.right]!, (a, b) => a + b);
    case 'multiply':
      if (node.type.step !== null) expect(stepOf(node.left)! * stepOf(node.right)!).toBe(node.type.step);
      return pairs(bundles[node.left]!, bundles[node.right]!, (a, b) => a * b);
    case 'addPlain':
      expect(stepOf(node.of)).toBe(node.type.step);
      return bundles[node.of]!.map((slots, at) => slots.map((value, slot) => value + Number(node.plains[at]![slot])));
    case 'affine': {
      const { rows, offsets, indices, values, step } = node.matrix;
      if (node.type.step === null) expect(step).toBeNull();
      // Of several operands, each step is a quotient, which float64 rounds.
      else expect((stepOf(node.of)! * step!) / node.type.step).toBeCloseTo(1, 12);
      return Array.from({ length: rows }, (_, row) =>
        bundles[node.of]![0]!.map((_value, slot) => {
          let sum = Number(node.bias[row]);
          for (let entry = offsets[row]!; entry < offsets[row + 1]!; entry++) {
            sum += values[entry]! * bundles[node.of]![indices[entry]!]![slot]!;
          }
          return sum;
        }),
      );
    }
    case 'table':
      return bundles[node.of]!.map((slots) => slots.map((value) => lookUp(node.table, value)));
    default:
      throw new Error(`${node.op} is not part of an activation`);
  }
}

/** The circuit's only output. */
export function evaluateArithmetic({ nodes, outputs }: Pick<Circuit, 'nodes' | 'outputs'>, input: Bundle): Bundle {
  const bundles: Bundle[] = [];
  for (const node of nodes) {
    const bundle = evaluateNode(node, nodes, bundles, input);
    expect(bundle).toHaveLength(node.type.width);
    for (const slots of bundle) {
      expect(Math.min(...slots)).toBeGreaterThanOrEqual(node.type.min);
      expect(Math.max(...slots)).toBeLessThanOrEqual(node.type.max);
      if (node.type.step !== null) expect(slots.every(Number.isSafeInteger)).toBe(true);
    }
    bundles.push(bundle);
  }
  return bundles[Object.values(outputs)[0]!]!;
}
