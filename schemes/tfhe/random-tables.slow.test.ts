/**
 * Random tables at random inputs, through the whole session, with as many entries as each set reads exactly: none is wrong.
 *
 * @module
 */
import { expect, test } from 'vitest';
import { bundleOf, uniforms } from '../conformance/circuits/random-values.ts';
import type { Circuit } from '../circuit.ts';
import { createClient } from './client.ts';
import { createEvaluator } from './evaluator.ts';
import { circuitOf, compiled, counted, input, tableOf } from './session.fixture.ts';

/** Of every set: 5,000 with ENIGMARK_FULL, else 300. */
const TABLES = process.env['ENIGMARK_FULL'] !== undefined ? 5000 : 300;
/** Tables of one circuit, each read once. */
const AT_ONCE = 20;

const sets = [
  { id: 'n512', entries: 4 },
  { id: 'n1024', entries: 8 },
  { id: 'n2048', entries: 16 },
  { id: 'n4096', entries: 32 },
] as const;

/** Input i goes through table i. */
function circuitWith(tables: readonly (readonly number[])[], entries: number): Circuit {
  const one = counted(1, 0, entries - 1);
  const looked = tables.flatMap((outputs, index) => [
    { op: 'pick', from: [[0, index]], type: one } as const,
    { op: 'table', of: 1 + 2 * index, table: tableOf(0, 1, outputs), type: one } as const,
  ]);
  const results = tables.map((_, index) => [2 + 2 * index, 0] as const);
  const all = counted(tables.length, 0, entries - 1);
  return circuitOf([input('x', all), ...looked, { op: 'pick', from: results, type: all }]);
}

test.each(sets)(
  `$id, tables of $entries entries: ${TABLES} at one input each, wrong 0`,
  async ({ id, entries }) => {
    const uniform = uniforms(entries);
    const randomTables = () =>
      Array.from({ length: AT_ONCE }, () => Array.from({ length: entries }, () => Math.floor(entries * uniform())));
    const plan = compiled(circuitWith(randomTables(), entries), { parameters: id });
    expect(plan.estimate.correctness['circuit.result']).toMatchObject({ kind: 'exact' });
    await using client = createClient(plan.client);
    const keys = await client.generateKeys();
    await using evaluator = createEvaluator(plan, keys);
    const seen = { tables: 0, wrong: 0 };
    while (seen.tables < TABLES) {
      const tables = randomTables();
      const circuit = circuitWith(tables, entries);
      // A client's plan holds no tables: keys and evaluator serve them all.
      expect(compiled(circuit, { parameters: id }).id).toBe(plan.id);
      await evaluator.prepare([circuit]);
      const values = bundleOf(counted(AT_ONCE, 0, entries - 1), 1, uniform);
      const x = await evaluator.load('x', await client.encrypt('x', values));
      const { result } = await evaluator.run('circuit', { x });
      const found = await client.decrypt('circuit.result', [await evaluator.store(result!)]);
      for (const held of [x, result!]) evaluator.release(held);
      seen.tables += AT_ONCE;
      seen.wrong += tables.filter((outputs, index) => found[index]![0] !== outputs[Number(values[index]![0])]).length;
    }
    console.log(`${id}: ${seen.tables} random tables of ${entries} entries, each at one input; wrong: ${seen.wrong}`);
    expect(seen.wrong).toBe(0);
  },
  3_600_000,
);
