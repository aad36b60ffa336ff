/** @module */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Circuit } from '../circuit.ts';
import { CircuitBuilder } from '../conformance/circuits/circuit-builder.ts';
import { Parties } from '../conformance/parties.ts';
import { circuitOf, drafts } from '../conformance/circuits/random-circuits.ts';
import { randomInputs, uniforms } from '../conformance/circuits/random-values.ts';
import { createSubject } from '../conformance/subject.ts';
import { createPrimes, isPrime } from '../rlwe/numbers/primes.ts';
import { isRefusal, type Compiled, type Requirement } from '../scheme.ts';
import { securityOf } from '../security.ts';
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

/** x to the power of 2^squares; the output's range is given, so that only the depth differs. */
function power(squares: number, columns: number, most = 1): Circuit {
  const build = new CircuitBuilder('power', { rows: 2, columns }, 1);
  let x = build.input('x', 1, { min: -most, max: most }, 1);
  for (let square = 0; square < squares; square++) x = build.multiply(x, x);
  return build.build({ y: x });
}

function compiledFor(circuit: Circuit, other: Partial<Requirement> = {}): Compiled {
  const compiled = compile([circuit], { ...need, ...other });
  if (isRefusal(compiled)) throw new Error(compiled.reason);
  return compiled;
}
interface Details {
  readonly plainModuli: readonly string[];
  readonly ports: Readonly<Record<string, { readonly limbs: number }>>;
}
const detailsOf = ({ client }: Compiled): Details => client.details as Details;

describe('parameter sets', () => {
  test.each(Object.values(parameterSets))('$id: as secure as its name says', ({ id, degree }) => {
    const { hardness } = compiledFor(power(0, degree / 2), { parameters: id });
    expect(securityOf(hardness, 128, id).bits).toBe(id.startsWith('insecure-') ? 0 : 128);
  });
});

describe('compile', () => {
  test('picks the plaintext prime that holds the range, and sends results at one prime where the noise allows', () => {
    const { plainModuli, ports } = detailsOf(compiledFor(power(0, 4096, 30_000)));
    expect(plainModuli).toEqual(['65537']);
    expect(ports['x']!.limbs).toBe(3);
    expect(ports['power.y']!.limbs).toBe(1);
  });

  test('keeps as many primes of a result as its noise needs', () => {
    expect(detailsOf(compiledFor(power(1, 4096, 2 ** 21))).ports['power.y']!.limbs).toBeGreaterThan(1);
  });

  test('refuses what would drown in noise, by the bits that are missing', () => {
    const refusal = compile([power(4, 2048)], need);
    expect(refusal).toMatchObject({
      code: 'NOISE_BUDGET_EXCEEDED',
      circuit: 'power',
      reason: expect.stringMatching(/[\d.]+ bits short/) as string,
    });
    expect(isRefusal(compile([power(4, 8192)], need))).toBe(false);
  });

  test('takes the fewest plaintext primes that the noise budget lasts for, and counts every pass', () => {
    const one = compiledFor(power(1, 4096, 2 ** 8));
    const several = compiledFor(power(1, 4096, 2 ** 60));
    const { plainModuli } = detailsOf(several);
    expect(plainModuli.length).toBeGreaterThan(1);
    expect(plainModuli.reduce((all, prime) => all * BigInt(prime), 1n)).toBeGreaterThan(2n ** 121n);
    expect(new Set(Object.values(several.client.ports).map(({ passes }) => passes))).toEqual(new Set([plainModuli.length]));
    const passes = plainModuli.length;
    expect(several.estimate.counts['square@3']).toBe(passes * one.estimate.counts['square@3']!);
    expect(several.estimate.bytes.input).toBe(passes * one.estimate.bytes.input);
    expect(several.estimate.bytes.keys).toEqual(one.estimate.bytes.keys);
    const refused = compile([power(3, 8192, 2 ** 53)], need);
    expect(isRefusal(refused) || detailsOf(refused).plainModuli.length > 4).toBe(true);
  });

  test('a plaintext prime that our products would be extended to is passed over there', async () => {
    const degree = 8192;
    const chain = createPrimes(degree, parameterSets['default-50'].modulus_bits);
    const step = BigInt(2 * degree);
    let prime = 2n ** 50n + 1n - step;
    while (!isPrime(prime) || chain.includes(prime)) prime -= step;
    // Half of it is the largest value.
    const addend = Number(prime / 2n) - 10 ** 6;
    const build = new CircuitBuilder('c', { rows: 2, columns: degree / 2 }, 1);
    const x = build.input('x', 1, { min: -1000, max: 1000 }, 1);
    const circuit = build.build({ y: build.addPlain(build.multiply(x, x), [new Float64Array(degree).fill(addend)]) });
    const compiled = compiledFor(circuit, { kernels: 'own', parameters: 'default-50' });
    expect(detailsOf(compiled).plainModuli).toEqual([String(prime)]);
    await using parties = await Parties.open(scheme, compiled, [circuit]);
    const found = await parties.run({ x: [Float64Array.of(1000, -1000, 3)] });
    expect(Array.from<number | bigint>(found['c.y']![0]!).slice(0, 3)).toEqual([10 ** 6, 10 ** 6, 9].map((square) => square + addend));
  });

  test('refuses real values and unclaimed operations', () => {
    const build = new CircuitBuilder('real', { rows: 2, columns: 4096 }, null);
    expect(compile([build.build({ y: build.input('x', 1, { min: 0, max: 1 }, null) })], need)).toMatchObject({ code: 'INTEGERS_REQUIRED' });
    const sign = new CircuitBuilder('sign', { rows: 2, columns: 4096 }, 1);
    const table = { min: 0, step: 1, outputs: Float64Array.of(0, 1), negacyclic: false };
    const circuit = sign.build({ y: sign.table(sign.input('x', 1, { min: 0, max: 1 }, 1), table) });
    expect(compile([circuit], need)).toMatchObject({ code: 'OPERATION_UNSUPPORTED', node: 1 });
  });
});

describe('estimates of counts', () => {
  test('are what the evaluator counts, for random circuits', async () => {
    const subject = createSubject({ scheme, parameters: 'insecure-tiny', shape: { rows: 2, columns: 512 } });
    let ran = 0;
    await fc.assert(
      fc.asyncProperty(drafts, async (draft) => {
        const circuit = circuitOf(subject, draft);
        const compiled = compile([circuit], subject.need);
        if (isRefusal(compiled)) return;
        ran++;
        await using parties = await Parties.open(scheme, compiled, [circuit]);
        await parties.run(randomInputs([circuit], subject.slots, uniforms(1)));
        expect(parties.evaluator.counts()).toEqual(compiled.estimate.counts);
      }),
      { seed: 19, numRuns: 10 },
    );
    expect(ran).toBeGreaterThan(5);
  });
});
