import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CentredIntegers } from './centred-integers.ts';

const moduli = fc.oneof(fc.bigInt(2n, 2n ** 20n), fc.bigInt(2n, 2n ** 60n));
const whole = fc.oneof(
  fc.integer(),
  fc.maxSafeInteger(),
  fc.constantFrom(0, -0, 2 ** 31, -(2 ** 31), 2 ** 32, -(2 ** 32), 2 ** 53, -(2 ** 53), 2 ** 70),
);

describe('whole numbers modulo t', () => {
  it('are nearest to zero, whether they come as doubles or as bigints', () => {
    fc.assert(
      fc.property(moduli, fc.array(whole, { maxLength: 20 }), (modulus, values) => {
        const centre = new CentredIntegers(modulus);
        const got = centre.all(Float64Array.from(values), new BigInt64Array(24));
        expect(got).toHaveLength(values.length);
        for (const [i, residue] of got.entries()) {
          expect((BigInt(values[i]!) - residue) % modulus).toBe(0n);
          expect(2n * residue <= modulus && 2n * residue >= -modulus).toBe(true);
        }
        expect(centre.all(values.map(BigInt), new BigInt64Array(24))).toEqual(got);
        expect(Array.from(got)).toEqual(values.map((value) => centre.one(value)));
      }),
    );
  });

  it('are refused where they are none', () => {
    const centre = new CentredIntegers(17n);
    for (const value of [0.5, NaN, Infinity]) {
      expect(() => centre.all(Float64Array.of(1, value), new BigInt64Array(2))).toThrow(RangeError);
      expect(() => centre.one(value)).toThrow(RangeError);
    }
    expect(() => centre.all([1n, 2n, 3n], new BigInt64Array(2))).toThrow('3 numbers for 2 slots');
  });
});
