/**
 * Integer copies of float values: symmetric and uniform, value = integer * step (Krishnamoorthi, "Quantizing deep
 * convolutional networks for efficient inference", arXiv:1806.08342, section 2.2).
 *
 * @module
 */
import type { SparseMatrix } from '../../schemes/circuit.ts';
import type { LinearMap } from './linear-map.ts';

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
function toSteps(value: number, step: number): number {
  return Math.sign(value) * Math.floor(Math.abs(value) / step + 0.5) + 0;
}

/** Signed integers of `bits` bits, from 2 to 32: the largest value takes 2^(bits - 1) - 1. */
export function quantise(values: Float64Array, bits: number): Quantised {
  const largest = values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
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

/** Real weights as whole multiples of one power of two: the largest takes `bits` bits, sign included. */
export function roundWeights(matrix: SparseMatrix, bits: number): SparseMatrix {
  const largest = matrix.values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  if (largest === 0) return matrix;
  const unit = 2 ** (Math.ceil(Math.log2(largest)) - (bits - 1));
  return { ...matrix, values: matrix.values.map((value) => toSteps(value, unit) * unit) };
}
