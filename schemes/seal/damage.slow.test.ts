/**
 * Damaged payloads in envelopes that are whole: whatever a ciphertext or a key holds, the answer is a code or a result.
 *
 * @module
 */
import { beforeAll, describe, expect, test } from 'vitest';
import { CircuitBuilder } from '../conformance/circuits/circuit-builder.ts';
import { uniforms } from '../conformance/circuits/random-values.ts';
import { open, seal, type Envelope } from '../envelope.ts';
import { EnigmarkError } from '../errors.ts';
import { scheme as bfv } from '../bfv/scheme.ts';
import { scheme as bgv } from '../bgv/scheme.ts';
import { scheme as ckks } from '../ckks/scheme.ts';
import type { RlweProgram } from '../rlwe/program/program.ts';
import { isRefusal, type Compiled, type HEClient, type HEEvaluator, type HEScheme, type KeyPart, type Requirement } from '../scheme.ts';
import { createContext } from './context.ts';
import { loadKeys } from './key-loading.ts';
import { evaluatorInstance } from './runtime.ts';
import { Scope } from './scope.ts';

/** 1,000, or 10,000 with ENIGMARK_FULL=1. */
const MUTANTS = process.env['ENIGMARK_FULL'] === '1' ? 10_000 : 1000;
const COLUMNS = 512;
const need: Requirement = {
  security_bits: 128,
  precision_bits: 4,
  failure_log2: -40,
  kernels: 'library',
  threads: 1,
  memory_bytes: 2 ** 32,
  encryption: 'symmetric',
  parameters: 'insecure-tiny',
};

/** 64-bit numbers that lengths, counts and scales are most easily broken by. */
const LIES = [0n, 1n, 2n, 3n, 16n, 17n, 2n ** 16n, 2n ** 31n, 2n ** 32n - 1n, 2n ** 32n, 2n ** 40n, 2n ** 61n, 2n ** 63n, 2n ** 64n - 1n];
/** Where SEAL's own fields are: 16 bytes of header, then parameters, sizes and scale. */
const FIELDS_BYTES = 240;

interface Mutant {
  readonly kind: string;
  readonly bytes: Uint8Array;
}

/** Flips, cuts, repeats, and fields that lie; the total length in SEAL's first header is made right again now and then. */
function mutate(original: Uint8Array, uniform: () => number): Mutant {
  const below = (bound: number): number => Math.floor(bound * uniform());
  const kind = ['field flip', 'body flip', 'truncation', 'extension', 'lie', 'repeat'][below(6)]!;
  let bytes = original.slice();
  const place = (): number => (kind === 'body flip' ? below(bytes.length) : below(Math.min(FIELDS_BYTES, bytes.length)));
  if (kind === 'field flip' || kind === 'body flip') {
    for (let flips = 1 + below(4); flips > 0; flips--) bytes[place()]! ^= 1 << below(8);
  } else if (kind === 'truncation') {
    bytes = bytes.slice(0, below(4) === 0 ? below(FIELDS_BYTES) : below(bytes.length));
  } else if (kind === 'extension') {
    bytes = Uint8Array.from([...bytes, ...original.subarray(0, 1 + below(100))]);
  } else if (kind === 'lie') {
    new DataView(bytes.buffer).setBigUint64(below(FIELDS_BYTES - 8), LIES[below(LIES.length)]!, true);
  } else {
    const from = below(bytes.length);
    bytes.copyWithin(below(bytes.length), from, from + below(200));
  }
  if (bytes.length >= 16 && kind !== 'lie' && below(4) > 0) new DataView(bytes.buffer).setBigUint64(8, BigInt(bytes.length), true);
  return { kind, bytes };
}

/** Runs a mutant; the code of its refusal, or 'accepted'. Anything but a coded error fails the test. */
async function outcome(work: () => Promise<void>): Promise<string> {
  try {
    await work();
    return 'accepted';
  } catch (error) {
    if (!(error instanceof EnigmarkError)) throw error;
    // A trap would leave the instance in any state: SEAL must have refused by itself.
    expect(error.cause).not.toBeInstanceOf(WebAssembly.RuntimeError);
    return error.code;
  }
}

interface Sides {
  readonly compiled: Compiled;
  readonly client: HEClient;
  readonly evaluator: HEEvaluator;
  readonly keys: readonly KeyPart[];
  readonly values: Float64Array;
}

async function sides(scheme: HEScheme, rows: 1 | 2, step: number | null): Promise<Sides> {
  const build = new CircuitBuilder('c', { rows, columns: COLUMNS }, step);
  const x = build.input('x', 1, { min: -4, max: 4 }, step);
  const circuit = build.build({ y: build.rotate(build.multiply(x, x), 1) });
  const compiled = scheme.compile([circuit], need);
  if (isRefusal(compiled)) throw new Error(compiled.reason);
  const client = await scheme.createClient(compiled.client);
  const keys = await client.generateKeys();
  const evaluator = await scheme.createEvaluator(compiled, keys);
  await evaluator.prepare([circuit]);
  return { compiled, client, evaluator, keys, values: Float64Array.from({ length: rows * COLUMNS }, (_, slot) => (slot % 9) - 4) };
}

function rewrapped(envelope: Omit<Envelope, 'payload'>, bytes: Uint8Array, uniform: () => number): { kind: string; bytes: Uint8Array } {
  const { kind, bytes: payload } = mutate(open(bytes, envelope), uniform);
  return { kind, bytes: seal({ ...envelope, payload }) };
}

async function evaluated({ evaluator }: Sides, bytes: Uint8Array): Promise<Uint8Array[]> {
  const x = await evaluator.load('x', [bytes]);
  try {
    const { y } = await evaluator.run('c', { x });
    try {
      return await evaluator.store(y!);
    } finally {
      evaluator.release(y!);
    }
  } finally {
    evaluator.release(x);
  }
}

/** Whether the sides still compute squares, shifted by one. */
async function expectRight(all: Sides, scheme: HEScheme): Promise<void> {
  const [sent] = await all.client.encrypt('x', [all.values]);
  const [found] = await all.client.decrypt('c.y', [await evaluated(all, sent!)]);
  for (const slot of [0, 1, 2, 3])
    expect(Number(found![slot])).toBeCloseTo(all.values[slot + 1]! ** 2, scheme.arithmetic === 'integer' ? 9 : 0);
}

function table(title: string, tally: ReadonlyMap<string, number>): void {
  const lines = [...tally].sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, count]) => `  ${name}: ${count}`);
  console.log([title, ...lines].join('\n'));
}

const schemes = [
  { id: 'ckks', scheme: ckks, rows: 1, step: null },
  { id: 'bfv', scheme: bfv, rows: 2, step: 1 },
  { id: 'bgv', scheme: bgv, rows: 2, step: 1 },
] as const;

describe.each(schemes)('$id: damaged', ({ id, scheme, rows, step }) => {
  let all: Sides;
  beforeAll(async () => {
    all = await sides(scheme, rows, step);
  });

  test('inputs are refused with a code, or evaluated', async () => {
    const uniform = uniforms(101);
    const tally = new Map<string, number>();
    const objects = all.evaluator.memory().objects;
    for (let mutant = 0; mutant < MUTANTS; mutant++) {
      const [sent] = await all.client.encrypt('x', [all.values]);
      const { kind, bytes } = rewrapped({ kind: 'ciphertext', plan: all.compiled.id, name: 'x', pass: 0 }, sent!, uniform);
      const code = await outcome(async () => {
        await evaluated(all, bytes);
      });
      tally.set(`${kind}, ${code}`, (tally.get(`${kind}, ${code}`) ?? 0) + 1);
    }
    table(`${id}: ${MUTANTS} damaged inputs`, tally);
    await expectRight(all, scheme);
    // Each run that failed in the middle may leave the one result that it was making.
    const failed = [...tally].filter(([name]) => name.endsWith('EVALUATION_FAILED')).reduce((sum, [, count]) => sum + count, 0);
    expect(all.evaluator.memory().objects - objects).toBeLessThanOrEqual(failed);
    expect(all.evaluator.memory().reserved_bytes).toBeLessThan(2 ** 28);
  });

  test('results are refused with a code, or decrypted to something', async () => {
    const uniform = uniforms(102);
    const tally = new Map<string, number>();
    const [sent] = await all.client.encrypt('x', [all.values]);
    const [result] = await evaluated(all, sent!);
    const objects = all.client.memory().objects;
    for (let mutant = 0; mutant < MUTANTS; mutant++) {
      const { kind, bytes } = rewrapped({ kind: 'ciphertext', plan: all.compiled.id, name: 'c.y', pass: 0 }, result!, uniform);
      const code = await outcome(async () => {
        const [values] = await all.client.decrypt('c.y', [[bytes]]);
        expect(values).toHaveLength(rows * COLUMNS);
      });
      tally.set(`${kind}, ${code}`, (tally.get(`${kind}, ${code}`) ?? 0) + 1);
    }
    table(`${id}: ${MUTANTS} damaged results`, tally);
    expect(all.client.memory().objects).toBe(objects);
    await expectRight(all, scheme);
  });

  test.each(['relinearization', 'galois'])('%s keys are refused with a code, or loaded', async (name) => {
    const uniform = uniforms(103);
    const tally = new Map<string, number>();
    const part = all.keys.find(({ kind }) => kind === name)!;
    const { library, memory_bytes } = await evaluatorInstance();
    using scope = new Scope();
    const { parameters, details } = all.compiled.evaluator as RlweProgram;
    const context = createContext(library, scope, id, parameters, details.plainModuli[0] ?? null);
    const objects = scope.size;
    for (let mutant = 0; mutant < MUTANTS; mutant++) {
      const { kind, bytes } = rewrapped({ kind: 'key', plan: all.compiled.id, name, pass: 0 }, part.bytes, uniform);
      const keys = all.keys.map((key) => (key === part ? { kind: name, bytes } : key));
      const code = await outcome(async () => {
        using loaded = new Scope();
        await Promise.resolve(loadKeys(library, loaded, context, all.compiled, keys));
      });
      tally.set(`${kind}, ${code}`, (tally.get(`${kind}, ${code}`) ?? 0) + 1);
    }
    table(`${id}: ${MUTANTS} damaged ${name} keys`, tally);
    expect([scope.size, [...tally.values()].reduce((sum, count) => sum + count, 0)]).toEqual([objects, MUTANTS]);
    expect(memory_bytes()).toBeLessThan(2 ** 28);
    // The instance still loads whole keys.
    expect(loadKeys(library, scope, context, all.compiled, all.keys).galois).not.toBeNull();
  });

  test('an evaluator refuses damaged keys with a code', async () => {
    const cut = all.keys.map(({ kind, bytes }) => {
      const envelope = { kind: 'key', plan: all.compiled.id, name: kind, pass: 0 } as const;
      return { kind, bytes: seal({ ...envelope, payload: open(bytes, envelope).subarray(0, -8) }) };
    });
    await expect(scheme.createEvaluator(all.compiled, cut)).rejects.toMatchObject({ code: 'KEY_DAMAGED' });
  });
});
