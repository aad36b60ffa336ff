/** @module */
import { expect, test } from 'vitest';
import type { Circuit, Operation, SlotShape } from '../../schemes/circuit.ts';
import type { Compiled, Refusal } from '../../schemes/scheme.ts';
import type { Plan } from '../plan.ts';
import { choosePlan } from './choose.ts';
import { compiledWith } from './compiled.fixture.ts';

const shapes: readonly SlotShape[] = [1, 2, 4].map((columns) => ({ rows: 1, columns }));
const scheme = { arithmetic: 'real', operations: new Set<Operation['op']>(), shapes } as const;
const refusal = (code: string): Refusal => ({ code, reason: code, circuit: 'c', node: null });
const planOf = ({ columns }: SlotShape): Plan => ({
  circuits: [{ id: 'c', shape: { rows: 1, columns }, nodes: [], outputs: {} }],
  actions: [],
  arrangements: {},
  batch: columns,
});
const estimated = (evaluate_ns: number, input: number, passes = 1): Compiled => compiledWith({ evaluate_ns, input, passes });
const compiled = estimated(1, 1);
const plansOf = (shape: SlotShape): (() => Plan)[] => [() => planOf(shape)];

test('takes the quickest of several plans, the time of the client included, and passes over those that are refused', () => {
  const answers = [refusal('NO'), estimated(2000, 100), estimated(1000, 200), estimated(2100, 0), refusal('NO')];
  let next = 0;
  const chosen = choosePlan({ scheme, compile: () => answers[next++]! }, (shape) => answers.map(() => () => planOf(shape)));
  // 2000 + 1400, 1000 + 2800, 2100: a byte sent takes 14 ns.
  expect(chosen).toMatchObject({ compiled: { id: '2100' } });
});

test('takes the first shape that compiles', () => {
  const chosen = choosePlan({ scheme, compile: ([circuit]) => (circuit!.shape.columns < 2 ? refusal('SMALL') : compiled) }, plansOf);
  expect(chosen).toMatchObject({ plan: { batch: 2 }, compiled: { id: '1' } });
});

test.each([
  { times: [3000, 2000, 1000], passes: [3, 2, 1], chosen: '1000' },
  { times: [3000, 3500, 1000], passes: [3, 1, 1], chosen: '3000' },
  { times: [3000, 2000, 1000], passes: [3, 1, 1], chosen: '2000' },
])('a shape that needs $passes plaintext primes in $times is held against larger ones', ({ times, passes, chosen }) => {
  const compile = ([circuit]: readonly Circuit[]): Compiled => {
    const at = shapes.findIndex(({ columns }) => columns === circuit!.shape.columns);
    return estimated(times[at]!, 0, passes[at]);
  };
  expect(choosePlan({ scheme, compile }, plansOf)).toMatchObject({ compiled: { id: chosen } });
});

test("gives the scheme's refusal of the largest shape rather than the planner's", () => {
  const compile = ([circuit]: readonly Circuit[]): Refusal => refusal(`SCHEME_${circuit!.shape.columns}`);
  expect(choosePlan({ scheme, compile }, (shape) => (shape.columns === 2 ? plansOf(shape) : refusal('PLANNER')))).toEqual(
    refusal('SCHEME_2'),
  );
  expect(choosePlan({ scheme, compile }, plansOf)).toEqual(refusal('SCHEME_4'));
});

test("gives the planner's refusal where the scheme was never asked", () => {
  const compile = (): Compiled => {
    throw new Error('asked');
  };
  expect(choosePlan({ scheme, compile }, ({ columns }) => refusal(`PLANNER_${columns}`))).toEqual(refusal('PLANNER_4'));
  expect(choosePlan({ scheme: { ...scheme, shapes: [] }, compile }, plansOf)).toMatchObject({ code: 'NO_SHAPE' });
});

/** So many nodes, of which the last `products` are products. */
function lengthy(shape: SlotShape, length: number, products: number): Plan {
  const type = { width: 1, min: -1, max: 1, step: null, bound: 'proven' } as const;
  const nodes = Array.from({ length }, (_, at): Circuit['nodes'][number] =>
    at >= length - products
      ? { op: 'multiply', left: 0, right: 0, type, layer: 'c' }
      : { op: 'input', port: 'x', sources: ['client'], type, layer: 'c' },
  );
  return { ...planOf(shape), circuits: [{ id: 'c', shape, nodes, outputs: {} }] };
}

test.each([
  [10, 2, 4],
  [40, 2, 2],
  [40, 4, 1],
])('of circuits of %i nodes and %i products %i plans are compared, and the best of these is taken', (length, products, compared) => {
  let asked = 0;
  const one = { ...scheme, shapes: shapes.slice(0, 1) };
  const compile = (): Compiled => estimated(100 - asked++, 0);
  const chosen = choosePlan({ scheme: one, compile }, (shape) => Array.from({ length: 4 }, () => () => lengthy(shape, length, products)));
  expect([asked, chosen]).toMatchObject([compared, { compiled: { id: `${100 - (compared - 1)}` } }]);
});

test('of what is deep the largest shape is asked first, and once', () => {
  const asked: number[] = [];
  const compile = (least: number) => {
    return ([circuit]: readonly Circuit[]): Compiled | Refusal => {
      asked.push(circuit!.shape.columns);
      return circuit!.shape.columns >= least ? compiled : refusal('OUT_OF_LEVELS');
    };
  };
  expect(choosePlan({ scheme, compile: compile(8), isDeep: true }, plansOf)).toMatchObject({ code: 'OUT_OF_LEVELS' });
  expect(asked.splice(0)).toEqual([4]);
  expect(choosePlan({ scheme, compile: compile(4), isDeep: true }, plansOf)).toMatchObject({ plan: { batch: 4 } });
  expect(asked.splice(0)).toEqual([4, 1, 2]);
  expect(choosePlan({ scheme, compile: compile(2), isDeep: true }, plansOf)).toMatchObject({ plan: { batch: 2 } });
});
