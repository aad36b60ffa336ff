/** @module */
import { describe, expect, test } from 'vitest';
import type { Circuit } from '../../schemes/circuit.ts';
import { isRefusal, type HEScheme } from '../../schemes/scheme.ts';
import { scheme as tfhe } from '../../schemes/tfhe/scheme.ts';
import { Random } from '../../workloads/data/random.ts';
import type { ActivationName } from '../../workloads/network/activation.ts';
import type { Layer, Network } from '../../workloads/network/network.ts';
import { randomConv2d, randomDense, randomNetwork } from '../../workloads/network/network.fixture.ts';
import { vectorShape } from '../../workloads/network/shape.ts';
import type { TaskRequest, Workload } from '../../workloads/workload.ts';
import { forecastWorkload, launchWorkload, networkWorkload, type NetworkLaunch } from './network-launch.fixture.ts';
import { predictNoise } from './noise/prediction.ts';
import { isMeasured } from '../record/record.ts';
import { requirementOf } from '../record/requirement.ts';

/** Small and quick, and not secure. */
const launch: NetworkLaunch = {
  scheme: tfhe,
  kernels: 'own',
  layout: 'batched',
  parameters: 'insecure-n1024',
  seed: 1,
  samples: 4,
};

test('networks that nobody tuned, of odd sizes, stay within what the plan allows', async () => {
  for (let seed = 0; seed < 12; seed++) {
    const record = await launchWorkload(networkWorkload(randomNetwork(seed), { ...launch, seed }), { ...launch, seed });
    if (record.state !== 'completed' || !isMeasured(record)) throw new Error(`seed ${seed}: ${JSON.stringify(record)}`);
    expect(record.failureProbability_log2).not.toBeNull();
  }
});

describe('a convolutional network', () => {
  const random = Random.from(7, 'convolutional network');
  const network: Network = {
    input: { shape: { channels: 1, height: 7, width: 7 }, min: -1, max: 1 },
    layers: [
      randomConv2d(random, 'conv', 1, 2, { height: 3, width: 3, stride: 2, padding: 1 }),
      { kind: 'activation', name: 'relu', activation: 'relu' },
      { kind: 'averagePool', name: 'pool', height: 2, width: 2, stride: 2 },
      { kind: 'flatten', name: 'flatten' },
      randomDense(random, 'hidden', 8, 6),
      { kind: 'activation', name: 'square', activation: 'square' },
      randomDense(random, 'output', 6, 3),
    ],
  };
  const workload = networkWorkload(network, launch);

  test('the record has every layer, counts what was predicted, and says how likely a wrong table is', async () => {
    const record = await launchWorkload(workload, launch);
    if (!isMeasured(record) || record.state !== 'completed') throw new Error(JSON.stringify(record));
    expect(record.layers.map(({ name }) => name)).toEqual(['input', 'conv', 'relu', 'pool + hidden', 'square', 'output']);
    expect(record.batch).toBe(1);
    expect(record.bound).toBe('calibrated');
    expect(record.data).toMatch(/relu: a table of \d+ entries of \d+ steps, outputs 0 to 255; square: a table of /);
    const forecast = await forecastWorkload(workload, launch);
    expect(record.operations).toEqual(forecast.operations);
    expect(forecast.operations['bootstrap']).toBe(32 + 6);
    expect(forecast.depth).toBe(2);
    expect(record.failureProbability_log2).toBe(forecast.failureProbability_log2);
    // Far beyond what errors of this size leave of a random answer.
    expect(record.accuracy!.precision_bits!).toBeGreaterThan(4);
  });
});

describe('a table behind a table', () => {
  const random = Random.from(11, 'tables behind tables');
  const activation = (name: string, activation: ActivationName): Layer => ({ kind: 'activation', name, activation });
  const conv = randomConv2d(random, 'conv', 1, 2, { height: 3, width: 3, stride: 1, padding: 0 });
  // Most sums are below zero: behind a ReLU, and pooled, they are exactly zero.
  const start = [{ ...conv, bias: conv.bias.map(() => -0.3) }, activation('relu', 'relu')];
  const pool: Layer = { kind: 'averagePool', name: 'pool', height: 2, width: 2, stride: 2 };
  const end = (values: number): Layer[] => [{ kind: 'flatten', name: 'flatten' }, randomDense(random, 'output', values, 3)];
  /** With sets of full noise. */
  const need = requirementOf({ parameters: null, kernels: 'own', threads: 1 });
  const { arithmetic, operations, shapes } = tfhe;
  const request: TaskRequest = {
    ...{ scheme: { arithmetic, operations, shapes }, layout: 'batched', seed: 1, dataFolder: null, planCache: null },
    compile: (circuits) => tfhe.compile(circuits, need),
  };

  test.each<[string, readonly Layer[]]>([
    ['directly', [...start, activation('sigmoid', 'sigmoid'), ...end(32)]],
    ['with a pool between', [...start, pool, activation('sigmoid', 'sigmoid'), ...end(8)]],
    ['twice', [...start, pool, activation('again', 'relu'), ...end(8)]],
  ])('%s: no sum is taken past the end of a table', async (_, layers) => {
    const network: Network = { input: { shape: { channels: 1, height: 6, width: 6 }, min: -1, max: 1 }, layers };
    const task = await networkWorkload(network, { ...launch, samples: 8 }).prepare(request);
    if (isRefusal(task)) throw new Error(task.reason);
    const prediction = await predictNoise(task, tfhe, 1);
    if (prediction === null || isRefusal(prediction)) throw new Error('no prediction');
    expect(prediction.rmsError / task.outputRange.largest).toBeLessThan(0.05);
  });
});

describe('a plan whose outputs are noisy', () => {
  const random = Random.from(3, 'noisy network');
  const network: Network = {
    input: { shape: vectorShape(6), min: -1, max: 1 },
    layers: [
      randomDense(random, 'hidden', 6, 5),
      { kind: 'activation', name: 'relu', activation: 'relu' },
      randomDense(random, 'output', 5, 3),
    ],
  };
  const longer = { ...launch, samples: 8, budget_ns: 1e9 };
  const workload = networkWorkload(network, longer);
  const withClasses: Workload = {
    ...workload,
    prepare: async (request) => {
      const task = await workload.prepare(request);
      return isRefusal(task) ? task : { ...task, labels: new Uint8Array(task.samples) };
    },
  };

  test('is recorded beside its prediction', async () => {
    const record = await launchWorkload(withClasses, longer);
    if (!isMeasured(record) || record.state !== 'completed') throw new Error(JSON.stringify(record));
    const { predicted, measured, chance } = record.noisy!;
    expect(predicted.draws).toBe(2000);
    expect(predicted.agreement).toBeGreaterThan(0.9);
    expect(predicted.sampleRmsError.low).toBeLessThan(predicted.sampleRmsError.median);
    expect(predicted.rmsError).toBeGreaterThan(0);
    expect(measured.samples).toBe(record.accuracy!.samples);
    expect(chance.error).toBeGreaterThan(1e-4);
    // Nothing can be left where every output is off by steps.
    expect(record.noise.map(({ layer }) => layer)).not.toContain('output');
    // The seed alone decides.
    const again = await launchWorkload(withClasses, longer);
    expect(isMeasured(again) && again.noisy!.predicted).toEqual(predicted);
  });

  test('is incorrect where the evaluator computes something else, however near', async () => {
    const faulty: HEScheme = {
      ...tfhe,
      createEvaluator: async (...given) => {
        const evaluator = await tfhe.createEvaluator(...given);
        return { ...evaluator, prepare: (circuits) => evaluator.prepare(circuits.map(withWrongWeight)) };
      },
    };
    const record = await launchWorkload(withClasses, { ...longer, scheme: faulty });
    expect(record).toMatchObject({ state: 'incorrect', error: { code: 'DECRYPTED_WRONGLY' } });
  });

  test('is not run where nothing predicts it, or noise changes too many classes', async () => {
    const without: HEScheme = { ...tfhe };
    delete without.createSimulator;
    const unpredicted = await launchWorkload(withClasses, { ...longer, scheme: without });
    expect(unpredicted).toMatchObject({ state: 'unsupported', error: { code: 'NOISE_UNPREDICTED' } });
    const drowned: HEScheme = {
      ...tfhe,
      createSimulator: (compiled, circuits, { normal }) => tfhe.createSimulator!(compiled, circuits, { normal: () => 300 * normal() }),
    };
    const refused = await launchWorkload(withClasses, { ...longer, scheme: drowned });
    expect(refused).toMatchObject({ state: 'unsupported', error: { code: 'NOISE_BUDGET_EXCEEDED' } });
    expect(refused.state === 'unsupported' && refused.error.message).toMatch(/^noise would leave \d+\.\d% of the classes/);
  });
});

/** The largest weight of the last layer is a half of what it should be. */
function withWrongWeight(circuit: Circuit): Circuit {
  const last = circuit.nodes.at(-1)!;
  if (last.op !== 'affine') throw new Error(last.op);
  const { values } = last.matrix;
  const largest = values.reduce((best, weight, at) => (Math.abs(weight) > Math.abs(values[best]!) ? at : best), 0);
  const matrix = { ...last.matrix, values: values.with(largest, Math.round(values[largest]! / 2)) };
  return { ...circuit, nodes: circuit.nodes.with(-1, { ...last, matrix }) };
}

test('signs are exact where noise is far below a unit', async () => {
  const weights = Float64Array.from({ length: 15 }, (_, at) => [1, -1, 3][at % 3]!);
  const network: Network = {
    input: { shape: vectorShape(3), min: -1, max: 1 },
    layers: [
      { kind: 'dense', name: 'hidden', inputs: 3, outputs: 5, weights, bias: Float64Array.of(0.5, -0.5, 0.5, 0.25, -0.25) },
      { kind: 'activation', name: 'sign', activation: 'sign' },
      { kind: 'dense', name: 'output', inputs: 5, outputs: 2, weights: new Float64Array(10).fill(1), bias: new Float64Array(2) },
    ],
  };
  const record = await launchWorkload(networkWorkload(network, launch), launch);
  if (!isMeasured(record)) throw new Error(JSON.stringify(record));
  expect(record.state).toBe('completed');
  expect(record.accuracy!.maxAbsError).toBe(0);
});
