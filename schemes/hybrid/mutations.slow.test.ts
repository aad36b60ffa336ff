/**
 * Damaged inputs: whatever their bytes are, the answer is a code or a number, and it comes at once.
 *
 * @module
 */
import { expect, test } from 'vitest';
import { uniforms } from '../conformance/circuits/random-values.ts';
import { open, seal } from '../envelope.ts';
import { EnigmarkError } from '../errors.ts';
import { isRefusal } from '../scheme.ts';
import { mutate } from '../tfhe/mutation.fixture.ts';
import { circuitOf, counted, input, NEED, tableOf } from '../tfhe/session.fixture.ts';
import { createClient } from './client.ts';
import { compile } from './compile.ts';
import { createEvaluator } from './evaluator.ts';

const MUTANTS = process.env['ENIGMARK_FULL'] === undefined ? 1000 : 10_000;
const OUTPUTS = [5, 2, 7, 1, 0, 6, 3, 4];
const circuit = circuitOf([input('x', counted(2, 0, 7)), { op: 'table', of: 0, table: tableOf(0, 1, OUTPUTS), type: counted(2, 0, 7) }]);

test(`${MUTANTS} damaged inputs of two values, through a table and decrypted`, { timeout: 3_600_000 }, async () => {
  const plan = compile([circuit], { ...NEED, parameters: 'insecure-n1024' });
  if (isRefusal(plan)) throw new Error(plan.reason);
  await using client = await createClient(plan.client);
  await using evaluator = createEvaluator(plan, await client.generateKeys());
  await evaluator.prepare([circuit]);
  const place = { kind: 'ciphertext', plan: plan.id, name: 'x', pass: 0 } as const;
  const [sound] = await client.encrypt('x', [Float64Array.of(3), Float64Array.of(4)]);
  const payload = open(sound!, place);
  const uniform = uniforms(1);
  const ends = new Map<string, number>();

  async function run(bytes: Uint8Array): Promise<string> {
    const x = await evaluator.load('x', [seal({ ...place, payload: bytes })]);
    const { result } = await evaluator.run('circuit', { x });
    const found = await client.decrypt('circuit.result', [await evaluator.store(result!)]);
    for (const held of [x, result!]) evaluator.release(held);
    expect(found).toHaveLength(2);
    for (const [value] of found) expect(Number.isInteger(value)).toBe(true);
    return 'evaluated';
  }
  for (let mutant = 0; mutant < MUTANTS; mutant++) {
    const { kind, bytes } = mutate(payload, [[0, payload.length]], uniform);
    const end = await run(bytes).catch((error: unknown) => {
      if (!(error instanceof EnigmarkError) || error.cause instanceof WebAssembly.RuntimeError) throw error;
      return error.code;
    });
    ends.set(`${kind}, ${end}`, (ends.get(`${kind}, ${end}`) ?? 0) + 1);
  }
  console.log([...ends].sort(([a], [b]) => (a < b ? -1 : 1)).map(([end, count]) => `${end}: ${count}`).join('\n')); // prettier-ignore
  expect([...ends.keys()].filter((end) => !/evaluated|CIPHERTEXT_DAMAGED/.test(end))).toEqual([]);
  expect(evaluator.memory().objects).toBe(0);
  expect(await run(payload)).toBe('evaluated');
});
