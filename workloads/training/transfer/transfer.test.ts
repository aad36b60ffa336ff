/**
 * The last layer's update in the clear, against a loop.
 *
 * @module
 */
import { describe, expect, it } from 'vitest';
import { scheme as clear } from '../../../schemes/clear/scheme.ts';
import { isRefusal, type Requirement } from '../../../schemes/scheme.ts';
import type { Values } from '../../../schemes/circuit.ts';
import { Random } from '../../data/random.ts';
import { diagonalLayouts } from '../diagonals/layout.ts';
import { planLayer } from './plan-layer.ts';

const need: Requirement = {
  ...{
    security_bits: 0,
    precision_bits: 0,
    failure_log2: 0,
    kernels: 'library',
    threads: 1,
    memory_bytes: 2 ** 30,
    encryption: 'symmetric',
  },
};
const size = { largest: 1, rms: 1 };
const sizes = { features: size, weights: size, scores: size, errors: size, gradients: size };

describe('the update of a last layer', () => {
  const [features, outputs, samples] = [5, 3, 7];
  const random = Random.from(1, 'transfer');
  const numbers = (count: number): Float64Array => Float64Array.from({ length: count }, () => random.uniform(-1, 1));
  const rows = Array.from({ length: samples }, () => numbers(features));
  const labels = Uint8Array.from(rows, () => random.below(outputs));
  const weights = numbers(features * outputs);

  it.each(diagonalLayouts(32, samples, features))('is the gradient of squared distances, $babies rotations at once', async (layout) => {
    const plan = planLayer([layout], { rows, labels }, outputs, sizes, (circuits) => clear.compile(circuits, need));
    if (isRefusal(plan)) throw new Error(plan.reason);
    await using client = await clear.createClient(plan.compiled.client);
    await using evaluator = await clear.createEvaluator(plan.compiled, []);
    await evaluator.prepare(plan.circuits);
    const batch = { first: 0, count: samples };
    const load = async (port: string, values: readonly Values[]) => evaluator.load(port, await client.encrypt(port, values));
    const ports = Object.entries({ ...plan.samples(batch), ...plan.trips[0]!.send(weights, batch, [], weights) });
    const held = Object.fromEntries(await Promise.all(ports.map(async ([port, values]) => [port, await load(port, values)] as const)));
    const { gradient } = await evaluator.run('update', held);
    const found = plan.gradient([await client.decrypt('update.gradient', [await evaluator.store(gradient!)])]);
    for (let output = 0; output < outputs; output++) {
      for (let feature = 0; feature < features; feature++) {
        const expected = rows.reduce((sum, row, at) => {
          const score = row.reduce((total, value, of) => total + value * weights[output * features + of]!, 0);
          return sum + (score - (labels[at] === output ? 1 : 0)) * row[feature]!;
        }, 0);
        expect(found[output * features + feature]).toBeCloseTo(expected, 10);
      }
    }
  });
});
