/** @module */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Circuit } from '../circuit.ts';
import { CircuitBuilder } from '../conformance/circuits/circuit-builder.ts';
import { Parties } from '../conformance/parties.ts';
import { circuitOf, drafts } from '../conformance/circuits/random-circuits.ts';
import { randomInputs, uniforms } from '../conformance/circuits/random-values.ts';
import { createSubject } from '../conformance/subject.ts';
import { isRefusal, type Compiled, type Correctness, type Requirement } from '../scheme.ts';
import { securityOf } from '../security.ts';
import { compile } from './compile.ts';
import type { RlweParameters } from '../rlwe/program/program.ts';
import { specialPrimeCount } from '../rlwe/program/special-primes.ts';
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

/** x to the power of 2^squares. */
function power(squares: number, columns: number): Circuit {
  const build = new CircuitBuilder('power', { rows: 1, columns }, null);
  let x = build.input('x', 1, { min: -1, max: 1 }, null);
  for (let square = 0; square < squares; square++) x = build.multiply(x, x);
  return build.build({ y: x });
}

function compiledFor(circuit: Circuit, other: Partial<Requirement> = {}): Compiled {
  const compiled = compile([circuit], { ...need, ...other });
  if (isRefusal(compiled)) throw new Error(compiled.reason);
  return compiled;
}
const inputLimbs = ({ client }: Compiled): number => (client.details as { ports: Record<string, { limbs: number }> }).ports['x']!.limbs;

describe('parameter sets', () => {
  test.each<RlweParameters>(Object.values(parameterSets))('$id: as secure as its name says', (set) => {
    const { id, degree } = set;
    const kernels = specialPrimeCount(set) > 1 ? 'own' : 'library';
    const { hardness } = compiledFor(power(0, degree / 2), { parameters: id, kernels });
    expect(securityOf(hardness, 128, id).bits).toBe(id.startsWith('insecure-') ? 0 : 128);
  });
});

describe('compile', () => {
  test('takes the fewest primes that keep the precision', () => {
    expect([0, 1].map((squares) => inputLimbs(compiledFor(power(squares, 4096))))).toEqual([1, 1]);
    const limbs = [1, 2, 3].map((squares) => inputLimbs(compiledFor(power(squares, 8192))));
    expect(limbs).toEqual([...limbs].sort((a, b) => a - b));
    expect(limbs[2]).toBeGreaterThan(limbs[0]!);
  });

  test('more precision takes more primes, and too much is refused with what could be had', () => {
    const [little, much] = [4, 24].map((precision_bits) => inputLimbs(compiledFor(power(1, 4096), { precision_bits })));
    expect(much).toBeGreaterThan(little!);
    expect(compile([power(1, 4096)], { ...need, precision_bits: 60 })).toMatchObject({ code: 'PRECISION_TOO_LOW', circuit: 'power' });
  });

  test('says what precision its model promises, which is at least what is asked for', () => {
    for (const precision_bits of [4, 12]) {
      const { correctness } = compiledFor(power(1, 4096), { precision_bits }).estimate;
      expect(correctness['power.y']).toMatchObject({ kind: 'approximate', precision_bits });
      const { modelled_bits } = correctness['power.y'] as Extract<Correctness, { kind: 'approximate' }>;
      expect(modelled_bits).toBeGreaterThanOrEqual(precision_bits);
      expect(modelled_bits).toBeLessThan(46);
    }
  });

  test('a circuit that no set is deep enough for is refused', () => {
    expect(compile([power(12, 8192)], need)).toMatchObject({ code: 'OUT_OF_LEVELS', circuit: 'power' });
  });

  test('an unclaimed operation is refused before anything else', () => {
    const build = new CircuitBuilder('c', { rows: 2, columns: 4096 }, null);
    const circuit = build.build({ y: build.swapRows(build.input('x', 1, { min: -1, max: 1 }, null)) });
    expect(compile([circuit], need)).toMatchObject({ code: 'OPERATION_UNSUPPORTED', node: 1 });
  });
});

describe('estimates', () => {
  test('of bytes are those of the envelopes, within a hundredth, of keys within a twentieth', async () => {
    const build = new CircuitBuilder('c', { rows: 1, columns: 4096 }, null);
    const x = build.input('x', 2, { min: -1, max: 1 }, null);
    const circuit = build.build({ y: build.fold(build.multiply(x, x), [2, 1]) });
    const compiled = compiledFor(circuit);
    await using parties = await Parties.open(scheme, compiled, [circuit]);
    const sent = await parties.client.encrypt('x', [Float64Array.of(1), Float64Array.of(0)]);
    const { y } = await parties.evaluator.run('c', { x: await parties.evaluator.load('x', sent) });
    const size = (envelopes: readonly Uint8Array[]): number => envelopes.reduce((sum, { length }) => sum + length, 0);
    const { bytes } = compiled.estimate;
    expect(size(sent) / bytes.input).toBeCloseTo(1, 2);
    expect(size(await parties.evaluator.store(y!)) / bytes.output).toBeCloseTo(1, 2);
    expect(parties.keys.map(({ kind }) => kind)).toEqual(Object.keys(bytes.keys));
    for (const { kind, bytes: key } of parties.keys) expect(key.length / bytes.keys[kind]!).toBeCloseTo(1, 1);
  });

  test('of counts are what the evaluator counts, for random circuits', async () => {
    const subject = createSubject({ scheme, parameters: 'insecure-tiny', shape: { rows: 1, columns: 512 } });
    let ran = 0;
    await fc.assert(
      fc.asyncProperty(drafts, async (draft) => {
        const circuit = circuitOf(subject, draft);
        const compiled = compile([circuit], { ...subject.need, precision_bits: 1 });
        if (isRefusal(compiled)) return;
        ran++;
        await using parties = await Parties.open(scheme, compiled, [circuit]);
        await parties.run(randomInputs([circuit], subject.slots, uniforms(1)));
        expect(parties.evaluator.counts()).toEqual(compiled.estimate.counts);
      }),
      { seed: 18, numRuns: 10 },
    );
    expect(ran).toBeGreaterThan(5);
  });
});
