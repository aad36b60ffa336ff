/** @module */
import { beforeAll, describe, expect, test } from 'vitest';
import type { Circuit } from '../circuit.ts';
import { CircuitBuilder } from '../conformance/circuits/circuit-builder.ts';
import { open, seal } from '../envelope.ts';
import { assembled } from '../rlwe/compile/compiled.ts';
import { integerLevels } from '../rlwe/program/integer-levels.ts';
import { lower } from '../rlwe/program/lower.ts';
import { createPrimes } from '../rlwe/numbers/primes.ts';
import { isRefusal, type Compiled, type KeyPart, type Requirement } from '../scheme.ts';
import { createSealClient } from './client.ts';
import { createSealEvaluator } from './evaluator.ts';

const parameters = { id: 'insecure-tiny', degree: 1024, modulus_bits: [50, 50, 50] };
const need: Requirement = {
  security_bits: 128,
  precision_bits: 1,
  failure_log2: -40,
  kernels: 'library',
  threads: 1,
  memory_bytes: 2 ** 32,
  encryption: 'symmetric',
};

/** Relinearises, rotates, and has an affine layer of its own. */
function circuitOf(id = 'c'): Circuit {
  const build = new CircuitBuilder(id, { rows: 2, columns: 512 }, 1);
  const x = build.input('x', 2, { min: -4, max: 4 }, 1);
  const square = build.multiply(x, x);
  return build.build({
    y: build.rotate(
      build.affine(
        square,
        [
          [1, 1],
          [2, 0],
        ],
        Float64Array.of(1, 0),
      ),
      1,
    ),
  });
}

function compiledFor(circuit: Circuit, encryption: Requirement['encryption'] = 'symmetric'): Compiled {
  const compiled = assembled(
    [circuit],
    { ...need, encryption },
    {
      scheme: 'bfv',
      parameters,
      primes: createPrimes(parameters.degree, parameters.modulus_bits),
      plainModuli: [12289n],
      keysPerPass: false,
      ownNoiseIsLess: false,
      programs: lower([circuit], integerLevels(2, { perProduct: 0, output: 0 })),
      runs: 'library',
      form: 'coefficients',
      time: () => 0,
      vector_ns: 0,
      constant_ns: 0,
      correctness: { kind: 'exact', failure_log2: null },
      constantBytes: () => 64,
    },
  );
  if (isRefusal(compiled)) throw new Error(compiled.reason);
  return compiled;
}

const circuit = circuitOf();
const compiled = compiledFor(circuit);
const inputs = [0, 1].map((of) => Float64Array.from({ length: 1024 }, (_, slot) => ((slot + of) % 9) - 4));
let client: Awaited<ReturnType<typeof createSealClient>>;
let keys: readonly KeyPart[] = [];
beforeAll(async () => {
  client = await createSealClient('bfv', compiled.client);
  keys = await client.generateKeys();
});
const evaluatorFor = (parts: readonly KeyPart[], options?: { signal: AbortSignal }): ReturnType<typeof createSealEvaluator> =>
  createSealEvaluator('bfv', compiled, parts, options);

describe('keys', () => {
  const wrap = (kind: string, payload: Uint8Array): KeyPart => ({
    kind,
    bytes: seal({ kind: 'key', plan: compiled.id, name: kind, pass: 0, payload }),
  });
  const payloadOf = (at: number): Uint8Array => open(keys[at]!.bytes, { kind: 'key', plan: compiled.id, name: keys[at]!.kind, pass: 0 });

  test("are exactly the plan's", () => {
    expect(keys.map(({ kind }) => kind)).toEqual(['relinearization', 'galois']);
  });

  test('that are missing are named', async () => {
    await expect(evaluatorFor(keys.slice(1))).rejects.toMatchObject({ code: 'KEYS_INCOMPLETE', got: 'galois' });
    await expect(evaluatorFor([])).rejects.toMatchObject({ code: 'KEYS_INCOMPLETE', got: 'none' });
  });

  test('of another kind, of another plan or damaged are refused', async () => {
    const [relinearization, galois] = keys;
    await expect(evaluatorFor([{ ...galois!, kind: 'relinearization' }, galois!])).rejects.toMatchObject({ code: 'WRONG_PORT' });
    const other = compiledFor(circuit, 'public');
    await expect(createSealEvaluator('bfv', other, keys)).rejects.toMatchObject({ code: 'WRONG_PLAN' });
    const cut = wrap('galois', payloadOf(1).subarray(0, 5000));
    await expect(evaluatorFor([relinearization!, cut])).rejects.toMatchObject({ code: 'KEY_DAMAGED' });
    const crossed = wrap(
      'galois',
      await client.encrypt('x', inputs).then(([bytes]) => open(bytes!, { kind: 'ciphertext', plan: compiled.id, name: 'x', pass: 0 })),
    );
    await expect(evaluatorFor([relinearization!, crossed])).rejects.toMatchObject({ code: 'KEY_DAMAGED' });
  });
});

describe('objects in wasm memory', () => {
  test('are as many after a run as before, once inputs and outputs are released', async () => {
    await using evaluator = await evaluatorFor(keys);
    await evaluator.prepare([circuit]);
    const before = evaluator.memory().objects;
    for (let round = 0; round < 3; round++) {
      const x = await evaluator.load('x', await client.encrypt('x', inputs));
      expect(evaluator.memory().objects).toBe(before + 2);
      const { y } = await evaluator.run('c', { x });
      expect(evaluator.memory().objects).toBe(before + 4);
      evaluator.release(x);
      evaluator.release(y!);
      expect(evaluator.memory().objects).toBe(before);
    }
  });

  test('that a failing run made are freed', async () => {
    await using evaluator = await evaluatorFor(keys);
    await evaluator.prepare([circuit]);
    const before = evaluator.memory().objects;
    const x = await evaluator.load('x', await client.encrypt('x', inputs));
    const failing = evaluator.run('c', { x }, () => {
      throw new Error('enough');
    });
    await expect(failing).rejects.toThrow('enough');
    evaluator.release(x);
    expect(evaluator.memory().objects).toBe(before);
  });

  test("of the client's do not grow with what it encrypts and decrypts", async () => {
    await using evaluator = await evaluatorFor(keys);
    await evaluator.prepare([circuit]);
    const before = client.memory().objects;
    const { y } = await evaluator.run('c', { x: await evaluator.load('x', await client.encrypt('x', inputs)) });
    const stored = await evaluator.store(y!);
    await client.decrypt('c.y', [stored]);
    const damaged = stored.map((bytes) => bytes.with(200, bytes[200]! ^ 1));
    await client.decrypt('c.y', [damaged]).catch(() => undefined);
    expect(client.memory().objects).toBe(before);
  });
});

describe('runs', () => {
  test('are ended by a signal', async () => {
    const controller = new AbortController();
    await using evaluator = await evaluatorFor(keys, { signal: controller.signal });
    await evaluator.prepare([circuit]);
    const x = await evaluator.load('x', await client.encrypt('x', inputs));
    const run = evaluator.run('c', { x }, () => controller.abort(new Error('interrupted')));
    await expect(run).rejects.toThrow('interrupted');
  });

  test('of circuits that were not compiled or not prepared say so', async () => {
    await using evaluator = await evaluatorFor(keys);
    await expect(evaluator.prepare([circuitOf('other')])).rejects.toThrow("'other' was not compiled");
    const x = await evaluator.load('x', await client.encrypt('x', inputs));
    await expect(evaluator.run('c', { x })).rejects.toThrow("'c' was not prepared");
  });
});

describe('the client', () => {
  test('has no keys until it makes them, and says so', async () => {
    await using fresh = await createSealClient('bfv', compiled.client);
    await expect(fresh.encrypt('x', inputs)).rejects.toMatchObject({ code: 'NO_KEYS' });
    await expect(fresh.decrypt('c.y', [[]])).rejects.toMatchObject({ code: 'NO_KEYS' });
    await expect(fresh.noise!(new Uint8Array(0))).rejects.toMatchObject({ code: 'NO_KEYS' });
  });

  test('sends half of each fresh ciphertext, and whole ones under public-key encryption', async () => {
    const seeded = await client.encrypt('x', inputs);
    const plan = compiledFor(circuit, 'public').client;
    await using open = await createSealClient('bfv', plan);
    await open.generateKeys();
    const whole = await open.encrypt('x', inputs);
    expect(whole[0]!.length / seeded[0]!.length).toBeCloseTo(2, 1);
  });

  test("measures the noise of integers' ciphertexts, never of anything else", async () => {
    const [bytes] = await client.encrypt('x', inputs);
    const { margin_bits } = await client.noise!(bytes!);
    expect(margin_bits).toBeGreaterThan(60);
    await expect(client.noise!(keys[0]!.bytes)).rejects.toMatchObject({ code: 'CIPHERTEXT_DAMAGED' });
    await expect(client.noise!(bytes!.subarray(1))).rejects.toMatchObject({ code: 'ENVELOPE_DAMAGED' });
  });

  test('decrypts nothing that other keys encrypted to the same values', async () => {
    await using evaluator = await evaluatorFor(keys);
    await evaluator.prepare([circuit]);
    const { y } = await evaluator.run('c', { x: await evaluator.load('x', await client.encrypt('x', inputs)) });
    const stored = await evaluator.store(y!);
    await using stranger = await createSealClient('bfv', compiled.client);
    await stranger.generateKeys();
    const [own] = await client.decrypt('c.y', [stored]);
    const [strange] = await stranger.decrypt('c.y', [stored]);
    expect(strange).not.toEqual(own);
  });
});
