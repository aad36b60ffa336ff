/** @module */
import { describe, expect, test } from 'vitest';
import { Random } from '../../data/random.ts';
import type { Layer } from '../../network/network.ts';
import { evaluateNetwork } from '../../network/reference.ts';
import type { Shape } from '../../network/shape.ts';
import { TrainableActivation } from './activation.ts';
import { TrainableAveragePool } from './average-pool.ts';
import { TrainableBatchNorm } from './batch-norm.ts';
import { TrainableConv2d } from './conv2d.ts';
import { crossEntropy } from './cross-entropy.ts';
import { TrainableDense } from './dense.ts';
import { TrainableFlatten } from './flatten.ts';
import { TrainableResidual } from './residual.ts';
import { quadraticRelu } from './stand-in.ts';
import { forward } from './train-network.ts';
import type { Trainable } from './trainable.ts';
import { integerWeights } from './weight-rule.ts';

const BATCH = 3;
const shape: Shape = { channels: 2, height: 5, width: 4 };
const random = Random.from(1, 'gradients');
const normals = (count: number): Float64Array => new Float64Array(count).map(() => random.normal());

const conv = () =>
  new TrainableConv2d({ name: 'conv', input: shape, outputChannels: 3, window: { height: 3, width: 2, stride: 2, padding: 1 } }, random);
const pool = () => new TrainableAveragePool({ kind: 'averagePool', name: 'pool', height: 2, width: 3, stride: 1 }, shape);
const smooth: readonly (readonly [string, () => Trainable])[] = [
  ['dense', () => new TrainableDense({ name: 'dense', inputs: 40, outputs: 7 }, random)],
  ['conv2d', conv],
  ['averagePool', pool],
  ['flatten', () => new TrainableFlatten(40)],
  ['square', () => new TrainableActivation('square', 'square', 40)],
  ['relu', () => new TrainableActivation('relu', 'relu', 40)],
  ['a quadratic for relu', () => new TrainableActivation('relu', 'relu', 40, { draw: () => quadraticRelu(3) })],
  ['sigmoid', () => new TrainableActivation('sigmoid', 'sigmoid', 40)],
  [
    'a residual block',
    () =>
      new TrainableResidual('sum', [
        new TrainableDense({ name: 'dense', inputs: 40, outputs: 40 }, random),
        new TrainableActivation('square', 'square', 40),
      ]),
  ],
  [
    'settled batch normalisation',
    () => {
      const layer = new TrainableBatchNorm(2, 20);
      layer.forward(normals(BATCH * 40), BATCH, true);
      layer.settle();
      return layer;
    },
  ],
  ['batch normalisation', () => new TrainableBatchNorm(2, 20)],
];

/** A loss whose gradient in the outputs is `slopes`. */
function dot(slopes: Float64Array, values: Float64Array): number {
  return slopes.reduce((sum, slope, index) => sum + slope * values[index]!, 0);
}

const STEP = 1e-6;

/** Central differences of `loss` in each of `values`, which are left as they were. */
function differences(values: Float64Array, loss: () => number): Float64Array {
  return values.map((value, index) => {
    values[index] = value + STEP;
    const above = loss();
    values[index] = value - STEP;
    const below = loss();
    values[index] = value;
    return (above - below) / (2 * STEP);
  });
}

function expectClose(got: Float64Array, expected: Float64Array): void {
  expect(got).toHaveLength(expected.length);
  got.forEach((value, index) => expect(Math.abs(value - expected[index]!)).toBeLessThan(1e-6 * Math.max(1, Math.abs(expected[index]!))));
}

describe.each(smooth)('%s', (_, create) => {
  test('gradients agree with finite differences', () => {
    const layer = create();
    for (const { values } of layer.parameters) values.set(normals(values.length));
    const input = normals(BATCH * 40);
    const slopes = normals(BATCH * layer.outputs);
    const loss = (): number => dot(slopes, layer.forward(input, BATCH, true));
    const inputDifferences = differences(input, loss);
    const parameterDifferences = layer.parameters.map(({ values }) => differences(values, loss));
    loss();
    expectClose(layer.backward(slopes).slice(), inputDifferences);
    layer.parameters.forEach(({ gradient }, index) => expectClose(gradient, parameterDifferences[index]!));
  });

  test('gradients of parameters are added up until they are used', () => {
    const layer = create();
    const input = normals(BATCH * 40);
    const slopes = normals(BATCH * layer.outputs);
    const pass = (): Float64Array[] => {
      layer.forward(input, BATCH, true);
      layer.backward(slopes);
      return layer.parameters.map(({ gradient }) => gradient.slice());
    };
    const once = pass();
    pass().forEach((gradient, index) =>
      expectClose(
        gradient,
        once[index]!.map((value) => 2 * value),
      ),
    );
  });
});

test('the cost of far values adds its own gradient', () => {
  const cost = { bound: 0.5, weight: 3 };
  const layer = new TrainableActivation('square', 'square', 40, { cost });
  const input = normals(BATCH * 40);
  const slopes = normals(BATCH * 40);
  const excess = (x: number): number => Math.max(0, Math.abs(x) - cost.bound);
  const loss = (): number =>
    dot(slopes, layer.forward(input, BATCH, true)) + input.reduce((sum, x) => sum + ((cost.weight / 2) * excess(x) ** 2) / BATCH, 0);
  const expected = differences(input, loss);
  loss();
  expectClose(layer.backward(slopes), expected);
});

test('through sign, the gradient is that of the function clipped to [-1, 1]', () => {
  const layer = new TrainableActivation('sign', 'sign', 4);
  expect([...layer.forward(Float64Array.of(-2, -0.5, 0, 1.5), 4, true)]).toEqual([-1, -1, 1, 1]);
  expect([...layer.backward(Float64Array.of(1, 2, 3, 4))]).toEqual([0, 2, 3, 0]);
});

test('through whole weights, the gradient is that of the weights in use', () => {
  const layer = new TrainableDense({ name: 'dense', inputs: 2, outputs: 1, weights: integerWeights(2) }, random);
  const [weights] = layer.parameters;
  weights!.values.set([0.7, -3]);
  expect([...layer.forward(Float64Array.of(1, 10), 1)]).toEqual([0.5 - 10]);
  expect([...layer.backward(Float64Array.of(4))]).toEqual([2, -4]);
  expect([...weights!.gradient]).toEqual([4, 40]);
});

test('cross-entropy: value by hand, gradient by finite differences', () => {
  const logits = normals(BATCH * 4);
  const labels = Uint8Array.of(3, 0, 2);
  const gradient = new Float64Array(logits.length);
  crossEntropy(logits, labels, 0.2, gradient);
  expectClose(
    gradient,
    differences(logits, () => crossEntropy(logits, labels, 0.2, new Float64Array(logits.length))),
  );
  // Probabilities 1/4 and 3/4, targets 0.9 and 0.1.
  const loss = crossEntropy(Float64Array.of(0, Math.log(3)), Uint8Array.of(0), 0.2, new Float64Array(2));
  expect(loss).toBeCloseTo(-0.9 * Math.log(1 / 4) - 0.1 * Math.log(3 / 4), 12);
});

test('the finished network computes what the layers compute outside of training', () => {
  const [places, pooled] = [3 * 3 * 3, 3 * 2 * 1];
  const layers: readonly Trainable[] = [
    conv(),
    new TrainableBatchNorm(3, 9),
    new TrainableActivation('square', 'square', places),
    new TrainableAveragePool({ kind: 'averagePool', name: 'pool', height: 2, width: 3, stride: 1 }, { channels: 3, height: 3, width: 3 }),
    new TrainableFlatten(pooled),
    new TrainableDense({ name: 'dense', inputs: pooled, outputs: 5 }, random),
    new TrainableBatchNorm(5, 1),
    new TrainableActivation('relu', 'relu', 5),
    new TrainableDense({ name: 'whole', inputs: 5, outputs: 2, weights: integerWeights(3) }, random),
  ];
  for (const { values } of layers.flatMap(({ parameters }) => parameters)) values.set(normals(values.length));
  // Running statistics away from their start.
  for (let step = 0; step < 5; step++) forward(layers, normals(BATCH * 40), BATCH, true);
  const input = normals(BATCH * 40);
  const outputs = forward(layers, input, BATCH, false);
  const finished: Layer[] = [];
  for (const layer of layers) layer.finish(finished);
  expect(finished.map(({ kind }) => kind)).toEqual(['conv2d', 'activation', 'averagePool', 'flatten', 'dense', 'activation', 'dense']);
  const network = { input: { shape, min: -9, max: 9 }, layers: finished };
  for (let sample = 0; sample < BATCH; sample++) {
    expectClose(evaluateNetwork(network, input.slice(sample * 40, (sample + 1) * 40)), outputs.slice(sample * 2, (sample + 1) * 2));
  }
});
