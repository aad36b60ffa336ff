/** @module */
import { expect, test } from 'vitest';
import type { Circuit } from '../../schemes/circuit.ts';
import { CircuitBuilder } from '../../schemes/conformance/circuits/circuit-builder.ts';
import { heldAgainst, requirementOf } from './requirement.ts';

const need = requirementOf({ parameters: null, kernels: 'own', threads: 1 });

/** Whose output lies within +-most. */
function circuit(most: number, step: number | null = null): Circuit {
  const build = new CircuitBuilder('c', { rows: 1, columns: 4 }, step);
  return build.build({ y: build.input('x', 1, { min: -most, max: most / 2 }, step) });
}

test('plans of one network are held to one error, however wide the range that they give their outputs', () => {
  for (const most of [1, 10, 1000]) {
    const { precision_bits } = heldAgainst(10, [circuit(most)], need);
    expect(most * 2 ** -precision_bits).toBeCloseTo(10 * 2 ** -6, 12);
  }
});

test('counted outputs are read in their step', () => {
  expect(heldAgainst(2, [circuit(64, 0.25)], need).precision_bits).toBe(need.precision_bits + 3);
});

test('where outputs are zero there is nothing to hold errors against', () => {
  expect(heldAgainst(0, [circuit(1)], need)).toEqual(need);
  expect(heldAgainst(1, [circuit(0)], need)).toEqual(need);
});
