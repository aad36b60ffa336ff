/** @module */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isRefusal } from '../../../schemes/scheme.ts';
import { binaryImageValues } from '../../data/images.ts';
import { loadMnist } from '../../data/mnist.ts';
import { tableRanges } from '../../data/digits.ts';
import { Random } from '../../data/random.ts';
import { loadModel } from '../../models/load-model.ts';
import { chainOf } from '../../network/chain.ts';
import type { Network } from '../../network/network.ts';
import { randomConv2d, randomDense, randomNetwork } from '../../network/network.fixture.ts';
import { quantiseInput, signedInput, unsignedInput } from '../../network/quantisation.ts';
import { evaluateNetwork, predictedClass } from '../../network/reference.ts';
import { sizeOf, vectorShape } from '../../network/shape.ts';
import { planBatched } from '../batched.ts';
import { evaluateArithmetic } from '../naive-arithmetic.fixture.ts';
import type { PlannedPart } from '../planned-network.ts';
import { PlannedOutputs } from '../planned-outputs.ts';
import { evaluatePlanned } from '../planned-reference.ts';
import type { RangeRule } from '../range.ts';
import { planTableNetwork, type TableQuantisation } from './table-network.ts';

const SHAPE = { rows: 1, columns: 1 } as const;
const FINE: TableQuantisation = { input: signedInput(10), weightBits: { ofInputs: 12, ofTables: 12 }, entryBits: 12, outputBits: 12 };
const COARSE: TableQuantisation = { input: signedInput(4), weightBits: { ofInputs: 5, ofTables: 4 }, entryBits: 5, outputBits: 4 };

function planned(network: Network, quantisation: TableQuantisation, rule: RangeRule): PlannedPart {
  const result = planTableNetwork(chainOf(network), { inputs: sizeOf(network.input.shape), quantisation, rule });
  if (isRefusal(result)) throw new Error(result.reason);
  return result;
}

function inputsOf(network: Network, seed: number, count: number): Float64Array[] {
  const random = Random.from(seed, 'inputs');
  return Array.from({ length: count }, () => new Float64Array(sizeOf(network.input.shape)).map(() => random.uniform(-1, 1)));
}

/** The circuit's outputs for one counted input, from the definitions of its operations; every value held against its range. */
function circuitOutputs(network: PlannedPart, counted: Float64Array): number[] {
  const bundle = Array.from(counted, (value) => [value]);
  return evaluateArithmetic(planBatched(network, SHAPE).circuits[0]!, bundle).map((slots) => slots[0]!);
}

test('the circuit computes the planned network in whole numbers, every value within its range', () => {
  fc.assert(
    fc.property(fc.nat(2 ** 31 - 1), fc.boolean(), (seed, proven) => {
      const network = randomNetwork(seed);
      const samples = inputsOf(network, seed, 3);
      const result = planned(network, COARSE, proven ? { bound: 'proven' } : { bound: 'calibrated', samples, margin: 1.2 });
      for (const sample of samples) {
        const counted = quantiseInput(sample, COARSE.input);
        expect(circuitOutputs(result, counted)).toEqual([...evaluatePlanned(result, counted).at(-1)!]);
      }
    }),
    { seed: 51, numRuns: 60 },
  );
});

test('fine steps and tables give the float network', () => {
  fc.assert(
    fc.property(fc.nat(2 ** 31 - 1), (seed) => {
      const network = randomNetwork(seed, ['square', 'relu', 'sigmoid']);
      const samples = inputsOf(network, seed, 4);
      const result = planned(network, FINE, { bound: 'calibrated', samples, margin: 1.2 });
      for (const sample of samples) {
        const { output } = result.layers.at(-1)!;
        const found = Float64Array.from(evaluatePlanned(result, quantiseInput(sample, FINE.input)).at(-1)!, Number);
        const largest = Math.max(-output.min, output.max) * output.step!;
        evaluateNetwork(network, sample).forEach((value, index) =>
          expect(Math.abs(found[index]! * output.step! - value)).toBeLessThanOrEqual(0.05 * largest),
        );
      }
    }),
    { seed: 52, numRuns: 60 },
  );
});

test('pooling is in the matrix, activation and quantisation are one table', () => {
  const random = Random.from(3, 'pooled');
  const network: Network = {
    input: { shape: { channels: 1, height: 8, width: 8 }, min: -1, max: 1 },
    layers: [
      randomConv2d(random, 'conv', 1, 2, { height: 3, width: 3, stride: 1, padding: 0 }),
      { kind: 'activation', name: 'relu', activation: 'relu' },
      { kind: 'averagePool', name: 'pool', height: 2, width: 2, stride: 2 },
      { kind: 'flatten', name: 'flatten' },
      randomDense(random, 'output', 18, 3),
    ],
  };
  const result = planned(network, COARSE, { bound: 'proven' });
  expect(result.layers.map(({ kind, name }) => [kind, name])).toEqual([
    ['linear', 'conv'],
    ['table', 'relu'],
    ['linear', 'pool + output'],
  ]);
  const table = result.layers[1]!;
  if (table.kind !== 'table') throw new Error(table.kind);
  expect(table.output).toMatchObject({ min: 0, max: 15 });
  expect(table.table.outputs.length).toBeLessThanOrEqual(32);
});

describe.each([30, 100])('mlp-dinn-%i', (hidden) => {
  const { network } = loadModel(`mlp-dinn-${hidden}`);
  const { heldOut } = loadMnist();
  const quantisation: TableQuantisation = {
    input: unsignedInput(1),
    weightBits: { ofInputs: 4, ofTables: 4 },
    entryBits: 8,
    outputBits: 1,
  };
  const result = planned(network, quantisation, tableRanges({ dataFolder: null, pixelsOf: binaryImageValues }));

  test('whole weights stay as they are: on held-out images the plan is the network but for sums beyond the torus', () => {
    let differing = 0;
    let right = 0;
    for (let index = 0; index < heldOut.count; index++) {
      const image = binaryImageValues(heldOut, index);
      const float = evaluateNetwork(network, image);
      const found = Float64Array.from(evaluatePlanned(result, image).at(-1)!, Number);
      if (found.some((value, at) => value !== float[at])) differing++;
      if (predictedClass(found) === heldOut.labels[index]) right++;
    }
    expect(differing).toBeLessThanOrEqual(2);
    expect(new PlannedOutputs(result, heldOut.count, (index) => binaryImageValues(heldOut, index)).countOverflows()).toBeGreaterThanOrEqual(
      differing,
    );
    expect(right / heldOut.count).toBeGreaterThanOrEqual(hidden === 30 ? 0.93 : 0.955);
  });

  test('the circuit is the network', () => {
    for (let index = 0; index < 5; index++) {
      const image = binaryImageValues(heldOut, index);
      expect(circuitOutputs(result, image)).toEqual([...evaluateNetwork(network, image)]);
    }
  });
});

test('sums beyond a calibrated range are counted', () => {
  const network: Network = {
    input: { shape: vectorShape(1), min: -1, max: 1 },
    layers: [
      { kind: 'dense', name: 'as it is', inputs: 1, outputs: 1, weights: Float64Array.of(1), bias: Float64Array.of(0) },
      { kind: 'activation', name: 'relu', activation: 'relu' },
    ],
  };
  const result = planned(network, COARSE, { bound: 'calibrated', samples: [Float64Array.of(0.4)], margin: 1.5 });
  // Counted in sevenths: 0.4 is 3, and the range ends at 4.5.
  const inputs = [0, 3, 4, 5, 6, 7, -1].map((count) => Float64Array.of(count));
  expect(new PlannedOutputs(result, inputs.length, (index) => inputs[index]!).countOverflows()).toBe(4);
});
