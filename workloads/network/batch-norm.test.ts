/** @module */
import { expect, test } from 'vitest';
import { Random } from '../data/random.ts';
import { type BatchNorm, foldBatchNorm } from './batch-norm.ts';
import type { Layer } from './network.ts';
import { randomConv2d, randomDense } from './network.fixture.ts';
import { evaluateNetwork } from './reference.ts';

const random = Random.from(1, 'batch norm');
const numbers = (count: number, min: number, max: number) => new Float64Array(count).map(() => random.uniform(min, max));
const randomNorm = (channels: number): BatchNorm => ({
  name: 'norm',
  mean: numbers(channels, -1, 1),
  variance: numbers(channels, 0.1, 2),
  scale: numbers(channels, -2, 2),
  shift: numbers(channels, -1, 1),
  epsilon: 1e-3,
});

test.each<[string, Layer & { kind: 'dense' | 'conv2d' }]>([
  ['convolution', randomConv2d(random, 'conv', 2, 3, { height: 2, width: 3, stride: 1, padding: 1 })],
  ['dense layer', randomDense(random, 'dense', 40, 3)],
])('a %s that folds the normalisation computes both', (_, layer) => {
  const norm = randomNorm(3);
  const shape = layer.kind === 'dense' ? { channels: 40, height: 1, width: 1 } : { channels: 2, height: 4, width: 5 };
  const input = { shape, min: -1, max: 1 };
  const sample = numbers(40, -1, 1);
  const plain = evaluateNetwork({ input, layers: [layer] }, sample);
  const folded = evaluateNetwork({ input, layers: [foldBatchNorm(layer, norm)] }, sample);
  plain.forEach((value, index) => {
    const channel = Math.floor((index * 3) / plain.length);
    const expected =
      (norm.scale[channel]! * (value - norm.mean[channel]!)) / Math.sqrt(norm.variance[channel]! + norm.epsilon) + norm.shift[channel]!;
    expect(folded[index]).toBeCloseTo(expected, 10);
  });
});

test('refuses a normalisation of other channels', () => {
  const refusal: unknown = expect.objectContaining({ code: 'NETWORK_SHAPE' });
  expect(() => foldBatchNorm(randomDense(random, 'dense', 4, 3), { ...randomNorm(3), shift: numbers(4, 0, 1) })).toThrow(refusal);
});
