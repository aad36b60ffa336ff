/** @module */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { invertModuloSquare } from '../numbers/integers.ts';
import { BigintResidues } from './bigint-residues.ts';
import { FusedResidues, isFused } from './fused-residues.ts';
import { power } from './power.ts';
import type { Of, Residues } from './residues.ts';

/** Odd numbers of so many bits: any, the least, the greatest, and one whose multiple is itself nearly. */
function roots(bits: number): fc.Arbitrary<bigint> {
  const [least, most] = [1n << BigInt(bits - 1), (1n << BigInt(bits)) - 1n];
  const any = fc.bigInt({ min: least, max: most }).map((x) => x | 1n);
  return fc.oneof(any, fc.constantFrom(least + 1n, most, most - (1n << 153n) + 2n));
}

/** Anywhere below the modulus, or near the ends of it and of halves. */
function numbers(root: bigint): fc.Arbitrary<bigint> {
  const modulus = root * root;
  const edges = [0n, 1n, root - 1n, root, root + 1n, modulus - root, modulus - 1n, (1n << 51n) - 1n, 1n << 153n].filter((x) => x < modulus);
  return fc.oneof(fc.bigInt({ min: 0n, max: modulus - 1n }), fc.constantFrom(...edges));
}

const cases = fc
  .constantFrom<[Of, number]>(['modulus', 3072], ['modulus', 512], ['prime', 1537], ['prime', 1536])
  .chain(([of, bits]) =>
    roots(bits).chain((root) => fc.tuple(fc.constant(of), fc.constant(root), fc.array(numbers(root), { minLength: 4, maxLength: 12 }))),
  );

function radixInverse({ radix }: Residues, root: bigint): bigint {
  return invertModuloSquare(radix, root)!;
}

describe.runIf(isFused())('the kernel computes as bigint does', () => {
  it('products and squares, of results too, in place too', () => {
    fc.assert(
      fc.property(cases, ([of, root, operands]) => {
        const residues = new FusedResidues(root, of);
        const { modulus } = residues;
        const over = radixInverse(residues, root);
        const first = residues.reserve(operands.length + 1);
        const work = first + operands.length;
        for (const [at, x] of operands.entries()) residues.write(first + at, x);
        for (const [at, x] of operands.entries()) expect(residues.read(first + at)).toBe(x);
        let product = operands[0]!;
        residues.copy(work, first);
        for (const [at, x] of operands.entries()) {
          product = (((product * x) % modulus) * over) % modulus;
          residues.multiply(work, work, first + at);
          expect(residues.read(work)).toBe(product);
          product = (((product * product) % modulus) * over) % modulus;
          residues.square(work, work, 1);
          expect(residues.read(work)).toBe(product);
        }
      }),
      { numRuns: 60 },
    );
  });

  it('lists of products', () => {
    fc.assert(
      fc.property(cases, ([of, root, operands]) => {
        const list = Uint32Array.from(operands.flatMap((_, at) => [operands.length + 1, at, (at * 7) % operands.length]));
        const [fused, plain] = [new FusedResidues(root, of), new BigintResidues(root)];
        const results = [fused, plain].map((residues) => {
          const first = residues.reserve(operands.length + 2);
          for (const [at, x] of operands.entries()) residues.write(first + at, x);
          residues.run(residues.keep(list), first);
          return residues.read(first + operands.length + 1);
        });
        expect(results[0]).toBe((results[1]! * radixInverse(fused, root)) % plain.modulus);
      }),
      { numRuns: 20 },
    );
  });

  it('powers', () => {
    fc.assert(
      fc.property(cases, fc.bigInt({ min: 0n, max: 1n << 200n }), ([of, root, [base]], exponent) => {
        let expected = 1n;
        for (const bit of exponent.toString(2)) expected = (expected * expected * (bit === '1' ? base! : 1n)) % (root * root);
        for (const residues of [new FusedResidues(root, of), new BigintResidues(root)]) {
          expect(power(residues, base!, exponent)).toBe(expected);
        }
      }),
      { numRuns: 20 },
    );
  });
});

describe('registers', () => {
  it('are given out again, and grow with what is reserved', () => {
    const residues = new BigintResidues(35n);
    const one = residues.reserve(1);
    const several = residues.reserve(3);
    expect(new Set([one, several, several + 1, several + 2]).size).toBe(4);
    residues.free(several, 3);
    residues.free(one, 1);
    expect(residues.live_bytes).toBe(0);
    expect([residues.reserve(3), residues.reserve(1)]).toEqual([several, one]);
    expect(residues.live_bytes).toBe(4 * 2);
  });
});
