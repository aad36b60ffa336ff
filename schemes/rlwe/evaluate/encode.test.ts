import { expect, it } from 'vitest';
import { IntegerEncoder } from './encode-integer.ts';
import { RealEncoder } from './encode-real.ts';
import { Encoder } from './plaintext.ts';
import { createPeers, randomSource } from './reference.fixture.ts';

/** Coefficients of SEAL's plaintext: 88 bytes, then u64. */
function coefficientsOf(bytes: Uint8Array): bigint[] {
  return Array.from(new BigUint64Array(bytes.slice(88).buffer));
}

it.each([1024, 4096])('places integers in slots as SEAL does, n = %i', async (n) => {
  const { chain, encode, save } = await createPeers('bfv', n, [36, 36, 37], 20, false);
  const random = randomSource(n);
  const values = Float64Array.from({ length: n - 5 }, () => (random() % 100_001) - 50_000);
  const expected = coefficientsOf(save(encode(values, 1)));
  const t = chain.plain!.p;
  const own = new IntegerEncoder(chain).encode(values);
  expect(Array.from(own, (x) => BigInt(x < 0 ? x + t : x)).slice(0, expected.length)).toEqual(expected);
  expect(own.slice(expected.length).every((x) => x === 0)).toBe(true);
});

it.each([
  [1024, 20],
  [8192, 30],
  [8192, 45],
])('rounds real slots to the polynomial of the canonical embedding, n = %i, scale 2^%i', (n, scale_log2) => {
  const random = randomSource(n);
  const scale = 2 ** scale_log2;
  const values = Float64Array.from({ length: n / 2 }, () => random() / 2 ** 31 - 1);
  const coefficients = new RealEncoder(n).encode(values, scale);
  let exponent = 1;
  for (let slot = 0; slot < n / 2; slot++) {
    if (slot % 97 === 0) {
      // The value at exp(pi i 3^slot / n), straight from the definition.
      let real = 0;
      let imaginary = 0;
      for (let k = 0; k < n; k++) {
        const angle = (Math.PI * ((k * exponent) % (2 * n))) / n;
        real += coefficients[k]! * Math.cos(angle);
        imaginary += coefficients[k]! * Math.sin(angle);
      }
      // Rounded coefficients err by 1/2 each, independently.
      const tolerance = (6 * Math.sqrt(n / 12)) / scale + 1e-10;
      expect(Math.abs(real / scale - values[slot]!)).toBeLessThan(tolerance);
      expect(Math.abs(imaginary / scale)).toBeLessThan(tolerance);
    }
    exponent = (exponent * 3) % (2 * n);
  }
});

it('encodes zeros where slots are missing', () => {
  expect(new RealEncoder(1024).encode(new Float64Array(0), 2 ** 30).every((x) => x === 0)).toBe(true);
});

it('adds what is encoded at scales far beyond a double, as deep circuits have them', async () => {
  const { chain } = await createPeers('ckks', 1024, [50, 50, 50, 50], 20, false);
  const encoder = new Encoder(chain);
  for (const scale_log2 of [20, 60, 91, 100, 140]) {
    const plaintext = encoder.addend(new Float64Array(512).fill(-1.5), 2 ** scale_log2, 3, 1n);
    // The same number in every slot is the constant coefficient, and that is every value at a point.
    const expected = encoder.constantAddend(-1.5, 2 ** scale_log2, 3, 1n);
    for (const residues of plaintext) {
      const { value } = residues.modulus;
      const seen = new Set(
        Array.from(chain.arena.f64.subarray(residues.address / 8, residues.address / 8 + 1024), (x) => (BigInt(x) + value) % value),
      );
      expect([...seen]).toEqual([((expected % value) + value) % value]);
    }
  }
});
