/** @module */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Circuit } from '../circuit.ts';
import { CircuitBuilder } from '../conformance/circuits/circuit-builder.ts';
import { uniforms } from '../conformance/circuits/random-values.ts';
import { Parties } from '../conformance/parties.ts';
import { createPrimes } from '../rlwe/numbers/primes.ts';
import type { RlweClientDetails } from '../rlwe/program/program.ts';
import { isRefusal, type Compiled, type Kernels, type Requirement } from '../scheme.ts';
import { compile } from './compile.ts';
import { parameterSets } from './parameters.ts';
import { scheme } from './scheme.ts';

const need: Requirement = {
  security_bits: 128,
  precision_bits: 6,
  failure_log2: -40,
  kernels: 'library',
  threads: 1,
  memory_bytes: 2 ** 32,
  encryption: 'symmetric',
};

/** x^power + x^lower on [-most, most]: summands of unlike history. */
function sumOfPowers(power: 2 | 3 | 4, lower: 1 | 2, most: number, columns = 4096): Circuit {
  const build = new CircuitBuilder('c', { rows: 2, columns }, 1);
  const x = build.input('x', 1, { min: -most, max: most }, 1);
  const square = build.multiply(x, x);
  const high = { 2: () => square, 3: () => build.multiply(square, x), 4: () => build.multiply(square, square) }[power]();
  return build.build({ y: build.add(high, lower === 1 ? x : square) });
}

async function runOf(compiled: Compiled, circuit: Circuit, x: Float64Array): Promise<{ y: bigint[]; margins_bits: number[] }> {
  await using parties = await Parties.open(scheme, compiled, [circuit]);
  const stored = await parties.evaluate({ x: [x] });
  const margins = stored['c.y']!.flat().map(async (envelope) => (await parties.client.noise!(envelope)).margin_bits);
  const found = await parties.decrypt(stored);
  return { y: Array.from<number | bigint>(found['c.y']![0]!).map(BigInt), margins_bits: await Promise.all(margins) };
}

type SetId = keyof typeof parameterSets;

/** All primes of a set. */
function chainOf(id: SetId): readonly bigint[] {
  const { degree, modulus_bits } = parameterSets[id];
  return createPrimes(degree, modulus_bits);
}

function detailsOf({ client }: Compiled): RlweClientDetails {
  return client.details as RlweClientDetails;
}

describe('sums of unlike history modulo several plaintext primes', () => {
  // The model of the last prime leaves 3.3 and 5.4 bits where others leave less than nothing.
  test.each([
    [4, 2, 631_503_599_063, 'library'],
    [3, 2, 425_854, 'library'],
    [4, 2, 631_503_599_063, 'own'],
  ] as const)('x^%i + x^%i on %i, %s kernels: every prime leaves a margin, every slot is right', async (power, lower, most, kernels) => {
    const circuit = sumOfPowers(power, lower, most);
    const compiled = compile([circuit], { ...need, kernels, parameters: 'default-50' });
    if (isRefusal(compiled)) throw new Error(compiled.reason);
    expect(detailsOf(compiled).plainModuli.length).toBeGreaterThan(1);
    const random = uniforms(2);
    const x = Float64Array.from({ length: 8192 }, () => Math.floor((2 * most + 1) * random()) - most);
    const { y, margins_bits } = await runOf(compiled, circuit, x);
    expect(Math.min(...margins_bits)).toBeGreaterThan(0);
    expect(y).toEqual(Array.from(x, (value) => BigInt(value) ** BigInt(power) + BigInt(value) ** BigInt(lower)));
  });
});

test('the poorest plaintext prime decides, not the last: four leave it less than the reserve here, so that a plan takes five', () => {
  const compiled = compile([sumOfPowers(4, 2, 4_194_304)], { ...need, parameters: 'default-50' });
  if (isRefusal(compiled)) throw new Error(compiled.reason);
  expect(detailsOf(compiled).plainModuli).toHaveLength(5);
});

describe('plaintext primes', () => {
  test('are never primes of the chain, where the range asks for one', async () => {
    const most = 3_109_888_511_976;
    const circuit = sumOfPowers(2, 1, most);
    const compiled = compile([circuit], { ...need, parameters: 'narrow' });
    if (isRefusal(compiled)) throw new Error(compiled.reason);
    const chain = chainOf('narrow').map(String);
    // The smallest that would do.
    expect(chain).toContain('4398046150657');
    expect(detailsOf(compiled).plainModuli.filter((prime) => chain.includes(prime))).toEqual([]);
    const x = Float64Array.of(most, -most, 0, 1, -1);
    const { y } = await runOf(compiled, circuit, x);
    expect(y.slice(0, 5)).toEqual(Array.from(x, (value) => BigInt(value) ** 2n + BigInt(value)));
  });

  test('whatever the range, compile answers with a plan or a refusal', () => {
    const primes = Object.keys(parameterSets).flatMap((id) => chainOf(id as SetId));
    // Ranges whose last or only plaintext prime would be one of a chain.
    const awkward = primes.flatMap((prime) => [Number(prime / 2n) - 1, Math.floor(Math.sqrt(Number(prime) / 2)), Number(prime)]);
    const ranges = fc.oneof(fc.constantFrom(...awkward, 0, Infinity, NaN, Number.MAX_VALUE), fc.double({ min: 0, noNaN: true }));
    const sets = fc.constantFrom(...Object.values(parameterSets));
    const all = fc.tuple(ranges, sets, fc.constantFrom<Kernels>('library', 'own'), fc.constantFrom(2 as const, 4 as const));
    fc.assert(
      fc.property(all, ([most, { id, degree }, kernels, power]) => {
        const result = compile([sumOfPowers(power, 1, most, degree / 2)], { ...need, kernels, parameters: id });
        expect(isRefusal(result) || detailsOf(result).plainModuli.every((prime) => !chainOf(id).includes(BigInt(prime)))).toBe(true);
      }),
      { seed: 21, numRuns: 60 },
    );
  });

  test('ranges that are no numbers are refused', () => {
    expect(compile([sumOfPowers(2, 1, Infinity)], need)).toMatchObject({ code: 'RANGE_EXCEEDED', node: 0 });
    expect(compile([sumOfPowers(2, 1, NaN)], need)).toMatchObject({ code: 'RANGE_EXCEEDED', node: 0 });
  });
});

test('a plan says how likely it is to fail, and none that is likelier than allowed is taken', () => {
  const circuit = sumOfPowers(4, 2, 100);
  const compiled = compile([circuit], need);
  if (isRefusal(compiled)) throw new Error(compiled.reason);
  const correctness = compiled.estimate.correctness['c.y']!;
  expect(correctness.kind).toBe('exact');
  expect(correctness.kind === 'exact' && correctness.failure_log2).toBeLessThanOrEqual(-40);
  expect(correctness.kind === 'exact' && correctness.failure_log2).toBeGreaterThanOrEqual(-256);
  expect(compile([circuit], { ...need, failure_log2: -300 })).toMatchObject({
    code: 'NOISE_BUDGET_EXCEEDED',
    reason: expect.stringContaining('at most once in 2^300 runs') as string,
  });
});
