/** @module */
import { describe, expect, test } from 'vitest';
import type { Circuit, SlotShape } from '../circuit.ts';
import { CircuitBuilder } from '../conformance/circuits/circuit-builder.ts';
import { expectRight } from '../conformance/oracle.ts';
import { Parties } from '../conformance/parties.ts';
import { randomInputs, uniforms } from '../conformance/circuits/random-values.ts';
import { compiledBy, createSubject } from '../conformance/subject.ts';
import { createPrimes } from '../rlwe/numbers/primes.ts';
import type { RlweParameters } from '../rlwe/program/program.ts';
import { digitCount, splitPrimes } from '../rlwe/program/special-primes.ts';
import { isRefusal } from '../scheme.ts';
import { securityOf } from '../security.ts';
import { parameterSets } from './parameters.ts';
import { scheme } from './scheme.ts';

const sets: readonly RlweParameters[] = Object.values(parameterSets);

describe.each(sets.filter(({ id }) => !id.startsWith('insecure-')))('$id', (set) => {
  const primes = createPrimes(set.degree, set.modulus_bits);
  test('keeps the bound of the guidelines with all its primes', () => {
    const modulus_log2 = primes.reduce((sum, prime) => sum + Math.log2(Number(prime)), 0);
    const key = { key: 'secret', problem: 'rlwe', dimension: set.degree, modulus_log2, error_log2: null, secret: 'ternary' } as const;
    expect(securityOf([key], 128, set.id).bits).toBe(128);
  });
  test('has distinct primes, and no digit much larger than the special primes together', () => {
    expect(new Set(primes).size).toBe(primes.length);
    const { data, special } = splitPrimes(set, primes);
    const size_log2 = (of: readonly bigint[]): number => of.reduce((sum, prime) => sum + Math.log2(Number(prime)), 0);
    for (let digit = 0; digit < digitCount(data.length, special.length); digit++) {
      expect(size_log2(data.slice(digit * special.length, (digit + 1) * special.length))).toBeLessThan(size_log2(special) + 1.1);
    }
  });
});

/** Squares, and a rotation, a fold and a transform of each: every level is used. */
function ladder(shape: SlotShape, squares: number): Circuit {
  const builder = new CircuitBuilder('ladder', shape, null);
  const outputs: Record<string, number> = {};
  let value = builder.input('x', 1, { min: -1, max: 1 }, null);
  const terms = [0, 1, 2, 3].map((at) => {
    return {
      from: 0,
      baby: at % 2,
      giant: 2 * (at >> 1),
      plain: Float64Array.from({ length: shape.columns }, (_, i) => Math.cos(i + at) / 4),
    };
  });
  for (let level = 0; level <= squares; level++) {
    outputs[`rotated${level}`] = builder.rotate(value, 3);
    outputs[`folded${level}`] = builder.fold(value, [1, 2]);
    outputs[`summed${level}`] = builder.transform(value, [terms]);
    if (level < squares) value = builder.multiply(value, value);
  }
  return builder.build(outputs);
}

describe('digits of several primes', () => {
  const shape: SlotShape = { rows: 1, columns: 512 };
  test.each([1, 2])('switch keys rightly at all levels, threads: %i', async (threads) => {
    const base = createSubject({ scheme, parameters: 'insecure-hybrid', shape, kernels: 'own' });
    const subject = { ...base, need: { ...base.need, threads } };
    const levels = new Set<string>();
    for (const squares of [0, 3, 4]) {
      const circuits = [ladder(shape, squares)];
      const compiled = compiledBy(subject, circuits);
      for (const name of Object.keys(compiled.estimate.counts)) levels.add(name);
      await using parties = await Parties.open(scheme, compiled, circuits);
      await expectRight(subject, parties, randomInputs(circuits, subject.slots, uniforms(3)));
    }
    for (const limbs of [1, 2, 3, 4, 5]) expect(levels).toContain(`rotate@${limbs}`);
    for (const limbs of [2, 3, 4, 5]) expect(levels).toContain(`relinearize@${limbs}`);
  });

  test('are refused to the library, which has one special prime', () => {
    const { need } = createSubject({ scheme, parameters: 'insecure-hybrid', shape, kernels: 'own' });
    const refusal = scheme.compile([ladder(shape, 1)], { ...need, kernels: 'library' });
    expect(isRefusal(refusal) && refusal.code).toBe('KERNELS_UNSUPPORTED');
  });
});
