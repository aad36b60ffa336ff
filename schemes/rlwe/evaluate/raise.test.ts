/** @module */
import { describe, expect, test } from 'vitest';
import { loadKernel } from '../kernel/kernel.ts';
import { Arena } from '../kernel/memory.ts';
import { centred, inverse, product } from '../numbers/modular-integers.ts';
import { Chain } from '../ring/chain.ts';
import type { Ciphertext } from '../ring/ciphertext.ts';
import type { TransformModulus } from '../ring/ntt.ts';
import type { Pair, Residues } from '../ring/residues.ts';
import type { EncapsulationKeys } from '../wire/encapsulation-keys.ts';
import { pairsOutside } from '../wire/outside-keys.ts';
import { raise } from './raise.ts';
import { pattern, PATTERNS, randomSource } from './reference.fixture.ts';

const N = 256;
const WEIGHT = 32;
/** The first prime is larger than some and smaller than others. */
const set = { id: 'insecure-raise', degree: N, modulus_bits: [42, 31, 31, 50, 49, 50, 50], specialPrimes: 2 };
/** With room for keys outside of wasm memory. */
const arena = new Arena(false, undefined, 2 ** 18);
const chain = new Chain({ scheme: 'ckks', parameters: set, plainModulus: null, arena, kernel: loadKernel(arena), checking: true });
const { ring } = chain;
const first = chain.data[0]!;
const q = first.value;
const random = randomSource(27);

type Numbers = readonly bigint[];

function placed(numbers: Numbers, modulus: TransformModulus): Residues {
  const residues = ring.allocate(modulus);
  ring.set(
    residues,
    Float64Array.from(numbers, (x) => Number(centred(x, modulus.value))),
    'coefficients',
  );
  ring.forward(residues, residues);
  ring.reduce(residues);
  return residues;
}

function coefficientsOf(values: Residues): Numbers {
  const copy = ring.allocate(values.modulus);
  ring.inverse(values, copy);
  return Array.from(arena.f64.subarray(copy.address / 8, copy.address / 8 + N), (x) => centred(BigInt(x), copy.modulus.value));
}

/** The centred whole numbers with the residues of one polynomial. */
function joined(polynomial: readonly Residues[]): Numbers {
  const primes = polynomial.map(({ modulus }) => modulus.value);
  const whole = product(primes);
  const parts = primes.map((prime) => (whole / prime) * inverse(whole / prime, prime));
  const residues = polynomial.map(coefficientsOf);
  return residues[0]!.map((_, i) =>
    centred(
      residues.reduce((sum, part, j) => sum + part[i]! * parts[j]!, 0n),
      whole,
    ),
  );
}

/** a b modulo X^N + 1, over whole numbers. */
function times(a: Numbers, b: Numbers): Numbers {
  const result = new Array<bigint>(N).fill(0n);
  for (const [i, x] of a.entries()) {
    if (x === 0n) continue;
    for (const [j, y] of b.entries()) result[(i + j) % N]! += i + j < N ? x * y : -x * y;
  }
  return result;
}

function sum(a: Numbers, b: Numbers): Numbers {
  return a.map((x, i) => x + b[i]!);
}

function uniform(modulus: bigint): Numbers {
  return Array.from({ length: N }, () => centred(BigInt(random()) * 2n ** 32n + BigInt(random()), modulus));
}

function small(): Numbers {
  return Array.from({ length: N }, () => BigInt((random() % 7) - 3));
}

function ternary(weight: number): Numbers {
  const numbers = new Array<bigint>(N).fill(0n);
  for (let left = weight; left > 0;) {
    const at = random() % N;
    if (numbers[at] !== 0n) continue;
    numbers[at] = random() % 2 === 0 ? 1n : -1n;
    left--;
  }
  return numbers;
}

function atFirstPrime(c0: Numbers, c1: Numbers): Ciphertext {
  return { polynomials: [[placed(c0, first)], [placed(c1, first)]], scale: 1, correction: 1n };
}

/** Encryptions under `to` of the multiple of `from` modulo the data primes, with one error for all primes. */
function keyPairs(from: Numbers, to: Numbers, multiple: bigint, moduli: readonly TransformModulus[]): Pair[] {
  const error = small();
  return moduli.map((modulus) => {
    const a = uniform(modulus.value);
    const holds = chain.data.includes(modulus) ? multiple : 0n;
    const b = times(a, to).map((x, i) => error[i]! - x + holds * from[i]!);
    return { first: placed(b, modulus), second: placed(a, modulus) };
  });
}

const secret = ternary(170);
const ephemeral = ternary(WEIGHT);
const p = chain.specials[0]!;

function keysOf(down: Numbers, up: Numbers, outside: boolean): EncapsulationKeys {
  const limbs = chain.data.length;
  const [modQ, modP] = keyPairs(secret, down, p.value, [first, p]) as [Pair, Pair];
  const pairs = keyPairs(up, secret, chain.special.whole, chain.all);
  return {
    toEphemeral: [modQ, modP],
    toSecret: outside ? { limbs, digits: [pairsOutside(chain, pairs)] } : { limbs, pairs: [pairs] },
  };
}

describe('raised under the secret itself', () => {
  test.each(PATTERNS)('every number is the same modulo all primes: %s', (name) => {
    const numbers = (): Numbers => Array.from(pattern(name, N, Number(q / 2n), random), BigInt);
    for (const [limbs, factor] of [
      [5, 1n],
      [3, 256n],
      [2, -3n],
    ] as const) {
      const [c0, c1] = [numbers(), numbers()];
      const { polynomials, scale } = raise(chain, atFirstPrime(c0, c1), null, { limbs, factor, scale: 5 });
      expect(scale).toBe(5);
      expect(polynomials.map((polynomial) => polynomial.length)).toEqual([limbs, limbs]);
      for (const [at, given] of [c0, c1].entries()) {
        const found = joined(polynomials[at]!);
        // Half of the modulus may come as either of two numbers: the same one modulo all primes.
        const steps = found.map((x, i) => (x - factor * given[i]!) / (factor * q));
        expect(found).toEqual(given.map((x, i) => factor * (x + steps[i]! * q)));
        for (const [i, step] of steps.entries()) if (step !== 0n) expect(Number(given[i]!) / Number(q)).toBeCloseTo(-Number(step) / 2, 9);
      }
    }
  });
});

describe.each([false, true])('encapsulated, keys outside of wasm memory: %s', (outside) => {
  const keys = keysOf(ephemeral, ephemeral, outside);

  test.each([1n, 256n])('the message times %s, and few multiples of the first prime', (factor) => {
    const limbs = chain.data.length;
    const [c0, c1] = [uniform(q), uniform(q)];
    const message = sum(c0, times(c1, secret));
    const { polynomials } = raise(chain, atFirstPrime(c0, c1), keys, { limbs, factor, scale: 1 });
    const modulus = product(chain.data.map(({ value }) => value));
    const found = sum(joined(polynomials[0]!), times(joined(polynomials[1]!), secret)).map((x) => centred(x, modulus));
    const errors = found.map((x, i) => centred(x - factor * message[i]!, factor * q));
    // The division by the special prime rounds once for each nonzero coefficient of a secret.
    const most = factor * BigInt(WEIGHT / 2 + 2) + BigInt(N / 2);
    for (const error of errors) expect(error < 0n ? -error : error).toBeLessThan(most);
    const multiples = found.map((x) => Math.abs(Number(x) / Number(factor * q)));
    expect(Math.max(...multiples)).toBeLessThan((WEIGHT + 1) / 2 + 1);
    expect(Math.max(...multiples)).toBeGreaterThan(2);
  });

  test('as few limbs as are asked for', () => {
    const { polynomials } = raise(chain, atFirstPrime(uniform(q), uniform(q)), keys, { limbs: 3, factor: 1n, scale: 1 });
    expect(polynomials.map((polynomial) => polynomial.length)).toEqual([3, 3]);
  });
});

test.each([
  ['to the ephemeral secret', keysOf(ternary(WEIGHT), ephemeral, false)],
  ['back', keysOf(ephemeral, ternary(WEIGHT), false)],
])('a key %s of another secret leaves nothing of the message', (_, keys) => {
  const limbs = chain.data.length;
  const [c0, c1] = [uniform(q), uniform(q)];
  const message = sum(c0, times(c1, secret));
  const { polynomials } = raise(chain, atFirstPrime(c0, c1), keys, { limbs, factor: 1n, scale: 1 });
  const found = sum(joined(polynomials[0]!), times(joined(polynomials[1]!), secret));
  const errors = found.map((x, i) => Number(centred(x - message[i]!, q)));
  expect(Math.max(...errors.map(Math.abs))).toBeGreaterThan(Number(q) / 8);
});
