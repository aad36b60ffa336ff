/**
 * Networks that were tried as their owners would, in `fixtures/`: each with what is right for it. `harness/launch/tried-networks.slow.test.ts`
 * runs those that were wrong under encryption.
 *
 * @module
 */
import { describe, expect, test } from 'vitest';
import type { Operation } from '../../schemes/circuit.ts';
import { isRefusal, type Refusal } from '../../schemes/scheme.ts';
import { compiledWith } from '../plan/compiled.fixture.ts';
import { LAYOUTS, type Layout, type Task, type TaskRequest } from '../workload.ts';
import { ownNetwork } from './own-network.ts';
import { type PlanningOptions, USUAL_PLANNING } from './planning-options.ts';

const at = (name: string): string => new URL(`fixtures/${name}.json`, import.meta.url).pathname;

/** A scheme that takes every circuit, and keeps them. */
function request(arithmetic: 'real' | 'integer', layout: Layout, operations: readonly Operation['op'][] = []): TaskRequest {
  const shape = layout === 'batched' ? { rows: 1 as const, columns: 4 } : { rows: 1 as const, columns: 1024 };
  const scheme = { arithmetic, operations: new Set(operations), shapes: [shape] };
  return { scheme, layout, seed: 1, dataFolder: null, planCache: null, compile: () => compiledWith() };
}

async function prepared(name: string, of: TaskRequest, options: PlanningOptions = USUAL_PLANNING): Promise<Task> {
  const task = await ownNetwork(at(name), options).prepare(of);
  if (isRefusal(task)) throw new Error(task.reason);
  return task;
}

const refusal = async (name: string, of: TaskRequest): Promise<Refusal> => (await ownNetwork(at(name)).prepare(of)) as Refusal;

/** Share of the variance of the float outputs that the planned ones meet. */
function metShare(task: Task): number {
  const { samples, output } = task;
  const rows = Array.from({ length: samples }, (_, sample) => {
    const exact = task.float(sample);
    const planned = task.planned(sample);
    return { exact, error: exact.map((value, index) => Number(planned[index]) * (output.step ?? 1) - value) };
  });
  const mean = rows[0]!.exact.map((_, index) => rows.reduce((sum, { exact }) => sum + exact[index]!, 0) / samples);
  const squares = (of: (row: (typeof rows)[number]) => Float64Array): number =>
    rows.reduce((sum, row) => sum + of(row).reduce((part, value) => part + value ** 2, 0), 0);
  return 1 - squares(({ error }) => error) / squares(({ exact }) => exact.map((value, index) => value - mean[index]!));
}

describe.each(['ranges/inputs-above-zero', 'ranges/inputs-far-from-zero'])('%s', (name) => {
  test.each(LAYOUTS)('%s: every slot that is sent lies in the range of its port', async (layout) => {
    for (const arithmetic of ['real', 'integer'] as const) {
      const task = await prepared(name, request(arithmetic, layout));
      const { plan } = task;
      const input = plan.circuits[0]!.nodes[0]!.type;
      const numbers = Array.from(task.inputs(0)['input']!, Number);
      for (const slots of plan.arrangements['input']!.index) {
        for (const number of slots) {
          const sent = number < 0 ? 0 : numbers[number]!;
          expect(sent).toBeGreaterThanOrEqual(input.min);
          expect(sent).toBeLessThanOrEqual(input.max);
        }
      }
    }
  });
});

test('features of very different units are counted in steps of their own', async () => {
  for (const layout of ['batched', 'packed'] as const) {
    const task = await prepared('ranges/features-of-unlike-units', request('integer', layout));
    expect(task.data).toContain('a step of its own for every feature');
    expect(metShare(task)).toBeGreaterThan(0.95);
  }
});

test.each(['ranges/large-bias', 'ranges/inputs-far-from-zero'])(
  '%s: the small differences that make the answer outlast the rounding of weights',
  async (name) => {
    for (const arithmetic of ['real', 'integer'] as const)
      expect(metShare(await prepared(name, request(arithmetic, 'batched')))).toBeGreaterThan(0.99);
  },
);

test.each(['ranges/large-bias', 'ranges/inputs-far-from-zero'])('%s: tables are laid around what sums reach', async (name) => {
  const task = await prepared(name, request('integer', 'batched', ['table']));
  expect(metShare(task)).toBeGreaterThan(0.95);
  expect(task.lost).toBeUndefined();
});

test('outputs that six bits lose are counted in more; where few bits are asked for, it is said how many would keep them', async () => {
  const name = 'ranges/large-bias';
  const few = await prepared(name, request('integer', 'batched', ['table']), { ...USUAL_PLANNING, bits: 2 });
  expect(metShare(few)).toBeLessThan(0.95);
  expect(few.lost).toMatch(
    /^counted in 2 bits planning keeps none of the variance of outputs of 64 calibration samples, less .*; 6 bits would keep \d+\.\d%$/,
  );
  expect(few.data).toContain(few.lost);
});

test('a large bias: one range of outputs in every layout', async () => {
  const ranges = await Promise.all(
    LAYOUTS.map(async (layout) => (await prepared('ranges/large-bias', request('real', layout))).outputRange),
  );
  expect(new Set(ranges.map(({ largest }) => largest)).size).toBe(1);
  expect(ranges[0]!.largest).toBeGreaterThan(5000);
});

test('outputs that are always zero: exact in whole numbers, and a true reason in real ones', async () => {
  expect(await refusal('ranges/outputs-all-zero', request('real', 'packed'))).toMatchObject({ code: 'RANGE_ZERO' });
  expect(await prepared('ranges/outputs-all-zero', request('integer', 'packed'))).toMatchObject({ passedRanges: [] });
});

test.each([
  ['ranges/samples-past-calibration', 'a'],
  ['ranges/one-calibration-sample', 'a'],
])('%s: which samples go too far, and where, is known before the run', async (name, layer) => {
  const of = request('integer', 'batched');
  const { passedRanges } = await prepared(name, of);
  expect(passedRanges[0]).toMatchObject({ layer });
  const { passedRanges: fewer } = await prepared(name, of, { ...USUAL_PLANNING, margin: 50 });
  expect(fewer.map((passed) => passed.layer)).not.toContain(layer);
});

test('six layers of ReLU: what is refused names the layer and what can be done', async () => {
  const { code, reason } = await refusal('activations/six-relu-layers', request('integer', 'packed'));
  expect(code).toBe('RANGE_TOO_LARGE');
  expect(reason).toMatch(/behind 'r\d' *, got numbers up to 2\^\d+.*--bits.*--activation client/);
  expect(metShare(await prepared('activations/six-relu-layers', request('integer', 'batched', ['table'])))).toBeGreaterThan(0.3);
});

test('a ReLU behind a ReLU is one table, with room at both ends', async () => {
  const task = await prepared('activations/relu-behind-relu', request('integer', 'batched', ['table']));
  const tables = task.plan.circuits[0]!.nodes.filter(({ op }) => op === 'table');
  expect(tables.map(({ layer }) => layer)).toEqual(['r + s']);
  expect(metShare(task)).toBeGreaterThan(0.95);
});

describe('labels', () => {
  test('of 64-bit whole numbers, and of 300 classes', async () => {
    expect((await prepared('labels/labels-int64', request('real', 'batched'))).labels).toHaveLength(64);
    const { labels } = await prepared('labels/classes-300', request('real', 'batched'));
    expect(Math.max(...Array.from(labels!))).toBeGreaterThan(255);
  });

  test('of one logit, and numbers to be estimated', async () => {
    const logit = await prepared('labels/one-logit', request('real', 'batched'));
    expect([logit.labels?.length, logit.targets, logit.output.threshold]).toEqual([64, null, 0]);
    const regression = await prepared('labels/regression-targets', request('real', 'batched'));
    expect([regression.labels, regression.targets!(0).length]).toEqual([null, 1]);
  });
});

describe('layers', () => {
  test.each([
    'activations/gelu',
    'activations/softmax-last',
    'layers/conv1d',
    'layers/conv2d-weights-of-3-axes',
    'layers/padded-pool',
    'layers/same-padding',
    'layers/residual',
    'layers/batch-norm-behind-relu',
  ])('%s is planned', async (name) => {
    expect(metShare(await prepared(name, request('real', 'batched')))).toBeGreaterThan(0.8);
  });

  // These files' last layers fit other windows than the ones they ask for.
  test.each([
    ['layers/dilated-conv', /32 inputs in layer "fc", got 18/],
    ['layers/stride-1x2', /32 inputs in layer "fc", got 64/],
    ['layers/grouped-conv', /2 input channels in layer "c", got 1 x 8 x 8/],
    ['activations/max-pool-without-window', /layers\[3\].*layer "x".*expected number.*give its window/],
  ])('%s is refused by the name of its layer', (name, message) => {
    expect(() => ownNetwork(at(name))).toThrow(message);
  });
});
