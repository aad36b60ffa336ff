/**
 * Damaged keys, inputs, results and secrets: whatever they hold, the answer is a code or a result. Of the set for tests, whose
 * key is made and expanded in milliseconds, and of sets that are used.
 *
 * @module
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { collectGarbage } from '../conformance/collect-garbage.ts';
import { uniforms } from '../conformance/circuits/random-values.ts';
import { open, seal, type Envelope } from '../envelope.ts';
import { EnigmarkError } from '../errors.ts';
import type { HEClient, HEEvaluator, KeyPart } from '../scheme.ts';
import { createClient } from './client.ts';
import { createEvaluator } from './evaluator.ts';
import { INPUT_FIELDS, keyFields, mutate, resultFields, type Mutant, type Range } from './mutation.fixture.ts';
import { bigDimension, parameterSets } from './parameters.ts';
import { circuitOf, compiled, counted, input, tableOf } from './session.fixture.ts';

const FULL = process.env['ENIGMARK_FULL'] !== undefined;
const TOY = { set: parameterSets['insecure-n1024'], mutants: FULL ? 10_000 : 1000 };
const REAL = (FULL ? [parameterSets.n512, parameterSets.n1024, parameterSets.n2048, parameterSets.n4096] : [parameterSets.n512]).map(
  (set) => ({ set, mutants: FULL ? 300 : 30 }),
);
const PATIENCE_MS = 3_600_000;
/** Evaluators between collections: each reserves address space for wasm memory of 4 GiB. */
const COLLECT_EVERY = 50;

const OUTPUTS = [5, 2, 7, 1, 0, 6, 3, 4];
const circuit = circuitOf([input('x', counted(1, 0, 7)), { op: 'table', of: 0, table: tableOf(0, 1, OUTPUTS), type: counted(1, 0, 7) }]);

/** How many mutants of a kind ended how, and the longest that one took. */
class Tally {
  readonly #counts = new Map<string, number>();
  #longest_ms = 0;
  total = 0;

  /** Anything but a result or a coded error fails the test; so does a trap of the library, which leaves it in any state. */
  async add(kind: string, work: () => Promise<void>): Promise<void> {
    const started = performance.now();
    const end = await work().then(
      () => 'evaluated',
      (error: unknown) => {
        if (!(error instanceof EnigmarkError) || error.cause instanceof WebAssembly.RuntimeError) throw error;
        return error.code;
      },
    );
    this.#longest_ms = Math.max(this.#longest_ms, performance.now() - started);
    this.total++;
    this.#counts.set(`${kind}, ${end}`, (this.#counts.get(`${kind}, ${end}`) ?? 0) + 1);
  }

  /** Those that ended so. */
  of(end: string): number {
    return [...this.#counts].filter(([name]) => name.endsWith(end)).reduce((sum, [, count]) => sum + count, 0);
  }

  print(title: string): void {
    const lines = [...this.#counts].sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, count]) => `  ${name}: ${count}`);
    console.log([`${title}, n = ${this.total}, crashes 0, the longest took ${this.#longest_ms.toFixed(0)} ms`, ...lines].join('\n'));
  }
}

describe.each([TOY, ...REAL])('$set.id: damaged', ({ set, mutants }) => {
  const plan = compiled(circuit, { parameters: set.id });
  let client: HEClient;
  let key: KeyPart;
  let evaluator: HEEvaluator;
  beforeAll(async () => {
    client = createClient(plan.client);
    key = (await client.generateKeys())[0]!;
    evaluator = createEvaluator(plan, [key]);
    await evaluator.prepare([circuit]);
  });
  afterAll(async () => {
    await evaluator[Symbol.asyncDispose]();
    await client[Symbol.asyncDispose]();
  });

  /** The payload damaged in a whole envelope; once in eight the envelope. */
  function mutant(bytes: Uint8Array, envelope: Omit<Envelope, 'payload'>, fields: readonly Range[], uniform: () => number): Mutant {
    const payload = open(bytes, envelope);
    if (uniform() < 1 / 8) {
      const { kind, bytes: whole } = mutate(bytes, [[0, bytes.length - payload.length]], uniform);
      return { kind: `envelope ${kind}`, bytes: whole };
    }
    const damaged = mutate(payload, fields, uniform);
    return { kind: damaged.kind, bytes: seal({ ...envelope, payload: damaged.bytes }) };
  }

  async function sent(value: number): Promise<Uint8Array> {
    return (await client.encrypt('x', [Float64Array.of(value)]))[0]!;
  }

  async function answered(by: HEEvaluator, bytes: Uint8Array): Promise<Uint8Array> {
    const x = await by.load('x', [bytes]);
    const { result } = await by.run('circuit', { x });
    const [stored] = await by.store(result!);
    for (const held of [x, result!]) by.release(held);
    return stored!;
  }

  async function read(bytes: Uint8Array): Promise<number> {
    const [slots] = await client.decrypt('circuit.result', [[bytes]]);
    expect(Number.isInteger(slots![0])).toBe(true);
    return Number(slots![0]);
  }

  async function expectRight(): Promise<void> {
    for (const [value, output] of OUTPUTS.entries()) {
      // The smallest set carries no table of eight exactly.
      const error = Math.abs((await read(await answered(evaluator, await sent(value)))) - output);
      if (set !== parameterSets.n512) expect(error).toBe(0);
    }
    expect(evaluator.memory().objects).toBe(0);
  }

  test(
    'keys are refused with a code, or evaluate to something',
    async () => {
      const uniform = uniforms(1);
      const tally = new Tally();
      const ciphertext = await sent(3);
      for (let index = 0; index < mutants; index++) {
        const { kind, bytes } = mutant(key.bytes, { kind: 'key', plan: plan.id, name: key.kind, pass: 0 }, keyFields(set), uniform);
        await tally.add(kind, async () => {
          await using theirs = createEvaluator(plan, [{ kind: key.kind, bytes }]);
          await theirs.prepare([circuit]);
          await read(await answered(theirs, ciphertext));
        });
        if (index % COLLECT_EVERY === 0) await collectGarbage();
      }
      tally.print(`${set.id}: damaged keys`);
      expect(tally.of('KEY_DAMAGED')).toBeGreaterThan(mutants / 4);
      expect(tally.of('evaluated')).toBeGreaterThan(mutants / 20);
    },
    PATIENCE_MS,
  );

  test(
    'inputs are refused with a code, or evaluate to something',
    async () => {
      const uniform = uniforms(2);
      const tally = new Tally();
      for (let index = 0; index < mutants; index++) {
        const { kind, bytes } = mutant(await sent(3), { kind: 'ciphertext', plan: plan.id, name: 'x', pass: 0 }, INPUT_FIELDS, uniform);
        await tally.add(kind, async () => {
          await read(await answered(evaluator, bytes));
        });
      }
      tally.print(`${set.id}: damaged inputs`);
      expect(tally.of('CIPHERTEXT_DAMAGED')).toBeGreaterThan(mutants / 4);
      await expectRight();
    },
    PATIENCE_MS,
  );

  test('results are refused with a code, or decrypt to something', async () => {
    const uniform = uniforms(3);
    const tally = new Tally();
    const result = await answered(evaluator, await sent(3));
    for (let index = 0; index < mutants; index++) {
      const envelope = { kind: 'ciphertext', plan: plan.id, name: 'circuit.result', pass: 0 } as const;
      const { kind, bytes } = mutant(result, envelope, resultFields(set), uniform);
      await tally.add(kind, async () => {
        await read(bytes);
      });
    }
    tally.print(`${set.id}: damaged results`);
    expect(tally.of('CIPHERTEXT_DAMAGED')).toBeGreaterThan(mutants / 4);
    await expectRight();
  });

  test('secrets are refused with a code, or are another secret', async () => {
    const uniform = uniforms(4);
    const tally = new Tally();
    const secret = await client.exportSecret!();
    const result = await answered(evaluator, await sent(3));
    for (let index = 0; index < Math.min(mutants, 300); index++) {
      const { kind, bytes } = mutate(secret, [[0, secret.length]], uniform);
      await tally.add(kind, async () => {
        await using theirs = createClient(plan.client, { secret: bytes });
        await theirs.decrypt('circuit.result', [[result]]);
      });
    }
    tally.print(`${set.id}: damaged secrets`);
    // Other lengths.
    expect(tally.of('KEY_DAMAGED')).toBeGreaterThan(tally.total / 5);
    expect(secret).toHaveLength(Math.ceil((bigDimension(set) + set.lweDimension) / 8));
  });
});
