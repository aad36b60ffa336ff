/** @module */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { clientInstance } from '../../seal/runtime.ts';
import { makeSecretKey } from '../../tfhe/library/runtime.ts';
import { phaseOf, readClientKey } from '../../tfhe/measure/client-key.ts';
import { Errors } from '../../tfhe/measure/noise-measurement.ts';
import { freshVariance } from '../../tfhe/model/noise.ts';
import { readCompressedCiphertext } from '../../tfhe/wire/ciphertext-wire.ts';
import { writeDigits } from '../digit-key.ts';
import { inputRing, parameterSets } from '../parameters.ts';
import { makePackingKey } from '../packing-secret.ts';
import { openRing, ringReader } from '../ring-reader.ts';
import { createRingEncryptor } from '../shared-secret.ts';
import { DIGIT_BITS, DIGITS, isWorthPacking, packedResult_bytes, packingVariance } from './packing.ts';
import { mapped, ResultPacker } from './result-packer.ts';

const { library } = await clientInstance();
const set = parameterSets['n2048']!;
const ring = inputRing(set);
const secret = makeSecretKey(set);
const { big } = readClientKey(secret.serialize(), set);
const exported = secret.serialize();
const key = makePackingKey(
  ring,
  createRingEncryptor(library, set, () => secret.serialize()),
  () => exported,
);
const packer = new ResultPacker(ring, openRing(ring), key);
const reader = ringReader(ring, openRing(ring));

test('bytes of the secret are overwritten once the keys are made', () => {
  expect(exported.every((byte) => byte === 0)).toBe(true);
});

test.each([1, 3, 10, 16, 200])('%d results come back from one ciphertext, with the modelled error', (count) => {
  const messages = Array.from({ length: count }, (_, at) => ((at + 1) * 2_654_435_761) % 2 ** 32);
  const values = messages.map((message) => readCompressedCiphertext(secret.encryptCompressed(BigInt(message)), ring.degree));
  const payload = packer.pack(values);
  expect(payload).toHaveLength(packedResult_bytes(ring));
  const arrival = reader.read(payload, { scale: 1, offset: 0, halved: false });
  const errors = new Errors();
  for (const [at, message] of messages.entries()) errors.add(phaseOf(arrival.words(at), big, 64) - (BigInt(message) << 31n), 64);
  // The greatest of 200 lies within 4 deviations; of few, all do.
  const deviation = Math.sqrt(packingVariance(ring) + freshVariance(set));
  const found = Math.sqrt(errors.variance + errors.mean ** 2);
  expect(found).toBeLessThan(count < 100 ? 4 * deviation : 1.3 * deviation);
  if (count >= 100) expect(found).toBeGreaterThan(0.7 * deviation);
});

test('X -> X^element is what it says on every power', () => {
  const power = fc.integer({ min: 0, max: 15 });
  const property = fc.property(power, fc.constantFrom(3, 5, 9, 17), (at, element) => {
    const image = mapped(
      Float64Array.from({ length: 16 }, (_, index) => (index === at ? 1 : 0)),
      element,
    );
    const exponent = (at * element) % 32;
    expect(image[exponent % 16]).toBe(exponent < 16 ? 1 : -1);
    expect(image.filter((value) => value !== 0)).toHaveLength(1);
  });
  fc.assert(property);
});

test.each([
  [2, 16],
  [DIGITS, DIGIT_BITS],
])('%d digits of %d bits make every number of the torus', (count, bits) => {
  const digits = Array.from({ length: count }, () => new Float64Array(1));
  const property = fc.property(fc.integer({ min: -(2 ** 31), max: 2 ** 32 - 1 }), (torus) => {
    writeDigits(torus, 0, digits, bits);
    const values = digits.map(([digit]) => digit!);
    const sum = values.reduce((before, digit) => before * 2 ** bits + digit, 0);
    expect(sum | 0).toBe(torus | 0);
    for (const digit of values) expect(Math.abs(digit)).toBeLessThanOrEqual(2 ** (bits - 1));
  });
  fc.assert(property);
});

describe('packing', () => {
  test('is for as many results as make up for the time', () => {
    expect(isWorthPacking(1, ring, 16_400)).toBe(false);
    expect(isWorthPacking(10, ring, 16_400)).toBe(true);
    expect(isWorthPacking(ring.degree + 1, ring, 16_400)).toBe(false);
  });

  test('a key of another length is refused', () => {
    const damaged = expect.objectContaining({ code: 'KEY_DAMAGED' }) as Error;
    expect(() => new ResultPacker(ring, openRing(ring), key.subarray(1))).toThrow(damaged);
  });
});
