/**
 * The batched layout (CryptoNets, ICML 2016): a ciphertext per value, and slot s of every ciphertext belongs to sample s.
 *
 * @module
 */
import type { SlotShape } from '../../schemes/circuit.ts';
import type { Arrangement, Plan } from '../plan.ts';
import { inputType, type LinearLayer, outputStep } from './linear-layer.ts';
import { calibratedRanges, type Domain, provenRanges, type RangeRule } from './range.ts';
import { INPUT, singleLayerPlan } from './single-layer.ts';

/** Every output of the layer for one sample. */
function outputs({ matrix, bias }: LinearLayer, domain: Domain): Float64Array {
  return bias.map((constant, row) => {
    let sum = domain.constant(constant);
    for (let entry = matrix.offsets[row]!; entry < matrix.offsets[row + 1]!; entry++) {
      sum += domain.product(matrix.values[entry]!, matrix.indices[entry]!);
    }
    return sum;
  });
}

/** Ciphertext i holds value i of every sample. */
function samplesInSlots(values: number, batch: number): Arrangement {
  return {
    values,
    index: Array.from({ length: values }, (_, value) => Int32Array.from({ length: batch }, (_, slot) => slot * values + value)),
  };
}

/**
 * A plan that takes as many samples at once as the shape has slots.
 *
 * @throws EnigmarkError RANGE_TOO_LARGE
 */
export function planBatched(layer: LinearLayer, rule: RangeRule, shape: SlotShape): Plan {
  const { matrix, bias } = layer;
  const step = outputStep(layer);
  const stages = (domain: Domain): readonly Float64Array[] => [outputs(layer, domain)];
  const [range] =
    rule.bound === 'proven'
      ? provenRanges(stages, layer.input, matrix.columns + 1, step !== null)
      : calibratedRanges(stages, rule.samples, rule.margin);
  const batch = shape.rows * shape.columns;
  return singleLayerPlan(
    shape,
    [
      { op: 'input', port: INPUT, sources: ['client'], type: inputType(layer, matrix.columns), layer: INPUT },
      { op: 'affine', of: 0, matrix, bias, type: { width: matrix.rows, bound: rule.bound, step, ...range! }, layer: layer.name },
    ],
    { input: samplesInSlots(matrix.columns, batch), output: samplesInSlots(matrix.rows, batch) },
    batch,
  );
}
