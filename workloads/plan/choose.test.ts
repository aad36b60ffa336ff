/** @module */
import { expect, test } from 'vitest';
import type { Circuit, Operation, SlotShape } from '../../schemes/circuit.ts';
import type { Compiled, Refusal } from '../../schemes/scheme.ts';
import type { Plan } from '../plan.ts';
import { choosePlan } from './choose.ts';

const shapes: readonly SlotShape[] = [1, 2, 4].map((columns) => ({ rows: 1, columns }));
const scheme = { arithmetic: 'real', operations: new Set<Operation['op']>(), shapes } as const;
const refusal = (code: string): Refusal => ({ code, reason: code, circuit: 'c', node: null });
const planOf = ({ columns }: SlotShape): Plan => ({
  circuits: [{ id: 'c', shape: { rows: 1, columns }, nodes: [], outputs: {} }],
  steps: [],
  arrangements: {},
  batch: columns,
});
const compiled = { id: 'made' } as unknown as Compiled;

test('takes the first shape that compiles', () => {
  const chosen = choosePlan({ scheme, compile: ([circuit]) => (circuit!.shape.columns < 2 ? refusal('SMALL') : compiled) }, planOf);
  expect(chosen).toMatchObject({ plan: { batch: 2 }, compiled: { id: 'made' } });
});

test("gives the scheme's refusal of the largest shape rather than the planner's", () => {
  const compile = ([circuit]: readonly Circuit[]): Refusal => refusal(`SCHEME_${circuit!.shape.columns}`);
  expect(choosePlan({ scheme, compile }, (shape) => (shape.columns === 2 ? planOf(shape) : refusal('PLANNER')))).toEqual(
    refusal('SCHEME_2'),
  );
  expect(choosePlan({ scheme, compile }, planOf)).toEqual(refusal('SCHEME_4'));
});

test("gives the planner's refusal where the scheme was never asked", () => {
  const compile = (): Compiled => {
    throw new Error('asked');
  };
  expect(choosePlan({ scheme, compile }, ({ columns }) => refusal(`PLANNER_${columns}`))).toEqual(refusal('PLANNER_4'));
  expect(choosePlan({ scheme: { ...scheme, shapes: [] }, compile }, planOf)).toMatchObject({ code: 'NO_SHAPE' });
});
