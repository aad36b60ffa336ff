/** @module */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Random } from '../../data/random.ts';
import { chainOf } from '../../network/chain.ts';
import { continueChain } from '../../network/chain-values.ts';
import type { Layer, Network } from '../../network/network.ts';
import { randomDense, randomNetwork } from '../../network/network.fixture.ts';
import { sizeOf, vectorShape } from '../../network/shape.ts';
import { separateRanges } from './separate-ranges.ts';

function inputsOf({ input }: Network, seed: number, count: number): Float64Array[] {
  const random = Random.from(seed, 'inputs');
  return Array.from({ length: count }, () => new Float64Array(sizeOf(input.shape)).map(() => random.uniform(input.min, input.max)));
}

/** A hidden layer whose neurons have these biases. */
function withBiases(biases: readonly number[], activation: 'square' | 'relu'): Network {
  const random = Random.from(7, 'biases');
  const hidden = { ...randomDense(random, 'hidden', 4, biases.length), bias: Float64Array.from(biases) };
  const layers: Layer[] = [hidden, { kind: 'activation', name: 'bent', activation }, randomDense(random, 'output', biases.length, 2)];
  return { input: { shape: vectorShape(4), min: -1, max: 1 }, layers };
}

test('the network in parts is the same network', () => {
  fc.assert(
    fc.property(fc.nat(2 ** 31 - 1), fc.array(fc.integer({ min: -50, max: 50 }), { minLength: 1, maxLength: 9 }), (seed, biases) => {
      for (const network of [randomNetwork(seed), withBiases(biases, 'square')]) {
        const chain = chainOf(network);
        const samples = inputsOf(network, seed, 5);
        const separated = separateRanges(chain, samples);
        for (const sample of samples) {
          const [expected, found] = [chain, separated].map((one) => continueChain(one, [sample]).at(-1)!) as [Float64Array, Float64Array];
          const size = Math.max(1, ...expected.map(Math.abs));
          found.forEach((value, output) => expect(Math.abs(value - expected[output]!)).toBeLessThan(1e-9 * size));
        }
      }
    }),
    { seed: 53, numRuns: 60 },
  );
});

describe('parts', () => {
  test('neurons around the same middle stay together, others have a table of their own', () => {
    const network = withBiases([1000, -1000, 1000, 0, -1000], 'relu');
    const separated = separateRanges(chainOf(network), inputsOf(network, 1, 30));
    expect(separated.map(({ name }) => name)).toEqual([
      ...['hidden (1 of 3)', 'hidden (2 of 3)', 'hidden (3 of 3)', 'bent (1 of 3)', 'bent (2 of 3)', 'bent (3 of 3)'],
      'output',
    ]);
    expect(separated.slice(0, 3).map((link) => (link.kind === 'linear' ? link.matrix.rows : 0))).toEqual([2, 1, 2]);
    expect(separated.at(-1)!.of).toEqual([4, 5, 6]);
  });

  test('of neurons that reach about the same there is one: the chain itself', () => {
    const network = withBiases([0.1, -0.1, 0.2, 0], 'square');
    const chain = chainOf(network);
    expect(separateRanges(chain, inputsOf(network, 1, 30))).toBe(chain);
  });

  test('a layer that ends the network stays whole', () => {
    const { input, layers } = withBiases([1000, -1000], 'relu');
    const network: Network = { input, layers: layers.slice(0, 2) };
    const chain = chainOf(network);
    expect(separateRanges(chain, inputsOf(network, 1, 30))).toBe(chain);
  });
});
