/**
 * A planned network in the clear. Whole numbers are exact: those that a layer may take past 2^53 are bigint.
 *
 * @module
 */
import type { LookupTable, SparseMatrix, Values } from '../../schemes/circuit.ts';
import { greatestRowSum } from '../../schemes/sparse-matrix.ts';
import { toSteps } from '../network/quantisation.ts';
import { multiplyVector, multiplyVectors } from '../network/sparse.ts';
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
  return evaluatePlannedLayers(layer, [values], step)[0]!;
}

/** The same for many samples at once, which takes a third of the time. */
export function evaluatePlannedLayers(layer: PlannedLayer, samples: readonly Values[], step: number | null): readonly Values[] {
  switch (layer.kind) {
    case 'linear':
      return linearValues(layer, samples, step);
    case 'polynomial': {
      const polynomial = step === null ? layer.polynomial : fixedPoint(layer.polynomial, step).integers;
      return samples.map((values) => polynomialValues(polynomial, values, step));
    }
    case 'table':
      return samples.map((values) => toFloats(values).map((value) => lookUp(value, layer.table)));
    case 'bootstrap':
      return samples;
    case 'client':
      return samples.map((values) => answerOf(layer, values));
    case 'switch': {
      const { step: counted } = layer.output;
      return samples.map((values) => toFloats(values).map((value) => toSteps(value, counted)));
    }
  }
}

/** Rounded where they were bigint. */
export function toFloats(values: Values): Float64Array {
  return values instanceof Float64Array ? values : Float64Array.from(values, Number);
}

function answerOf({ reads, output }: PlannedClient, values: Values): Values {
  let first = 0;
  return joinValues(reads.map(({ width, step, apply }) => applyAtClient(apply, values.slice(first, (first += width)), step, output)));
}

function linearValues({ matrix, bias }: PlannedLinear, samples: readonly Values[], step: number | null): readonly Values[] {
  const [gain, most] = step === null ? [0, 0] : [greatestRowSum(matrix), magnitudeOf(bias)];
  const isSafe = (values: Values): values is Float64Array =>
    values instanceof Float64Array && (step === null || gain * magnitudeOf(values) + most <= Number.MAX_SAFE_INTEGER);
  const biased = (sums: Float64Array): Float64Array => {
    for (let row = 0; row < sums.length; row++) sums[row]! += bias[row]!;
    return sums;
  };
  if (samples.every(isSafe)) return multiplyVectors(matrix, samples).map(biased);
  return samples.map((values) => {
    if (isSafe(values)) return biased(multiplyVector(matrix, values));
    const exact = exactly(values);
    return Array.from(bias, (constant, row) => BigInt(constant) + exactRow(matrix, row, exact));
  });
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
  for (let at = 0; at < values.length; at++) most = Math.max(most, Math.abs(Number(values[at])));
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

/** The same for many inputs at once: a list of layers for each. */
export function evaluatePlannedSamples(network: PlannedNetwork, samples: readonly Float64Array[]): readonly (readonly Values[])[] {
  const byValue = continueSamples(network, [samples]);
  return samples.map((_, sample) => byValue.slice(1).map((values) => values[sample]!));
}

/** All values of the network, where the first ones are known. */
export function continuePlanned(network: PlannedNetwork, known: readonly Values[]): readonly Values[] {
  return continueSamples(
    network,
    known.map((values) => [values]),
  ).map(([values]) => values!);
}

/** By value, then by sample. */
function continueSamples(network: PlannedNetwork, known: readonly (readonly Values[])[]): readonly (readonly Values[])[] {
  const facts = valueFacts(network);
  const values = [...known];
  for (const layer of network.layers.slice(known.length - 1)) {
    const of = operandsOf(layer);
    const operands = known[0]!.map((_, sample) => joinValues(of.map((value) => values[value]![sample]!)));
    values.push(evaluatePlannedLayers(layer, operands, facts[of[0]!]!.step));
  }
  return values;
}
