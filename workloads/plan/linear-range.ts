/**
 * The range of the outputs of a linear map.
 *
 * @module
 */
import type { LinearMap } from '../network/linear-map.ts';
import { multiplyVectors } from '../network/sparse.ts';
import type { Operands } from './layers-so-far.ts';
import { type Domain, type Interval, assertRange, provenRanges, seenInterval, wholeInterval } from './range.ts';

function outputsOver({ matrix, bias }: LinearMap, domain: Domain): Float64Array {
  return bias.map((constant, row) => {
    let sum = domain.constant(constant);
    for (let entry = matrix.offsets[row]!; entry < matrix.offsets[row + 1]!; entry++) {
      sum += domain.product(matrix.values[entry]!, matrix.indices[entry]!);
    }
    return sum;
  });
}

/** What the map makes of calibration samples; null where ranges are proven. */
export function linearSamples({ bias, matrix }: LinearMap, { rule }: Operands): readonly Float64Array[] | null {
  if (rule.bound === 'proven') return null;
  const outputs = multiplyVectors(matrix, rule.samples);
  for (const sums of outputs) for (let row = 0; row < sums.length; row++) sums[row]! += bias[row]!;
  return outputs;
}

/**
 * An interval for all outputs, whole numbers where the map is counted. `operands` are what it reads, one behind the other; `outputs` what
 * `linearSamples` found.
 *
 * @throws EnigmarkError RANGE_TOO_LARGE
 */
export function linearRange(map: LinearMap, operands: Operands, whole: boolean, outputs = linearSamples(map, operands)): Interval {
  const { values, rule } = operands;
  if (rule.bound === 'proven' || outputs === null) {
    const inputs = values.flatMap(({ width, facts }) => new Array<Interval>(width).fill(facts));
    return provenRanges(
      (domain) => [outputsOver(map, domain)],
      (column) => inputs[column]!,
      map.matrix.columns + 1,
      whole,
    )[0]!;
  }
  const { min, max } = seenInterval(outputs, rule.margin);
  if (!whole) return { min, max };
  assertRange(Math.max(-min, max));
  return wholeInterval({ min, max });
}
