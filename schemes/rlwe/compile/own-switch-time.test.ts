/** @module */
import { describe, expect, test } from 'vitest';
import type { Node, TransformTerm } from '../../circuit.ts';
import { ownOperationTime } from './kernel-choice.ts';
import { ownInstructionTime } from './own-switch-time.ts';
import type { Instruction } from '../program/program.ts';

const DEGREE = 8192;
const LIMBS = 3;
const time = ownInstructionTime(DEGREE, [2 ** 50, 2 ** 50, 2 ** 50]);
const rotation = ownOperationTime('points')('rotate', DEGREE, LIMBS);
const place = { result: 1, width: 1, limbs: LIMBS, scale: null, polynomials: 2, node: 0 } as const;
const meaning = { type: { width: 1, min: 0, max: 1, bound: 'proven', step: 1 }, layer: 'layer' } as const;

function foldTime(rotations: readonly number[], width = 1): number {
  const node: Node = { op: 'fold', of: 0, rotations, ...meaning };
  return time({ ...place, op: 'fold', of: 0, width }, node)!;
}

function transformTime(outputs: readonly (readonly (readonly [baby: number, giant: number])[])[]): number {
  const term = ([baby, giant]: readonly [number, number]): TransformTerm => ({ from: 0, baby, giant, plain: Float64Array.of(1) });
  const node: Node = { op: 'transform', of: 0, step: 1, outputs: outputs.map((terms) => terms.map(term)), ...meaning };
  return time({ ...place, op: 'transform', of: 0, plainScale: null }, node)!;
}

describe('a fold', () => {
  test('of two doublings is quicker than two rotations, and slower than one', () => {
    expect(foldTime([1, 2])).toBeGreaterThan(rotation);
    expect(foldTime([1, 2])).toBeLessThan(1.5 * rotation);
    // 1.0 and 0.69 ms were measured at three limbs of 50 bits.
    expect(foldTime([1, 2]) / foldTime([1])).toBeCloseTo(1.4, 1);
  });

  test('is the sum of its groups, for each ciphertext', () => {
    expect(foldTime([1, 2, 4])).toBeCloseTo(foldTime([1, 2]) + foldTime([4]), 3);
    expect(foldTime([1, 2], 5)).toBeCloseTo(5 * foldTime([1, 2]), 3);
    expect(foldTime([])).toBe(0);
    expect(foldTime([0])).toBeLessThan(rotation / 4);
  });
});

describe('a transform', () => {
  const steps = Array.from({ length: 8 }, (_, step) => step);

  test('of rotated inputs costs less than its rotations, which share their digits and a division', () => {
    const diagonals = transformTime([steps.map((baby) => [baby, 0] as const)]);
    expect(diagonals).toBeGreaterThan(rotation);
    expect(diagonals).toBeLessThan(0.6 * 7 * rotation);
  });

  test('rotates an input once, however many sums it serves', () => {
    const both = (count: number): number => transformTime(Array.from({ length: count }, () => steps.map((baby) => [baby, 0] as const)));
    // Products and a division.
    expect(both(8) - both(7)).toBeLessThan(rotation);
    expect(both(8) - both(7)).toBeCloseTo(both(7) - both(6), 3);
  });

  test('rotates a sum for each giant step', () => {
    const giants = (count: number): number => transformTime([steps.slice(0, count).map((giant) => [0, giant] as const)]);
    expect(giants(1)).toBeLessThan(rotation / 4);
    const [second, third] = [giants(2) - giants(1), giants(3) - giants(2)];
    // They share one division.
    expect(second).toBeGreaterThan(third);
    expect(third).toBeLessThan(rotation);
  });
});

test('other instructions are their operations', () => {
  const rotate: Instruction = { ...place, op: 'rotate', of: 0 };
  expect(time(rotate, { op: 'rotate', of: 0, by: 1, ...meaning })).toBeNull();
});
