/** @module */
import { expect, test } from 'vitest';
import { isRefusal } from '../../../schemes/scheme.ts';
import { Random } from '../../data/random.ts';
import type { Layer, Network } from '../../network/network.ts';
import { randomConv2d, randomDense, randomNetwork } from '../../network/network.fixture.ts';
import { evaluateNetwork } from '../../network/reference.ts';
import { sizeOf } from '../../network/shape.ts';
import { multiplyVector } from '../../network/sparse.ts';
import { applyAtClient, IDENTITY } from './client-function.ts';
import { type Segment, segmentsOf } from './segments.ts';

const REAL = { step: null, min: -Infinity, max: Infinity };

/** Linear layers as matrices, and between them what the client does. */
function evaluateSegments(segments: readonly Segment[], input: Float64Array): Float64Array {
  let values = input;
  for (const { chain, cut } of segments) {
    const link = chain[0]!;
    if (chain.length !== 1 || link.kind !== 'linear') throw new Error('not one linear layer');
    values = multiplyVector(link.matrix, values).map((sum, row) => sum + link.bias[row]!);
    if (cut === null) continue;
    values = Float64Array.from(applyAtClient({ ...IDENTITY, steps: cut.steps }, values, null, REAL), Number);
  }
  return values;
}

test('segments and rounds compute the network', () => {
  let rounds = 0;
  for (let seed = 0; seed < 120; seed++) {
    const network = randomNetwork(seed);
    const segments = segmentsOf(network);
    if (isRefusal(segments)) {
      expect(['NO_ACTIVATION', 'ACTIVATION_PLACE']).toContain(segments.code);
      continue;
    }
    rounds += segments.length - 1;
    const random = Random.from(seed, 'segments');
    const input = new Float64Array(sizeOf(network.input.shape)).map(() => random.uniform(-1, 1));
    const expected = evaluateNetwork(network, input);
    const most = Math.max(1, ...expected.map(Math.abs));
    evaluateSegments(segments, input).forEach((value, at) => expect(Math.abs(value - expected[at]!)).toBeLessThanOrEqual(1e-9 * most));
  }
  expect(rounds).toBeGreaterThan(40);
});

const random = Random.from(5, 'segments');
const conv = randomConv2d(random, 'conv', 1, 2, { height: 3, width: 3, stride: 1, padding: 0 });
const relu: Layer = { kind: 'activation', name: 'relu', activation: 'relu' };
const pool: Layer = { kind: 'averagePool', name: 'pool', height: 2, width: 2, stride: 2 };
const flatten: Layer = { kind: 'flatten', name: 'flatten' };
const networkOf = (...layers: Layer[]): Network => ({ input: { shape: { channels: 1, height: 8, width: 8 }, min: -1, max: 1 }, layers });

test('the client pools what it has activated, and sends the fewer values', () => {
  const segments = segmentsOf(networkOf(conv, relu, pool, flatten, randomDense(random, 'dense', 18, 3)));
  if (isRefusal(segments)) throw new Error(segments.reason);
  expect(segments[0]!.cut).toMatchObject({ name: 'relu + pool', steps: [{ activation: 'relu' }, { kind: 'mean', inputs: 72 }] });
  expect(segments[0]!.cut!.steps[1]).toHaveProperty('windows.length', 18);
  expect(segments[1]!.chain).toMatchObject([{ kind: 'linear', name: 'dense', matrix: { columns: 18 } }]);
});

test('a pool before the activation stays with the server', () => {
  const segments = segmentsOf(networkOf(conv, pool, relu, flatten, randomDense(random, 'dense', 18, 3)));
  if (isRefusal(segments)) throw new Error(segments.reason);
  expect(segments[0]!.chain).toMatchObject([{ name: 'conv + pool' }]);
  expect(segments[0]!.cut).toMatchObject({ name: 'relu', steps: [{ activation: 'relu' }] });
});

test("max pooling is the client's wherever it stands", () => {
  const largest: Layer = { kind: 'maxPool', name: 'max', window: { height: 2, width: 2, stride: 2, padding: 0 } };
  const dense = randomDense(random, 'dense', 18, 3);
  for (const order of [[relu, largest], [largest, relu], [largest]]) {
    const network = networkOf(conv, ...order, flatten, dense);
    const segments = segmentsOf(network);
    if (isRefusal(segments)) throw new Error(segments.reason);
    const input = new Float64Array(64).map(() => random.uniform(-1, 1));
    const found = evaluateSegments(segments, input);
    evaluateNetwork(network, input).forEach((value, at) => expect(found[at]).toBeCloseTo(value, 12));
    expect(segments[0]!.cut!.name).toBe(order.map(({ name }) => name).join(' + '));
  }
});

test.each([
  ['none', networkOf(flatten, randomDense(random, 'dense', 64, 3)), 'NO_ACTIVATION'],
  ['at the input', networkOf(relu, flatten, randomDense(random, 'dense', 64, 3)), 'ACTIVATION_PLACE'],
  ['at the output', networkOf(flatten, randomDense(random, 'dense', 64, 3), relu), 'ACTIVATION_PLACE'],
])('an activation %s is refused', (_, network, code) => {
  expect(segmentsOf(network)).toMatchObject({ code });
});
