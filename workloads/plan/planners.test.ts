/** @module */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isRefusal } from '../../schemes/scheme.ts';
import { Random } from '../data/random.ts';
import type { DenseLayer } from '../network/dense.ts';
import { denseMap } from '../network/dense.ts';
import { type InputQuantisation, quantiseInput, quantiseLinear, signedInput, unsignedInput } from '../network/quantisation.ts';
import type { Plan } from '../plan.ts';
import { planBatched } from './batched.ts';
import { planNetwork } from './plan-network.ts';
import type { PlannedPart } from './planned-network.ts';
import { runPlan } from './naive-slots.fixture.ts';
import { packedPlans } from './packed/packed.ts';
import type { Interval, RangeRule } from './range.ts';

interface Case {
  readonly layer: DenseLayer;
  readonly rows: 1 | 2;
  readonly random: Random;
}

const cases = fc
  .record({
    inputs: fc.integer({ min: 1, max: 20 }),
    outputs: fc.integer({ min: 1, max: 20 }),
    rows: fc.constantFrom(1 as const, 2 as const),
    seed: fc.nat(),
    biased: fc.boolean(),
  })
  .map(({ inputs, outputs, rows, seed, biased }): Case => {
    const random = Random.from(seed);
    const weights = new Float64Array(inputs * outputs).map(() => (random.below(4) === 0 ? 0 : random.normal()));
    const bias = new Float64Array(outputs).map(() => (biased ? random.normal() : 0));
    return { layer: { kind: 'dense', name: 'layer', inputs, outputs, weights, bias }, rows, random };
  });

function planned(
  layer: DenseLayer,
  rule: RangeRule,
  interval: Interval,
  quantisation: { input: InputQuantisation; weightBits: number } | null,
): PlannedPart {
  const chain = [{ kind: 'linear' as const, name: layer.name, of: [0], ...denseMap(layer) }];
  const network = planNetwork(chain, { inputs: layer.inputs, interval, quantisation, rule, realWeightBits: null, degree: 2 });
  if (isRefusal(network)) throw new Error(network.reason);
  return network;
}
const realLayer = (layer: DenseLayer, min: number, max: number, rule: RangeRule = { bound: 'proven' }): PlannedPart =>
  planned(layer, rule, { min, max }, null);
const integerLayer = (layer: DenseLayer, input: InputQuantisation, weightBits: number): PlannedPart =>
  planned(layer, { bound: 'proven' }, { min: input.min * input.step, max: input.max * input.step }, { input, weightBits });

const layouts = [
  { name: 'batched', plan: (network: PlannedPart, rows: 1 | 2) => planBatched(network, { rows, columns: 4 }) },
  {
    name: 'packed',
    plan: (network: PlannedPart, rows: 1 | 2) => {
      const plans = packedPlans(network, { rows, columns: 64 });
      if (isRefusal(plans)) throw new Error(plans.reason);
      return plans[0]!();
    },
  },
];

/** Rows times columns by definition, for every sample. */
function product(weights: ArrayLike<number>, bias: ArrayLike<number>, samples: readonly Float64Array[]): number[] {
  return samples.flatMap((sample) =>
    Array.from(bias, (constant, row) =>
      sample.reduce((sum, value, column) => sum + weights[row * sample.length + column]! * value, constant),
    ),
  );
}

function draw({ layer, random }: Case, plan: Plan, min: number, max: number): Float64Array[] {
  // Ends of the interval are where ranges break first.
  const value = (): number => [min, max, random.uniform(min, max)][random.below(3)]!;
  return Array.from({ length: plan.batch }, () => new Float64Array(layer.inputs).map(value));
}

describe.each(layouts)('$name', ({ name, plan: planWith }) => {
  test('equals the matrix product on reals, every slot within its range', () => {
    fc.assert(
      fc.property(cases, fc.constantFrom(0, -1, 0.5), (entry, min) => {
        const plan = planWith(realLayer(entry.layer, min, 1), entry.rows);
        const samples = draw(entry, plan, min, 1);
        const found = runPlan(
          plan,
          samples.flatMap((sample) => [...sample]),
        );
        product(entry.layer.weights, entry.layer.bias, samples).forEach((value, index) => expect(found[index]).toBeCloseTo(value, 9));
      }),
      { seed: 11, numRuns: 150 },
    );
  });

  test('equals the quantised product exactly, every slot whole and within its range', () => {
    fc.assert(
      fc.property(cases, fc.boolean(), fc.integer({ min: 2, max: 9 }), (entry, signed, bits) => {
        const input = signed ? signedInput(bits) : unsignedInput(bits);
        const plan = planWith(integerLayer(entry.layer, input, bits), entry.rows);
        const layer = quantiseLinear(denseMap(entry.layer), input.step, bits);
        const samples = draw(entry, plan, signed ? -1 : 0, 1).map((sample) => quantiseInput(sample, input));
        const { offsets, indices, values, columns } = layer.matrix;
        const weights = new Float64Array(entry.layer.weights.length);
        for (let row = 0; row < entry.layer.outputs; row++) {
          for (let at = offsets[row]!; at < offsets[row + 1]!; at++) weights[row * columns + indices[at]!] = values[at]!;
        }
        expect(
          runPlan(
            plan,
            samples.flatMap((sample) => [...sample]),
          ),
        ).toEqual(product(weights, layer.bias, samples));

        // Steps multiply: counted outputs times their step are near the float layer's.
        const step = plan.circuits[0]!.nodes.at(-1)!.type.step!;
        expect(step).toBe(input.step * layer.matrix.step!);
        const real = samples.map((sample) => sample.map((value) => value * input.step));
        const largest = Math.max(1, ...entry.layer.weights.map(Math.abs));
        const error = (entry.layer.inputs * largest + 1) / (2 ** (bits - 1) - 1);
        const planned = product(weights, layer.bias, samples).map((value) => value * step);
        product(entry.layer.weights, entry.layer.bias, real).forEach((value, index) =>
          expect(Math.abs(planned[index]! - value)).toBeLessThanOrEqual(error),
        );
      }),
      { seed: 12, numRuns: 150 },
    );
  });

  test('calibrated ranges hold the samples they were taken from, and widen by the margin', () => {
    fc.assert(
      fc.property(cases, (entry) => {
        const proven = planWith(realLayer(entry.layer, 0, 1), entry.rows);
        const samples = draw(entry, proven, 0, 1);
        const values = samples.flatMap((sample) => [...sample]);
        // Outputs that are all zero have no range, and are refused.
        fc.pre(runPlan(proven, values).some((output) => output !== 0));
        const widened = (margin: number): Plan =>
          planWith(realLayer(entry.layer, 0, 1, { bound: 'calibrated', samples, margin }), entry.rows);
        const [once, twice] = [1, 2].map((margin) => widened(margin).circuits[0]!.nodes);
        const found = runPlan(widened(1 + 1e-6), values);
        once!.slice(1).forEach(({ type }, index) => {
          const wider = twice![index + 1]!.type;
          expect([wider.bound, wider.min, wider.max]).toEqual(['calibrated', 2 * type.min, 2 * type.max]);
        });
        const { max, min } = once!.at(-1)!.type;
        if (name === 'packed') return;
        expect(min).toBeCloseTo(Math.min(0, ...found), 12);
        expect(max).toBeCloseTo(Math.max(0, ...found), 12);
      }),
      { seed: 13, numRuns: 50 },
    );
  });
});

describe('proven ranges', () => {
  const layer: DenseLayer = {
    kind: 'dense',
    name: 'layer',
    inputs: 3,
    outputs: 2,
    weights: Float64Array.of(2, -3, 0, 1, 1, 1),
    bias: Float64Array.of(10, 0),
  };

  test('are the exact extremes of whole numbers', () => {
    const plan = planBatched(integerLayer(layer, { step: 1, min: 0, max: 5 }, 3), { rows: 1, columns: 1 });
    // Row 0: 10 - 3 * 5 to 10 + 2 * 5. Row 1: 0 to 15.
    expect(plan.circuits[0]!.nodes[1]!.type).toEqual({ width: 2, min: -5, max: 20, bound: 'proven', step: 1 });
  });

  test('past 2^53 are rounded outward', () => {
    const wide = { step: 1, min: 0, max: 2 ** 53 - 1 };
    const plan = planBatched(integerLayer(layer, wide, 8), { rows: 1, columns: 1 });
    const { min, max, width } = plan.circuits[0]!.nodes[1]!.type;
    const node = plan.circuits[0]!.nodes[1]!;
    if (node.op !== 'affine') throw new Error(node.op);
    const { matrix, bias } = node;
    const ends = Array.from({ length: width }, (_, row) => {
      const weights = Array.from(matrix.values.subarray(matrix.offsets[row], matrix.offsets[row + 1]), BigInt);
      const sumOf = (sign: bigint): bigint =>
        weights.filter((weight) => weight * sign > 0n).reduce((sum, weight) => sum + weight * BigInt(wide.max), BigInt(bias[row]!));
      return [sumOf(-1n), sumOf(1n)] as const;
    });
    const [least, most] = [ends.map(([low]) => low), ends.map(([, high]) => high)].map((all) => all.sort((a, b) => (a < b ? -1 : 1)));
    expect(BigInt(min)).toBeLessThanOrEqual(least![0]!);
    expect(BigInt(max)).toBeGreaterThanOrEqual(most!.at(-1)!);
    expect(max).toBeLessThan(Number(most!.at(-1)!) * (1 + 2 ** -40));
    expect(Number.isInteger(min) && Number.isInteger(max)).toBe(true);
  });
});
