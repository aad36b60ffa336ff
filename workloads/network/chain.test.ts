/** @module */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Random } from '../data/random.ts';
import { evaluateChain } from './chain.fixture.ts';
import { type Chain, chainOf } from './chain.ts';
import type { Conv2dLayer } from './conv2d.ts';
import type { Network } from './network.ts';
import { networkAndInput, randomDense } from './network.fixture.ts';
import { evaluateNetwork } from './reference.ts';

/** Sign turns the smallest error into a jump: networks whose arguments of sign come near zero are left out. */
function nearJump(chain: Chain, input: Float64Array): boolean {
  const values = evaluateChain(chain, input);
  return chain.some((link) => link.kind === 'activation' && link.activation === 'sign' && values[link.of]!.some((x) => Math.abs(x) < 1e-9));
}

test('a chain computes what the layers compute', () => {
  fc.assert(
    fc.property(networkAndInput, ({ network, input }) => {
      const chain = chainOf(network);
      fc.pre(!nearJump(chain, input));
      const expected = evaluateNetwork(network, input);
      const largest = Math.max(1, ...expected.map(Math.abs));
      const got = evaluateChain(chain, input).at(-1)!;
      expect(got).toHaveLength(expected.length);
      got.forEach((value, index) => expect(Math.abs(value - expected[index]!)).toBeLessThan(1e-9 * largest));
    }),
    { seed: 1, numRuns: 300 },
  );
});

test('matrices have rows in order, no zeros, and in a chain never follow one another', () => {
  fc.assert(
    fc.property(networkAndInput, ({ network }) => {
      const chain = chainOf(network);
      chain.forEach((link, index) => {
        if (link.kind !== 'linear') return;
        // Where every layer reads the one before it.
        if (network.layers.every(({ reads }) => reads === undefined)) expect(chain[index + 1]?.kind).not.toBe('linear');
        expect(link.of).toEqual([...new Set(link.of)].sort((a, b) => a - b));
        const { matrix, bias } = link;
        expect(matrix.step).toBeNull();
        expect(bias).toHaveLength(matrix.rows);
        expect(matrix.offsets[matrix.rows]).toBe(matrix.values.length);
        expect(matrix.values).not.toContain(0);
        for (let row = 0; row < matrix.rows; row++) {
          const columns = [...matrix.indices.subarray(matrix.offsets[row], matrix.offsets[row + 1])];
          expect(columns).toEqual([...new Set(columns)].sort((a, b) => a - b));
          expect(columns.at(-1) ?? 0).toBeLessThan(matrix.columns);
        }
      });
    }),
    { seed: 2, numRuns: 100 },
  );
});

test('a convolution by hand: stride 2, padding 1, two channels', () => {
  const conv: Conv2dLayer = {
    kind: 'conv2d',
    name: 'conv',
    inputChannels: 2,
    outputChannels: 1,
    window: { height: 2, width: 2, stride: 2, padding: 1 },
    weights: Float64Array.of(1, 2, 3, 4, 0, 0, 0, 10),
    bias: Float64Array.of(0.5),
  };
  const network: Network = { input: { shape: { channels: 2, height: 2, width: 2 }, min: 0, max: 9 }, layers: [conv] };
  const [link] = chainOf(network);
  if (link?.kind !== 'linear') throw new Error('no matrix');
  // Places: the four corners of the padded 4 x 4 image. Each window holds one pixel of each channel.
  expect([...link.matrix.offsets]).toEqual([0, 2, 3, 4, 5]);
  expect([...link.matrix.indices]).toEqual([0, 4, 1, 2, 3]);
  expect([...link.matrix.values]).toEqual([4, 10, 3, 2, 1]);
  expect([...link.bias]).toEqual([0.5, 0.5, 0.5, 0.5]);
  expect([...evaluateNetwork(network, Float64Array.of(1, 2, 3, 4, 5, 6, 7, 8))]).toEqual([4 + 50 + 0.5, 6.5, 6.5, 4.5]);
});

test('pooling, flattening and dense layers between two activations are one matrix', () => {
  const random = Random.from(1);
  const network: Network = {
    input: { shape: { channels: 1, height: 2, width: 4 }, min: 0, max: 1 },
    layers: [
      { kind: 'activation', name: 'first', activation: 'square' },
      { kind: 'averagePool', name: 'pool', height: 2, width: 2, stride: 2 },
      { kind: 'flatten', name: 'flatten' },
      { kind: 'dense', name: 'dense', inputs: 2, outputs: 1, weights: Float64Array.of(4, 8), bias: Float64Array.of(1) },
      randomDense(random, 'more', 1, 3),
      { kind: 'activation', name: 'second', activation: 'relu' },
    ],
  };
  const chain = chainOf(network);
  expect(chain.map(({ kind, name }) => [kind, name])).toEqual([
    ['activation', 'first'],
    ['linear', 'pool + dense + more'],
    ['activation', 'second'],
  ]);
  const before = chainOf({ ...network, layers: network.layers.slice(0, 4) })[1];
  if (before?.kind !== 'linear') throw new Error('no matrix');
  expect([...before.matrix.values]).toEqual([1, 1, 2, 2, 1, 1, 2, 2]);
});
