/** @module */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { SparseMatrix } from '../../schemes/circuit.ts';
import { isRefusal, type Refusal } from '../../schemes/scheme.ts';
import { Random } from '../data/random.ts';
import { chainOf } from '../network/chain.ts';
import type { Network } from '../network/network.ts';
import { randomDense, randomNetwork } from '../network/network.fixture.ts';
import { quantiseInput, signedInput } from '../network/quantisation.ts';
import { evaluateNetwork } from '../network/reference.ts';
import { sizeOf, vectorShape } from '../network/shape.ts';
import { planBatched } from './batched.ts';
import { evaluateArithmetic } from './naive-arithmetic.fixture.ts';
import { type NetworkPlanning, planNetwork } from './plan-network.ts';
import { outputFacts, outputWidth, type PlannedPart } from './planned-network.ts';
import { PlannedOutputs } from './planned-outputs.ts';
import { evaluatePlanned } from './planned-reference.ts';
import type { RangeRule } from './range.ts';

const SLOTS = { rows: 1, columns: 4 } as const;
const PROVEN: RangeRule = { bound: 'proven' };

function planning(network: Network, changes: Partial<NetworkPlanning> = {}): NetworkPlanning {
  return {
    inputs: sizeOf(network.input.shape),
    interval: network.input,
    quantisation: null,
    realWeightBits: null,
    rule: PROVEN,
    degree: 2,
    ...changes,
  };
}

function planned(network: Network, changes: Partial<NetworkPlanning> = {}): PlannedPart {
  const result = planNetwork(chainOf(network), planning(network, changes));
  if (isRefusal(result)) throw new Error(result.reason);
  return result;
}

function inputsOf(network: Network, seed: number, count: number): Float64Array[] {
  const random = Random.from(seed, 'inputs');
  const value = (): number => [-1, 1, random.uniform(-1, 1)][random.below(3)]!;
  return Array.from({ length: count }, () => new Float64Array(sizeOf(network.input.shape)).map(value));
}

/** Outputs by sample of the batched circuit, every value of every node held against its range. */
function batchedOutputs(network: PlannedPart, samples: readonly Float64Array[]): number[][] {
  const bundle = Array.from({ length: network.inputs }, (_, value) => samples.map((sample) => sample[value]!));
  const outputs = evaluateArithmetic(planBatched(network, SLOTS).circuits[0]!, bundle);
  return samples.map((_, slot) => outputs.map((slots) => slots[slot]!));
}

const networks = fc.nat(2 ** 31 - 1).map((seed) => ({ seed, network: randomNetwork(seed, ['square', 'relu', 'sigmoid']) }));

/** Largest magnitude, at least 1. */
const sizeOfValues = (values: Iterable<number>): number => Math.max(1, ...Array.from(values, Math.abs));

test('squares are the network itself, however they are scaled', () => {
  fc.assert(
    fc.property(fc.nat(2 ** 31 - 1), fc.boolean(), (seed, calibrated) => {
      const network = randomNetwork(seed, ['square']);
      const samples = inputsOf(network, seed, 4);
      const result = planned(network, calibrated ? { rule: { bound: 'calibrated', samples, margin: 1.5 } } : {});
      const found = batchedOutputs(result, samples);
      for (const [at, sample] of samples.entries()) {
        const expected = evaluateNetwork(network, sample);
        const tolerance = 1e-9 * Math.max(sizeOfValues(expected), outputFacts(result).max);
        expected.forEach((value, index) => expect(Math.abs(found[at]![index]! - value)).toBeLessThanOrEqual(tolerance));
        expect(outputWidth(result)).toBe(expected.length);
      }
    }),
    { seed: 21, numRuns: 150 },
  );
});

test('calibrated ranges are those of every sample by itself, widened', () => {
  fc.assert(
    fc.property(fc.nat(2 ** 31 - 1), fc.boolean(), fc.integer({ min: 1, max: 20 }), (seed, counted, count) => {
      const network = randomNetwork(seed, ['square']);
      const samples = inputsOf(network, seed, count);
      const quantisation = { input: signedInput(5), weightBits: 5 };
      const result = planned(network, { rule: { bound: 'calibrated', samples, margin: 1.5 }, ...(counted ? { quantisation } : {}) });
      const seen = samples.map((sample) => evaluatePlanned(result, counted ? quantiseInput(sample, quantisation.input) : sample));
      for (const [at, layer] of result.layers.entries()) {
        if (layer.kind !== 'linear') continue;
        const values = seen.flatMap((layers) => Array.from<number | bigint, number>(layers[at]!, Number));
        const [min, max] = [1.5 * Math.min(0, ...values), 1.5 * Math.max(0, ...values)];
        // Sums of bigint are rounded another time.
        const tolerance = 2 ** -50 * Math.max(-min, max);
        expect(Math.abs(layer.output.min - (counted ? Math.floor(min) : min))).toBeLessThanOrEqual(tolerance);
        expect(Math.abs(layer.output.max - (counted ? Math.ceil(max) : max))).toBeLessThanOrEqual(tolerance);
      }
    }),
    { seed: 27, numRuns: 60 },
  );
});

test('the batched circuit computes the planned network, every value within its range', () => {
  fc.assert(
    fc.property(networks, fc.integer({ min: 2, max: 5 }), ({ seed, network }, degree) => {
      const samples = inputsOf(network, seed, 4);
      const result = planned(network, { degree });
      const { max, min } = outputFacts(result);
      for (const [at, outputs] of batchedOutputs(result, samples).entries()) {
        const expected = evaluatePlanned(result, samples[at]!).at(-1)!;
        outputs.forEach((value, index) =>
          expect(Math.abs(value - Number(expected[index]!))).toBeLessThanOrEqual(1e-9 * Math.max(1, -min, max)),
        );
      }
    }),
    { seed: 22, numRuns: 100 },
  );
});

test('in integers the circuit is exact, and near the network where the steps are fine', () => {
  fc.assert(
    fc.property(fc.nat(2 ** 31 - 1), (seed) => {
      const network = randomNetwork(seed, ['square']);
      const quantisation = { input: signedInput(7), weightBits: 7 };
      const result = planned(network, { quantisation });
      // The circuit is computed in doubles here.
      if (outputFacts(result).max > 2 ** 53) return;
      const samples = inputsOf(network, seed, 4);
      const counted = samples.map((sample) => quantiseInput(sample, quantisation.input));
      const found = batchedOutputs(result, counted);
      const { step, max, min } = outputFacts(result);
      for (const [at, sample] of samples.entries()) {
        expect(found[at]).toEqual([...evaluatePlanned(result, counted[at]!).at(-1)!]);
        const float = evaluateNetwork(network, sample);
        // Each of a few layers is off by a share of its range; the share is that of a step of inputs and of weights.
        float.forEach((value, index) =>
          expect(Math.abs(found[at]![index]! * step! - value)).toBeLessThanOrEqual(0.1 * Math.max(-min, max) * step!),
        );
      }
    }),
    { seed: 23, numRuns: 100 },
  );
});

describe('activations that no scheme has', () => {
  const random = Random.from(5, 'one hidden layer');
  const hidden = (activation: 'relu' | 'sigmoid' | 'sign'): Network => ({
    input: { shape: vectorShape(6), min: -1, max: 1 },
    layers: [randomDense(random, 'first', 6, 5), { kind: 'activation', name: 'bend', activation }, randomDense(random, 'second', 5, 3)],
  });

  test.each([
    ['relu', 2],
    ['relu', 4],
    ['relu', 7],
    ['sigmoid', 3],
    ['sigmoid', 5],
  ] as const)('%s by degree %i is off by what is stated', (activation, degree) => {
    const network = hidden(activation);
    const samples = inputsOf(network, 3, 300);
    const result = planned(network, { degree });
    const layer = result.layers[1]!;
    if (layer.kind !== 'polynomial' || layer.approximates === null) throw new Error(layer.kind);
    const { error } = layer.approximates;
    expect(layer.polynomial.length - 1).toBe(activation === 'relu' ? 2 * Math.floor(degree / 2) : degree);
    // The layers before and behind take reach, shift, factor and offset.
    expect([layer.polynomial[0], layer.polynomial.at(-1)]).toEqual([0, 1]);
    if (degree === 2) expect(layer.polynomial).toEqual([0, 0, 1]);
    const second = network.layers[2]!;
    if (second.kind !== 'dense') throw new Error(second.kind);
    let worst = 0;
    for (const sample of samples) {
      const found = evaluatePlanned(result, sample).at(-1)!;
      evaluateNetwork(network, sample).forEach((value, row) => {
        const weights = second.weights.subarray(row * 5, (row + 1) * 5).reduce((sum, weight) => sum + Math.abs(weight), 0);
        worst = Math.max(worst, Math.abs(Number(found[row]!) - value) / (error * weights));
      });
    }
    expect(worst).toBeLessThanOrEqual(1);
    // Nothing is stated that is far from the truth.
    expect(worst).toBeGreaterThan(0.05);
  });

  test('a sign is refused: no polynomial comes near it', () => {
    expect(planNetwork(chainOf(hidden('sign')), planning(hidden('sign')))).toMatchObject({ code: 'ACTIVATION_UNSUPPORTED' });
  });
});

test('samples beyond a calibrated range are counted', () => {
  const network: Network = {
    input: { shape: vectorShape(1), min: -1, max: 1 },
    layers: [
      { kind: 'dense', name: 'twice', inputs: 1, outputs: 1, weights: Float64Array.of(2), bias: Float64Array.of(0) },
      { kind: 'activation', name: 'square', activation: 'square' },
    ],
  };
  const result = planned(network, { rule: { bound: 'calibrated', samples: [Float64Array.of(0.4)], margin: 1.5 } });
  const inputs = [0, 0.4, 0.59, 0.61, 1, -0.01].map((value) => Float64Array.of(value));
  expect(new PlannedOutputs(result, inputs.length, (index) => inputs[index]!).countOverflows()).toBe(3);
  expect(new PlannedOutputs(planned(network), inputs.length, (index) => inputs[index]!).countOverflows()).toBe(0);
});

const wideRandom = Random.from(9, 'wide');
const wideLayers: Network['layers'] = Array.from({ length: 8 }, (_, at) => [
  randomDense(wideRandom, `dense ${at}`, 8, 8),
  { kind: 'activation' as const, name: `square ${at}`, activation: 'square' as const },
]).flat();

test('whole numbers past 2^53 are exact, and within their ranges', () => {
  const network: Network = { input: { shape: vectorShape(8), min: -1, max: 1 }, layers: wideLayers.slice(0, 7) };
  const result = planned(network, { quantisation: { input: signedInput(8), weightBits: [8, 9, 10, 11] } });
  const { min, max } = outputFacts(result);
  expect(max).toBeGreaterThan(2 ** 100);
  for (const sample of inputsOf(network, 4, 20)) {
    const counted = quantiseInput(sample, signedInput(8));
    let expected = Array.from(counted, BigInt);
    for (const layer of result.layers) {
      if (layer.kind === 'linear') {
        const rows = denseRows(layer.matrix);
        expected = rows.map((row, at) =>
          row.reduce((sum, weight, column) => sum + BigInt(weight) * expected[column]!, BigInt(layer.bias[at]!)),
        );
      } else expected = expected.map((value) => value * value);
    }
    const found = evaluatePlanned(result, counted).at(-1)!;
    expect(Array.from<number | bigint>(found).map(BigInt)).toEqual(expected);
    expect(expected.every((value) => value >= min && value <= max)).toBe(true);
    expect(expected.some((value) => value > 2n ** 60n || value < -(2n ** 60n))).toBe(true);
  }
});

function denseRows({ rows, columns, offsets, indices, values }: SparseMatrix): number[][] {
  return Array.from({ length: rows }, (_, row) => {
    const dense = new Array<number>(columns).fill(0);
    for (let entry = offsets[row]!; entry < offsets[row + 1]!; entry++) dense[indices[entry]!] = values[entry]!;
    return dense;
  });
}

test('ranges that float64 could not tell are refused', () => {
  const refused = (weightBits: number, count: number): PlannedPart | Refusal => {
    const network = { input: { shape: vectorShape(8), min: -1, max: 1 }, layers: wideLayers.slice(0, count) };
    return planNetwork(chainOf(network), planning(network, { quantisation: { input: signedInput(8), weightBits } }));
  };
  expect(refused(30, 2)).toHaveProperty('layers');
  expect(refused(16, 16)).toMatchObject({ code: 'RANGE_TOO_LARGE' });
});
