/** @module */
import { expect, test } from 'vitest';
import { builderFor } from './circuits/operation-circuits.ts';
import { expectedOutputs } from './oracle.ts';
import { createSubject } from './subject.ts';
import { scheme } from '../clear/scheme.ts';

const subject = createSubject({ scheme, shape: { rows: 2, columns: 4 } });
const range = { min: -100, max: 100 };
/** Row one is 1 2 3 4, row two 5 6 7 8; the second ciphertext is the first one times ten. */
const x = [Float64Array.of(1, 2, 3, 4, 5, 6, 7, 8), Float64Array.of(10, 20, 30, 40, 50, 60, 70, 80)];

/** What the oracle says of one node over x, as plain lists. */
async function ask(write: (builder: ReturnType<typeof builderFor>, x: number) => number): Promise<number[][]> {
  const builder = builderFor(subject, 'asked');
  const circuit = builder.build({ y: write(builder, builder.input('x', 2, range, null)) });
  const { 'asked.y': y } = await expectedOutputs(subject, [circuit], { x });
  return y!.map((values) => Array.from<number | bigint>(values).map(Number));
}

test('rotation: slot s of the result is slot s + by of the input, within each row', async () => {
  expect(await ask((builder, of) => builder.rotate(of, 1))).toEqual([
    [2, 3, 4, 1, 6, 7, 8, 5],
    [20, 30, 40, 10, 60, 70, 80, 50],
  ]);
  expect((await ask((builder, of) => builder.rotate(of, -5)))[0]).toEqual([4, 1, 2, 3, 8, 5, 6, 7]);
});

test('rows are swapped', async () => {
  expect((await ask((builder, of) => builder.swapRows(of)))[0]).toEqual([5, 6, 7, 8, 1, 2, 3, 4]);
});

test('fold: doublings one after the other', async () => {
  expect((await ask((builder, of) => builder.fold(of, [2, 1])))[0]).toEqual([10, 10, 10, 10, 26, 26, 26, 26]);
  expect((await ask((builder, of) => builder.fold(of, [1])))[0]).toEqual([3, 5, 7, 5, 11, 13, 15, 13]);
});

test('affine: rows times ciphertexts, plus the bias', async () => {
  const rows = [[2, 1], [0, -1], [0, 0]]; // prettier-ignore
  expect(await ask((builder, of) => builder.affine(of, rows, Float64Array.of(1, 0, 7)))).toEqual([
    [13, 25, 37, 49, 61, 73, 85, 97],
    [-10, -20, -30, -40, -50, -60, -70, -80],
    [7, 7, 7, 7, 7, 7, 7, 7],
  ]);
});

test('transform: terms of one giant step are summed, then rotated by it', async () => {
  const plain = Float64Array.of(1, 0, 0, 0, 0, 2, 0, 0);
  const ones = new Float64Array(8).fill(1);
  const terms = [
    { from: 0, baby: 1, giant: 1, plain },
    { from: 1, baby: 0, giant: 0, plain: ones },
  ];
  // rotate(x0, 1) * plain = 2 0 0 0 | 0 14 0 0; rotated by one = 0 0 0 2 | 14 0 0 0; plus x1.
  expect(await ask((builder, of) => builder.transform(of, [terms]))).toEqual([[10, 20, 30, 42, 64, 60, 70, 80]]);
});

test('add, subtract, multiply, addPlain and pick', async () => {
  expect((await ask((builder, of) => builder.add(of, of)))[1]).toEqual([20, 40, 60, 80, 100, 120, 140, 160]);
  expect((await ask((builder, of) => builder.subtract(of, builder.rotate(of, 1))))[0]).toEqual([-1, -1, -1, 3, -1, -1, -1, 3]);
  expect((await ask((builder, of) => builder.multiply(of, of)))[0]).toEqual([1, 4, 9, 16, 25, 36, 49, 64]);
  expect((await ask((builder, of) => builder.addPlain(of, x)))[0]).toEqual([2, 4, 6, 8, 10, 12, 14, 16]);
  expect(await ask((builder, of) => builder.pick([[of, 1], [of, 1], [of, 0]]))).toEqual([x[1]!, x[1]!, x[0]!].map((slots) => [...slots])); // prettier-ignore
});

test('table: the entry nearest to each value', async () => {
  const table = { min: 0, step: 2, outputs: Float64Array.of(7, 8, 9), negacyclic: false };
  expect((await ask((builder, of) => builder.table(builder.rotate(of, 0), table)))[0]!.slice(1, 4)).toEqual([8, 9, 9]);
});
