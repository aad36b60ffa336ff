/**
 * Variances of the error on the torus (modulus 1). The formulas are those of Chillotti et al.,
 * "TFHE: Fast Fully Homomorphic Encryption over the Torus", J. Cryptology 33 (2020), sections 4 and 6, with second moments
 * instead of worst cases: digits are uniform in [-B/2, B/2), rounding errors uniform, key bits 0 or 1 with equal chance.
 *
 * @module
 */
import { bigDimension, type TfheParameters } from '../parameters.ts';

/** Mean square of a digit. */
function digitMoment(base_log2: number): number {
  return (4 ** base_log2 + 2) / 12;
}

/** Variance of what rounding to `levels` digits cuts off. */
function roundingVariance(base_log2: number, levels: number): number {
  return 4 ** -(base_log2 * levels) / 12;
}

/** Of a fresh ciphertext under the big key. */
export function freshVariance(set: TfheParameters): number {
  return set.glweNoise ** 2;
}

/** Added by the keyswitch to the small key. */
export function keyswitchVariance(set: TfheParameters): number {
  const { keyswitchBase_log2: base_log2, keyswitchLevels: levels } = set;
  const dimension = bigDimension(set);
  return dimension * (levels * digitMoment(base_log2) * set.lweNoise ** 2 + roundingVariance(base_log2, levels) / 2);
}

/** Added by rounding to multiples of 1/2N: the mask's words, and the body. */
export function modulusSwitchVariance(set: TfheParameters): number {
  return maskRoundingVariance(set) + roundedVariance(set);
}

/** Of the mask's words alone. Centring leaves e_i (1/2 - s_i) of every one, a quarter of e_i's variance whatever the key bit is. */
export function maskRoundingVariance(set: TfheParameters): number {
  return (set.lweDimension / 4) * roundedVariance(set);
}

/** Of one rounding to a multiple of 1/2N. */
function roundedVariance({ polynomialSize }: TfheParameters): number {
  return (2 * polynomialSize) ** -2 / 12;
}

/**
 * Mean square error of the double-precision transforms, in units of the last place and per stage of radix 2: what the largest
 * of the four sets shows; the smaller ones show 0.14 to 0.18. The mask's error is multiplied by the k * N / 2 ones of the key,
 * so that this term is as large as the key's own noise.
 */
const TRANSFORM_ERROR_PER_STAGE = 0.2;
const DOUBLE_PRECISION_BITS = 53;

/**
 * Of the output of a bootstrap, whatever went in. Accumulators of 32-bit words add a bias of half a unit a coefficient and
 * step, which is under a hundredth of this where digits leave 8 bits or more.
 */
export function bootstrapVariance(set: TfheParameters): number {
  const { lweDimension, glweDimension, polynomialSize, bootstrapBase_log2: base_log2, bootstrapLevels: levels } = set;
  const products = (glweDimension + 1) * levels * polynomialSize;
  const maskBits = 1 + bigDimension(set) / 2;
  const key = products * digitMoment(base_log2) * set.glweNoise ** 2;
  // The rounding error of the accumulator counts only where the key bit is one.
  const rounding = (maskBits * roundingVariance(base_log2, levels)) / 2;
  const stages = Math.log2(polynomialSize / 2);
  const lastPlace = TRANSFORM_ERROR_PER_STAGE * stages * 4 ** -DOUBLE_PRECISION_BITS;
  const transform = lastPlace * maskBits * products * digitMoment(base_log2);
  return lweDimension * (key + rounding + transform);
}
