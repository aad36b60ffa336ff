/** @module */
import { describe, expect, test } from 'vitest';
import type { Circuit, TransformTerm } from '../../circuit.ts';
import { CircuitBuilder } from '../../conformance/circuits/circuit-builder.ts';
import { keyBytes, peakCiphertextBytes, plainCount, polynomialBytes, predictedTime_ns, programCounts } from './cost.ts';
import { integerLevels } from '../program/integer-levels.ts';
import { lower } from '../program/lower.ts';
import type { CircuitProgram, Instruction } from '../program/program.ts';
import { countName } from '../program/operations.ts';

const DEGREE = 16;
const term = (from: number, baby: number, giant: number): TransformTerm => ({ from, baby, giant, plain: new Float64Array(DEGREE).fill(1) });

function built(work: (build: CircuitBuilder, x: number) => number, width = 1): { circuit: Circuit; program: CircuitProgram } {
  const build = new CircuitBuilder('c', { rows: 2, columns: DEGREE / 2 }, 1);
  const circuit = build.build({ y: work(build, build.input('x', width, { min: -1, max: 1 }, 1)) });
  return { circuit, program: lower([circuit], integerLevels(3, { perProduct: 0, output: 0 }))[0]! };
}
const countsOf = (work: (build: CircuitBuilder, x: number) => number, width = 1, form: 'points' | 'coefficients' = 'points'): unknown => {
  const { circuit, program } = built(work, width);
  return programCounts([program], [circuit], form);
};

describe('programCounts', () => {
  test('a transform rotates each input once per baby step, and each sum once per giant step', () => {
    const terms = [term(0, 0, 0), term(0, 1, 0), term(1, 1, 0), term(0, 0, 2), term(0, 1, 2)];
    const transform = (build: CircuitBuilder, x: number): number => build.transform(x, [terms, [term(0, 1, 0), term(0, 3, 4)]]);
    // Babies (0,1), (1,1), (0,3); giants 2 and 4.
    const points = { 'rotate@3': 5, 'multiplyPlain@3': 7, 'add@3': 5 };
    expect(countsOf(transform, 2)).toEqual(points);
    // Beside them (0,0) is brought to points, and each of the four sums back.
    expect(countsOf(transform, 2, 'coefficients')).toEqual({ ...points, 'toTransformed@3': 4, 'fromTransformed@3': 4 });
  });

  test('an affine map has a product for each weight, also for a row of none, and a bias where there is one', () => {
    const rows = [
      [1, 0, 2],
      [0, 0, 0],
      [3, 3, 3],
    ];
    expect(countsOf((build, x) => build.affine(x, rows, Float64Array.of(0, 1, 2)), 3)).toEqual({
      'multiplyConstant@3': 6,
      'add@3': 3,
      'addPlain@3': 2,
    });
  });

  test('a fold doubles; squares and products are told apart; picks are free', () => {
    expect(countsOf((build, x) => build.fold(x, [4, 2, 1]), 2)).toEqual({ 'rotate@3': 6, 'add@3': 6 });
    expect(countsOf((build, x) => build.multiply(x, x), 2)).toEqual({ 'square@3': 2 });
    expect(countsOf((build, x) => build.multiply(build.pick([[x, 0]]), build.pick([[x, 1]])), 2)).toEqual({ 'multiply@3': 1 });
  });

  test('a division by several primes is counted prime by prime, where each happens', () => {
    const { circuit } = built((_build, x) => x);
    const program = lower([circuit], integerLevels(3, { perProduct: 0, output: 2 }));
    expect(programCounts(program, [circuit], 'points')).toEqual({ 'divide@3': 1, 'divide@2': 1 });
  });
});

describe('predictedTime_ns', () => {
  test('is the sum over the counted operations', () => {
    const { circuit, program } = built((build, x) => build.rotate(build.fold(build.multiply(x, x), [1, 2]), 1), 3);
    const time = (operation: string, degree: number, limbs: number): number => operation.length + degree * limbs;
    const expected = Object.entries(programCounts([program], [circuit], 'points')).reduce((sum, [name, times]) => {
      const [operation, limbs] = name.split('@') as [string, string];
      expect(countName(operation, Number(limbs))).toBe(name);
      return sum + times * time(operation, DEGREE, Number(limbs));
    }, 0);
    expect(predictedTime_ns([program], [circuit], 'points', DEGREE, time)).toBe(expected);
  });
});

describe('bytes', () => {
  test('of polynomials and keys follow from their residues', () => {
    expect(polynomialBytes(8192, 3, 2)).toBe(393216);
    // SEAL's uncompressed key for N = 8192 and 5 primes: 2560.50 KiB with headers, measured on node-seal 7.0.0.
    const bytes = keyBytes({ id: 'p', degree: 8192, modulus_bits: [43, 43, 44, 44, 44] });
    expect(bytes / 1024).toBeLessThanOrEqual(2624.5);
    expect(bytes / 1024).toBeGreaterThan(2500);
  });

  test('of ciphertexts peak where most are alive at once', () => {
    const place = { width: 1, limbs: 2, scale: null, polynomials: 2, node: 0 } as const;
    const one = polynomialBytes(DEGREE, 2, 2);
    const rotations = (...reads: number[]): Instruction[] => reads.map((of, at) => ({ ...place, result: at + 1, op: 'rotate', of }));
    const program = (instructions: readonly Instruction[]): CircuitProgram => ({
      id: 'c',
      shape: { rows: 1, columns: 8 },
      instructions: [{ ...place, result: 0, op: 'input', port: 'x' }, ...instructions],
      outputs: { y: instructions.length },
    });
    // A chain: the input stays with the caller; beside it a result and what it is made of.
    expect(peakCiphertextBytes([program(rotations(0, 1, 2, 3))], DEGREE)).toBe(3 * one);
    // Three results of the input wait for the last.
    const sum: Instruction = {
      ...place,
      result: 4,
      op: 'pick',
      from: [
        [1, 0],
        [2, 0],
        [3, 0],
      ],
    };
    expect(peakCiphertextBytes([program([...rotations(0, 0, 0), sum])], DEGREE)).toBe(4 * one);
    // Of what is computed together only the last is there, beside what the first reads.
    const together = [program(rotations(0, 1, 2, 3))];
    expect(peakCiphertextBytes(together, DEGREE, [new Map([[1, 4]])])).toBe(2 * one);
    expect(peakCiphertextBytes(together, DEGREE, [new Map([[2, 4]])])).toBe(3 * one);
    // Programs run one after the other.
    expect(peakCiphertextBytes([program(rotations(0)), program(rotations(0, 1))], DEGREE)).toBe(3 * one);
  });
});

describe('plainCount', () => {
  test('keeps equal weights once', () => {
    const { circuit } = built(
      (build, x) =>
        build.affine(
          x,
          [
            [1, 2],
            [2, 2],
          ],
          Float64Array.of(0, 5),
        ),
      2,
    );
    expect(circuit.nodes.map(plainCount)).toEqual([0, 3]);
    const transform = built((build, x) => build.transform(x, [[term(0, 0, 0), term(0, 1, 0)], [term(0, 0, 0)]])).circuit;
    expect(transform.nodes.map(plainCount)).toEqual([0, 3]);
  });
});
