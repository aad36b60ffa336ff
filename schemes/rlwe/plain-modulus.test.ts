/** @module */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Circuit, Node, Operation } from '../circuit.ts';
import { isRefusal } from '../scheme.ts';
import { plainModulusFor } from './plain-modulus.ts';

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

function primeFor(circuits: readonly Circuit[], degree = 4096): bigint {
  const found = plainModulusFor(circuits, degree);
  if (isRefusal(found)) throw new Error(found.reason);
  return found.prime;
}

function divisible(n: number): boolean {
  for (let factor = 2; factor * factor <= n; factor++) if (n % factor === 0) return true;
  return false;
}

describe('plainModulusFor', () => {
  test('is the least prime that is 1 modulo 2N and more than twice the range', () => {
    const ranges = fc.tuple(fc.integer({ min: -(2 ** 24), max: 0 }), fc.integer({ min: 0, max: 2 ** 24 }));
    fc.assert(
      fc.property(ranges, fc.constantFrom(1024, 4096, 8192), ([min, max], degree) => {
        const least = 2 * Math.max(-min, max);
        let expected = 2 * degree + 1;
        while (expected <= least || divisible(expected)) expected += 2 * degree;
        expect(primeFor([circuitOf({ operation: input, min, max })], degree)).toBe(BigInt(expected));
      }),
      { seed: 14, numRuns: 60 },
    );
  });

  test('holds the range of every circuit, and of either sign', () => {
    const narrow = circuitOf({ operation: input, min: 0, max: 100 });
    const wide = circuitOf({ operation: input, min: -1_000_000, max: 100 });
    expect(primeFor([narrow, wide])).toBe(primeFor([wide]));
    expect(primeFor([wide])).toBeGreaterThan(2_000_000n);
  });

  test('does not hold what neither enters nor leaves: it may wrap', () => {
    const inner = circuitOf(
      { operation: input, min: 0, max: 9 },
      { operation: square, min: 0, max: 1e12 },
      { operation: square, min: 0, max: 5 },
    );
    expect(primeFor([inner])).toBe(primeFor([circuitOf({ operation: input, min: 0, max: 9 })]));
  });

  test('refuses a range beyond what a double holds, and names the bound and the node', () => {
    const wide = circuitOf({ operation: input, min: 0, max: 9 }, { operation: square, min: -(2 ** 52) - 1, max: 5 });
    expect(plainModulusFor([wide], 4096)).toMatchObject({
      code: 'RANGE_EXCEEDED',
      circuit: 'c',
      node: 1,
      reason: expect.stringContaining((2 ** 52).toExponential(2)) as string,
    });
    const widest = primeFor([circuitOf({ operation: input, min: -(2 ** 52), max: 0 })]);
    expect(widest).toBeGreaterThan(2n ** 53n);
    expect(widest % 8192n).toBe(1n);
    // Every result, in (-t / 2, t / 2), is a whole number that a double holds.
    expect(BigInt(Number(widest / 2n))).toBe(widest / 2n);
  });

  test('refuses real values, also between input and output', () => {
    const real = circuitOf(
      { operation: input, min: 0, max: 9 },
      { operation: square, min: 0, max: 81, step: null },
      { operation: square, min: 0, max: 9 },
    );
    expect(plainModulusFor([real], 4096)).toMatchObject({ code: 'INTEGERS_REQUIRED', circuit: 'c', node: 1 });
  });
});
