/**
 * Damaged inputs of a trunk, and damaged switching keys: whatever their bytes are, the answer is a code or a number, and it comes at once.
 *
 * @module
 */
import { expect, test } from 'vitest';
import { uniforms } from '../../conformance/circuits/random-values.ts';
import { open, seal } from '../../envelope.ts';
import { EnigmarkError } from '../../errors.ts';
import { openKey } from '../../rlwe/wire/key-parts.ts';
import { mutate } from '../../tfhe/mutation.fixture.ts';
import { tableOf } from '../../tfhe/session.fixture.ts';
import { inputRing } from '../parameters.ts';
import { openRing } from '../ring-reader.ts';
import { scheme } from '../scheme.ts';
import type { TrunkParameters } from './plan.ts';
import { RingSwitch } from './ring-switch.ts';
import { SWITCHING_KEY } from './switching.ts';
import { compiledTrunk, slotRows, trunkCircuits } from './trunk-circuits.fixture.ts';

const MUTANTS = process.env['ENIGMARK_FULL'] === undefined ? 300 : 10_000;
/** A switch keeps its key in the memory of its ring, which only grows. */
const MUTANTS_PER_RING = 250;

const COLUMNS = 512;
const range = { min: 0, max: 7 };
const circuits = trunkCircuits({
  ...{ shape: { rows: 1, columns: COLUMNS } as const, rows: slotRows(2, COLUMNS), step: 1 / 7 },
  ...{ table: tableOf(0, 1, [5, 2, 7, 1, 0, 6, 3, 4]), sums: range, outputs: range },
});
const compiled = compiledTrunk(circuits, { parameters: 'insecure-n1024' });

/** How it ended. @throws what is neither a code nor a result */
async function endOf(run: () => Promise<void> | void): Promise<string> {
  try {
    await run();
    return 'evaluated';
  } catch (error) {
    if (!(error instanceof EnigmarkError) || error.cause instanceof WebAssembly.RuntimeError) throw error;
    return error.code;
  }
}

function countEnds(ends: readonly string[]): void {
  const counted = Map.groupBy(ends, (end) => end);
  console.log([...counted].sort().map(([end, { length }]) => `${end}: ${length}`).join('\n')); // prettier-ignore
  expect(ends.filter((end) => !/evaluated|_DAMAGED/.test(end))).toEqual([]);
}

test(`${MUTANTS} damaged inputs, through squares, a switch and a table, and decrypted`, { timeout: 3_600_000 }, async () => {
  await using client = await scheme.createClient(compiled.client);
  await using evaluator = await scheme.createEvaluator(compiled, await client.generateKeys());
  await evaluator.prepare(circuits);
  const place = { kind: 'ciphertext', plan: compiled.id, name: 'x', pass: 0 } as const;
  const [sound] = await client.encrypt('x', [Float64Array.of(0.5, 1)]);
  const payload = open(sound!, place);
  const uniform = uniforms(1);

  async function run(bytes: Uint8Array): Promise<void> {
    const x = await evaluator.load('x', [seal({ ...place, payload: bytes })]);
    const { y } = await evaluator.run('trunk', { x });
    const { result } = await evaluator.run('head', { sums: y! });
    const found = await client.decrypt('head.result', [await evaluator.store(result!)]);
    for (const held of [x, y!, result!]) evaluator.release(held);
    expect(found).toHaveLength(2);
    for (const [value] of found) expect(Number.isInteger(value)).toBe(true);
  }
  const ends: string[] = [];
  for (let mutant = 0; mutant < MUTANTS; mutant++) {
    const { kind, bytes } = mutate(payload, [[0, payload.length]], uniform);
    ends.push(`${kind}, ${await endOf(() => run(bytes))}`);
  }
  countEnds(ends);
  expect(evaluator.memory().objects).toBe(0);
  await run(payload);
});

test(`${MUTANTS} damaged switching keys`, { timeout: 3_600_000 }, async () => {
  await using client = await scheme.createClient(compiled.client);
  const key = openKey(compiled, await client.generateKeys(), SWITCHING_KEY, 0);
  const set = compiled.client.parameters as TrunkParameters;
  const ring = inputRing(set);
  const prime = 65537;
  const uniform = uniforms(2);
  const coefficients = Float64Array.from({ length: set.trunk.degree }, () => Math.floor(uniform() * prime));
  let workspace = openRing(ring);
  const ends: string[] = [];
  for (let mutant = 0; mutant < MUTANTS; mutant++) {
    if (mutant % MUTANTS_PER_RING === 0) workspace = openRing(ring);
    const { kind, bytes } = mutate(key, [[0, key.length]], uniform);
    const end = await endOf(() => {
      const words = new RingSwitch(set.trunk, ring, workspace, bytes).apply({ first: coefficients, second: coefficients, prime });
      expect(words).toHaveLength(ring.degree + 1);
    });
    ends.push(`${kind}, ${end}`);
  }
  countEnds(ends);
});
