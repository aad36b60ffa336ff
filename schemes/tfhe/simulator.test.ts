/** @module */
import { expect, test } from 'vitest';
import { uniforms } from '../conformance/circuits/random-values.ts';
import type { Circuit } from '../circuit.ts';
import type { SimulatorOptions } from '../scheme.ts';
import { circuitOf, compiled, counted, input, session, tableOf } from './session.fixture.ts';
import { createSimulator } from './simulator.ts';

/** Small and quick, and not secure. */
const NEED = { parameters: 'insecure-n1024' };

/** Box and Muller (1958). */
function normals(seed: number): () => number {
  const uniform = uniforms(seed);
  return () => Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform());
}

async function simulate(
  circuit: Circuit,
  inputs: Readonly<Record<string, readonly number[]>>,
  options: SimulatorOptions,
): Promise<number[]> {
  const simulator = createSimulator(compiled(circuit, NEED), [circuit], options);
  const loaded = Object.entries(inputs).map(
    ([port, values]) =>
      [
        port,
        simulator.load(
          port,
          values.map((value) => Float64Array.of(value)),
        ),
      ] as const,
  );
  const { result } = await simulator.run('circuit', Object.fromEntries(loaded));
  return simulator.read('circuit.result', result!).map((slots) => Number(slots[0]));
}

function matrixOf(rows: readonly (readonly number[])[]) {
  const columns = rows[0]!.length;
  return {
    rows: rows.length,
    columns,
    step: 1,
    offsets: Uint32Array.from({ length: rows.length + 1 }, (_, row) => row * columns),
    indices: Uint32Array.from(rows.flatMap((row) => row.map((_, column) => column))),
    values: Float64Array.from(rows.flat()),
  };
}

test('a plan whose noise reaches nothing gives what encryption gives: every operation, and both kinds of table', async () => {
  const circuit = circuitOf([
    input('x', counted(3, -3, 3)),
    input('y', counted(3, -3, 3)),
    { op: 'add', left: 0, right: 1, type: counted(3, -6, 6) },
    { op: 'multiply', left: 0, right: 1, type: counted(3, -9, 9) },
    { op: 'table', of: 2, table: tableOf(-6, 2, [3, -1, 4, 1, -5, 2, 0]), type: counted(3, -5, 4) },
    { op: 'table', of: 2, table: { min: 3.5, step: 7, outputs: Float64Array.of(2), negacyclic: true }, type: counted(3, -2, 2) },
    { op: 'subtract', left: 3, right: 4, type: counted(3, -14, 14) },
    { op: 'subtract', left: 6, right: 5, type: counted(3, -16, 16) },
    {
      op: 'affine',
      of: 7,
      matrix: matrixOf([
        [1, -1, 0],
        [0, 1, 1],
      ]),
      bias: Float64Array.of(5, -7),
      type: counted(2, -40, 40),
    },
    { op: 'addPlain', of: 8, plains: [Float64Array.of(1), Float64Array.of(-1)], type: counted(2, -41, 41) },
  ]);
  const uniform = uniforms(4);
  const runs = Array.from({ length: 6 }, () => ({
    x: Array.from({ length: 3 }, () => Math.floor(7 * uniform()) - 3),
    y: Array.from({ length: 3 }, () => Math.floor(7 * uniform()) - 3),
  }));
  const { results, estimate } = await session(circuit, runs, NEED);
  expect(estimate.correctness['circuit.result']).toMatchObject({ kind: 'exact' });
  for (const [index, run] of runs.entries()) {
    expect(await simulate(circuit, run, { normal: () => 0 })).toEqual(results[index]);
    expect(await simulate(circuit, run, { normal: normals(index) })).toEqual(results[index]);
  }
});

/** Errors of sums of tables whose entries are finer than noise. */
function blurred(width: number): Circuit {
  const span = 16_384;
  const outputs = Array.from({ length: span }, (_, index) => index);
  const pairs = Array.from({ length: width / 2 }, (_, pair) =>
    Array.from({ length: width }, (_, at) => (at === 2 * pair ? 3 : at === 2 * pair + 1 ? -2 : 0)),
  );
  return circuitOf([
    input('x', counted(width, 0, span - 1)),
    { op: 'table', of: 0, table: tableOf(0, 1, outputs), type: counted(width, 0, span - 1) },
    { op: 'affine', of: 1, matrix: matrixOf(pairs), bias: new Float64Array(width / 2), type: counted(width / 2, -2 * span, 3 * span) },
  ]);
}

test('where noise blurs every table, errors are as large as those of encryption', async () => {
  const width = 64;
  const circuit = blurred(width);
  const uniform = uniforms(9);
  const runs = Array.from({ length: 20 }, () => ({ x: Array.from({ length: width }, () => 1000 + Math.floor(14_000 * uniform())) }));
  const variance = (results: readonly (readonly number[])[]): number => {
    const errors = results.flatMap((values, run) =>
      values.map((value, pair) => value - (3 * runs[run]!.x[2 * pair]! - 2 * runs[run]!.x[2 * pair + 1]!)),
    );
    return errors.reduce((sum, error) => sum + error ** 2, 0) / errors.length;
  };
  const measured = variance((await session(circuit, runs, NEED)).results);
  const normal = normals(2);
  const simulated: number[][] = [];
  for (const run of runs) simulated.push(await simulate(circuit, run, { normal }));
  // 640 errors each: a ratio of variances has a deviation of 0.08.
  expect(variance(simulated) / measured).toBeGreaterThan(0.7);
  expect(variance(simulated) / measured).toBeLessThan(1.4);
  expect(measured).toBeGreaterThan(4);
});

test('tables tell what they give before their outputs are noisy', async () => {
  const circuit = circuitOf([
    input('x', counted(2, 0, 3)),
    { op: 'table', of: 0, table: tableOf(0, 1, [0, 5, 5, 1]), type: counted(2, 0, 5) },
    { op: 'table', of: 1, table: tableOf(0, 1, [0, 1, 2, 3, 4, 5]), type: counted(2, 0, 5) },
  ]);
  const seen: Int32Array[] = [];
  await simulate(circuit, { x: [1, 2] }, { normal: normals(1), onTable: (outputs) => seen.push(outputs) });
  expect(seen.map((outputs) => outputs.length)).toEqual([2, 2]);
  for (const outputs of seen) expect(outputs[0]).toBe(outputs[1]);
});
