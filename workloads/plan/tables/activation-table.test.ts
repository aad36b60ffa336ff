/** @module */
import { expect, test } from 'vitest';
import { signedInput } from '../../network/quantisation.ts';
import { activationTable, planActivationTable } from './activation-table.ts';
import { evaluateArithmetic } from '../naive-arithmetic.fixture.ts';

const input = signedInput(4);
const shape = { rows: 1, columns: 1 } as const;
const counts = Array.from({ length: 15 }, (_, index) => index - 7);

function looked(exact: (real: number) => number, outputStep: number): number[] {
  const table = activationTable(exact, input, outputStep);
  const { circuits } = planActivationTable(table, { input, outputStep }, { shape, width: counts.length });
  return evaluateArithmetic(
    circuits[0]!,
    counts.map((count) => [count]),
  ).map((slots) => slots[0]!);
}

test('every counted input is looked up, rounded to steps of the output', () => {
  expect(looked((x) => Math.max(x, 0), input.step)).toEqual(counts.map((count) => Math.max(count, 0)));
  expect(looked((x) => x ** 2, input.step ** 2)).toEqual(counts.map((count) => count ** 2));
  expect(looked(Math.exp, 1 / 4)).toEqual(counts.map((count) => Math.round(4 * Math.exp(count / 7))));
});

test('a sign needs one entry, in half the torus that holds all inputs, and no other function passes for one', () => {
  const sign = activationTable((x) => (x < 0 ? -3 : 3), input, 1);
  expect(sign).toEqual({ min: 4, step: 8, outputs: Float64Array.of(3), negacyclic: true });
  expect(looked((x) => (x < 0 ? -3 : 3), 1)).toEqual(counts.map((count) => (count < 0 ? -3 : 3)));
  for (const other of [Math.sign, (x: number) => (x <= 0 ? -3 : 3), (x: number) => (x < 0 ? -3 : 2)]) {
    expect(activationTable(other, input, 1).negacyclic).toBe(false);
    expect(looked(other, 1)).toEqual(counts.map((count) => other(count)));
  }
});
