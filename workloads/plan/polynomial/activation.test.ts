/** @module */
import { describe, expect, test } from 'vitest';
import type { Node, ValueType } from '../../../schemes/circuit.ts';
import { OUTPUT } from '../round-trip.ts';
import { ACTIVATION, appendPolynomial, planActivation } from './activation.ts';
import { evaluateArithmetic } from '../naive-arithmetic.fixture.ts';
import { fixedPoint, valueAt } from './polynomial.ts';

const shape = { rows: 1, columns: 257 } as const;
const polynomials = {
  square: [0, 0, 1],
  'degree 1': [0.25, -1.5],
  'degree 3': [0.5, 1.20096, 0, -0.81562],
  'degree 4, sparse': [1, 0, 0, 0, -2],
  'degree 5, no multiple of a power beside the product': [0.5, 0, 0, 0, 0, 0.3, 0.7],
  'degree 6': [0.023, 0.5, 1.434, 0, -2.089, 0, 1.155],
  'degree 9': [0.1, -0.2, 0.3, -0.4, 0.5, -0.6, 0.7, -0.8, 0.9, -1],
};

describe.each(Object.entries(polynomials))('%s', (_name, polynomial) => {
  test('over reals every slot is the polynomial, within the ranges', () => {
    const { circuits, batch, arrangements } = planActivation(polynomial, { min: -1, max: 1, step: null }, shape);
    const inputs = Array.from({ length: batch }, (_, slot) => slot / 128 - 1);
    const [outputs] = evaluateArithmetic(circuits[0]!, [inputs]);
    outputs!.forEach((value, slot) => expect(value).toBeCloseTo(valueAt(polynomial, inputs[slot]!), 12));
    expect(arrangements[`${ACTIVATION}.${OUTPUT}`]).toEqual({ values: 1, index: [Int32Array.from(inputs.keys())] });
  });

  test('over integers every slot is exactly the fixed-point polynomial, within the ranges', () => {
    const step = 1 / 16;
    const { circuits, batch } = planActivation(polynomial, { min: -16, max: 16, step }, { rows: 1, columns: 33 });
    const inputs = Array.from({ length: batch }, (_, slot) => slot - 16);
    const [outputs] = evaluateArithmetic(circuits[0]!, [inputs]);
    const { integers, exponent } = fixedPoint(polynomial, step);
    const exact = inputs.map((input) => integers.reduce((sum, value, power) => sum + BigInt(value) * BigInt(input) ** BigInt(power), 0n));
    expect(outputs!.map(BigInt)).toEqual(exact);
    expect(circuits[0]!.nodes[circuits[0]!.outputs[OUTPUT]!]!.type.step).toBe(step ** exponent);
  });
});

test('a bundle of any width, in the middle of a circuit, keeps its kind of bound', () => {
  const type: ValueType = { width: 3, min: -2, max: 3, bound: 'calibrated', step: null };
  const nodes: Node[] = [{ op: 'input', port: 'x', sources: ['client'], type, layer: 'x' }];
  const middle = appendPolynomial(nodes, 0, [0, 1, 2], 'first', 2);
  const last = appendPolynomial(nodes, middle, polynomials['degree 3'], 'second', 2);
  const inputs = [
    [-2, 3],
    [0, 1],
    [0.5, -0.25],
  ];
  const outputs = evaluateArithmetic({ nodes, outputs: { last } }, inputs);
  const expected = (x: number): number => valueAt(polynomials['degree 3'], x + 2 * x * x);
  outputs.forEach((slots, at) => slots.forEach((value, slot) => expect(value).toBeCloseTo(expected(inputs[at]![slot]!), 8)));
  expect(new Set(nodes.map((node) => node.type.bound))).toEqual(new Set(['calibrated']));
  expect(nodes[last]!.layer).toBe('second');
});

test('fixed-point values past 2^53 have ranges that hold them, and are refused only where float64 could not tell those', () => {
  const plan = planActivation(polynomials['degree 9'], { min: -128, max: 128, step: 1 / 128 }, shape);
  const { min, max, step } = plan.circuits[0]!.nodes.at(-1)!.type;
  expect(max).toBeGreaterThan(2 ** 53);
  for (const x of [-1, 1]) {
    const real = valueAt(polynomials['degree 9'], x);
    expect(real).toBeLessThanOrEqual(max * step! * 1.01);
    expect(real).toBeGreaterThanOrEqual(min * step! * 1.01);
  }
  const far = 2 ** 50;
  expect(() => planActivation(polynomials['degree 9'], { min: -far, max: far, step: 1 / far }, shape)).toThrow(
    expect.objectContaining({ code: 'RANGE_TOO_LARGE' }),
  );
});
