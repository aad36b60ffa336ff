/** @module */
import { expect, test } from 'vitest';
import { Random } from '../data/random.ts';
import type { Network } from '../network/network.ts';
import { randomDense } from '../network/network.fixture.ts';
import { evaluateNetwork } from '../network/reference.ts';
import { vectorShape } from '../network/shape.ts';
import { scaleOutputs } from './output-scales.ts';

const random = Random.from(3, 'outputs');
const data = Array.from({ length: 50 }, () => new Float64Array(4).map(() => random.uniform(-1, 1)));

/** One dense layer whose outputs are so large. */
function withSizes(sizes: readonly number[]): Network {
  const dense = randomDense(random, 'dense', 4, sizes.length);
  const scaled = (values: Float64Array, per: number): Float64Array => values.map((value, at) => value * sizes[Math.floor(at / per)]!);
  return {
    input: { shape: vectorShape(4), min: -1, max: 1 },
    layers: [{ ...dense, weights: scaled(dense.weights, 4), bias: scaled(dense.bias, 1) }],
  };
}

test('outputs of unlike sizes are counted in units of their own, in which each spreads as far as any other', () => {
  const network = withSizes([1e5, 1, 0, 1e-3]);
  const found = scaleOutputs(network, data)!;
  const outputs = data.map((input) => evaluateNetwork(found.network, input));
  data.forEach((input, at) => {
    const expected = found.scaled(evaluateNetwork(network, input));
    outputs[at]!.forEach((value, output) => expect(value).toBeCloseTo(expected[output]!, 9));
  });
  for (const output of [0, 1, 3]) {
    const values = outputs.map((one) => one[output]!);
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    expect(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length).toBeCloseTo(1, 9);
  }
  expect(found.words).toMatch(/in units of how far it spreads over the data \(.*, 0\.00, /);
});

test('outputs of about one size stay as they are', () => {
  expect(scaleOutputs(withSizes([1, 2, 1.5]), data)).toBeNull();
  expect(scaleOutputs(withSizes([1e5]), data)).toBeNull();
});
