/** @module */
import { expect, test } from 'vitest';
import type { Network } from './network.ts';
import { evaluateLayers, evaluateNetwork, predictedClass } from './reference.ts';

const layer = (name: string, inputs: number, weights: number[], bias: number[]) =>
  ({ kind: 'dense', name, inputs, outputs: bias.length, weights: Float64Array.from(weights), bias: Float64Array.from(bias) }) as const;
const input = { shape: { channels: 2, height: 1, width: 1 }, min: -1, max: 1 };

test('layers are applied one after another', () => {
  const network = { input, layers: [layer('first', 2, [1, 2, 3, 4, 5, 6], [0.5, 0, -1]), layer('second', 3, [1, 0, -1], [10])] };
  // [1 2; 3 4; 5 6] * (1, -1) + (0.5, 0, -1) = (-0.5, -1, -2); then -0.5 + 2 + 10.
  expect([...evaluateNetwork(network, Float64Array.of(1, -1))]).toEqual([11.5]);
});

test('an image through every kind of layer, by hand', () => {
  const network: Network = {
    input: { shape: { channels: 1, height: 3, width: 3 }, min: 0, max: 9 },
    layers: [
      {
        kind: 'conv2d',
        name: 'conv',
        inputChannels: 1,
        outputChannels: 2,
        window: { height: 2, width: 2, stride: 1, padding: 0 },
        // The difference along the diagonal, and the sum of the upper row.
        weights: Float64Array.of(-1, 0, 0, 1, 1, 1, 0, 0),
        bias: Float64Array.of(-5, 0),
      },
      { kind: 'activation', name: 'relu', activation: 'relu' },
      { kind: 'averagePool', name: 'pool', height: 1, width: 2, stride: 1 },
      { kind: 'flatten', name: 'flatten' },
      layer('dense', 4, [1, 10, 100, 1000], [1]),
      { kind: 'activation', name: 'square', activation: 'square' },
    ],
  };
  const image = Float64Array.of(1, 2, 3, 4, 5, 6, 7, 8, 19);
  expect(evaluateLayers(network, image).map((values) => [...values])).toEqual([
    [-1, -1, -1, 9, 3, 5, 9, 11],
    [0, 0, 0, 9, 3, 5, 9, 11],
    [0, 4.5, 4, 10],
    [0, 4.5, 4, 10],
    [10446],
    [10446 ** 2],
  ]);
});

test('sign is never zero', () => {
  const network: Network = { input, layers: [{ kind: 'activation', name: 'sign', activation: 'sign' }] };
  expect([...evaluateNetwork(network, Float64Array.of(0, -0.1))]).toEqual([1, -1]);
});

test('the class is the index of the first largest output', () => {
  expect(predictedClass(Float64Array.of(-3, 2, 7, 7, 1))).toBe(2);
});
