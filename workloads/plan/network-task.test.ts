/** @module */
import { describe, expect, test } from 'vitest';
import type { Circuit, Operation } from '../../schemes/circuit.ts';
import { type Compiled, isRefusal, type Refusal } from '../../schemes/scheme.ts';
import { Random } from '../data/random.ts';
import type { ActivationName } from '../network/activation.ts';
import { randomDense } from '../network/network.fixture.ts';
import { signedInput } from '../network/quantisation.ts';
import { vectorShape } from '../network/shape.ts';
import type { Task, TaskRequest } from '../workload.ts';
import type { NetworkOverData } from './network-over-data.ts';
import { prepareNetwork } from './network-task.ts';
import { compiledWith } from './compiled.fixture.ts';

const SAMPLES = 20;

function overData(activation: ActivationName, degree: number): NetworkOverData {
  const random = Random.from(3, 'network over data');
  const inputs = Array.from({ length: SAMPLES }, () => new Float64Array(6).map(() => random.uniform(-1, 1)));
  return {
    network: {
      input: { shape: vectorShape(6), min: -1, max: 1 },
      layers: [randomDense(random, 'first', 6, 5), { kind: 'activation', name: 'bend', activation }, randomDense(random, 'second', 5, 3)],
    },
    samples: SAMPLES,
    sample: (index) => inputs[index]!,
    labels: null,
    calibration: { inputs: inputs.slice(0, 10), words: 'half of them' },
    data: 'random numbers',
    quantisation: { input: signedInput(4), weightBits: 4 },
    tables: null,
    // Half of the samples, and no margin: some of the others pass it.
    ranges: (arithmetic) =>
      arithmetic === 'integer' ? { bound: 'proven' } : { bound: 'calibrated', samples: inputs.slice(0, 10), margin: 1 },
    degree,
  };
}

/** Of a scheme that multiplies so many times. */
function request(arithmetic: 'real' | 'integer', products: number): TaskRequest {
  const scheme = { arithmetic, operations: new Set<Operation['op']>(), shapes: [{ rows: 1, columns: 4 } as const] };
  const compile = ([circuit]: readonly Circuit[]): Compiled | Refusal =>
    circuit!.nodes.filter(({ op }) => op === 'multiply').length > products
      ? { code: 'OUT_OF_LEVELS', reason: 'too deep', circuit: circuit!.id, node: null }
      : compiledWith();
  return { scheme, layout: 'batched', seed: 1, dataFolder: null, planCache: null, compile };
}

function prepared(from: TaskRequest, of: NetworkOverData): Task {
  const task = prepareNetwork(from, of);
  if (isRefusal(task)) throw new Error(task.reason);
  return task;
}

const products = ({ plan }: Task): number => plan.circuits[0]!.nodes.filter(({ op }) => op === 'multiply').length;

describe('activations that a scheme has not', () => {
  test('take the degree that is asked for where the scheme bears it, and say how far off they are', () => {
    const task = prepared(request('real', 9), overData('relu', 4));
    expect(products(task)).toBeGreaterThan(1);
    expect(task.data).toMatch(/^random numbers; bend: relu by a polynomial of degree 4, off by at most 0\.\d+ on \[-\d\.\d+, \d\.\d+\]; /);
  });

  test('else take the least', () => {
    const task = prepared(request('real', 1), overData('relu', 4));
    expect(products(task)).toBe(1);
    expect(task.data).toContain('bend: relu by a polynomial of degree 2,');
  });

  test('are refused where the scheme bears none, as are squares', () => {
    for (const activation of ['relu', 'square'] as const) {
      expect(prepareNetwork(request('real', 0), overData(activation, 4))).toMatchObject({ code: 'OUT_OF_LEVELS' });
    }
    expect(prepareNetwork(request('real', 9), overData('sign', 4))).toMatchObject({ code: 'ACTIVATION_UNSUPPORTED' });
  });
});

test('samples that go outside a calibrated range are counted; proven ranges hold by themselves', () => {
  const counted = /(\d+) of 20 samples went outside a calibrated range/.exec(prepared(request('real', 9), overData('square', 2)).data)![1];
  expect(Number(counted)).toBeGreaterThan(0);
  expect(Number(counted)).toBeLessThanOrEqual(10);
  const { data, output } = prepared(request('integer', 9), overData('square', 2));
  expect(data).toBe('random numbers');
  expect(output.values).toBe(3);
  expect(output.step).toBeGreaterThan(0);
});
