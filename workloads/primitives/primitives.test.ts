/** @module */
import { describe, expect, test } from 'vitest';
import type { SlotShape } from '../../schemes/circuit.ts';
import { evaluateCircuit } from '../plan/naive-slots.fixture.ts';
import { primitives } from './primitives.ts';

const shapes: readonly SlotShape[] = [
  { rows: 1, columns: 512 },
  { rows: 2, columns: 256 },
  // Fewer columns than neighbours: a fold goes round.
  { rows: 2, columns: 64 },
  { rows: 1, columns: 1 },
];

describe.each(['real', 'integer'] as const)('%s', (arithmetic) => {
  test.each(shapes)('$rows x $columns: every slot is what the circuit says, within the ranges of its nodes', (shape) => {
    for (const { circuit, values } of primitives.circuits(arithmetic, shape, 1)) {
      const { input, expected } = values();
      const numbers = input.map((slots) => Array.from(slots, Number));
      const outputs = evaluateCircuit(circuit, numbers);
      expect(outputs).toHaveLength(expected.length);
      for (const [at, slots] of outputs.entries()) {
        for (const [slot, value] of slots.entries()) expect(Number(expected[at]![slot])).toBeCloseTo(value, 9);
      }
    }
  });

  test('an affine layer has the same full matrix for every shape, and another for another seed', () => {
    const matrixOf = (shape: SlotShape, seed: number): number[] => {
      const node = primitives.circuits(arithmetic, shape, seed).find(({ name }) => name === 'affine 16x16')!.circuit.nodes[1]!;
      return node.op === 'affine' ? [...node.matrix.values] : [];
    };
    expect(matrixOf(shapes[0]!, 1)).toHaveLength(256);
    expect(matrixOf(shapes[3]!, 1)).toEqual(matrixOf(shapes[0]!, 1));
    expect(matrixOf(shapes[0]!, 2)).not.toEqual(matrixOf(shapes[0]!, 1));
  });
});
