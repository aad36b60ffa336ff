/** @module */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Circuit, Node, Operation } from '../../circuit.ts';
import { plainModuli, widestRange } from './plain-moduli.ts';

interface Drawn {
  readonly operation: Operation;
  readonly min: number;
  readonly max: number;
  readonly step?: number | null;
}

const input: Operation = { op: 'input', port: 'x', sources: ['client'] };
const square: Operation = { op: 'multiply', left: 0, right: 0 };

function circuitOf(...drawn: readonly Drawn[]): Circuit {
  const nodes: Node[] = drawn.map(({ operation, min, max, step = 1 }) => ({
    ...operation,
    type: { width: 1, min, max, bound: 'proven', step },
    layer: 'layer',
  }));
  return { id: 'c', shape: { rows: 2, columns: 2048 }, nodes, outputs: { y: nodes.length - 1 } };
}

function isPrimeByDivision(n: number): boolean {
  if (n < 2) return false;
  for (let factor = 2; factor * factor <= n; factor++) if (n % factor === 0) return false;
  return true;
}

/** By trying every prime as the largest, from below. */
function naively(widest: bigint, degree: number, count: number, chain: readonly bigint[]): readonly bigint[] {
  const primes: bigint[] = [];
  for (let candidate = 2 * degree + 1; ; candidate += 2 * degree) {
    if (!isPrimeByDivision(candidate) || chain.includes(BigInt(candidate))) continue;
    primes.push(BigInt(candidate));
    const last = primes.slice(-count);
    if (last.length === count && last.reduce((all, prime) => all * prime, 1n) > 2n * widest) return last;
  }
}

describe('plainModuli', () => {
  test('are the primes that are 1 modulo 2N, hold twice the range, and have the least largest one', () => {
    fc.assert(
      fc.property(fc.bigInt(0n, 2n ** 60n), fc.constantFrom(256, 1024, 4096), fc.integer({ min: 1, max: 5 }), (range, degree, count) => {
        const widest = range % 2n ** BigInt(Math.min(60, 20 * count));
        expect(plainModuli(widest, degree, count, [])).toEqual(naively(widest, degree, count, []));
      }),
      { seed: 14, numRuns: 200 },
    );
  });

  test('are never primes of the chain, which are passed over wherever they stand among the others', () => {
    fc.assert(
      fc.property(
        fc.bigInt(0n, 2n ** 60n),
        fc.integer({ min: 1, max: 5 }),
        fc.array(fc.nat(), { minLength: 1, maxLength: 4 }),
        (range, count, drawn) => {
          const widest = range % 2n ** BigInt(Math.min(60, 20 * count));
          // Those that would be taken, and the next ones.
          const likely = [...plainModuli(widest, 1024, count, [])!, ...plainModuli(4n * widest, 1024, count, [])!];
          const chain = drawn.map((at) => likely[at % likely.length]!);
          expect(plainModuli(widest, 1024, count, chain)).toEqual(naively(widest, 1024, count, chain));
        },
      ),
      { seed: 15, numRuns: 100 },
    );
  });

  test('hold ranges of hundreds of bits, and never pass 50 bits each', () => {
    const moduli = plainModuli(2n ** 300n, 8192, 8, [])!;
    expect(moduli).toHaveLength(8);
    expect(moduli.reduce((all, prime) => all * prime, 1n)).toBeGreaterThan(2n ** 301n);
    expect(moduli.every((prime) => prime < 2n ** 50n && prime % 16384n === 1n)).toBe(true);
    expect(plainModuli(2n ** 300n, 8192, 6, [])).toBeNull();
    expect(plainModuli(2n ** 49n, 8192, 1, [])).toBeNull();
  });
});

describe('widestRange', () => {
  test('is that of what enters and leaves any circuit, of either sign', () => {
    const narrow = circuitOf({ operation: input, min: 0, max: 100 });
    const wide = circuitOf({ operation: input, min: -1_000_000.5, max: 100 });
    expect(widestRange([narrow])).toBe(100n);
    expect(widestRange([narrow, wide])).toBe(1_000_001n);
  });

  test('leaves out what neither enters nor leaves: it may wrap', () => {
    const inner = circuitOf(
      { operation: input, min: 0, max: 9 },
      { operation: square, min: 0, max: 1e12 },
      { operation: square, min: 0, max: 5 },
    );
    expect(widestRange([inner])).toBe(9n);
  });

  test.each([
    [0, Infinity],
    [-Infinity, 0],
    [NaN, 1],
  ])('refuses values from %d to %d', (min, max) => {
    expect(widestRange([circuitOf({ operation: input, min, max })])).toMatchObject({ code: 'RANGE_EXCEEDED', circuit: 'c', node: 0 });
  });

  test('refuses real values, also between input and output', () => {
    const real = circuitOf(
      { operation: input, min: 0, max: 9 },
      { operation: square, min: 0, max: 81, step: null },
      { operation: square, min: 0, max: 9 },
    );
    expect(widestRange([real])).toMatchObject({ code: 'INTEGERS_REQUIRED', circuit: 'c', node: 1 });
  });
});
