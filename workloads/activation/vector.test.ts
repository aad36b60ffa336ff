/** @module */
import { describe, expect, test } from 'vitest';
import type { Operation } from '../../schemes/circuit.ts';
import { type Compiled, isRefusal } from '../../schemes/scheme.ts';
import { evaluateArithmetic } from '../plan/naive-arithmetic.fixture.ts';
import { findWorkloads } from '../registry.ts';
import type { Task, TaskRequest } from '../workload.ts';
import { activationFunctions } from './functions.ts';
import { activationVector, fixedPointApproximation, greatestError } from './vector.ts';

function request(arithmetic: 'real' | 'integer', columns: number, seed = 1): TaskRequest {
  const scheme = { arithmetic, operations: new Set<Operation['op']>(), shapes: [{ rows: 1, columns } as const] };
  return { scheme, layout: 'packed', seed, dataFolder: null, compile: () => ({ id: 'any' }) as unknown as Compiled };
}

async function prepare(id: string, from: TaskRequest): Promise<Task> {
  const task = await activationVector(activationFunctions.find((of) => `activation-${of.id}` === id)!).prepare(from);
  if (isRefusal(task)) throw new Error(task.reason);
  return task;
}

const inputsOf = (task: Task, first: number): number[] => Array.from(task.inputs(first)['input']!, Number);
const planned = (task: Task, first: number): number[] =>
  evaluateArithmetic(task.plan.circuits[0]!, [inputsOf(task, first)])[0]!.map((value) => value * (task.output.step ?? 1));

test('the group holds every function, each in the packed layout', () => {
  const workloads = findWorkloads('activation');
  expect(workloads.map(({ id }) => id)).toEqual(
    ['square', 'sigmoid-3', 'sigmoid-5', 'sigmoid-7', 'relu', 'sign'].map((id) => `activation-${id}`),
  );
  for (const { layouts } of workloads) expect(layouts).toEqual(['packed']);
});

describe.each(activationFunctions.map((of) => [of.id, of] as const))('%s', (id, of) => {
  test.each(['real', 'integer'] as const)('%s: every number is as close to the function as the data line says', async (arithmetic) => {
    const task = await prepare(`activation-${id}`, request(arithmetic, 4096));
    const { batch } = task.plan;
    expect([batch, task.samples, task.labels]).toEqual([4096, 16_384, null]);
    const stated = Number(/by at most ([\d.e-]+)$/.exec(task.data)?.[1] ?? 0);
    const errors = [0, 4096].flatMap((first) => planned(task, first).map((value, at) => Math.abs(value - task.float(first + at)[0]!)));
    expect(Math.max(...errors)).toBeLessThanOrEqual(stated * 1.01 + 1e-12);
    // The statement is not idle: the worst of 8,192 numbers comes near it.
    expect(Math.max(...errors)).toBeGreaterThanOrEqual(stated * 0.8);
  });

  test('integers cost little beside the approximation itself', () => {
    const step = 1 / 64;
    expect(greatestError(of, fixedPointApproximation(of, step))).toBeLessThan(
      greatestError(of, fixedPointApproximation(of, 2 ** -20)) + 0.02,
    );
  });

  test('fixed-point values are whole in float64', async () => {
    const { circuits } = (await prepare(`activation-${id}`, request('integer', 4))).plan;
    for (const { type } of circuits[0]!.nodes) expect(Math.max(-type.min, type.max)).toBeLessThan(2 ** 53);
  });
});

test('numbers depend on the seed alone, are distinct, and wrap around', async () => {
  const task = await prepare('activation-relu', request('real', 16_384, 7));
  const numbers = inputsOf(task, 0);
  expect(new Set(numbers).size).toBe(16_384);
  expect(inputsOf(await prepare('activation-relu', request('real', 16_384, 7)), 0)).toEqual(numbers);
  expect(inputsOf(await prepare('activation-relu', request('real', 16_384, 8)), 0)).not.toEqual(numbers);
  expect(inputsOf(task, 16_000).slice(384, 400)).toEqual(numbers.slice(0, 16));
});

test('sign is asked for outside of its gap only, on both sides', async () => {
  const numbers = inputsOf(await prepare('activation-sign', request('real', 16_384)), 0);
  expect(Math.min(...numbers.map(Math.abs))).toBeGreaterThanOrEqual(0.25);
  expect(Math.abs(numbers.filter((number) => number < 0).length / 16_384 - 0.5)).toBeLessThan(0.02);
});

test('a refusal is handed on', async () => {
  const refusal = { code: 'OPERATION_UNSUPPORTED', reason: 'any', circuit: 'activation', node: 1 };
  expect(await activationVector(activationFunctions[0]!).prepare({ ...request('integer', 8), compile: () => refusal })).toEqual(refusal);
});
