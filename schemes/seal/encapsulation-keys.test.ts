/** @module */
import { beforeAll, describe, expect, test } from 'vitest';
import { piecesIn } from '../conformance/byte-search.ts';
import { loadKernel } from '../rlwe/kernel/kernel.ts';
import { Arena } from '../rlwe/kernel/memory.ts';
import { centred, inverse, positive, product } from '../rlwe/numbers/modular-integers.ts';
import type { RlweClientDetails, RlweParameters } from '../rlwe/program/program.ts';
import { Chain } from '../rlwe/ring/chain.ts';
import type { TransformModulus } from '../rlwe/ring/ntt.ts';
import type { Residues } from '../rlwe/ring/residues.ts';
import { readEncapsulationKeys, type EncapsulationKeys } from '../rlwe/wire/encapsulation-keys.ts';
import { broughtInside } from '../rlwe/wire/outside-keys.ts';
import { encapsulation_bytes } from '../rlwe/wire/seal-layout.ts';
import { writeEncapsulationKeys } from './encapsulation-keys.ts';
import { createKeyContext, createLevelContexts } from './hybrid-contexts.ts';
import { generateHybridKeys } from './hybrid-keys.ts';
import { clientInstance } from './runtime.ts';
import { Scope } from './scope.ts';
import { plaintextNumbers } from './serialization.ts';

const WEIGHT = 32;
const bootstrap = { slotToCoeff: 1, evalMod: 1, coeffToSlot: 1, sine: { range: 16, degree: 31, doubleAngles: 3 }, ephemeralWeight: WEIGHT };
const parameters: RlweParameters = {
  ...{ id: 'insecure-hybrid', degree: 1024, modulus_bits: [40, 36, 31, 36, 36, 38, 38], specialPrimes: 2 },
  bootstrap,
};
const details: RlweClientDetails = {
  plainModuli: [],
  keysPerPass: false,
  keys: { relinearization: 0, rotations: [], encapsulation: 5 },
  ports: { x: { limbs: 5, scale: 1, polynomials: 2 } },
};
const { degree } = parameters;
const ERROR_DEVIATION = 3.2;
/** For keys outside of wasm memory. */
const ROOM_BYTES = 2 ** 20;

let chain: Chain;
let secretBytes: Uint8Array;
/** The secret's values modulo every data prime, and those that SEAL's levels need. */
let secret: readonly bigint[];
let payload: Uint8Array;
let keys: EncapsulationKeys;
/** P s' + e, from the key under the secret: whole numbers. */
let hidden: readonly bigint[];
let ephemeral: readonly bigint[];

beforeAll(async () => {
  const { library } = await clientInstance();
  using scope = new Scope();
  const contexts = createLevelContexts(library, scope, parameters, details);
  const [generated] = generateHybridKeys(library, scope, contexts, parameters, details);
  expect(generated!.evaluation.map(({ kind }) => kind)).toEqual(['encapsulation']);
  payload = generated!.evaluation[0]!.payload;
  const numbers = plaintextNumbers(generated!.secret.saveToArray(library.ComprModeType.none) as Uint8Array);
  secretBytes = new Uint8Array(numbers.buffer);
  const arena = new Arena(false, undefined, ROOM_BYTES);
  chain = new Chain({ scheme: 'ckks', parameters, plainModulus: null, arena, kernel: loadKernel(arena) });
  secret = coefficientsOf(Float64Array.from(numbers.subarray(0, degree), Number), chain.data[0]!);
  keys = readEncapsulationKeys(payload, chain, chain.data.length, false);
  const pairs = 'pairs' in keys.toSecret ? keys.toSecret.pairs[0]! : [];
  hidden = joined(
    chain.all.map((modulus, j) => phase(pairs[j]!, secret, modulus)),
    chain.all.map(({ value }) => value),
  );
  const P = chain.special.whole;
  ephemeral = hidden.map((x) => (x - centred(x, P)) / P);
});

function placed(numbers: Float64Array, modulus: TransformModulus, form: 'coefficients' | 'values'): Residues {
  const residues = chain.ring.allocate(modulus);
  chain.ring.set(residues, numbers, form);
  return residues;
}

function numbersOf(residues: Residues): bigint[] {
  return Array.from(chain.arena.f64.subarray(residues.address / 8, residues.address / 8 + degree), BigInt);
}

function coefficientsOf(values: Float64Array, modulus: TransformModulus): bigint[] {
  const residues = placed(values, modulus, 'values');
  chain.ring.reduce(residues);
  chain.ring.inverse(residues, residues);
  return numbersOf(residues).map((x) => centred(x, modulus.value));
}

/** b + a s modulo a prime, in coefficients. */
function phase({ first, second }: { first: Residues; second: Residues }, of: readonly bigint[], modulus: TransformModulus): bigint[] {
  const values = placed(Float64Array.from(of, Number), modulus, 'coefficients');
  chain.ring.forward(values, values);
  const [b, a, s] = [numbersOf(first), numbersOf(second), numbersOf(values)];
  return coefficientsOf(
    Float64Array.from(b, (x, i) => Number(centred(x + a[i]! * s[i]!, modulus.value))),
    modulus,
  );
}

/** The centred whole numbers with these residues. */
function joined(residues: readonly (readonly bigint[])[], primes: readonly bigint[]): bigint[] {
  const whole = product(primes);
  const parts = primes.map((prime) => (whole / prime) * inverse(whole / prime, prime));
  return residues[0]!.map((_, i) =>
    centred(
      residues.reduce((sum, part, j) => sum + part[i]! * parts[j]!, 0n),
      whole,
    ),
  );
}

function deviationOf(errors: readonly bigint[]): number {
  return Math.sqrt(errors.reduce((sum, x) => sum + Number(x) ** 2, 0) / errors.length);
}

describe('the keys of an encapsulated bootstrap', () => {
  test('hold an ephemeral secret of the weight, times P, under an error of deviation 3.2 that is the same modulo all primes', () => {
    expect(ephemeral.filter((x) => x !== 0n)).toHaveLength(WEIGHT);
    expect(ephemeral.every((x) => x >= -1n && x <= 1n)).toBe(true);
    const errors = hidden.map((x, i) => x - chain.special.whole * ephemeral[i]!);
    // The deviation of 1024 draws lies within 9% of the true one in all but 1 of 10,000 trials.
    expect(Math.abs(deviationOf(errors) / ERROR_DEVIATION - 1)).toBeLessThan(0.12);
  });

  test('hold the secret under the ephemeral one, modulo two primes alone', () => {
    const [q, p] = [chain.data[0]!, chain.specials[0]!];
    const errors = keys.toEphemeral.map((pair, at) => {
      const modulus = at === 0 ? q : p;
      return phase(pair, ephemeral, modulus).map((x, i) => centred(x - p.value * secret[i]!, modulus.value));
    });
    expect(errors[0]).toEqual(errors[1]);
    expect(Math.abs(deviationOf(errors[0]!) / ERROR_DEVIATION - 1)).toBeLessThan(0.12);
    // Under another secret it is noise.
    const other = [...ephemeral.slice(1), ephemeral[0]!];
    expect(deviationOf(phase(keys.toEphemeral[0], other, q))).toBeGreaterThan(q.p / 8);
  });

  test('are as long as plans say, and hold no piece of a secret', () => {
    expect(payload).toHaveLength(encapsulation_bytes(degree, chain.data.length, chain.specials.length));
    expect(piecesIn(secretBytes, secretBytes)).toBeGreaterThan(1000);
    expect(piecesIn(secretBytes, payload)).toBe(0);
    for (const modulus of [chain.data[0]!, chain.specials[0]!]) {
      const values = placed(Float64Array.from(ephemeral, Number), modulus, 'coefficients');
      chain.ring.forward(values, values);
      const words = BigUint64Array.from(numbersOf(values), (x) => positive(x, modulus.value));
      expect(piecesIn(new Uint8Array(words.buffer), payload)).toBe(0);
    }
  });

  test('stay outside of wasm memory where keys do, with the same numbers', () => {
    const { toSecret } = readEncapsulationKeys(payload, chain, 3, true);
    expect(toSecret.limbs).toBe(3);
    if (!('digits' in toSecret) || !('pairs' in keys.toSecret)) throw new Error('a key on the wrong side');
    // Both halves modulo the first three primes and the two special ones.
    expect(chain.arena.outside.used_bytes).toBe(2 * 5 * 8 * degree);
    for (const [at, j] of [0, 1, 2, 5, 6].entries()) {
      const expected = keys.toSecret.pairs[0]![j]!;
      chain.scratch.scoped(() => {
        const found = broughtInside(chain, toSecret, 0, at);
        expect(numbersOf(found.first)).toEqual(numbersOf(expected.first));
        expect(numbersOf(found.second)).toEqual(numbersOf(expected.second));
      });
    }
  });

  test('are new whenever they are made', async () => {
    const { library } = await clientInstance();
    using scope = new Scope();
    const context = createKeyContext(library, scope, parameters);
    const generator = scope.own(new library.KeyGenerator(context.context));
    const encryptor = scope.own(
      new library.Encryptor(context.context, scope.own(generator.createPublicKey()), scope.own(generator.secretKey())),
    );
    const made = [0, 1].map(() =>
      writeEncapsulationKeys({ library, parameters, context, encryptor, secret: new BigUint64Array(degree) }, WEIGHT),
    );
    expect(Buffer.compare(made[0]!, made[1]!)).not.toBe(0);
  });

  test.each([
    ['cut', (bytes: Uint8Array) => bytes.subarray(0, -1)],
    ['longer', (bytes: Uint8Array) => Buffer.concat([bytes, new Uint8Array(8)])],
    ['of others', (bytes: Uint8Array) => Uint8Array.from(bytes).fill(1, 16, 48)],
    ['of one key', (bytes: Uint8Array) => bytes.subarray(0, bytes.length / 3)],
    ['empty', () => new Uint8Array()],
  ] as const)('bytes that are %s are refused', (_, damage) => {
    expect(() => readEncapsulationKeys(damage(payload), chain, 5, false)).toThrow(
      expect.objectContaining({ code: 'KEY_DAMAGED' }) as Error,
    );
  });
});
