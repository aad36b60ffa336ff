/** @module */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isRefusal } from '../../../schemes/scheme.ts';
import { Random } from '../../data/random.ts';
import { type Chain, inOrder, type LooseLink } from '../../network/chain.ts';
import { signedInput } from '../../network/quantisation.ts';
import { sparseFromRows } from '../../network/sparse.ts';
import { runPlan } from '../naive-slots.fixture.ts';
import { planNetwork } from '../plan-network.ts';
import type { PlannedNetwork } from '../planned-network.ts';
import { evaluatePlanned } from '../planned-reference.ts';
import { convolvedPlans } from './convolved.ts';

function linear(rows: number, columns: number, random: Random, name = 'dense'): LooseLink {
  const weights = new Float64Array(rows * columns).map(() => (random.below(3) === 0 ? 0 : random.normal(0, 1)));
  const bias = new Float64Array(rows).map(() => random.normal(0, 1));
  return { kind: 'linear', name, matrix: sparseFromRows(rows, columns, weights, null), bias };
}

function planned(chain: Chain, inputs: number, samples: readonly Float64Array[] | null): PlannedNetwork {
  const network = planNetwork(chain, {
    inputs,
    interval: { min: -1, max: 1 },
    quantisation: { input: signedInput(4), weightBits: 5 },
    realWeightBits: null,
    rule: samples === null ? { bound: 'proven' } : { bound: 'calibrated', samples, margin: 1 },
    degree: 2,
  });
  if (isRefusal(network)) throw new Error(network.reason);
  return network;
}

const shape = (columns: number) => ({ rows: 1, columns }) as const;

describe('one linear layer over slots that are not rotated', () => {
  test('gives the outputs of the planned network, every coefficient within its range', () => {
    const cases = fc.record({
      rows: fc.integer({ min: 1, max: 12 }),
      columns: fc.integer({ min: 1, max: 30 }),
      slots: fc.constantFrom(1, 2, 3, 7, 15, 63),
      calibrated: fc.boolean(),
      seed: fc.nat(),
    });
    fc.assert(
      fc.property(cases, ({ rows, columns, slots, calibrated, seed }) => {
        const random = Random.from(seed);
        const real = new Float64Array(columns).map(() => random.below(15) / 7 - 1);
        const network = planned(inOrder([linear(rows, columns, random)]), columns, calibrated ? [real] : null);
        const [make] = convolvedPlans(network, shape(slots)) as readonly (() => Parameters<typeof runPlan>[0])[];
        const sample = real.map((value) => Math.round(value / network.input.step!));
        const [outputs] = evaluatePlanned(network, sample);
        expect(runPlan(make!(), [...sample])).toEqual([...outputs!]);
      }),
    );
  });

  test('784 inputs and 10 outputs go into 72 ciphertexts and one', () => {
    const network = planned(inOrder([linear(10, 784, Random.from(1))]), 784, null);
    const plans = convolvedPlans(network, shape(127));
    const [{ circuits }] = (plans as readonly (() => Parameters<typeof runPlan>[0])[]).map((make) => make()) as [
      Parameters<typeof runPlan>[0],
    ];
    expect(circuits[0]!.nodes.map(({ op, type }) => [op, type.width])).toEqual([['input', 72], ['convolve', 1], ['addPlain', 1]]); // prettier-ignore
    expect(circuits[0]!.nodes[0]!.type.filled).toBe(11);
  });

  test('an activation is refused, with the way out', () => {
    const random = Random.from(1);
    const square = { kind: 'activation', name: 'square', activation: 'square' } as const;
    const chain = inOrder([linear(4, 6, random), square, linear(2, 4, random, 'last')]);
    const refusal = convolvedPlans(planned(chain, 6, null), shape(63));
    expect(refusal).toMatchObject({ code: 'LAYOUT_UNSUPPORTED', reason: expect.stringContaining('--activation client') as string });
  });
});
