/** @module */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { centred } from './modular-integers.ts';
import { plainModuli } from './plain-moduli.ts';
import { Remainders } from './remainders.ts';

test('numbers of any size come back from their remainders, whichever sign those have', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 6 }),
      fc.integer({ min: 4, max: 120 }),
      fc.array(fc.bigInt(-(2n ** 120n), 2n ** 120n), { minLength: 1, maxLength: 9 }),
      fc.boolean(),
      (count, bits, drawn, positive) => {
        const widest = 2n ** BigInt(Math.min(bits, 40 * count));
        const primes = plainModuli(widest, 1024, count, [])!;
        // The ends of the range among them.
        const values = [...drawn.map((value) => value % (widest + 1n)), widest, -widest];
        const remainders = primes.map((prime) =>
          BigInt64Array.from(values, (value) => {
            const rest = ((value % prime) + prime) % prime;
            return positive ? rest : centred(rest, prime);
          }),
        );
        expect(new Remainders(primes).joined(remainders)).toEqual(values);
      },
    ),
    { seed: 5, numRuns: 200 },
  );
});
