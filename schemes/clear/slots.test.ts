/** @module */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { bytesOf, slotsOf } from './slots.ts';

test('whole numbers of any size survive the way to bytes and back', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 400 }),
      fc.array(fc.bigInt(-(2n ** 400n), 2n ** 400n), { minLength: 1, maxLength: 8 }),
      (bits, drawn) => {
        const most = 2n ** BigInt(bits);
        const values = [...drawn.map((value) => value % most), most - 1n, -most];
        expect(slotsOf(bytesOf(values), values.length)).toEqual(values);
      },
    ),
    { seed: 8, numRuns: 200 },
  );
});

test('doubles take eight bytes each, and come back as they were', () => {
  const values = Float64Array.of(0, -1.5, 2 ** 53, -Number.MAX_VALUE);
  expect(bytesOf(values)).toHaveLength(32);
  expect(slotsOf(bytesOf(values), 4)).toEqual(values);
});

test.each([0, 7, 31, 33, 36, 60])('%i bytes are no four slots', (length) => {
  expect(() => slotsOf(new Uint8Array(length), 4)).toThrow(expect.objectContaining({ code: 'CIPHERTEXT_DAMAGED' }));
});

test('numbers that are not finite are refused', () => {
  expect(() => slotsOf(bytesOf(Float64Array.of(1, NaN)), 2)).toThrow(expect.objectContaining({ code: 'CIPHERTEXT_DAMAGED' }));
});
