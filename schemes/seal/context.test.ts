/** @module */
import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { createPrimes } from '../rlwe/numbers/primes.ts';
import type { RlweParameters } from '../rlwe/program/program.ts';
import { createContext } from './context.ts';
import { evaluatorInstance, type EvaluatorLibrary } from './runtime.ts';
import { Scope } from './scope.ts';

let library: EvaluatorLibrary;
beforeAll(async () => {
  library = (await evaluatorInstance()).library;
});

function sealPrimes(degree: number, bits: readonly number[]): bigint[] {
  const chain = library.CoeffModulus.Create(degree, Int32Array.from(bits));
  const primes = bits.map((_, at) => {
    const modulus = chain.get(at)!;
    const value = modulus.value();
    modulus.delete();
    return value;
  });
  chain.delete();
  return primes;
}

describe("SEAL's choice of primes", () => {
  test.each<readonly [number, readonly number[]]>([
    [4096, [53, 53]],
    [4096, [35, 35, 36]],
    [8192, [44, 56, 56, 58]],
    [8192, [53, 53, 54, 54]],
    [8192, [31, 26, 26, 26, 26, 26, 26, 31]],
    [16384, [50, 46, 46, 46, 46, 46, 46, 46, 58]],
    [16384, [53, 53, 54, 54, 54, 54, 54, 54]],
    [1024, [40, 40, 40, 42]],
    [32768, [60, 60, 60, 59, 60]],
  ])('is ours for N = %i and %j bits', (degree, bits) => {
    expect(createPrimes(degree, bits)).toEqual(sealPrimes(degree, bits));
  });

  test('is ours for any list', () => {
    const lists = fc.array(fc.integer({ min: 30, max: 60 }), { minLength: 1, maxLength: 8 });
    fc.assert(
      fc.property(fc.constantFrom(1024, 2048, 4096, 8192, 16384, 32768), lists, (degree, bits) => {
        expect(createPrimes(degree, bits)).toEqual(sealPrimes(degree, bits));
      }),
      { seed: 17, numRuns: 60 },
    );
  });
});

const tiny: RlweParameters = { id: 'insecure-tiny', degree: 1024, modulus_bits: [40, 40, 40, 42] };

describe('createContext', () => {
  test('has one level for each number of data primes, and names each as SEAL does', () => {
    using scope = new Scope();
    const context = createContext(library, scope, 'ckks', tiny, null);
    expect(context.limbs).toBe(3);
    for (const limbs of [1, 2, 3]) {
      const data = scope.own(context.context.getContextData(context.parmsId(limbs)));
      expect(data.chainIndex()).toBe(limbs - 1);
    }
    for (const limbs of [0, 4]) expect(() => context.parmsId(limbs)).toThrow(expect.objectContaining({ code: 'PARAMETERS_REFUSED' }));
  });

  test('a single prime is a level without key switching', () => {
    using scope = new Scope();
    expect(createContext(library, scope, 'ckks', { ...tiny, modulus_bits: [40] }, null).limbs).toBe(1);
  });

  test('takes the plaintext modulus of integers', () => {
    using scope = new Scope();
    const { context } = createContext(library, scope, 'bfv', tiny, '65537');
    const parameters = scope.own(scope.own(context.firstContextData()).parms());
    expect(scope.own(parameters.plainModulus()).value()).toBe(65537n);
  });

  test.each<readonly [string, RlweParameters, string | null]>([
    ["a set that SEAL's own bound of 2018 finds insecure", { ...tiny, id: 'tiny' }, null],
    ['a plaintext modulus that is one of the primes', tiny, `${createPrimes(1024, [40, 40, 40, 42])[0]!}`],
  ])('refuses %s, and owns nothing that disposal would not free', (_what, parameters, plainModulus) => {
    const scope = new Scope();
    expect(() => createContext(library, scope, plainModulus === null ? 'ckks' : 'bfv', parameters, plainModulus)).toThrow(
      expect.objectContaining({ code: 'PARAMETERS_REFUSED' }),
    );
    scope[Symbol.dispose]();
    expect(scope.size).toBe(0);
  });
});
