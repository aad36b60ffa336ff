/** @module */
import { describe, expect, test } from 'vitest';
import type { Circuit, Operation } from '../../schemes/circuit.ts';
import { type Compiled, isRefusal, type Refusal } from '../../schemes/scheme.ts';
import { evaluateArithmetic } from '../plan/naive-arithmetic.fixture.ts';
import { findWorkloads } from '../registry.ts';
import type { Task, TaskRequest } from '../workload.ts';
import { activationFunctions } from './functions.ts';
import { fixedPointApproximation, greatestError } from './approximation.ts';
import { activationVector } from './vector.ts';
import { compiledWith } from '../plan/compiled.fixture.ts';

function request(arithmetic: 'real' | 'integer', columns: number, seed = 1): TaskRequest {
  const scheme = { arithmetic, operations: new Set<Operation['op']>(), shapes: [{ rows: 1, columns } as const] };
  return { scheme, layout: 'packed', seed, dataFolder: null, planCache: null, compile: () => compiledWith() };
}

/** Of a scheme with tables: exact up to so many inputs, noisy up to as many more, at a cost that grows with them. */
function tableRequest(exactInputs: number, noisyInputs: number, columns = 1): TaskRequest {
  const compile = ([circuit]: readonly Circuit[]): Compiled | Refusal => {
    const [input, node] = circuit!.nodes;
    const inputs = (input!.type.max - input!.type.min + 1) / (node?.op === 'table' && node.table.negacyclic ? 2 : 1);
    if (inputs > noisyInputs) return { code: 'TOO_WIDE', reason: `${inputs} inputs`, circuit: circuit!.id, node: 1 };
    const kind = inputs > exactInputs ? 'noisy' : 'exact';
    return compiledWith({ correctness: { output: { kind } }, evaluate_ns: inputs });
  };
  const from = request('integer', columns);
  return { ...from, scheme: { ...from.scheme, operations: new Set<Operation['op']>(['table']) }, compile };
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

describe.each(activationFunctions.map((of) => [of.id, of] as const))('%s by a table', (id, of) => {
  test('every number is as close to the function as the data line says, in ciphertexts of one slot and of many', async () => {
    for (const columns of [1, 64]) {
      const task = await prepare(`activation-${id}`, tableRequest(32, 64, columns));
      expect(task.plan.circuits[0]!.nodes.map(({ op }) => op)).toEqual(['input', 'table']);
      expect(task.plan.batch).toBe(columns === 1 ? 16 : 64);
      const stated = Number(/by at most ([\d.e-]+)$/.exec(task.data)?.[1] ?? 0);
      const errors: number[] = [];
      for (let first = 0; first < 4096; first += task.plan.batch) {
        const numbers = inputsOf(task, first);
        const bundle = columns === 1 ? numbers.map((number) => [number]) : [numbers];
        const outputs = evaluateArithmetic(task.plan.circuits[0]!, bundle).flat();
        errors.push(...outputs.map((output, at) => Math.abs(output * task.output.step! - task.float(first + at)[0]!)));
      }
      expect(Math.max(...errors)).toBeLessThanOrEqual(stated * 1.01 + 1e-12);
      expect(Math.max(...errors)).toBeGreaterThanOrEqual(stated * 0.8);
    }
  });

  test('is the closest that is exact; where none is, the closest at all; else the refusal of the coarsest', async () => {
    const bitsOf = async (exact: number, noisy: number) => {
      const { data } = await prepare(`activation-${id}`, tableRequest(exact, noisy));
      return Number(/inputs of (\d) bits with sign/.exec(data)?.[1]);
    };
    // Beyond three bits, inputs 1/4 from zero no longer round to it: finer ones bring the sign nothing, and cost more.
    const finest = (bits: number): number => (id === 'sign' ? 3 : bits);
    expect(await bitsOf(31, 300)).toBe(finest(5));
    expect(await bitsOf(30, 300)).toBe(finest(4));
    expect(await bitsOf(0, 300)).toBe(finest(8));
    expect(await activationVector(of).prepare(tableRequest(0, 1))).toMatchObject({
      code: 'TOO_WIDE',
      reason: `${id === 'sign' ? 1.5 : 3} inputs`,
    });
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
