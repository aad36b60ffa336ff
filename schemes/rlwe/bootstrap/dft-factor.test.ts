/** @module */
import { describe, expect, test } from 'vitest';
import { uniforms } from '../../conformance/circuits/random-values.ts';
import type { DftFactor } from '../program/program.ts';
import { factorDiagonals, factorOffsets, type Diagonals } from './dft-factor.ts';
import { dftSteps } from './dft-steps.ts';
import { bitReversed, slotsToCoefficients, zeroVector, type ComplexVector } from './slot-transform.ts';

const SIZES = [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024, 2048];

function factorsOf(direction: DftFactor['direction'], slots: number, groups: number): DftFactor[] {
  const border = (group: number): number => Math.floor((group * Math.log2(slots)) / groups);
  return Array.from({ length: groups }, (_, group) => ({ slots, direction, stages: [border(group), border(group + 1)], constant: 1 }));
}

function apply(diagonals: Diagonals, x: ComplexVector): ComplexVector {
  const slots = x.real.length;
  const y = zeroVector(slots);
  for (const [offset, { real, imaginary }] of diagonals) {
    for (let row = 0; row < slots; row++) {
      const column = (row + offset) % slots;
      y.real[row]! += real[row]! * x.real[column]! - imaginary[row]! * x.imaginary[column]!;
      y.imaginary[row]! += real[row]! * x.imaginary[column]! + imaginary[row]! * x.real[column]!;
    }
  }
  return y;
}

function applyAll(factors: readonly DftFactor[], x: ComplexVector): ComplexVector {
  return factors.reduce((value, factor) => apply(factorDiagonals(factor), value), x);
}

/** Value k is that of the polynomial with coefficients Re c_j at X^j and Im c_j at X^(j + n), at exp(pi i 5^k / 2n). */
function evaluated({ real, imaginary }: ComplexVector): ComplexVector {
  const slots = real.length;
  const values = zeroVector(slots);
  for (let k = 0, power = 1; k < slots; k++, power = (power * 5) % (4 * slots)) {
    for (let j = 0; j < 2 * slots; j++) {
      const coefficient = j < slots ? real[j]! : imaginary[j - slots]!;
      const angle = (Math.PI * ((power * j) % (4 * slots))) / (2 * slots);
      values.real[k]! += coefficient * Math.cos(angle);
      values.imaginary[k]! += coefficient * Math.sin(angle);
    }
  }
  return values;
}

function randomVector(slots: number): ComplexVector {
  const random = uniforms(slots);
  const draw = (): Float64Array => Float64Array.from({ length: slots }, () => 2 * random() - 1);
  return { real: draw(), imaginary: draw() };
}

function reversed({ real, imaginary }: ComplexVector): ComplexVector {
  return { real: bitReversed(real), imaginary: bitReversed(imaginary) };
}

function largestDifference(a: ComplexVector, b: ComplexVector): number {
  return Math.max(...a.real.map((x, at) => Math.hypot(x - b.real[at]!, a.imaginary[at]! - b.imaginary[at]!)));
}

describe('against the values of the polynomial', () => {
  test.each([1, 2, 3])('8 slots, %i factors', (groups) => {
    const coefficients = randomVector(8);
    const slots = evaluated(coefficients);
    expect(largestDifference(applyAll(factorsOf('slotToCoeff', 8, groups), reversed(coefficients)), slots)).toBeLessThan(1e-14);
    expect(largestDifference(applyAll(factorsOf('coeffToSlot', 8, groups), slots), reversed(coefficients))).toBeLessThan(1e-14);
    expect(largestDifference(slotsToCoefficients(slots), coefficients)).toBeLessThan(1e-14);
  });
});

describe.each(SIZES)('%i slots', (slots) => {
  test.each([2, 3])('SlotToCoeff undoes CoeffToSlot, in %i factors each', (groups) => {
    const x = randomVector(slots);
    const between = applyAll(factorsOf('coeffToSlot', slots, groups), x);
    expect(largestDifference(applyAll(factorsOf('slotToCoeff', slots, groups), between), x)).toBeLessThan(1e-12);
  });

  test('offsets are those of the diagonals, and each has its step', () => {
    for (const factor of [...factorsOf('coeffToSlot', slots, 2), ...factorsOf('slotToCoeff', slots, 3)]) {
      const offsets = factorOffsets(factor).map((offset) => (offset + slots) % slots);
      expect(new Set(offsets)).toEqual(new Set(factorDiagonals(factor).keys()));
      const steps = dftSteps(factor);
      expect(new Set(steps.map(({ baby, giant }) => (baby + giant + slots) % slots))).toEqual(new Set(offsets));
      expect(steps.length).toBe(offsets.length);
      for (const { baby } of steps) expect(baby).toBeGreaterThanOrEqual(0);
    }
  });
});

test('a constant multiplies the matrix', () => {
  const factor: DftFactor = { slots: 16, direction: 'coeffToSlot', stages: [1, 3], constant: 0.25 };
  const x = randomVector(16);
  const whole = apply(factorDiagonals({ ...factor, constant: 4 }), apply(factorDiagonals(factor), x));
  const plain = applyAll(
    [
      { ...factor, constant: 1 },
      { ...factor, constant: 1 },
    ],
    x,
  );
  expect(largestDifference(whole, plain)).toBeLessThan(1e-14);
});

test('matrices have few diagonals and fewer rotations', () => {
  const counts = factorsOf('coeffToSlot', 4096, 2).map((factor) => {
    const steps = dftSteps(factor);
    return [steps.length, new Set(steps.map(({ baby }) => baby)).size, new Set(steps.map(({ giant }) => giant)).size];
  });
  expect(counts).toEqual([
    [64, 8, 8],
    [127, 16, 8],
  ]);
});
