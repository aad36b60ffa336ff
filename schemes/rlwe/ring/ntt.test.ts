import { describe, expect, it } from 'vitest';
import { bitReverse, positive } from '../numbers/modular-integers.ts';
import { isPrime, powerModulo } from '../numbers/primes.ts';
import { canonical, createRing, pattern, PATTERNS, randomSource, residuesOf, seal, sealPrimes } from '../evaluate/reference.fixture.ts';
import type { Bench } from '../evaluate/reference.fixture.ts';
import { TransformModulus } from './ntt.ts';
import type { Modulus } from './ntt.ts';

/** The value at psi^(2 bitReverse(i) + 1), from the definition. */
function valueAt(coefficients: readonly bigint[], i: number, psi: bigint, p: bigint): bigint {
  const n = coefficients.length;
  const x = powerModulo(psi, BigInt(2 * bitReverse(i, Math.log2(n)) + 1), p);
  return coefficients.reduceRight((sum, c) => (sum * x + c) % p, 0n);
}

/** The root that the tables hold: W[bitReverse(1)]. */
function rootOf(bench: Bench, modulus: Modulus): bigint {
  return positive(BigInt(bench.arena.f64[modulus.block / 8 + 8 + bench.ring.n / 2]!), modulus.value);
}

describe.each([64, 128, 1024, 2048])('n = %i', (n) => {
  it.each([50, 49, 32, 20])('transforms extreme inputs as the definition says, %i bits', async (bits) => {
    const bench = await createRing(n, await sealPrimes(n, [bits]));
    const [modulus] = bench.moduli as [Modulus];
    const psi = rootOf(bench, modulus);
    const random = randomSource(n + bits);
    for (const name of PATTERNS) {
      for (const share of [0.5, 1, 2, 7.9]) {
        const largest = Math.floor(share * modulus.p);
        const source = residuesOf(bench, modulus, pattern(name, n, largest, random), 'coefficients');
        const before = canonical(bench, source);
        const values = bench.ring.allocate(modulus);
        bench.ring.forward(source, values);
        const transformed = canonical(bench, values);
        for (let probe = 0; probe < 6; probe++) {
          const i = random() % n;
          expect(transformed[i]).toBe(valueAt(before, i, psi, modulus.value));
        }
        bench.ring.inverse(values, values);
        expect(canonical(bench, values)).toEqual(before);
        bench.ring.release(source);
        bench.ring.release(values);
      }
    }
  });
});

it.each([
  [4096, 50],
  [8192, 50],
  [16_384, 50],
  [32_768, 50],
  [8192, 43],
])('comes back from values at every bound, n = %i, %i bits', async (n, bits) => {
  const bench = await createRing(n, await sealPrimes(n, [bits]));
  const [modulus] = bench.moduli as [Modulus];
  const random = randomSource(n);
  for (const name of PATTERNS) {
    for (const share of [0.5, 7.9]) {
      const values = residuesOf(bench, modulus, pattern(name, n, Math.floor(share * modulus.p), random), 'values');
      const before = canonical(bench, values);
      bench.ring.inverse(values, values);
      bench.ring.forward(values, values);
      expect(canonical(bench, values)).toEqual(before);
      bench.ring.release(values);
    }
  }
});

it.each([
  [1024, [27]],
  [4096, [36, 36, 37]],
  [8192, [50, 50, 50, 50]],
])("has SEAL's order and roots, n = %i, bits %j", async (n, bits) => {
  const library = await seal();
  const parameters = new library.EncryptionParameters(library.SchemeType.bfv);
  parameters.setPolyModulusDegree(n);
  parameters.setCoeffModulus(library.CoeffModulus.Create(n, Int32Array.from(bits)));
  const t = library.PlainModulus.Batching(n, 20);
  parameters.setPlainModulus(t);
  const context = new library.SEALContext(parameters, true, library.SecLevelType.none);
  const evaluator = new library.Evaluator(context);
  const encoder = new library.BatchEncoder(context);
  const random = randomSource(n);
  const plain = new library.Plaintext();
  encoder.encode(
    BigUint64Array.from({ length: n }, () => BigInt(random() % 65_536)),
    plain,
  );
  // Layout of a plaintext: 88 bytes, then the numbers.
  const numbers = (bytes: Uint8Array): BigUint64Array => new BigUint64Array(bytes.slice(88).buffer);
  const coefficients = Float64Array.from(numbers(plain.saveToArray(library.ComprModeType.none) as Uint8Array), Number);
  const transformed = new library.Plaintext();
  evaluator.plainTransformToNtt(plain, context.firstParmsId(), transformed);
  const expected = numbers(transformed.saveToArray(library.ComprModeType.none) as Uint8Array);
  const bench = await createRing(n, await sealPrimes(n, bits));
  const half = Number(t.value()) / 2;
  const limbs = Math.max(bits.length - 1, 1);
  for (let limb = 0; limb < limbs; limb++) {
    const modulus = bench.moduli[limb]!;
    // SEAL lifts plaintexts to the centred residue.
    const centred = new Float64Array(n).map((_, i) =>
      (coefficients[i] ?? 0) > half ? coefficients[i]! - 2 * half : (coefficients[i] ?? 0),
    );
    const residues = residuesOf(bench, modulus, centred, 'coefficients');
    bench.ring.forward(residues, residues);
    expect(canonical(bench, residues)).toEqual(Array.from(expected.subarray(limb * n, (limb + 1) * n)));
  }
});

it('takes primes of up to 50 bits, no more', async () => {
  const { arena, kernel } = await createRing(64, await sealPrimes(64, [30]));
  const [largest, larger] = [firstPrime(2n ** 50n - 127n, -128n), firstPrime(2n ** 50n + 1n, 128n)];
  expect(new TransformModulus(largest, 64, arena, kernel).value).toBe(largest);
  expect(() => new TransformModulus(larger, 64, arena, kernel)).toThrow('more than 50 bits');
});

function firstPrime(from: bigint, step: bigint): bigint {
  let candidate = from;
  while (!isPrime(candidate)) candidate += step;
  return candidate;
}
