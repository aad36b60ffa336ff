/**
 * Integer copies of float values: symmetric and uniform, value = integer * step (Krishnamoorthi, "Quantizing deep
 * convolutional networks for efficient inference", arXiv:1806.08342, section 2.2).
 *
 * @module
 */
import type { SparseMatrix } from '../../schemes/circuit.ts';
import type { LinearMap } from './linear-map.ts';
import { joinColumns, splitColumns } from './sparse.ts';

/** Numbers counted in steps. */
export interface Quantised {
  readonly integers: Float64Array;
  readonly step: number;
}

/** How an input is counted: every real value of the input interval lies between min * step and max * step. */
export interface InputQuantisation {
  readonly step: number;
  readonly min: number;
  readonly max: number;
}

/** Nearest whole number of steps, halves away from zero, without the negative zero. */
export function toSteps(value: number, step: number): number {
  return Math.sign(value) * Math.floor(Math.abs(value) / step + 0.5) + 0;
}

/** Signed integers of `bits` bits, from 2 to 32: the largest value takes 2^(bits - 1) - 1. */
export function quantise(values: Float64Array, bits: number): Quantised {
  const largest = largestOf(values);
  // Also numbers so small that their step is no float64 are nothing but zero.
  const step = largest / (2 ** (bits - 1) - 1) || 1;
  return { integers: values.map((value) => toSteps(value, step)), step };
}

/** Counting of inputs from 0 to 1 by `bits` bits without sign. */
export function unsignedInput(bits: number): InputQuantisation {
  const max = 2 ** bits - 1;
  return { step: 1 / max, min: 0, max };
}

/** Counting of inputs from -1 to 1 by `bits` bits with sign; the lowest code is not used. */
export function signedInput(bits: number): InputQuantisation {
  const max = 2 ** (bits - 1) - 1;
  return { step: 1 / max, min: -max, max };
}

/** An input counted in steps; values outside of the interval take its end. */
export function quantiseInput(values: Float64Array, { step, min, max }: InputQuantisation): Float64Array {
  return values.map((value) => Math.min(max, Math.max(min, toSteps(value, step))));
}

/** A linear map over integers: weights of `weightBits` bits; the bias is counted in input step * weight step, as the products are. */
export function quantiseLinear({ matrix, bias }: LinearMap, inputStep: number, weightBits: number): LinearMap {
  const { integers, step } = quantise(matrix.values, weightBits);
  return { matrix: { ...matrix, values: integers, step }, bias: bias.map((value) => toSteps(value, inputStep * step)) };
}

/** A value that a linear map reads beside others. */
export interface CountedOperand {
  /** Numbers in it. */
  readonly width: number;
  readonly step: number;
}

/** A linear map over integers, and the step of its outputs. */
export interface QuantisedLinear {
  readonly map: LinearMap;
  readonly step: number;
}

/**
 * A linear map of values that lie one behind the other, over integers: of one value as `quantiseLinear` has it. Of several, products are
 * counted in one step, so that they can be summed; the finest weights decide it, or those of the largest products where that is asked for,
 * because finer steps make weights larger, and with them noise. Where a value is passed on as it is (a skip connection:
 * all weights of one size), the step is made a whole part of that value's, so that nothing of it is rounded. The matrix then has no step
 * of its own: that of its columns is the step of outputs over that of the operand.
 */
export function quantiseOperands(
  map: LinearMap,
  operands: readonly CountedOperand[],
  weightBits: number,
  decides: 'finest' | 'largest' = 'finest',
): QuantisedLinear {
  const { matrix, bias } = map;
  const [first, ...others] = operands as [CountedOperand, ...CountedOperand[]];
  if (others.length === 0) {
    const alone = quantiseLinear(map, first.step, weightBits);
    return { map: alone, step: first.step * alone.matrix.step! };
  }
  const blocks = splitColumns(
    matrix,
    operands.map(({ width }) => width),
  );
  const step = commonStep(
    blocks.map(({ values }, at) => ({ ...spread(values), step: operands[at]!.step })),
    2 ** (weightBits - 1) - 1,
    decides === 'finest' ? Math.min : Math.max,
  );
  const counted = blocks.map((block, at) => {
    const unit = step / operands[at]!.step;
    return { ...block, values: block.values.map((value) => toSteps(value, unit)) };
  });
  return { map: { matrix: joinColumns(counted), bias: bias.map((value) => toSteps(value, step)) }, step };
}

/** The largest magnitude, and whether all have it. */
function spread(values: Float64Array): { readonly largest: number; readonly even: boolean } {
  const largest = largestOf(values);
  return { largest, even: values.every((value) => Math.abs(value) === largest) };
}

interface Summand {
  readonly largest: number;
  readonly even: boolean;
  readonly step: number;
}

/** Of products: `most` is the largest whole weight. */
function commonStep(summands: readonly Summand[], most: number, decides: (...steps: number[]) => number): number {
  const used = summands.filter(({ largest }) => largest > 0);
  const uneven = used.filter(({ even }) => !even).map(({ largest, step }) => (largest * step) / most);
  const finest = uneven.length === 0 ? Infinity : decides(...uneven);
  const passed = used.filter(({ even }) => even).map(({ largest, step }) => largest * step);
  if (passed.length === 0) return finest < Infinity ? finest : summands[0]!.step;
  const least = Math.min(...passed);
  const from = Math.max(1, Math.ceil(least / finest));
  let best = { step: least / from, error: Infinity };
  for (let parts = from; parts <= Math.max(most, 2 * from) && best.error > 1 / (2 * most); parts++) {
    const step = least / parts;
    const error = Math.max(...passed.map((size) => Math.abs(Math.round(size / step) / (size / step) - 1)));
    if (error < best.error) best = { step, error };
  }
  return best.step;
}

function largestOf(values: Float64Array): number {
  return values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
}

/** Real weights as whole multiples of one power of two: the largest takes `bits` bits, sign included. */
export function roundWeights(matrix: SparseMatrix, bits: number): SparseMatrix {
  const largest = largestOf(matrix.values);
  if (largest === 0) return matrix;
  const unit = 2 ** (Math.ceil(Math.log2(largest)) - (bits - 1));
  return { ...matrix, values: matrix.values.map((value) => toSteps(value, unit) * unit) };
}
