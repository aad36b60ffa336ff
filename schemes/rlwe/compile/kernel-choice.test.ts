/** @module */
import { describe, expect, test } from 'vitest';
import type { Node } from '../../circuit.ts';
import { isRefusal, type Requirement } from '../../scheme.ts';
import { keySwitch_ns } from './cost.ts';
import { ownMatrixTime, ownOperationTime, setsForKernels } from './kernel-choice.ts';

const sets = {
  small: { id: 'small', degree: 4096, modulus_bits: [53, 53] },
  default: { id: 'default', degree: 8192, modulus_bits: [50, 50, 50] },
  'small-50': { id: 'small-50', degree: 4096, modulus_bits: [50, 50] },
  'insecure-tiny': { id: 'insecure-tiny', degree: 1024, modulus_bits: [40, 51] },
};

const need: Requirement = {
  security_bits: 128,
  precision_bits: 8,
  failure_log2: -40,
  kernels: 'library',
  threads: 1,
  memory_bytes: 2 ** 30,
  encryption: 'symmetric',
};
const own: Requirement = { ...need, kernels: 'own' };
const idsFor = (requirement: Requirement): readonly string[] => {
  const served = setsForKernels(sets, requirement);
  if (isRefusal(served)) throw new Error(served.reason);
  return Object.keys(served);
};

describe('setsForKernels', () => {
  test('gives the library every set that was not made for our kernels', () => {
    expect(idsFor(need)).toEqual(['small', 'default', 'insecure-tiny']);
  });

  test('gives our kernels every set whose primes have at most 50 bits', () => {
    expect(idsFor(own)).toEqual(['default', 'small-50']);
  });

  test('leaves a set that is asked for by name to either, and one that does not exist to the choice of sets', () => {
    expect(idsFor({ ...need, parameters: 'small-50' })).toContain('small-50');
    expect(idsFor({ ...own, parameters: 'small-50' })).toContain('small-50');
    expect(idsFor({ ...own, parameters: 'none' })).not.toContain('none');
  });

  test('has several threads for our kernels only', () => {
    expect(setsForKernels(sets, { ...need, threads: 2 })).toMatchObject({ code: 'THREADS_UNSUPPORTED' });
    expect(isRefusal(setsForKernels(sets, { ...own, threads: 2 }))).toBe(false);
  });

  test.each([
    ['small', 53],
    ['insecure-tiny', 51],
  ])("refuses '%s' to our kernels, and names the bits of its largest prime", (parameters, bits) => {
    expect(setsForKernels(sets, { ...own, parameters })).toMatchObject({
      code: 'KERNELS_UNSUPPORTED',
      reason: expect.stringContaining(`at most 50 bits; '${parameters}' has ${bits}`) as string,
    });
  });
});

describe('costs of our kernels', () => {
  const points = ownOperationTime('points');
  const coefficients = ownOperationTime('coefficients');

  test('a key switch is quicker than the library, and the same for every step', () => {
    expect(points('rotate', 8192, 3)).toBeLessThan(keySwitch_ns(8192, 3));
    for (const operation of ['swapRows', 'relinearize']) expect(points(operation, 8192, 3)).toBe(points('rotate', 8192, 3));
  });

  test('only products of ciphertexts depend on the form: BFV extends its bases', () => {
    for (const operation of ['add', 'subtract', 'addPlain', 'multiplyPlain', 'multiplyConstant', 'rotate', 'divide']) {
      expect(coefficients(operation, 4096, 2)).toBe(points(operation, 4096, 2));
      expect(points(operation, 4096, 2)).toBeGreaterThan(0);
    }
    for (const operation of ['multiply', 'square']) {
      expect(coefficients(operation, 4096, 2)).toBeGreaterThan(10 * points(operation, 4096, 2));
    }
  });

  describe('matrices', () => {
    const matrixOf = (rows: number, columns: number, value: number): Extract<Node, { op: 'affine' }> => {
      const entries = rows * columns;
      const matrix = {
        ...{ rows, columns, step: null, values: new Float64Array(entries).fill(value) },
        offsets: Uint32Array.from({ length: rows + 1 }, (_, row) => row * columns),
        indices: Uint32Array.from({ length: entries }, (_, entry) => entry % columns),
      };
      const type = { width: rows, min: -1, max: 1, bound: 'proven', step: null } as const;
      return { op: 'affine', of: 0, matrix, bias: new Float64Array(rows), type, layer: 'layer' };
    };
    const timeOf = (node: Node, limbs: number, polynomials: 2 | 3, plainScale: number): number | null =>
      ownMatrixTime(8192, [2 ** 37, 2 ** 37, 2 ** 49])(
        { op: 'affine', of: 0, result: 1, node: 0, width: 100, limbs, scale: 1, polynomials, plainScale },
        node,
      );

    test('take half as long where residues need not be halved', () => {
      const wide = matrixOf(100, 800, 1);
      // Rows of 800 weights: sums stay below 2^53 where weights have 7 bits, not where they have 8.
      const [small, large] = [2 ** 6, 2 ** 8].map((scale) => timeOf(wide, 2, 2, scale)!) as [number, number];
      expect(large / small).toBeGreaterThan(1.9);
      expect(timeOf(wide, 2, 3, 2 ** 6)! / small).toBeCloseTo(1.5, 6);
      // Modulo the third prime they are halved in any case.
      expect(timeOf(wide, 3, 2, 2 ** 6)! / small).toBeGreaterThan(1.9);
    });

    test('of short rows are multiplied entry by entry', () => {
      expect(timeOf(matrixOf(100, 3, 1), 2, 2, 1)).toBeNull();
      expect(timeOf(matrixOf(100, 4, 1), 2, 2, 1)).not.toBeNull();
    });
  });
});
