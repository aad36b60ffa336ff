/**
 * CoeffToSlot and SlotToCoeff as products of sparse matrices: each takes some stages of the transform between slots and coefficients
 * together (Cheon, Han, Hhan, "Faster homomorphic discrete Fourier transforms", 2018). A stage has three diagonals, and so has a matrix of
 * few stages few. Coefficients come in bit-reversed order, and leave in it: what is between the two treats all alike.
 *
 * @module
 */
import type { DftFactor } from '../program/program.ts';
import { stageFactors, zeroVector, type ComplexVector } from './slot-transform.ts';

/** A square matrix by diagonals: row r holds values[r] in column r + offset, counted around. Offsets lie in 0 to the rows - 1. */
export type Diagonals = ReadonlyMap<number, ComplexVector>;

/** The matrix. */
export function factorDiagonals(factor: DftFactor): Diagonals {
  const ones = { ...zeroVector(factor.slots), real: new Float64Array(factor.slots).fill(1) };
  const whole = stageLengths(factor).reduce<Diagonals>(
    (before, length) => product(stageDiagonals(factor, length), before, factor.slots),
    new Map([[0, ones]]),
  );
  return new Map([...whole].map(([offset, values]) => [offset, multiplied(values, factor.constant)]));
}

/** The offsets of its diagonals that are not zero, without its values; from -slots / 2, excluded, to slots / 2. */
export function factorOffsets(factor: DftFactor): readonly number[] {
  const { slots } = factor;
  let offsets = new Set([0]);
  for (const length of stageLengths(factor)) {
    const own = [0, length / 2, -length / 2];
    offsets = new Set([...offsets].flatMap((offset) => own.map((more) => positive(offset + more, slots))));
  }
  return [...offsets].map((offset) => (offset > slots / 2 ? offset - slots : offset)).sort((a, b) => a - b);
}

/** Slots of one block of butterflies, stage by stage in the order in which they are applied. */
function stageLengths({ slots, direction, stages: [first, end] }: DftFactor): readonly number[] {
  return Array.from({ length: end - first }, (_, at) => (direction === 'coeffToSlot' ? slots / 2 ** (first + at) : 2 ** (first + at + 1)));
}

function stageDiagonals({ slots, direction }: DftFactor, length: number): Diagonals {
  const half = length / 2;
  const factors = stageFactors(length);
  const diagonals = new Map<number, ComplexVector>();
  const set = (offset: number, row: number, real: number, imaginary: number): void => {
    const values = diagonals.get(positive(offset, slots)) ?? zeroVector(slots);
    diagonals.set(positive(offset, slots), values);
    values.real[row] = real;
    values.imaginary[row] = imaginary;
  };
  for (let row = 0; row < slots; row++) {
    const j = row % length;
    const isUpper = j < half;
    const [c, s] = [factors.real[j % half]!, factors.imaginary[j % half]!];
    if (direction === 'slotToCoeff') {
      // x + w y and x - w y.
      if (isUpper) {
        set(0, row, 1, 0);
        set(half, row, c, s);
      } else {
        set(0, row, -c, -s);
        set(-half, row, 1, 0);
      }
    } else if (isUpper) {
      // (x + y) / 2 and (x - y) / 2w.
      set(0, row, 1 / 2, 0);
      set(half, row, 1 / 2, 0);
    } else {
      set(0, row, -c / 2, s / 2);
      set(-half, row, c / 2, -s / 2);
    }
  }
  return diagonals;
}

/** left * right. */
function product(left: Diagonals, right: Diagonals, slots: number): Diagonals {
  const diagonals = new Map<number, ComplexVector>();
  for (const [a, { real, imaginary }] of left) {
    for (const [b, other] of right) {
      const offset = positive(a + b, slots);
      const target = diagonals.get(offset) ?? zeroVector(slots);
      diagonals.set(offset, target);
      for (let row = 0; row < slots; row++) {
        const column = (row + a) % slots;
        const [x, y, u, v] = [real[row]!, imaginary[row]!, other.real[column]!, other.imaginary[column]!];
        target.real[row]! += x * u - y * v;
        target.imaginary[row]! += x * v + y * u;
      }
    }
  }
  return diagonals;
}

function multiplied({ real, imaginary }: ComplexVector, constant: number): ComplexVector {
  return { real: real.map((x) => x * constant), imaginary: imaginary.map((x) => x * constant) };
}

function positive(offset: number, slots: number): number {
  return ((offset % slots) + slots) % slots;
}
