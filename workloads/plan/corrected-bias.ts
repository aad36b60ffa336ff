/**
 * The bias of rounded weights. Where inputs lie far from zero, the rounding of a weight is multiplied by what they have in common, and a
 * network whose answer is a small difference is lost. The mean of that error is known beforehand and is taken off the bias (Nagel et al.,
 * "Data-free quantization through weight equalization and bias correction", ICCV 2019, section 4.2).
 *
 * @module
 */
import type { LinearMap } from '../network/linear-map.ts';
import { type QuantisedLinear, quantiseOperands, toSteps } from '../network/quantisation.ts';
import { multiplyVector } from '../network/sparse.ts';
import type { Operands } from './layers-so-far.ts';

/** A real linear map of counted operands in whole numbers, its bias corrected; `decides` as in `quantiseOperands`. */
export function countedLinear(
  real: LinearMap,
  operands: Operands,
  weightBits: number,
  decides: 'finest' | 'largest' = 'finest',
): QuantisedLinear {
  const counted = operands.values.map(({ width, facts }) => ({ width, step: facts.step! }));
  const { map, step } = quantiseOperands(real, counted, weightBits, decides);
  const bias = correctedBias(real, map.matrix, step, operands).map((value) => toSteps(value, step));
  return { map: { ...map, bias }, step };
}

/**
 * Real biases with which rounded weights make the same outputs in the mean over calibration samples as exact ones; without samples the
 * biases that they are.
 *
 * @param exact of real values
 * @param rounded weights of counted values, whose products count in `step`; of real ones, `step` is null
 */
export function correctedBias(exact: LinearMap, rounded: LinearMap['matrix'], step: number | null, operands: Operands): Float64Array {
  const { values, rule } = operands;
  if (rule.bound === 'proven' || rule.samples.length === 0) return exact.bias;
  const mean = meanOf(rule.samples);
  const units = values.flatMap(({ width, facts }) => new Array<number>(width).fill(facts.step ?? 1));
  const exactly = multiplyVector(
    exact.matrix,
    mean.map((count, at) => count * units[at]!),
  );
  const found = multiplyVector(rounded, mean);
  return exact.bias.map((bias, row) => bias + exactly[row]! - found[row]! * (step ?? 1));
}

function meanOf(samples: readonly Float64Array[]): Float64Array {
  const sum = new Float64Array(samples[0]!.length);
  for (const sample of samples) for (let at = 0; at < sum.length; at++) sum[at]! += sample[at]!;
  return sum.map((total) => total / samples.length);
}
