/**
 * A planned network in the clear, one sample at a time. Whole numbers are exact: those that a layer may take past 2^53 are bigint.
 *
 * @module
 */
import type { LookupTable, SparseMatrix, Values } from '../../schemes/circuit.ts';
import { greatestRowSum } from '../../schemes/sparse-matrix.ts';
import { toSteps } from '../network/quantisation.ts';
import { multiplyVector } from '../network/sparse.ts';
import { applyAtClient } from './client/client-function.ts';
import {
  operandsOf,
  type PlannedClient,
  type PlannedLayer,
  type PlannedLinear,
  type PlannedNetwork,
  valueFacts,
} from './planned-network.ts';
import { fixedPoint, type Polynomial, valueAt } from './polynomial/polynomial.ts';

/** The layer's values for one sample, from its operands one behind the other; `step` is that of the first, null for real ones. */
export function evaluatePlannedLayer(layer: PlannedLayer, values: Values, step: number | null): Values {
  switch (layer.kind) {
    case 'linear':
      return linearValues(layer, values, step);
    case 'polynomial':
      return polynomialValues(step === null ? layer.polynomial : fixedPoint(layer.polynomial, step).integers, values, step);
    case 'table':
      return Float64Array.from<number | bigint>(values, (value) => lookUp(Number(value), layer.table));
    case 'bootstrap':
      return values;
    case 'client':
      return answerOf(layer, values);
    case 'switch':
      return Float64Array.from<number | bigint>(values, (value) => toSteps(Number(value), layer.output.step));
  }
}

function answerOf({ reads, output }: PlannedClient, values: Values): Values {
  let first = 0;
  return joinValues(reads.map(({ width, step, apply }) => applyAtClient(apply, values.slice(first, (first += width)), step, output)));
}

function linearValues({ matrix, bias }: PlannedLinear, values: Values, step: number | null): Values {
  const isSafe = (): boolean => greatestRowSum(matrix) * magnitudeOf(values) + magnitudeOf(bias) <= Number.MAX_SAFE_INTEGER;
  if (values instanceof Float64Array && (step === null || isSafe())) {
    return multiplyVector(matrix, values).map((sum, row) => sum + bias[row]!);
  }
  const exact = exactly(values);
  return Array.from(bias, (constant, row) => BigInt(constant) + exactRow(matrix, row, exact));
}

function exactRow({ offsets, indices, values }: SparseMatrix, row: number, vector: readonly bigint[]): bigint {
  let sum = 0n;
  for (let entry = offsets[row]!; entry < offsets[row + 1]!; entry++) sum += BigInt(values[entry]!) * vector[indices[entry]!]!;
  return sum;
}

function polynomialValues(polynomial: Polynomial, values: Values, step: number | null): Values {
  const magnitudes = polynomial.map(Math.abs);
  if (values instanceof Float64Array && (step === null || valueAt(magnitudes, magnitudeOf(values)) <= Number.MAX_SAFE_INTEGER)) {
    return values.map((value) => valueAt(polynomial, value));
  }
  const coefficients = polynomial.map(BigInt);
  return exactly(values).map((value) => coefficients.reduceRight((sum, coefficient) => sum * value + coefficient, 0n));
}

function exactly(values: Values): readonly bigint[] {
  return values instanceof Float64Array ? Array.from(values, BigInt) : values;
}

function magnitudeOf(values: Values): number {
  let most = 0;
  for (const value of values) most = Math.max(most, Math.abs(Number(value)));
  return most;
}

/** The nearest entry; a negacyclic table repeats with the opposite sign. */
export function lookUp(value: number, { min, step, outputs, negacyclic }: LookupTable): number {
  const position = Math.round((value - min) / step);
  if (!negacyclic) return Number(outputs[Math.min(Math.max(position, 0), outputs.length - 1)]);
  const half = Math.floor(position / outputs.length);
  const output = Number(outputs[position - half * outputs.length]);
  return half % 2 === 0 ? output : -output;
}

/** One behind the other. */
export function joinValues(operands: readonly Values[]): Values {
  if (operands.length === 1) return operands[0]!;
  if (operands.every((values) => values instanceof Float64Array)) {
    const joined = new Float64Array(operands.reduce((sum, { length }) => sum + length, 0));
    let next = 0;
    for (const values of operands) {
      joined.set(values, next);
      next += values.length;
    }
    return joined;
  }
  return operands.flatMap((values) => exactly(values));
}

/** Values of every layer in turn for one input, each counted in its layer's step. */
export function evaluatePlanned(network: PlannedNetwork, sample: Float64Array): readonly Values[] {
  return continuePlanned(network, [sample]).slice(1);
}

/** All values of the network, where the first ones are known. */
export function continuePlanned(network: PlannedNetwork, known: readonly Values[]): readonly Values[] {
  const facts = valueFacts(network);
  const values = [...known];
  for (const layer of network.layers.slice(known.length - 1)) {
    const of = operandsOf(layer);
    values.push(evaluatePlannedLayer(layer, joinValues(of.map((value) => values[value]!)), facts[of[0]!]!.step));
  }
  return values;
}
