/** @module */
import { expect, test } from 'vitest';
import { evaluateNetwork, predictedClass } from './reference.ts';

const layer = (name: string, inputs: number, weights: number[], bias: number[]) =>
  ({ kind: 'dense', name, inputs, outputs: bias.length, weights: Float64Array.from(weights), bias: Float64Array.from(bias) }) as const;

test('layers are applied one after another', () => {
  const network = { layers: [layer('first', 2, [1, 2, 3, 4, 5, 6], [0.5, 0, -1]), layer('second', 3, [1, 0, -1], [10])] };
  // [1 2; 3 4; 5 6] * (1, -1) + (0.5, 0, -1) = (-0.5, -1, -2); then -0.5 + 2 + 10.
  expect([...evaluateNetwork(network, Float64Array.of(1, -1))]).toEqual([11.5]);
});

test('the class is the index of the first largest output', () => {
  expect(predictedClass(Float64Array.of(-3, 2, 7, 7, 1))).toBe(2);
});
