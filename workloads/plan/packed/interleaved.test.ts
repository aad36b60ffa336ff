/** @module */
import { describe, expect, test } from 'vitest';
import type { SlotShape } from '../../../schemes/circuit.ts';
import { isRefusal } from '../../../schemes/scheme.ts';
import { Random } from '../../data/random.ts';
import { chainOf } from '../../network/chain.ts';
import type { Network } from '../../network/network.ts';
import { randomConv2d, randomDense } from '../../network/network.fixture.ts';
import { evaluateNetwork } from '../../network/reference.ts';
import { interleavedPlans, INTERLEAVED_SAMPLES } from './interleaved.ts';
import { runPlan } from '../naive-slots.fixture.ts';
import { planNetwork } from '../plan-network.ts';
import type { PlannedPart } from '../planned-network.ts';

function networkOf(seed: number): Network {
  const random = Random.from(seed, 'interleaved');
  return {
    input: { shape: { channels: 1, height: 6, width: 6 }, min: -1, max: 1 },
    layers: [
      randomConv2d(random, 'conv', 1, 2, { height: 3, width: 3, stride: 2, padding: 1 }),
      { kind: 'activation', name: 'square', activation: 'square' },
      { kind: 'flatten', name: 'flatten' },
      randomDense(random, 'output', 18, 4),
    ],
  };
}

function planned(network: Network): PlannedPart {
  const found = planNetwork(chainOf(network), {
    ...{ inputs: 36, interval: network.input, quantisation: null, realWeightBits: null, rule: { bound: 'proven' }, degree: 2 },
  });
  if (isRefusal(found)) throw new Error(found.reason);
  return found;
}

describe.each<SlotShape>([
  { rows: 1, columns: 512 },
  { rows: 2, columns: 1024 },
])('over $rows x $columns slots', (shape) => {
  test.each([1, 2, 3])('every sample goes through the network by itself (network %i)', (seed) => {
    const network = networkOf(seed);
    const random = Random.from(seed, 'samples');
    const samples = Array.from({ length: INTERLEAVED_SAMPLES }, () => new Float64Array(36).map(() => random.uniform(-1, 1)));
    const plans = interleavedPlans(planned(network), shape);
    if (isRefusal(plans)) throw new Error(plans.reason);
    for (const made of plans) {
      const plan = made();
      expect(plan.batch).toBe(INTERLEAVED_SAMPLES);
      const found = runPlan(
        plan,
        samples.flatMap((sample) => [...sample]),
      );
      const expected = samples.flatMap((sample) => [...evaluateNetwork(network, sample)]);
      expect(found).toHaveLength(expected.length);
      expected.forEach((value, at) => expect(found[at]).toBeCloseTo(value, 9));
    }
  });
});

test('rows with too few slots are refused', () => {
  expect(interleavedPlans(planned(networkOf(1)), { rows: 1, columns: 16 })).toMatchObject({ code: 'LAYOUT_UNSUPPORTED' });
});
