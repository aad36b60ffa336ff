/** @module */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import type { Operation } from '../../schemes/circuit.ts';
import { isRefusal } from '../../schemes/scheme.ts';
import { Random } from '../data/random.ts';
import { randomConv2d, randomDense } from '../network/network.fixture.ts';
import type { Layer } from '../network/network.ts';
import { NetworkFolder, randomTensor, samples } from '../network/file/network-file.fixture.ts';
import { saveNetwork } from '../network/file/save-network.ts';
import { evaluateArithmetic } from '../plan/naive-arithmetic.fixture.ts';
import { findWorkloads, loadWorkloads, workloads } from '../registry.ts';
import type { Task, TaskRequest } from '../workload.ts';
import { ownNetwork } from './own-network.ts';
import { compiledWith } from '../plan/compiled.fixture.ts';

const folder = mkdtempSync(join(tmpdir(), 'enigmark-own-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** Odd sizes, random weights, no samples. */
function saved(id: string): string {
  const random = Random.from(1, 'own network');
  const layers = [
    randomConv2d(random, 'conv', 2, 3, { height: 3, width: 2, stride: 2, padding: 1 }),
    { kind: 'activation', name: 'square', activation: 'square' },
    { kind: 'flatten', name: 'flatten' },
    randomDense(random, 'dense', 36, 3),
  ] as const;
  const input = { shape: { channels: 2, height: 5, width: 7 }, min: -1, max: 3 };
  saveNetwork({ input, layers: [...layers] }, { folder, id, title: 'Odd', classes: null, metadata: {} });
  return join(folder, `${id}.json`);
}

/** A request of a scheme that takes every circuit. */
function request(arithmetic: 'real' | 'integer', seed = 1): TaskRequest {
  const scheme = { arithmetic, operations: new Set<Operation['op']>(), shapes: [{ rows: 1, columns: 4 } as const] };
  return { scheme, layout: 'batched', seed, dataFolder: null, planCache: null, compile: () => compiledWith() };
}

async function prepare(path: string, from: TaskRequest): Promise<Task> {
  const task = await ownNetwork(path).prepare(from);
  if (isRefusal(task)) throw new Error(task.reason);
  return task;
}

test.each(['real', 'integer'] as const)('%s: the plan computes the network', async (arithmetic) => {
  const task = await prepare(saved('odd'), request(arithmetic));
  // A ciphertext per value, a sample per slot.
  const numbers = Array.from(task.inputs(0)['input']!, Number);
  const bundle = Array.from({ length: 70 }, (_, value) => Array.from({ length: 4 }, (_unused, sample) => numbers[sample * 70 + value]!));
  const outputs = evaluateArithmetic(task.plan.circuits[0]!, bundle);
  expect(outputs).toHaveLength(3);
  const float = Array.from({ length: 4 }, (_, sample) => task.float(sample));
  // Batched weights are rounded to ten bits with sign, off by up to 2^-10 of the largest; sums of them, and activations, double that thrice.
  const tolerance = (arithmetic === 'real' ? 2 ** -7 : 0.15) * Math.max(...float.flatMap((values) => [...values].map(Math.abs)));
  outputs.forEach((slots, value) =>
    slots.forEach((slot, sample) => expect(Math.abs(slot * (task.output.step ?? 1) - float[sample]![value]!)).toBeLessThan(tolerance)),
  );
});

test('without samples it runs on random inputs of its interval, which depend on the seed, and says so', async () => {
  const path = saved('odd');
  const [task, same, other] = await Promise.all([1, 1, 2].map((seed) => prepare(path, request('real', seed))));
  expect(task!.labels).toBeNull();
  expect(task!.data).toContain('256 random inputs, uniform from -1 to 3 (seed 1), because');
  expect(task!.data).toContain('0 of 256 samples went outside a calibrated range');
  const inputs = Array.from(task!.inputs(0)['input']!, Number);
  expect(Math.min(...inputs)).toBeGreaterThanOrEqual(-1);
  expect(Math.max(...inputs)).toBeGreaterThan(2.5);
  expect(same!.inputs(0)).toEqual(task!.inputs(0));
  expect(other!.inputs(0)).not.toEqual(task!.inputs(0));
});

test('with samples it runs on those, with their labels, ranges measured on others where there are any', async () => {
  using own = new NetworkFolder();
  const task = await prepare(own.path, request('real'));
  expect(task.samples).toBe(4);
  expect(task.labels).toEqual(Uint32Array.of(0, 2, 1, 2));
  expect(task.data).toContain('4 labelled samples that come with the network; ranges measured on the same');
  expect(task.data).not.toContain('went outside a calibrated range');
  expect([...(task.inputs(1)['input'] as Float64Array).subarray(0, 36)]).toEqual([...samples['inputs']!.data.subarray(36, 72)]);

  own.writeTensors('samples', { inputs: samples['inputs']!, calibration: randomTensor([7, 36]) });
  const calibrated = await prepare(own.path, request('real'));
  expect(calibrated.labels).toBeNull();
  expect(calibrated.data).toContain('4 samples without labels that come with the network; ranges measured on 7 others');
  expect(calibrated.data).toContain('of 4 samples went outside a calibrated range');
});

test('it is named as its file, and stands behind the built-in workloads', () => {
  const all = loadWorkloads([saved('odd')]);
  expect(all.slice(0, -1)).toEqual(workloads);
  expect(findWorkloads('odd', all)).toMatchObject([{ id: 'odd', group: 'network', title: 'Odd' }]);
});

test.each([
  ['the name of a workload', 'WORKLOAD_TWICE', ['dense-64']],
  ['the name of a group', 'WORKLOAD_TWICE', ['dense']],
  ['one name twice', 'WORKLOAD_TWICE', ['odd', 'odd']],
])('refuses %s', (_, code, ids) => {
  expect(() => loadWorkloads(ids.map(saved))).toThrow(expect.objectContaining({ code }));
});

test('any name of a file is an id: as it is where it can be, and else one that no other name has', () => {
  const ids = ['odd', 'my net', 'my,net', 'my, net', 'größe', '.odd', '网络', 'x'.repeat(80)].map((name) => ownNetwork(saved(name)).id);
  expect(ids[0]).toBe('odd');
  for (const id of ids) expect(id).toMatch(/^[A-Za-z0-9][A-Za-z0-9._-]{0,59}$/);
  expect(ids[2]).toMatch(/^my-net-[0-9a-f]{8}$/);
  expect(new Set(ids).size).toBe(ids.length);
  expect(ownNetwork(saved('my,net')).id).toBe(ids[2]);
});

/** One dense layer of weights that are all the same, and what is behind it. */
function savedDense(id: string, weight: number, { inputs = 8, outputs = 4, behind = [] as readonly Layer[] } = {}): string {
  const weights = new Float64Array(inputs * outputs).fill(weight);
  const layers: Layer[] = [{ kind: 'dense', name: 'dense', inputs, outputs, weights, bias: new Float64Array(outputs) }, ...behind];
  const input = { shape: { channels: inputs, height: 1, width: 1 }, min: -1, max: 1 };
  saveNetwork({ input, layers }, { folder, id, title: id, classes: null, metadata: {} });
  return join(folder, `${id}.json`);
}

describe('is refused where it is planned, with the true reason', () => {
  const squares = ['a', 'b', 'c'].map((name): Layer => ({ kind: 'activation', name, activation: 'square' }));

  test('outputs that are always zero have no precision in real numbers, and are exact in whole ones', async () => {
    const path = savedDense('zero', 0);
    expect(await ownNetwork(path).prepare(request('real'))).toMatchObject({ code: 'RANGE_ZERO' });
    expect(await ownNetwork(path).prepare(request('integer'))).not.toHaveProperty('code');
  });

  test.each(['real', 'integer'] as const)('%s numbers that float64 does not hold', async (arithmetic) => {
    const path = savedDense('vast', 3e38, { behind: squares });
    expect(await ownNetwork(path).prepare(request(arithmetic))).toMatchObject({ code: 'RANGE_TOO_LARGE' });
  });
});

test('more weights than any memory takes are refused before any launch', () => {
  const path = savedDense('large', 1, { inputs: 4200, outputs: 4200 });
  expect(() => loadWorkloads([path])).toThrow(expect.objectContaining({ code: 'NETWORK_TOO_LARGE' }));
});
