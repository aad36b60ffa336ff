/** @module */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { SlotShape } from '../../schemes/circuit.ts';
import { isRefusal, type Refusal } from '../../schemes/scheme.ts';
import { Random } from '../data/random.ts';
import { chainOf } from '../network/chain.ts';
import type { Network } from '../network/network.ts';
import { randomDense, randomGraph } from '../network/network.fixture.ts';
import { quantiseInput, signedInput } from '../network/quantisation.ts';
import { evaluateNetwork } from '../network/reference.ts';
import { sizeOf, vectorShape } from '../network/shape.ts';
import { planBatched } from './batched.ts';
import { evaluateArithmetic } from './naive-arithmetic.fixture.ts';
import { runPlan } from './naive-slots.fixture.ts';
import { routedLayers, routePlan } from './packed/circuit.ts';
import { packedPlans } from './packed/packed.ts';
import { cheapestRoutes } from './packed/route.ts';
import { type NetworkPlanning, planNetwork } from './plan-network.ts';
import { outputFacts, type PlannedPart } from './planned-network.ts';
import { evaluatePlanned } from './planned-reference.ts';
import { planTableNetwork } from './tables/table-network.ts';

const SINGLE: SlotShape = { rows: 1, columns: 1 };
const input = signedInput(7);

function inputsOf(network: Network, seed: number, count: number): Float64Array[] {
  const random = Random.from(seed, 'inputs');
  return Array.from({ length: count }, () => new Float64Array(sizeOf(network.input.shape)).map(() => random.uniform(-1, 1)));
}

function made(planned: PlannedPart | Refusal): PlannedPart {
  if (isRefusal(planned)) throw new Error(planned.reason);
  return planned;
}

function planned(network: Network, options: Partial<NetworkPlanning> = {}): PlannedPart | Refusal {
  return planNetwork(chainOf(network), {
    inputs: sizeOf(network.input.shape),
    interval: network.input,
    quantisation: null,
    realWeightBits: null,
    rule: { bound: 'proven' },
    degree: 2,
    ...options,
  });
}

/** Outputs of the batched circuit for one input. */
function batched(network: PlannedPart, counted: Float64Array): number[] {
  const bundle = Array.from(counted, (value) => [value]);
  return evaluateArithmetic(planBatched(network, SINGLE).circuits[0]!, bundle).map(([value]) => value!);
}

const graphs = fc.nat(2 ** 31 - 1);

describe('a graph', () => {
  test.each(['proven', 'calibrated'] as const)('in real numbers is what it is, ranges %s', (bound) => {
    fc.assert(
      fc.property(graphs, (seed) => {
        const network = randomGraph(seed, ['square']);
        const samples = inputsOf(network, seed, 3);
        const result = made(planned(network, bound === 'proven' ? {} : { rule: { bound, samples, margin: 1.5 } }));
        const { min, max } = outputFacts(result);
        for (const sample of samples) {
          const expected = evaluateNetwork(network, sample);
          const planOutputs = evaluatePlanned(result, sample).at(-1)!;
          batched(result, sample).forEach((value, at) => {
            expect(Math.abs(value - expected[at]!)).toBeLessThan(1e-9 * Math.max(1, -min, max));
            expect(Math.abs(value - Number(planOutputs[at]))).toBeLessThan(1e-9 * Math.max(1, -min, max));
          });
        }
      }),
      { seed: 61, numRuns: 60 },
    );
  });

  test('in whole numbers is exact, and near the network', () => {
    fc.assert(
      fc.property(graphs, (seed) => {
        const network = randomGraph(seed, ['square']);
        const result = planned(network, { quantisation: { input, weightBits: 8 } });
        // The circuit is computed in doubles here.
        if (isRefusal(result) || outputFacts(result).max > 2 ** 53) return;
        const { min, max, step } = outputFacts(result);
        for (const sample of inputsOf(network, seed, 3)) {
          const counted = quantiseInput(sample, input);
          const found = batched(result, counted);
          expect(found).toEqual(Array.from(evaluatePlanned(result, counted).at(-1)!, Number));
          evaluateNetwork(network, sample).forEach((value, at) =>
            expect(Math.abs(found[at]! * step! - value)).toBeLessThanOrEqual(0.1 * Math.max(-min, max) * step!),
          );
        }
      }),
      { seed: 62, numRuns: 60 },
    );
  });

  test('by tables is exact, and near the network where tables are fine', () => {
    fc.assert(
      fc.property(graphs, (seed) => {
        const network = randomGraph(seed, ['square', 'relu', 'sigmoid']);
        const samples = inputsOf(network, seed, 4);
        const fine = { input: signedInput(10), weightBits: { ofInputs: 12, ofTables: 12 }, entryBits: 12, outputBits: 12 };
        const rule = { bound: 'calibrated', samples, margin: 1.2 } as const;
        const result = made(planTableNetwork(chainOf(network), { inputs: sizeOf(network.input.shape), quantisation: fine, rule }));
        const { min, max, step } = outputFacts(result);
        for (const sample of samples) {
          const counted = quantiseInput(sample, fine.input);
          const found = batched(result, counted);
          expect(found).toEqual(Array.from(evaluatePlanned(result, counted).at(-1)!, Number));
          evaluateNetwork(network, sample).forEach((value, at) =>
            expect(Math.abs(found[at]! * step! - value)).toBeLessThanOrEqual(0.05 * Math.max(-min, max) * step!),
          );
        }
      }),
      { seed: 63, numRuns: 60 },
    );
  });

  test.each([
    { rows: 1, columns: 64 },
    { rows: 2, columns: 32 },
  ] as const)('over $rows x $columns slots is what it is, on every route, all slots within their ranges', (shape) => {
    let routed = 0;
    fc.assert(
      fc.property(graphs, fc.boolean(), (seed, counts) => {
        const network = randomGraph(seed, ['square']);
        const result = planned(network, counts ? { quantisation: { input, weightBits: 6 } } : {});
        if (isRefusal(result) || isRefusal(packedPlans(result, shape)) || outputFacts(result).max > 2 ** 50) return;
        const [sample] = inputsOf(network, seed, 1) as [Float64Array];
        const counted = counts ? quantiseInput(sample, input) : sample;
        const expected = evaluatePlanned(result, counted).at(-1)!;
        const { min, max } = outputFacts(result);
        for (const route of cheapestRoutes(routedLayers(result), shape, { product: 0.5, hoisted: 0.5 }).slice(0, 4)) {
          const found = runPlan(routePlan(result, route, shape), [...counted]);
          if (counts) expect(found).toEqual(Array.from(expected, Number));
          else found.forEach((value, at) => expect(Math.abs(value - Number(expected[at]))).toBeLessThan(1e-9 * Math.max(1, -min, max)));
          routed++;
        }
      }),
      { seed: 64, numRuns: 40 },
    );
    expect(routed).toBeGreaterThan(40);
  });
});

describe('a residual block', () => {
  const random = Random.from(7, 'residual');
  const network: Network = {
    input: { shape: vectorShape(8), min: -1, max: 1 },
    layers: [
      randomDense(random, 'stem', 8, 8),
      { kind: 'activation', name: 'first', activation: 'relu' },
      randomDense(random, 'a', 8, 8),
      { kind: 'activation', name: 'second', activation: 'relu' },
      randomDense(random, 'b', 8, 8),
      { kind: 'add', name: 'skip', reads: ['b', 'first'] },
      { kind: 'activation', name: 'third', activation: 'relu' },
      randomDense(random, 'output', 8, 3),
    ],
  };

  test('is one sum of two products; the skip is passed on without rounding', () => {
    const samples = inputsOf(network, 1, 10);
    const quantisation = { input: signedInput(6), weightBits: { ofInputs: 8, ofTables: 5 }, entryBits: 8, outputBits: 8 };
    const result = made(
      planTableNetwork(chainOf(network), { inputs: 8, quantisation, rule: { bound: 'calibrated', samples, margin: 1.5 } }),
    );
    const sum = result.layers[4]!;
    if (sum.kind !== 'linear') throw new Error(sum.kind);
    expect(sum).toMatchObject({ name: 'b + skip', of: [2, 4] });
    // Value 2 is what 'first' makes, whole numbers of the sum's step.
    const share = result.layers[1]!.output.step! / sum.output.step!;
    const skipped = sum.matrix.values.filter((_, entry) => sum.matrix.indices[entry]! < 8);
    expect(skipped).toHaveLength(8);
    for (const weight of skipped) expect(weight).toBeCloseTo(share, 9);
    const operations = planBatched(result, SINGLE).circuits[0]!.nodes.filter(({ layer }) => layer === 'b + skip');
    expect(operations.map(({ op }) => op)).toEqual(['affine', 'affine', 'add']);
  });

  test('does not send an input gathered for one layer where another reads it too', () => {
    const skipping: Network = {
      ...network,
      layers: [
        randomDense(random, 'a', 8, 8),
        { kind: 'activation', name: 'square', activation: 'square' },
        { kind: 'add', name: 'skip', reads: ['square', 'input'] },
        randomDense(random, 'output', 8, 3),
      ],
    };
    const shape = { rows: 1, columns: 64 } as const;
    const result = made(planned(skipping));
    expect(cheapestRoutes(routedLayers(result), shape, { product: 0.5, hoisted: 0.5 }).map(({ gathered }) => gathered)).not.toContain(true);
    const sample = inputsOf(skipping, 2, 1)[0]!;
    const plans = packedPlans(result, shape);
    if (isRefusal(plans)) throw new Error(plans.reason);
    const found = runPlan(plans[0]!(), [...sample]);
    evaluateNetwork(skipping, sample).forEach((value, at) => expect(found[at]).toBeCloseTo(value, 9));
  });
});
