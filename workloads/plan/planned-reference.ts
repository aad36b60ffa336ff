/**
 * A planned network in the clear, one sample at a time: what its values are, and whether they keep to the ranges they were given.
 *
 * @module
 */
import type { LookupTable } from '../../schemes/circuit.ts';
import { multiplyVector } from '../network/sparse.ts';
import type { PlannedLayer, PlannedNetwork, ValueFacts } from './planned-network.ts';
import { fixedPoint, valueAt } from './polynomial.ts';

/** The layer's values for one sample; `step` is that of the values before. */
export function evaluatePlannedLayer(layer: PlannedLayer, values: Float64Array, step: number | null): Float64Array {
  switch (layer.kind) {
    case 'linear':
      return multiplyVector(layer.matrix, values).map((sum, row) => sum + layer.bias[row]!);
    case 'polynomial': {
      const polynomial = step === null ? layer.polynomial : fixedPoint(layer.polynomial, step).integers;
      return values.map((value) => valueAt(polynomial, value));
    }
    case 'table':
      return values.map((value) => lookUp(value, layer.table));
  }
}

/** The nearest entry; a negacyclic table repeats with the opposite sign. */
function lookUp(value: number, { min, step, outputs, negacyclic }: LookupTable): number {
  const position = Math.round((value - min) / step);
  if (!negacyclic) return Number(outputs[Math.min(Math.max(position, 0), outputs.length - 1)]);
  const half = Math.floor(position / outputs.length);
  const output = Number(outputs[position - half * outputs.length]);
  return half % 2 === 0 ? output : -output;
}

/** Values of every layer in turn for one input, each counted in its layer's step. */
export function evaluatePlanned({ input, layers }: PlannedNetwork, sample: Float64Array): readonly Float64Array[] {
  let values = sample;
  let { step } = input;
  return layers.map((layer) => {
    values = evaluatePlannedLayer(layer, values, step);
    ({ step } = layer.output);
    return values;
  });
}

/** Of so many samples, how many pass a calibrated range anywhere. */
export function countOverflows(network: PlannedNetwork, samples: number, sample: (index: number) => Float64Array): number {
  const facts = network.layers.map(({ output }) => output);
  if (facts.every(({ bound }) => bound === 'proven')) return 0;
  let overflows = 0;
  for (let index = 0; index < samples; index++) {
    const values = evaluatePlanned(network, sample(index));
    if (values.some((layer, at) => passes(layer, facts[at]!))) overflows++;
  }
  return overflows;
}

function passes(values: Float64Array, { bound, min, max }: ValueFacts): boolean {
  return bound === 'calibrated' && values.some((value) => value < min || value > max);
}
