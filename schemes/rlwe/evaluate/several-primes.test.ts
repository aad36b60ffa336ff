/**
 * BFV and BGV over several plaintext primes, on either kernels: right to the last digit, far past 2^53.
 *
 * @module
 */
import { describe, expect, test } from 'vitest';
import { scheme as bfv } from '../../bfv/scheme.ts';
import { scheme as bgv } from '../../bgv/scheme.ts';
import type { Circuit } from '../../circuit.ts';
import { scheme as clear } from '../../clear/scheme.ts';
import { CircuitBuilder } from '../../conformance/circuits/circuit-builder.ts';
import { Parties } from '../../conformance/parties.ts';
import { uniforms } from '../../conformance/circuits/random-values.ts';
import { isRefusal, type Compiled, type HEScheme, type Kernels, type Requirement } from '../../scheme.ts';
import type { RlweClientDetails } from '../program/program.ts';

const SHAPE = { rows: 2, columns: 512 } as const;
const WEIGHTS = [
  [3, -7, 250_001],
  [0, 1, -9],
];
const BIAS = [12_345, -(2 ** 40)];
const MOST = 2 ** 40;

const need: Requirement = {
  security_bits: 128,
  precision_bits: 6,
  failure_log2: -40,
  kernels: 'library',
  threads: 1,
  memory_bytes: 2 ** 32,
  encryption: 'symmetric',
  parameters: 'insecure-tiny',
};

/** Weights, biases and a rotation that a plaintext prime of 16 bits does not hold, and a square of what comes of them. */
function circuit(): Circuit {
  const build = new CircuitBuilder('wide', SHAPE, 1);
  const x = build.input('x', 3, { min: -MOST, max: MOST }, 1);
  const sums = build.affine(x, WEIGHTS, Float64Array.from(BIAS));
  return build.build({ y: build.multiply(sums, sums), z: build.rotate(sums, 1) });
}

function compiledFor(scheme: HEScheme, kernels: Kernels): Compiled {
  const compiled = scheme.compile([circuit()], { ...need, kernels });
  if (isRefusal(compiled)) throw new Error(compiled.reason);
  return compiled;
}

const inputs = (() => {
  const random = uniforms(7);
  return WEIGHTS[0]!.map(() => Float64Array.from({ length: 1024 }, () => Math.round(2 * MOST * random()) - MOST));
})();
// The ends of the range.
inputs[0]!.set([MOST, -MOST, 0]);

const sums = WEIGHTS.map((row, at) =>
  Array.from({ length: 1024 }, (_, slot) =>
    row.reduce((sum, weight, column) => sum + BigInt(weight) * BigInt(inputs[column]![slot]!), BigInt(BIAS[at]!)),
  ),
);
const expected = {
  'wide.y': sums.map((slots) => slots.map((sum) => sum * sum)),
  'wide.z': sums.map((slots) => slots.map((_, slot) => slots[slot - (slot % 512) + ((slot + 1) % 512)]!)),
};

const settings = [bfv, bgv].flatMap((scheme) => (['library', 'own'] as const).map((kernels) => ({ id: scheme.id, scheme, kernels })));

describe.each(settings)('$id, $kernels kernels', ({ scheme, kernels }) => {
  test('every number comes back, batch after batch, and every pass leaves a margin', async () => {
    const compiled = compiledFor(scheme, kernels);
    const { plainModuli } = compiled.client.details as RlweClientDetails;
    expect(plainModuli.length).toBeGreaterThan(2);
    await using parties = await Parties.open(scheme, compiled, [circuit()]);
    for (let batch = 0; batch < 2; batch++) {
      const stored = await parties.evaluate({ x: inputs });
      const found = await parties.decrypt(stored);
      for (const [name, values] of Object.entries(expected)) {
        expect(found[name]!.map((slots) => Array.from<number | bigint>(slots).map(BigInt))).toEqual(values);
        expect(stored[name]).toHaveLength(plainModuli.length);
        for (const envelope of stored[name]!.flat()) expect((await parties.client.noise!(envelope)).margin_bits).toBeGreaterThan(0);
      }
    }
    expect(parties.evaluator.counts()).toEqual(
      Object.fromEntries(Object.entries(compiled.estimate.counts).map(([operation, times]) => [operation, 2 * times])),
    );
  });

  test('bundles of all passes may be held together, as rounds with a client hold them', async () => {
    const compiled = compiledFor(scheme, kernels);
    await using parties = await Parties.open(scheme, compiled, [circuit()]);
    const passes = [...Array(parties.passes).keys()];
    const held = [];
    for (const pass of passes) held.push(await parties.evaluator.load('x', await parties.client.encrypt('x', inputs, pass), pass));
    const results = [];
    for (const pass of passes.toReversed()) results[pass] = await parties.evaluator.run('wide', { x: held[pass]! });
    const envelopes = [];
    for (const pass of passes) envelopes.push(await parties.evaluator.store(results[pass]!['y']!));
    const found = await parties.client.decrypt('wide.y', envelopes);
    expect(found.map((slots) => Array.from<number | bigint>(slots).map(BigInt))).toEqual(expected['wide.y']);
  });

  test('keys are made for every prime where their errors depend on it, else once', async () => {
    const compiled = compiledFor(scheme, kernels);
    const passes = compiled.client.ports['x']!.passes;
    await using client = await scheme.createClient(compiled.client);
    const keys = await client.generateKeys();
    const kinds = [...new Set(keys.map(({ kind }) => kind))];
    expect(kinds.sort()).toEqual([...compiled.client.keys].sort());
    expect(keys).toHaveLength((scheme.id === 'bgv' ? passes : 1) * kinds.length);
    for (const kind of kinds) {
      const sent = keys.filter((part) => part.kind === kind).reduce((sum, { bytes }) => sum + bytes.length, 0);
      // Rotation keys come with a count for every one that there might be, which tells in so small a ring.
      expect(compiled.estimate.bytes.keys[kind]! / sent).toBeGreaterThan(0.8);
      expect(compiled.estimate.bytes.keys[kind]! / sent).toBeLessThan(1.03);
    }
    const incomplete = scheme.id === 'bgv' ? keys.slice(0, -1) : [];
    await using evaluator = await scheme.createEvaluator(compiled, keys);
    expect(evaluator.memory().reserved_bytes).toBeGreaterThan(0);
    // The library loads a pass's keys when it comes to it.
    await expect(
      (async () => {
        await using parties = await scheme.createEvaluator(compiled, incomplete);
        await parties.prepare([circuit()]);
        await parties.load('x', await client.encrypt('x', inputs, passes - 1), passes - 1);
      })(),
    ).rejects.toMatchObject({ code: 'KEYS_INCOMPLETE' });
  });

  test('a pass that the plan does not have, or too few of them, are refused', async () => {
    const compiled = compiledFor(scheme, kernels);
    await using parties = await Parties.open(scheme, compiled, [circuit()]);
    await expect(parties.client.encrypt('x', inputs, parties.passes)).rejects.toMatchObject({ code: 'UNKNOWN_PASS' });
    const first = await parties.client.encrypt('x', inputs, 0);
    await expect(parties.evaluator.load('x', first, 1)).rejects.toMatchObject({ code: 'WRONG_PORT' });
    await expect(parties.client.decrypt('wide.y', [[first[0]!, first[1]!]])).rejects.toMatchObject({ code: 'WRONG_PASSES' });
  });
});

test('the cleartext adapter is exact as well', async () => {
  const compiled = clear.compile([circuit()], { ...need, parameters: 'float64' });
  if (isRefusal(compiled)) throw new Error(compiled.reason);
  await using parties = await Parties.open(clear, compiled, [circuit()]);
  const found = await parties.run({ x: inputs });
  for (const [name, values] of Object.entries(expected)) {
    expect(found[name]!.map((slots) => Array.from<number | bigint>(slots).map(BigInt))).toEqual(values);
  }
  // Small numbers stay doubles.
  const small = await parties.run({ x: inputs.map((slots) => slots.map((value) => value % 100)) });
  expect(small['wide.z']![0]).toBeInstanceOf(Float64Array);
});
