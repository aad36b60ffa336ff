/** @module */
import { expect, test } from 'vitest';
import { uniforms } from '../conformance/circuits/random-values.ts';
import type { Circuit, SparseMatrix } from '../circuit.ts';
import { isRefusal } from '../scheme.ts';
import { circuitOf, counted, input, NEED, tableOf } from '../tfhe/session.fixture.ts';
import { createClient } from './client.ts';
import { compile } from './compile.ts';
import { createEvaluator } from './evaluator.ts';

const [INPUTS, ROWS] = [40, 30];
const MOST = 7;
const uniform = uniforms(5);
const whole = (least: number, most: number): number => least + Math.floor((most - least + 1) * uniform());

/** Every entry, but for a row without any. */
function layer(): { readonly matrix: SparseMatrix; readonly bias: Float64Array } {
  const full = Array.from({ length: ROWS }, (_, row) => (row === 3 ? [] : Array.from({ length: INPUTS }, (_column, index) => index)));
  const offsets = [0];
  for (const row of full) offsets.push(offsets.at(-1)! + row.length);
  const indices = full.flat();
  const values = Float64Array.from(indices, () => whole(1, MOST) * (uniform() < 0.5 ? 1 : -1));
  const matrix = { rows: ROWS, columns: INPUTS, step: 1, offsets: Uint32Array.from(offsets), indices: Uint32Array.from(indices), values };
  return { matrix, bias: Float64Array.from({ length: ROWS }, () => whole(-50, 50)) };
}

function expected({ matrix, bias }: ReturnType<typeof layer>, x: readonly number[]): number[] {
  return Array.from(bias, (constant, row) => {
    let sum = constant;
    for (let entry = matrix.offsets[row]!; entry < matrix.offsets[row + 1]!; entry++)
      sum += matrix.values[entry]! * x[matrix.indices[entry]!]!;
    return sum;
  });
}

const made = layer();
const range = INPUTS * MOST * MOST + 50;
const linear: Circuit = circuitOf([
  input('x', counted(INPUTS, 0, MOST)),
  { op: 'affine', of: 0, ...made, type: counted(ROWS, -range, range) },
]);
const tables: Circuit = circuitOf([
  ...linear.nodes,
  { op: 'table', of: 1, table: tableOf(-range, range, [0, 0, 1]), type: counted(ROWS, 0, 1) },
]);

async function run(
  circuit: Circuit,
  batches: readonly (readonly number[])[],
): Promise<{ results: number[][]; counts: object; predicted: object }> {
  const plan = compile([circuit], { ...NEED, parameters: 'insecure-n1024' });
  if (isRefusal(plan)) throw new Error(plan.reason);
  await using client = await createClient(plan.client);
  await using evaluator = createEvaluator(plan, await client.generateKeys());
  await evaluator.prepare([circuit]);
  const results: number[][] = [];
  for (const numbers of batches) {
    const x = await evaluator.load('x', await client.encrypt('x', numbers.map((number) => Float64Array.of(number)))); // prettier-ignore
    const { result } = await evaluator.run('circuit', { x });
    results.push((await client.decrypt('circuit.result', [await evaluator.store(result!)])).map((slots) => Number(slots[0])));
    for (const held of [x, result!]) evaluator.release(held);
  }
  expect(evaluator.memory().objects).toBe(0);
  return { results, counts: evaluator.counts(), predicted: plan.estimate.counts };
}

const batch = (): number[] => Array.from({ length: INPUTS }, () => whole(0, MOST));

test('a dense layer takes two products of 1,024 coefficients, and every row is right', async () => {
  const batches = [batch(), batch(), new Array<number>(INPUTS).fill(MOST)];
  const { results, counts, predicted } = await run(linear, batches);
  expect(results).toEqual(batches.map((x) => expected(made, x)));
  expect(predicted).toMatchObject({ product: 2, term: 0 });
  expect(counts).toEqual({ bootstrap: 0, term: 0, addPlain: 0, product: 3 * 2 });
});

test('tables read what products gave', async () => {
  const batches = [batch(), batch()];
  const { results } = await run(tables, batches);
  // The entry of 1 holds from half the range on.
  expect(results).toEqual(batches.map((x) => expected(made, x).map((sum) => (sum >= range / 2 ? 1 : 0))));
});
