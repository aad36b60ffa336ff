/** @module */
import { expect, test } from 'vitest';
import { Random } from '../data/random.ts';
import { chainOf } from './chain.ts';
import { graphOf, type Layer, type Network, outputCount } from './network.ts';
import { randomConv2d, randomDense } from './network.fixture.ts';
import { evaluateNetwork } from './reference.ts';

const random = Random.from(1);
const image = { shape: { channels: 1, height: 28, width: 28 }, min: 0, max: 1 };
const square: Layer = { kind: 'activation', name: 'square', activation: 'square' };
const flatten: Layer = { kind: 'flatten', name: 'flatten' };
const conv = randomConv2d(random, 'conv', 1, 5, { height: 5, width: 5, stride: 2, padding: 1 });

test('shapes of the published networks', () => {
  const cryptonets: Network = {
    input: image,
    layers: [conv, square, flatten, randomDense(random, 'hidden', 845, 100)],
  };
  expect(graphOf(cryptonets).shapes.map(({ channels, height, width }) => [channels, height, width])).toEqual([
    [1, 28, 28],
    [5, 13, 13],
    [5, 13, 13],
    [845, 1, 1],
    [100, 1, 1],
  ]);
  expect(outputCount(cryptonets)).toBe(100);
  const tenseal = randomConv2d(random, 'conv', 1, 4, { height: 7, width: 7, stride: 3, padding: 0 });
  expect(outputCount({ input: image, layers: [tenseal] })).toBe(256);
});

const refused: readonly (readonly [string, string, RegExp, readonly Layer[]])[] = [
  ['no layer', 'NETWORK_EMPTY', /no layer/, []],
  ['nothing but flatten', 'NETWORK_EMPTY', /flatten/, [flatten]],
  ['one name twice', 'NETWORK_NAME', /"square" twice/, [square, square]],
  ['a dense layer on an image', 'NETWORK_SHAPE', /flatten them first.*"dense".*1 x 28 x 28/, [randomDense(random, 'dense', 784, 1)]],
  ['a dense layer of other inputs', 'NETWORK_SHAPE', /700 inputs.*"dense".*784/, [flatten, randomDense(random, 'dense', 700, 1)]],
  ['other channels', 'NETWORK_SHAPE', /2 input channels.*"conv".*1 x 28 x 28/, [{ ...conv, inputChannels: 2 }]],
  ['too few weights', 'NETWORK_SHAPE', /125 weights.*"conv".*124/, [{ ...conv, weights: conv.weights.subarray(1) }]],
  ['too many biases', 'NETWORK_SHAPE', /5 biases.*"conv".*6/, [{ ...conv, bias: new Float64Array(6) }]],
  [
    'a window past the image',
    'NETWORK_SHAPE',
    /at most 28 x 28.*"pool".*29 x 3/,
    [{ kind: 'averagePool', name: 'pool', height: 29, width: 3, stride: 1 }],
  ],
];

test.each(refused)('refuses %s', (_, code, message, layers) => {
  const refusal: unknown = expect.objectContaining({ code, message: expect.stringMatching(message) as unknown });
  expect(() => graphOf({ input: image, layers })).toThrow(refusal);
  expect(() => chainOf({ input: image, layers })).toThrow(refusal);
});

test('refuses layers that nobody can encrypt', () => {
  const layer = randomConv2d(random, 'wide', 1, 1, { height: 1, width: 1, stride: 1, padding: 1000 });
  expect(() => graphOf({ input: image, layers: [layer] })).toThrow(expect.objectContaining({ code: 'NETWORK_TOO_LARGE' }));
});

test('refuses a matrix of too many weights', () => {
  const input = { shape: { channels: 1, height: 512, width: 512 }, min: 0, max: 1 };
  const layer = randomConv2d(random, 'conv', 1, 1, { height: 9, width: 9, stride: 1, padding: 4 });
  expect(() => chainOf({ input, layers: [layer] })).toThrow(expect.objectContaining({ code: 'NETWORK_TOO_LARGE' }));
});

test('a sample must have as many values as the input', () => {
  const refusal: unknown = expect.objectContaining({ code: 'NETWORK_SHAPE' });
  expect(() => evaluateNetwork({ input: image, layers: [square] }, new Float64Array(783))).toThrow(refusal);
});
