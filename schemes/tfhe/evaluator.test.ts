/** @module */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { LookupTable } from '../circuit.ts';
import { EnigmarkError } from '../errors.ts';
import { createClient } from './client.ts';
import { createEvaluator } from './evaluator.ts';
import { circuitOf, compiled, counted, input, session, tableOf } from './session.fixture.ts';

const PARAMETERS = 'insecure-n1024';

/** The meaning of a table, from the contract: the nearest entry, halves up; ends beyond. */
function lookUp({ min, step, outputs }: LookupTable, value: number): number {
  const index = Math.min(Math.max(Math.floor((value - min) / step + 0.5), 0), outputs.length - 1);
  return Number(outputs[index]);
}

describe('against cleartext arithmetic', () => {
  test('linear maps with whole weights and biases, over inputs of any sign', async () => {
    const weight = fc.integer({ min: -100, max: 100 });
    const cases = fc.record({
      weights: fc.array(fc.array(weight, { minLength: 3, maxLength: 3 }), { minLength: 1, maxLength: 4 }),
      low: fc.integer({ min: -50, max: 50 }),
      values: fc.array(fc.nat(7), { minLength: 3, maxLength: 3 }),
      bias: weight,
    });
    await fc.assert(
      fc.asyncProperty(cases, async ({ weights, low, values, bias }) => {
        const inputs = values.map((value) => low + value);
        const most = 300 * (Math.abs(low) + 7) + 100;
        const matrix = {
          rows: weights.length,
          columns: 3,
          step: 1,
          offsets: Uint32Array.from({ length: weights.length + 1 }, (_, row) => 3 * row),
          indices: Uint32Array.from(weights.flatMap(() => [0, 1, 2])),
          values: Float64Array.from(weights.flat()),
        };
        const circuit = circuitOf([
          input('x', counted(3, low, low + 7)),
          { op: 'affine', of: 0, matrix, bias: new Float64Array(weights.length).fill(bias), type: counted(weights.length, -most, most) },
        ]);
        const { results, estimate } = await session(circuit, [{ x: inputs }], { parameters: PARAMETERS });
        expect(results[0]).toEqual(weights.map((row) => row.reduce((sum, w, index) => sum + w * inputs[index]!, bias)));
        expect(estimate.correctness['circuit.result']).toMatchObject({ kind: 'exact' });
      }),
      { seed: 1, numRuns: 30 },
    );
  });

  test('tables of any function, range and rounding step', async () => {
    const cases = fc.record({
      low: fc.integer({ min: -20, max: 20 }),
      span: fc.integer({ min: 1, max: 12 }),
      first: fc.integer({ min: -3, max: 3 }),
      step: fc.integer({ min: 1, max: 4 }),
      outputs: fc.array(fc.integer({ min: -9, max: 9 }), { minLength: 1, maxLength: 14 }),
    });
    await fc.assert(
      fc.asyncProperty(cases, async ({ low, span, first, step, outputs }) => {
        const table = tableOf(low + first, step, outputs);
        const values = Array.from({ length: span + 1 }, (_, index) => low + index);
        const circuit = circuitOf([
          input('x', counted(values.length, low, low + span)),
          { op: 'table', of: 0, table, type: counted(values.length, -9, 9) },
        ]);
        const { results, counts } = await session(circuit, [{ x: values }], { parameters: PARAMETERS });
        expect(results[0]).toEqual(values.map((value) => lookUp(table, value)));
        expect(counts).toMatchObject({ bootstrap: values.length });
      }),
      { seed: 2, numRuns: 40 },
    );
  });

  test('products are two tables, squares one', async () => {
    const pairs = Array.from({ length: 16 }, (_, index) => [(index % 4) - 1, (index >> 2) - 2] as const);
    const product = circuitOf([
      input('x', counted(16, -1, 2)),
      input('y', counted(16, -2, 1)),
      { op: 'multiply', left: 0, right: 1, type: counted(16, -4, 2) },
    ]);
    const { results, counts } = await session(product, [{ x: pairs.map(([x]) => x), y: pairs.map(([, y]) => y) }], {
      parameters: PARAMETERS,
    });
    expect(results[0]).toEqual(pairs.map(([x, y]) => x * y + 0));
    expect(counts).toMatchObject({ bootstrap: 32 });
    const square = circuitOf([input('x', counted(6, -3, 2)), { op: 'multiply', left: 0, right: 0, type: counted(6, 0, 9) }]);
    const squared = await session(square, [{ x: [-3, -2, -1, 0, 1, 2] }], { parameters: PARAMETERS });
    expect(squared.results[0]).toEqual([9, 4, 1, 0, 1, 4]);
    expect(squared.counts).toMatchObject({ bootstrap: 6 });
  });

  test('sign needs no padding bit and its threshold may lie anywhere', async () => {
    for (const [min, max, threshold] of [
      [-6, 5, 0],
      [-2, 9, 3],
      [0, 11, 5],
    ] as const) {
      const half = 12;
      const table: LookupTable = { min: threshold + half / 2, step: half, outputs: Float64Array.of(1), negacyclic: true };
      const values = Array.from({ length: max - min + 1 }, (_, index) => min + index);
      const circuit = circuitOf([
        input('x', counted(values.length, min, max)),
        { op: 'table', of: 0, table, type: counted(values.length, -1, 1) },
      ]);
      const { results } = await session(circuit, [{ x: values }], { parameters: PARAMETERS });
      expect(results[0]).toEqual(values.map((value) => (value >= threshold ? 1 : -1)));
    }
  });

  test('a negacyclic table of several entries repeats with the opposite sign', async () => {
    const table: LookupTable = { min: 0, step: 2, outputs: Float64Array.of(3, -1, 2), negacyclic: true };
    const values = Array.from({ length: 12 }, (_, index) => index - 1);
    const circuit = circuitOf([input('x', counted(12, -1, 10)), { op: 'table', of: 0, table, type: counted(12, -3, 3) }]);
    const { results } = await session(circuit, [{ x: values }], { parameters: PARAMETERS });
    // -1 belongs to entry 0: halves round up.
    expect(results[0]).toEqual([3, 3, -1, -1, 2, 2, -3, -3, 1, 1, -2, -2]);
  });

  test('sums after tables, differences, constants and picks', async () => {
    const circuit = circuitOf([
      input('x', counted(4, 0, 3)),
      { op: 'table', of: 0, table: tableOf(0, 1, [2, 0, 3, 1]), type: counted(4, 0, 3) },
      { op: 'pick', from: [[1, 3], [1, 2], [1, 1], [1, 0]], type: counted(4, 0, 3) }, // prettier-ignore
      { op: 'add', left: 1, right: 2, type: counted(4, 0, 6) },
      { op: 'subtract', left: 3, right: 1, type: counted(4, -3, 6) },
      { op: 'addPlain', of: 4, plains: [1, 2, 3, 4].map((plain) => Float64Array.of(plain)), type: counted(4, -2, 10) },
      {
        op: 'table',
        of: 5,
        table: tableOf(
          -2,
          1,
          Array.from({ length: 13 }, (_, index) => 12 - index),
        ),
        type: counted(4, 0, 12),
      },
    ]);
    const { results } = await session(circuit, [{ x: [0, 1, 2, 3] }, { x: [3, 3, 0, 0] }], { parameters: PARAMETERS });
    const expected = (x: readonly number[]): number[] => {
      const permuted = x.map((value) => [2, 0, 3, 1][value]!);
      return permuted.map((_, index) => 10 - (permuted[3 - index]! + index + 1));
    };
    expect(results).toEqual([expected([0, 1, 2, 3]), expected([3, 3, 0, 0])]);
  });

  test('threads compute the same', async () => {
    const values = Array.from({ length: 40 }, (_, index) => index % 8);
    const table = tableOf(0, 1, [5, 2, 7, 1, 0, 6, 3, 4]);
    const circuit = circuitOf([input('x', counted(40, 0, 7)), { op: 'table', of: 0, table, type: counted(40, 0, 7) }]);
    const { results } = await session(circuit, [{ x: values }, { x: values }], { parameters: PARAMETERS, threads: 3 });
    for (const result of results) expect(result).toEqual(values.map((value) => lookUp(table, value)));
  });
});

describe('damage on the wire', () => {
  test('keys and ciphertexts with any byte changed are refused with a code, or evaluate to something', async () => {
    const table = tableOf(0, 1, [5, 2, 7, 1, 0, 6, 3, 4]);
    const circuit = circuitOf([input('x', counted(1, 0, 7)), { op: 'table', of: 0, table, type: counted(1, 0, 7) }]);
    const plan = compiled(circuit, { parameters: PARAMETERS });
    await using client = createClient(plan.client);
    const [key] = await client.generateKeys();
    const [ciphertext] = await client.encrypt('x', [Float64Array.of(3)]);
    const damaged = (bytes: Uint8Array, at: number, value: number): Uint8Array => {
      const copy = bytes.slice();
      copy[at % copy.length]! ^= value;
      return copy;
    };
    const changes = fc.record({ inKey: fc.boolean(), at: fc.nat(2 ** 20), value: fc.integer({ min: 1, max: 255 }) });
    const seen = { refused: 0, evaluated: 0 };
    await fc.assert(
      fc.asyncProperty(changes, async ({ inKey, at, value }) => {
        try {
          const bytes = inKey ? damaged(key!.bytes, at, value) : key!.bytes;
          await using evaluator = createEvaluator(plan, [{ kind: key!.kind, bytes }]);
          await evaluator.prepare([circuit]);
          const held = await evaluator.load('x', [inKey ? ciphertext! : damaged(ciphertext!, at, value)]);
          const { result } = await evaluator.run('circuit', { x: held });
          const [slots] = await client.decrypt('circuit.result', [await evaluator.store(result!)]);
          expect(Number.isInteger(slots![0])).toBe(true);
          seen.evaluated++;
        } catch (error) {
          if (!(error instanceof EnigmarkError)) throw error;
          seen.refused++;
        }
      }),
      { seed: 4, numRuns: 400 },
    );
    expect(seen.refused).toBeGreaterThan(50);
    expect(seen.evaluated).toBeGreaterThan(50);
  });
});
