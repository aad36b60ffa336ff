/** @module */
import { describe, expect, test } from 'vitest';
import { integerScheme as bgv } from '../../bgv/compile.ts';
import type { Circuit } from '../../circuit.ts';
import { CircuitBuilder } from '../../conformance/circuits/circuit-builder.ts';
import { marginsOf } from './integer-margins.ts';
import type { NoiseModel } from './noise.ts';
import { integerLevels } from '../program/integer-levels.ts';
import { lower } from '../program/lower.ts';

const SHAPE = { rows: 2, columns: 512 } as const;
const DEGREE = 1024;

/** The secret and the error of a fresh ciphertext: a bound of 6 * 3.2. */
const FRESH_LOG2 = Math.log2(6 * 3.2);

/** Of one prime that leaves a fresh ciphertext so many bits, under a plaintext prime of 2^20. */
function modelOf(budget_bits: number, others: Partial<NoiseModel> = {}): NoiseModel {
  const primes = [2 ** (FRESH_LOG2 + 20 + 1 + budget_bits)];
  return {
    ...{ degree: DEGREE, plainModulus: 2 ** 20, primes, special: 2 ** 50, encryption: 'symmetric', runs: 'own' },
    ...{ product: bgv.product, corrects: false },
    ...others,
  };
}

function identity(width: number): Circuit {
  const build = new CircuitBuilder('c', SHAPE, 1);
  return build.build({ y: build.input('x', width, { min: -1, max: 1 }, 1) });
}

function margins(circuit: Circuit, models: readonly NoiseModel[]): ReturnType<typeof marginsOf> {
  return marginsOf(lower([circuit], integerLevels(1, { perProduct: 0, output: 0 })), [circuit], models);
}

/** Twice the integral of the normal density beyond z, by Simpson's rule. */
function tailByIntegration(z: number): number {
  const [steps, width] = [20_000, 12];
  let sum = 0;
  for (let step = 0; step <= steps; step++) {
    const x = z + (width * step) / steps;
    const weight = step === 0 || step === steps ? 1 : step % 2 === 1 ? 4 : 2;
    sum += weight * Math.exp((-x * x) / 2);
  }
  return (2 * sum * width) / steps / 3 / Math.sqrt(2 * Math.PI);
}

describe('budgets', () => {
  test('are those of each prime, and the least of all counts, wherever it stands', () => {
    for (const budgets of [
      [5, 1, 9],
      [1, 5, 9],
      [9, 5, 1],
    ]) {
      const found = margins(
        identity(1),
        budgets.map((bits) => modelOf(bits)),
      );
      for (const [at, bits] of budgets.entries()) expect(found.budgets_bits[at]).toBeCloseTo(bits, 9);
      expect(found.budget_bits).toBeCloseTo(1, 9);
    }
  });
});

describe('the chance of a wrong decryption', () => {
  test.each([0, 0.25, 0.5])('with %f bits left is that of a normal coefficient, times all coefficients', (bits) => {
    const { failure_log2 } = margins(identity(1), [modelOf(bits)]);
    expect(failure_log2).toBeCloseTo(Math.log2(DEGREE * tailByIntegration(6 * 2 ** bits)), 3);
  });

  test('adds up over ciphertexts, outputs and primes', () => {
    const one = margins(identity(1), [modelOf(0)]).failure_log2;
    expect(margins(identity(4), [modelOf(0)]).failure_log2).toBeCloseTo(one + 2, 6);
    expect(margins(identity(1), [modelOf(0), modelOf(0)]).failure_log2).toBeCloseTo(one + 1, 6);
    const build = new CircuitBuilder('c', SHAPE, 1);
    const x = build.input('x', 1, { min: -1, max: 1 }, 1);
    expect(margins(build.build({ y: x, z: x }), [modelOf(0)]).failure_log2).toBeCloseTo(one + 1, 6);
  });

  test('is no more than 1 and no less than 2^-256', () => {
    expect(margins(identity(1), [modelOf(-20)]).failure_log2).toBe(0);
    expect(margins(identity(1), [modelOf(20)]).failure_log2).toBe(-256);
  });

  test('of a product falls more slowly with the budget than that of a fresh ciphertext', () => {
    const build = new CircuitBuilder('c', SHAPE, 1);
    const x = build.input('x', 1, { min: -1, max: 1 }, 1);
    const circuit = build.build({ y: build.multiply(x, x) });
    const none = margins(circuit, [modelOf(0)]).budget_bits;
    const { budget_bits, failure_log2 } = margins(circuit, [modelOf(2 - none)]);
    expect(budget_bits).toBeCloseTo(2, 9);
    // Each of two factors must pass twice its bound.
    expect(failure_log2).toBeCloseTo(Math.log2(2 * DEGREE * tailByIntegration(12)), 2);
  });
});
