/** @module */
import { expect, test } from 'vitest';
import { isRefusal } from '../../../schemes/scheme.ts';
import { greatestRowSum } from '../../../schemes/sparse-matrix.ts';
import { Random } from '../../data/random.ts';
import { chainOf } from '../../network/chain.ts';
import type { Network } from '../../network/network.ts';
import { randomDense } from '../../network/network.fixture.ts';
import { vectorShape } from '../../network/shape.ts';
import { chainGains } from './chain-gains.ts';
import { measureGains } from './gains.ts';
import { planActivations } from './plan-activations.ts';

const random = Random.from(8, 'gains');
const network: Network = {
  input: { shape: vectorShape(6), min: -1, max: 1 },
  layers: [
    randomDense(random, 'first', 6, 8),
    { kind: 'activation', name: 'relu', activation: 'relu' },
    randomDense(random, 'second', 8, 8),
    { kind: 'activation', name: 'sigmoid', activation: 'sigmoid' },
    randomDense(random, 'third', 8, 3),
  ],
};
const samples = Array.from({ length: 40 }, () => new Float64Array(6).map(() => random.uniform(-1, 1)));

test('errors that a round passes on grow by less than the layers behind could make them, and by more than nothing', () => {
  const planning = { quantisation: null, realWeightBits: null, rule: { bound: 'calibrated', samples, margin: 1.5 }, degree: 2 } as const;
  const planned = planActivations(network, planning, samples);
  if (isRefusal(planned)) throw new Error(planned.reason);
  const [second, third] = planned.layers.filter((layer) => layer.kind === 'linear').slice(1);
  const gains = measureGains(planned, samples);
  expect(Object.keys(gains)).toEqual(['network-1.output', 'network-2.output']);
  // A sigmoid is at most a quarter as steep as its input, a ReLU as steep.
  const behindSecond = greatestRowSum(third!.matrix) / 4;
  const behindFirst = greatestRowSum(second!.matrix) * behindSecond;
  const [first, last] = [gains['network-1.output']!, gains['network-2.output']!];
  for (const [gain, most] of [
    [first, behindFirst],
    [last, behindSecond],
  ] as const) {
    expect(gain).toBeLessThanOrEqual(most * (1 + 1e-9));
    expect(gain).toBeGreaterThan(most / 40);
  }
});

test('so do errors in the values of a chain; in the last they are themselves', () => {
  const chain = chainOf(network);
  const gains = chainGains(chain, samples);
  expect(gains).toHaveLength(6);
  expect(gains.at(-1)).toBe(1);
  const last = chain.at(-1)!;
  if (last.kind !== 'linear') throw new Error(last.kind);
  expect(gains[4]).toBeLessThanOrEqual(greatestRowSum(last.matrix) * (1 + 1e-9));
  expect(Math.min(...gains)).toBeGreaterThan(0);
});
