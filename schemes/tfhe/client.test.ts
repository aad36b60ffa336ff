/** @module */
import { describe, expect, test } from 'vitest';
import { seal } from '../envelope.ts';
import { writeCiphertext } from './wire/ciphertext-wire.ts';
import { createClient } from './client.ts';
import { createEvaluator } from './evaluator.ts';
import { bigDimension, parameterSets } from './parameters.ts';
import { circuitOf, compiled, counted, input, tableOf } from './session.fixture.ts';

const set = parameterSets['insecure-n1024'];
const OUTPUTS = [5, 2, 7, 1, 0, 6, 3, 4];
const circuit = circuitOf([input('x', counted(1, 0, 7)), { op: 'table', of: 0, table: tableOf(0, 1, OUTPUTS), type: counted(1, 0, 7) }]);
const plan = compiled(circuit, { parameters: set.id });

describe('noise', () => {
  test('of a ciphertext without mask is told to the bit, towards either side and from another value', async () => {
    await using client = createClient(plan.client);
    await client.generateKeys();
    // Eight values fill the torus: a step is 2^61 of 2^64.
    const after = async (phase: bigint, expected?: number): Promise<number> => {
      const words = new BigUint64Array(bigDimension(set) + 1);
      words[words.length - 1] = BigInt.asUintN(64, phase);
      const payload = writeCiphertext(words);
      const bytes = seal({ kind: 'ciphertext', plan: plan.id, name: 'circuit.result', pass: 0, payload });
      return (await client.noise!(bytes, expected === undefined ? undefined : Float64Array.of(expected))).margin_bits;
    };
    for (const value of [0n, 3n, 7n]) {
      for (const bits of [1, 2, 10, 20]) {
        const error = 1n << BigInt(60 - bits);
        expect(await after((value << 61n) + error)).toBe(bits);
        expect(await after((value << 61n) - error)).toBe(bits);
      }
      expect(await after(value << 61n)).toBe(30);
    }
    expect(await after(3n << 61n, 4)).toBe(-1);
    expect(await after(3n << 61n, 3)).toBe(30);
  });

  test('is less in a fresh ciphertext than in the result of a table, and leaves as much as the model says', async () => {
    await using client = createClient(plan.client);
    await using evaluator = createEvaluator(plan, await client.generateKeys());
    await evaluator.prepare([circuit]);
    for (const value of OUTPUTS.keys()) {
      const [fresh] = await client.encrypt('x', [Float64Array.of(value)]);
      const { result } = await evaluator.run('circuit', { x: await evaluator.load('x', [fresh!]) });
      const [stored] = await evaluator.store(result!);
      const margins = [await client.noise!(fresh!), await client.noise!(stored!)].map(({ margin_bits }) => margin_bits);
      expect(margins[0]).toBeGreaterThan(margins[1]!);
      // A bootstrap of this set leaves errors of some 2^-19, beside half a step of 2^-4.
      expect(margins[1]).toBeGreaterThan(10);
    }
  });
});

test('a secret taken up again decrypts what its first client encrypted, with keys made anew', async () => {
  await using first = createClient(plan.client);
  await first.generateKeys();
  await using second = createClient(plan.client, { secret: await first.exportSecret!() });
  await using evaluator = createEvaluator(plan, await second.generateKeys());
  await evaluator.prepare([circuit]);
  for (const [value, output] of OUTPUTS.entries()) {
    const x = await evaluator.load('x', await first.encrypt('x', [Float64Array.of(value)]));
    const { result } = await evaluator.run('circuit', { x });
    const stored = await evaluator.store(result!);
    for (const client of [first, second]) expect(await client.decrypt('circuit.result', [stored])).toEqual([Float64Array.of(output)]);
  }
});
