/**
 * The instructions of a bootstrap on plain numbers: what is encoded in slots, with no encryption and no noise.
 *
 * @module
 */
import { describe, expect, test } from 'vitest';
import { uniforms } from '../../conformance/circuits/random-values.ts';
import { orbitRotation, SWAP_ROWS } from '../program/keys.ts';
import { reads, type DftFactor, type Instruction, type RlweParameters, type Emit } from '../program/program.ts';
import { bootstrapLevels, circuitLimbs } from './bootstrap-chain.ts';
import { factorDiagonals } from './dft-factor.ts';
import { lowerBootstrap, turnOf } from './lower-bootstrap.ts';
import { bend } from './sine/bend.ts';
import { bitReversed, slotsToCoefficients, zeroVector, type ComplexVector } from './slot-transform.ts';

const parameters: RlweParameters = {
  id: 'insecure-numbers',
  degree: 64,
  modulus_bits: [42, 36, 36, 31, 31, 31, 50, 50, 50, 50, 50, 50, 50, 50, 49, 49, 50, 50],
  specialPrimes: 2,
  bootstrap: {
    ...{ slotToCoeff: 2, evalMod: 8, coeffToSlot: 2, ephemeralWeight: 32 },
    sine: { range: 16, degree: 31, doubleAngles: 3 },
  },
};
/** Near powers of two, as primes are. */
const primes = parameters.modulus_bits.slice(0, -2).map((bits, at) => 2 ** bits - 2 ** 10 * (at + 1) + 1);
const COLUMNS = parameters.degree / 2;
const FRESH = { limbs: 3, scale: 2 ** 40 };

function lowered(slots: number, range: number, fresh = FRESH): readonly Instruction[] {
  const instructions: Instruction[] = [];
  const emit: Emit = (given) => {
    const instruction: Instruction = Object.assign(given, { result: instructions.length });
    instructions.push(instruction);
    return instruction;
  };
  const value = emit({ op: 'input', port: 'x', width: 1, polynomials: 2, node: 0, ...fresh });
  lowerBootstrap(parameters, primes, value, { node: 1, slots, range }, emit);
  return instructions;
}

/** Whole multiples of the modulus that raising adds; the sine is most exact near those of up to 5. */
const MULTIPLES = [0, 1, -1, 2, -3, 5, 0, -2, 4, -5];

/** What the last instruction leaves, as encoded numbers, in the order of powers of 5. */
function computed(instructions: readonly Instruction[], input: Float64Array): ComplexVector {
  const values: ComplexVector[] = [];
  for (const instruction of instructions)
    values.push(
      compute(
        instruction,
        reads(instruction).map((at) => values[at]!),
        input,
      ),
    );
  return values.at(-1)!;
}

function compute(instruction: Instruction, of: readonly ComplexVector[], input: Float64Array): ComplexVector {
  const [x, y] = of;
  switch (instruction.op) {
    case 'input':
      return { real: input.map((value) => value * instruction.scale!), imaginary: new Float64Array(COLUMNS) };
    case 'drop':
    case 'relinearize':
      return x!;
    case 'divide': {
      const divisor = primes.slice(instruction.limbs, instruction.limbs + instruction.primes).reduce((all, prime) => all * prime, 1);
      return scaled(x!, 1 / divisor);
    }
    case 'multiply':
      // Only real numbers are multiplied.
      return { real: x!.real.map((value, slot) => value * y!.real[slot]!), imaginary: new Float64Array(COLUMNS) };
    case 'dftFactor': {
      const { factor, steps, plainScale } = instruction;
      return scaled(
        multiplied(
          factor,
          steps.map(({ baby, giant }) => baby + giant),
          x!,
        ),
        plainScale,
      );
    }
    case 'sumAutomorphisms':
      return instruction.rotations.reduce((sum, by) => added(sum, moved(sum, by)), x!);
    case 'combine':
      return combined(instruction, of);
    case 'raise':
      return raised(x!, Number(instruction.factor));
    default:
      throw new Error(`unexpected ${instruction.op}`);
  }
}

function combined(instruction: Extract<Instruction, { op: 'combine' }>, of: readonly ComplexVector[]): ComplexVector {
  const sum = instruction.terms.map(([, factor], at) => scaled(of[at]!, Number(factor))).reduce(added);
  return { ...sum, real: sum.real.map((value) => value + Number(instruction.constant)) };
}

function raised(value: ComplexVector, factor: number): ComplexVector {
  const { real, imaginary } = slotsToCoefficients(value);
  const lift = (coefficients: Float64Array, from: number): Float64Array =>
    bitReversed(coefficients.map((x, at) => factor * (x + primes[0]! * MULTIPLES[(at + from) % MULTIPLES.length]!)));
  const all: DftFactor = { slots: COLUMNS, direction: 'slotToCoeff', stages: [0, Math.log2(COLUMNS)], constant: 1 };
  return multiplied(all, [...factorDiagonals(all).keys()], { real: lift(real, 0), imaginary: lift(imaginary, 3) });
}

/** By the matrix whose diagonals have these offsets, which repeats. */
function multiplied(factor: DftFactor, offsets: readonly number[], value: ComplexVector): ComplexVector {
  const diagonals = factorDiagonals(factor);
  const sum = zeroVector(COLUMNS);
  for (const offset of offsets) {
    const { real, imaginary } = diagonals.get(remainder(offset, factor.slots))!;
    const moved = rotated(value, offset);
    for (let slot = 0; slot < COLUMNS; slot++) {
      const [c, s] = [real[slot % factor.slots]!, imaginary[slot % factor.slots]!];
      sum.real[slot]! += c * moved.real[slot]! - s * moved.imaginary[slot]!;
      sum.imaginary[slot]! += c * moved.imaginary[slot]! + s * moved.real[slot]!;
    }
  }
  return sum;
}

function moved(value: ComplexVector, by: number): ComplexVector {
  if (by === SWAP_ROWS) return { ...value, imaginary: value.imaginary.map((x) => -x) };
  const steps = [...Array(COLUMNS).keys()].find((count) => count > 0 && orbitRotation(COLUMNS, count) === by);
  return rotated(value, steps!);
}

function rotated({ real, imaginary }: ComplexVector, by: number): ComplexVector {
  const turn = (values: Float64Array): Float64Array => values.map((_, slot) => values[remainder(slot + by, COLUMNS)]!);
  return { real: turn(real), imaginary: turn(imaginary) };
}

function added(a: ComplexVector, b: ComplexVector): ComplexVector {
  return { real: a.real.map((x, slot) => x + b.real[slot]!), imaginary: a.imaginary.map((x, slot) => x + b.imaginary[slot]!) };
}

function scaled({ real, imaginary }: ComplexVector, factor: number): ComplexVector {
  return { real: real.map((x) => x * factor), imaginary: imaginary.map((x) => x * factor) };
}

function remainder(x: number, modulus: number): number {
  return ((x % modulus) + modulus) % modulus;
}

describe.each([COLUMNS, 8, 2])('%i slots', (slots) => {
  test.each([1, 100, 1 / 64])('of at most %f come back, bent', (range) => {
    const random = uniforms(slots);
    const few = Float64Array.from({ length: slots }, () => range * (2 * random() - 1));
    const input = Float64Array.from({ length: COLUMNS }, (_, slot) => few[slot % slots]!);
    const instructions = lowered(slots, range);
    const { limbs, scale } = instructions.at(-1)!;
    const { real } = computed(instructions, input);
    for (const [slot, value] of input.entries()) {
      expect(Math.abs(real[slot]! / scale! - bend(value, turnOf(range)))).toBeLessThan(range * 2 ** -25);
    }
    expect(limbs).toBe(circuitLimbs(parameters));
  });
});

test('whatever the scale and level of the value, the result has one scale', () => {
  const last = lowered(8, 1).at(-1)!;
  for (const fresh of [
    { limbs: 6, scale: 2 ** 40 },
    { limbs: 3, scale: 2 ** 35 },
  ]) {
    const other = lowered(8, 1, fresh).at(-1)!;
    expect([other.limbs, other.scale]).toEqual([last.limbs, last.scale]);
  }
});

test('levels follow one another', () => {
  expect(bootstrapLevels(parameters)).toEqual({ slotToCoeff: 3, circuit: 6, evalMod: 14, coeffToSlot: 16 });
  expect(circuitLimbs({ id: 'plain', degree: 1024, modulus_bits: [40, 40, 50] })).toBe(2);
});
