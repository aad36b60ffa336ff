/** @module */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Circuit, Node, Operation, TransformTerm } from '../../circuit.ts';
import type { Kernels } from '../../scheme.ts';
import { galoisElement, neededKeys, orbitRotation, positiveRotation, SWAP_ROWS } from './keys.ts';
import { lower, type Levels } from './lower.ts';
import type { NeededKeys } from './program.ts';

const COLUMNS = 16;
const shape = { rows: 2, columns: COLUMNS } as const;
const undivided: Levels = {
  input: () => ({ limbs: 3, scale: null }),
  plainScale: () => null,
  divisions: () => 0,
  outputDivisions: () => 0,
  divisor: () => 1,
};

function circuitOf(...operations: readonly Operation[]): Circuit {
  const nodes: Node[] = operations.map((operation) => ({
    ...operation,
    type: { width: 1, min: 0, max: 1, bound: 'proven', step: 1 },
    layer: 'layer',
  }));
  return { id: 'c', shape, nodes, outputs: { y: nodes.length - 1 } };
}
const input: Operation = { op: 'input', port: 'x', sources: ['client'] };
const keysOf = (...circuits: readonly Circuit[]): NeededKeys => neededKeys(lower(circuits, undivided), circuits, 'library');
const term = (baby: number, giant: number): TransformTerm => ({ from: 0, baby, giant, plain: Float64Array.of(1) });

describe('positiveRotation', () => {
  test('is the same rotation between 0 and columns - 1', () => {
    fc.assert(
      fc.property(fc.integer({ min: -1000, max: 1000 }), (step) => {
        const positive = positiveRotation(step, COLUMNS);
        const slots = Array.from({ length: COLUMNS }, (_, slot) => slot);
        expect(positive).toBeGreaterThanOrEqual(0);
        expect(positive).toBeLessThan(COLUMNS);
        expect(slots.map((slot) => (slot + positive) % COLUMNS)).toEqual(
          slots.map((slot) => (((slot + step) % COLUMNS) + COLUMNS) % COLUMNS),
        );
      }),
      { seed: 13 },
    );
  });
});

describe('the elements of rotations', () => {
  const DEGREE = 64;
  const elements = [...Array(2 * DEGREE).keys()].map((by) => galoisElement(DEGREE, by)).slice(0, DEGREE);

  test('are powers of 3 up to the columns, and minus powers of 3 beyond', () => {
    expect(galoisElement(DEGREE, SWAP_ROWS)).toBe(2 * DEGREE - 1);
    expect(galoisElement(DEGREE, 4)).toBe(81);
    expect(galoisElement(DEGREE, DEGREE / 2 + 1)).toBe(2 * DEGREE - 3);
    expect(galoisElement(DEGREE, DEGREE / 2 - 1) * 3).toBe(2 * DEGREE + 1);
    // Every odd number but 1, which moves nothing, and the exchange of rows twice.
    expect(new Set(elements.filter((_, by) => by !== DEGREE / 2)).size).toBe(DEGREE - 1);
  });

  test('are powers of 5 by slots in the order of these', () => {
    let power = 1;
    for (let steps = 0; steps < DEGREE / 2; steps++) {
      if (steps > 0) expect(galoisElement(DEGREE, orbitRotation(DEGREE / 2, steps))).toBe(power);
      expect(orbitRotation(DEGREE / 2, steps - DEGREE / 2)).toBe(orbitRotation(DEGREE / 2, steps));
      power = (power * 5) % (2 * DEGREE);
    }
  });
});

describe('neededKeys', () => {
  test('are none for what needs none', () => {
    expect(keysOf(circuitOf(input, { op: 'add', left: 0, right: 0 }))).toEqual({ relinearization: 0, rotations: [] });
    expect(keysOf(circuitOf(input, { op: 'multiply', left: 0, right: 0 }))).toEqual({ relinearization: 0, rotations: [] });
  });

  test('include relinearisation as soon as one circuit relinearises', () => {
    const square: Operation = { op: 'multiply', left: 0, right: 0 };
    const circuits = [circuitOf(input), circuitOf(input, square, { op: 'multiply', left: 1, right: 1 })];
    expect(keysOf(...circuits).relinearization).toBe(3);
  });

  test('are every step of rotations, folds and transforms, once, positive and ascending', () => {
    const circuits = [
      circuitOf(input, { op: 'rotate', of: 0, by: -1 }, { op: 'fold', of: 1, rotations: [8, 4, 15] }),
      circuitOf(input, { op: 'transform', of: 0, step: 1, outputs: [[term(0, 0), term(1, 0), term(2, 4)], [term(0, -4)]] }),
    ];
    expect(keysOf(...circuits)).toEqual({ relinearization: 0, rotations: [1, 2, 4, 8, 12, 15].map((step) => [step, 3]) });
  });

  test('include the exchange of rows under its own name', () => {
    expect(keysOf(circuitOf(input, { op: 'swapRows', of: 0 })).rotations).toEqual([[SWAP_ROWS, 3]]);
    expect(keysOf(circuitOf(input, { op: 'rotate', of: 0, by: 3 }, { op: 'swapRows', of: 1 })).rotations).toEqual([
      [SWAP_ROWS, 3],
      [3, 3],
    ]);
  });

  test('are known with the most primes that they are used at', () => {
    const circuit = circuitOf(
      input,
      { op: 'rotate', of: 0, by: 1 },
      { op: 'multiply', left: 1, right: 1 },
      { op: 'rotate', of: 2, by: 1 },
      { op: 'rotate', of: 3, by: 2 },
    );
    const divided: Levels = { ...undivided, divisions: (_value, products) => products };
    const expected = [
      [1, 3],
      [2, 2],
    ];
    expect(neededKeys(lower([circuit], divided), [circuit], 'library').rotations).toEqual(expected);
  });

  test('of folds on our kernels include the sums of doublings that are taken together', () => {
    const circuit = circuitOf(input, { op: 'fold', of: 0, rotations: [1, 2, 4, 0, 8] });
    const steps = (kernels: Kernels): number[] =>
      neededKeys(lower([circuit], undivided), [circuit], kernels).rotations.map(([step]) => step);
    expect(steps('library')).toEqual([1, 2, 4, 8]);
    expect(steps('own')).toEqual([1, 2, 3, 4, 8]);
  });
});
