/**
 * Damaged inputs of a trunk, packed results, and keys that switch and pack: whatever their bytes are, the answer is a code or a number, and it comes at once.
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
import { PACKING_KEY, packedResult_bytes } from '../packing/packing.ts';
import { ResultPacker } from '../packing/result-packer.ts';
import { openRing, type RingWorkspace } from '../ring-reader.ts';
import { scheme } from '../scheme.ts';
import type { TrunkParameters } from './plan.ts';
import { RingSwitch } from './ring-switch.ts';
import { SWITCHING_KEY } from './switching.ts';
import { compiledTrunk, slotRows, trunkCircuits } from './trunk-circuits.fixture.ts';

const MUTANTS = process.env['ENIGMARK_FULL'] === undefined ? 300 : 10_000;
/** A switch keeps its key in the memory of its ring, which only grows. */
const MUTANTS_PER_RING = 50;

const COLUMNS = 512;
/** Enough for results to be packed. */
const WIDTH = 8;
const range = { min: 0, max: 7 };
const circuits = trunkCircuits({
  ...{ shape: { rows: 1, columns: COLUMNS } as const, rows: slotRows(WIDTH, COLUMNS), step: 1 / 7 },
  ...{ table: tableOf(0, 1, [5, 2, 7, 1, 0, 6, 3, 4]), sums: range, outputs: range },
});
const compiled = compiledTrunk(circuits, { parameters: 'insecure-n1024' });

const set = compiled.client.parameters as TrunkParameters;
const ring = inputRing(set);
const PRIME = 65537;
const coefficients = Float64Array.from({ length: set.trunk.degree }, (_, at) => (at * 12_345) % PRIME);
const words = BigUint64Array.from({ length: ring.degree + 1 }, (_, at) => BigInt(at) << 50n);

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
    expect(found).toHaveLength(WIDTH);
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

test(`${MUTANTS} damaged packed results`, { timeout: 3_600_000 }, async () => {
  await using client = await scheme.createClient(compiled.client);
  await using evaluator = await scheme.createEvaluator(compiled, await client.generateKeys());
  await evaluator.prepare(circuits);
  const x = await evaluator.load('x', await client.encrypt('x', [Float64Array.of(0.5, 1)]));
  const { y } = await evaluator.run('trunk', { x });
  const { result } = await evaluator.run('head', { sums: y! });
  const [sound, ...others] = await evaluator.store(result!);
  expect(others).toEqual([]);
  const place = { kind: 'ciphertext', plan: compiled.id, name: 'head.result', pass: 0 } as const;
  const payload = open(sound!, place);
  const uniform = uniforms(3);
  const ends: string[] = [];
  for (let mutant = 0; mutant < MUTANTS; mutant++) {
    const { kind, bytes } = mutate(payload, [[0, payload.length]], uniform);
    const end = await endOf(async () => {
      const found = await client.decrypt('head.result', [[seal({ ...place, payload: bytes })]]);
      for (const [value] of found) expect(Number.isInteger(value)).toBe(true);
    });
    ends.push(`${kind}, ${end}`);
  }
  countEnds(ends);
});

test.each([
  [
    SWITCHING_KEY,
    (workspace: RingWorkspace, bytes: Uint8Array) =>
      new RingSwitch(set.trunk, ring, workspace, bytes).apply({ first: coefficients, second: coefficients, prime: PRIME }),
    ring.degree + 1,
    MUTANTS,
  ],
  [
    PACKING_KEY,
    (workspace: RingWorkspace, bytes: Uint8Array) => new ResultPacker(ring, workspace, bytes).pack([words, words]),
    packedResult_bytes(ring),
    // Forty ciphertexts to read for each.
    MUTANTS / 4,
  ],
] as const)('damaged keys of kind %s', { timeout: 3_600_000 }, async (kind, use, length, mutants) => {
  await using client = await scheme.createClient(compiled.client);
  const key = openKey(compiled, await client.generateKeys(), kind, 0);
  const uniform = uniforms(2);
  let workspace = openRing(ring);
  const ends: string[] = [];
  for (let mutant = 0; mutant < mutants; mutant++) {
    if (mutant % MUTANTS_PER_RING === 0) workspace = openRing(ring);
    const { kind: damage, bytes } = mutate(key, [[0, key.length]], uniform);
    const end = await endOf(() => expect(use(workspace, bytes)).toHaveLength(length));
    ends.push(`${damage}, ${end}`);
  }
  countEnds(ends);
});
