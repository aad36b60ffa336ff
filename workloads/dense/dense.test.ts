/** @module */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Operation, SlotShape, Values } from '../../schemes/circuit.ts';
import { isRefusal } from '../../schemes/scheme.ts';
import { imageBytes } from '../data/images.ts';
import { loadMnist } from '../data/mnist.ts';
import { predictedClass } from '../network/reference.ts';
import { runPlan } from '../plan/naive-slots.fixture.ts';
import type { Task, TaskRequest, Workload } from '../workload.ts';
import { denseClassifier } from './classifier.ts';
import { squareLayer, sweptWorkload } from './swept.ts';
import { compiledWith } from '../plan/compiled.fixture.ts';

const compiled = compiledWith();

/** A request of a scheme that takes every circuit. */
function request(arithmetic: 'real' | 'integer', layout: TaskRequest['layout'], shape: SlotShape, seed = 1): TaskRequest {
  const scheme = { arithmetic, operations: new Set<Operation['op']>(), shapes: [shape] };
  return { scheme, layout, seed, dataFolder: null, planCache: null, compile: () => compiled };
}

async function prepare(workload: Workload, from: TaskRequest): Promise<Task> {
  const task = await workload.prepare(from);
  if (isRefusal(task)) throw new Error(task.reason);
  return task;
}

function inputsOf(task: Task, first: number): number[] {
  return Array.from(task.inputs(first)['input']!, Number);
}

/** Real outputs of the plan for one batch. */
function planned(task: Task, first: number): number[] {
  return runPlan(task.plan, inputsOf(task, first)).map((value) => value * (task.output.step ?? 1));
}

const layouts = [
  ['batched', { rows: 1, columns: 4 }],
  ['batched', { rows: 1, columns: 1 }],
  ['packed', { rows: 1, columns: 1024 }],
  ['packed', { rows: 2, columns: 2048 }],
] as const;

describe.each(layouts)('%s with %j', (layout, shape) => {
  test.each(['real', 'integer'] as const)('%s: the plan computes the float network as closely as it promises', async (arithmetic) => {
    for (const workload of [denseClassifier, squareLayer(64)]) {
      const task = await prepare(workload, request(arithmetic, layout, shape));
      const { batch } = task.plan;
      expect(batch).toBe(layout === 'packed' ? 1 : shape.rows * shape.columns);
      for (const first of [0, 5]) {
        const outputs = planned(task, first);
        const float = Array.from({ length: batch }, (_, offset) => [...task.float(first + offset)]).flat();
        expect(outputs).toHaveLength(batch * task.output.values);
        // Batched real weights have 10 bits.
        const share = arithmetic === 'integer' ? 0.05 : layout === 'batched' ? 6e-3 : 1e-9;
        const tolerance = share * Math.max(...float.map(Math.abs));
        outputs.forEach((value, index) => expect(Math.abs(value - float[index]!)).toBeLessThanOrEqual(tolerance));
      }
    }
  });
});

describe('the classifier', () => {
  const single: SlotShape = { rows: 1, columns: 1 };

  /** Outputs of the batched plan's own matrix for every sample: the planned network in the clear. */
  function allOutputs(task: Task): Float64Array[] {
    const affine = task.plan.circuits[0]!.nodes[1]!;
    if (affine.op !== 'affine') throw new Error(affine.op);
    const { rows, offsets, indices, values } = affine.matrix;
    return Array.from({ length: task.samples }, (_, sample) => {
      const input = task.inputs(sample)['input']!;
      return Float64Array.from({ length: rows }, (_unused, row) => {
        let sum = Number(affine.bias[row]);
        for (let entry = offsets[row]!; entry < offsets[row + 1]!; entry++) sum += values[entry]! * Number(input[indices[entry]!]);
        return sum;
      });
    });
  }
  const rightShare = (outputs: readonly Float64Array[], { labels }: Task): number =>
    outputs.filter((output, sample) => predictedClass(output) === labels![sample]).length / outputs.length;

  test('stays within half a point of the float network after quantisation, on all held-out images', async () => {
    const task = await prepare(denseClassifier, request('integer', 'batched', single, 3));
    const float = Array.from({ length: task.samples }, (_, sample) => task.float(sample));
    expect(task.samples).toBe(2000);
    expect(rightShare(float, task)).toBe(0.9065);
    expect(Math.abs(rightShare(allOutputs(task), task) - rightShare(float, task))).toBeLessThanOrEqual(0.005);
  });

  test('passes its calibrated range on no held-out image', async () => {
    const task = await prepare(denseClassifier, request('real', 'batched', single));
    const { min, max, bound } = task.plan.circuits[0]!.nodes[1]!.type;
    expect(bound).toBe('calibrated');
    expect(allOutputs(task).filter((output) => output.some((value) => value < min || value > max))).toEqual([]);
  });

  test('has a proven span that fits the smallest batching primes', async () => {
    const task = await prepare(denseClassifier, request('integer', 'packed', { rows: 2, columns: 2048 }));
    for (const { type } of task.plan.circuits[0]!.nodes) {
      expect(type.bound).toBe('proven');
      expect(type.max - type.min).toBeLessThan(40961);
    }
  });

  test('takes held-out images in an order of the seed, and repeats them past the last', async () => {
    const task = await prepare(denseClassifier, request('real', 'batched', { rows: 1, columns: 2048 }, 5));
    expect(task.data).toContain('2048 slots, filled by repeating the samples');
    const batch = inputsOf(task, 1990);
    const sampleAt = (offset: number): number[] => batch.slice(offset * 784, (offset + 1) * 784);
    const following = await prepare(denseClassifier, request('real', 'batched', single, 5));
    expect(sampleAt(0)).toEqual(inputsOf(following, 1990));
    expect(sampleAt(15)).toEqual(inputsOf(following, 5));
    expect(sampleAt(2047)).toEqual(inputsOf(following, 37));
    expect((await prepare(denseClassifier, request('real', 'batched', single, 6))).labels).not.toEqual(following.labels);
  });

  test("runs on the user's images where a folder is given", async () => {
    const folder = mkdtempSync(join(tmpdir(), 'enigmark-dense-'));
    try {
      const image = imageBytes(loadMnist().training, 0);
      writeFileSync(join(folder, 't10k-images-idx3-ubyte'), Uint8Array.of(0, 0, 8, 3, 0, 0, 0, 1, 0, 0, 0, 28, 0, 0, 0, 28, ...image));
      writeFileSync(join(folder, 't10k-labels-idx1-ubyte'), Uint8Array.of(0, 0, 8, 1, 0, 0, 0, 1, 9));
      const task = await prepare(denseClassifier, { ...request('integer', 'batched', single), dataFolder: folder });
      expect([task.samples, Array.from(task.labels!)]).toEqual([1, [9]]);
      expect(inputsOf(task, 0)).toEqual(Array.from(image, (byte) => Math.round((byte * 7) / 255)));
    } finally {
      rmSync(folder, { recursive: true });
    }
    await expect(denseClassifier.prepare({ ...request('real', 'batched', single), dataFolder: folder })).rejects.toMatchObject({
      code: 'IDX_MISSING',
    });
  });
});

describe('square layers', () => {
  const shape: SlotShape = { rows: 1, columns: 128 };

  test('weights and inputs depend on the seed alone', async () => {
    const output = async (seed: number): Promise<Float64Array> =>
      (await prepare(squareLayer(128), request('real', 'batched', shape, seed))).float(0);
    expect(await output(1)).toEqual(await output(1));
    expect(await output(1)).not.toEqual(await output(2));
  });

  test('outputs are as large as inputs, and integers are bytes', async () => {
    const task = await prepare(squareLayer(128), request('integer', 'packed', shape));
    const counted: Values = task.inputs(3)['input']!;
    expect(Array.from(counted, Number).every((value) => Number.isInteger(value) && Math.abs(value) <= 127)).toBe(true);
    expect(task.labels).toBeNull();
    const outputs = Array.from({ length: 64 }, (_, sample) => [...task.float(sample)]).flat();
    const deviation = Math.sqrt(outputs.reduce((sum, value) => sum + value * value, 0) / outputs.length);
    // Inputs uniform from -1 to 1 deviate by 1 / sqrt(3), and so do sums of 128 products with weights of variance 1 / 128.
    expect(deviation).toBeCloseTo(1 / Math.sqrt(3), 1);
  });

  test('a refusal is handed on', async () => {
    const refusal = { code: 'MODULUS_TOO_SMALL', reason: 'any', circuit: 'dense', node: 1 };
    expect(await squareLayer(128).prepare({ ...request('integer', 'batched', shape), compile: () => refusal })).toEqual(refusal);
  });
});

describe('networks of a chosen size', () => {
  test.each([
    ['width-64', 'width'],
    ['depth-3', 'depth'],
    ['bits-6', 'bits'],
    ['batch-16384', 'batch'],
  ])('%s is a workload of the group %s', (id, group) => {
    expect(sweptWorkload(id)).toMatchObject({ id, group });
  });

  test.each(['width-1', 'width-5000', 'depth-33', 'bits-1', 'batch-0', 'batch-16385', 'dense-257', 'width-064', 'mine-3'])(
    '%s is none',
    (id) => {
      expect(sweptWorkload(id)).toBeNull();
    },
  );

  test.each(['real', 'integer'] as const)('%s: a batch has as many samples as asked for, fewer than slots or more', async (arithmetic) => {
    for (const [batch, columns, ciphertexts] of [
      [3, 4, 1],
      [4, 4, 1],
      [5, 4, 2],
      [7, 1, 7],
    ] as const) {
      const task = await prepare(sweptWorkload(`batch-${batch}`)!, request(arithmetic, 'batched', { rows: 1, columns }));
      expect(task.plan.batch).toBe(batch);
      expect(task.plan.arrangements['input']!.index).toHaveLength(16 * ciphertexts);
      const float = Array.from({ length: batch }, (_, offset) => [...task.float(2 + offset)]).flat();
      const tolerance = 0.05 * Math.max(...float.map(Math.abs));
      const outputs = planned(task, 2);
      expect(outputs).toHaveLength(float.length);
      outputs.forEach((value, index) => expect(Math.abs(value - float[index]!)).toBeLessThanOrEqual(tolerance));
    }
  });

  test('depth counts dense layers, with a square between each two', async () => {
    const task = await prepare(sweptWorkload('depth-2')!, request('real', 'packed', { rows: 1, columns: 128 }));
    const outputs = planned(task, 0).slice(0, 64);
    const exact = task.float(0);
    for (const [at, value] of exact.entries()) expect(outputs[at]).toBeCloseTo(value, 9);
  });
});
