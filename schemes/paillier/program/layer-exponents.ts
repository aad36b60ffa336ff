/**
 * What a linear layer is on ciphertexts: every output is a product of powers of inputs. An affine map raises an input to its weight; a
 * convolution to all weights of a term side by side, each in the bits of its slot.
 *
 * @module
 */
import type { ConvolutionTerm, SparseMatrix } from '../../circuit.ts';

/** positive - negative is the exponent; both are not negative. */
export interface Exponent {
  readonly input: number;
  readonly positive: bigint;
  readonly negative: bigint;
}

/** Of every output. An input occurs once in it, and never with the exponent 0. */
export type LayerExponents = readonly (readonly Exponent[])[];

export function affineExponents({ rows, offsets, indices, values }: SparseMatrix): LayerExponents {
  return Array.from({ length: rows }, (_, row) => {
    const weights = new Map<number, bigint>();
    for (let entry = offsets[row]!; entry < offsets[row + 1]!; entry++) {
      weights.set(indices[entry]!, (weights.get(indices[entry]!) ?? 0n) + BigInt(values[entry]!));
    }
    return exponents([...weights].map(([input, weight]) => ({ input, positive: atLeastZero(weight), negative: atLeastZero(-weight) })));
  });
}

/** @param slot_bits width of a slot: slot s counts 2^(s * slot_bits) */
export function convolutionExponents(outputs: readonly (readonly ConvolutionTerm[])[], slot_bits: number): LayerExponents {
  return outputs.map((terms) => {
    const sums = new Map<number, { positive: bigint; negative: bigint }>();
    for (const { from, weights } of terms) {
      const sum = sums.get(from) ?? { positive: 0n, negative: 0n };
      sum.positive += shiftedSum(weights, slot_bits, 1);
      sum.negative += shiftedSum(weights, slot_bits, -1);
      sums.set(from, sum);
    }
    return exponents([...sums].map(([input, sum]) => ({ input, ...sum })));
  });
}

/** Of the weights with a sign, their magnitudes. */
function shiftedSum(weights: Float64Array, slot_bits: number, sign: 1 | -1): bigint {
  return weights.reduceRight((sum, weight) => (sum << BigInt(slot_bits)) + BigInt(Math.max(0, sign * weight)), 0n);
}

function exponents(all: readonly Exponent[]): readonly Exponent[] {
  return all.filter(({ positive, negative }) => positive !== 0n || negative !== 0n);
}

function atLeastZero(x: bigint): bigint {
  return x < 0n ? 0n : x;
}
