/**
 * How digit networks are planned in whole numbers.
 *
 * @module
 */
import { calibratedDigitRanges, type DigitSource } from '../data/digits.ts';
import { centralImageValues } from '../data/images.ts';
import type { Network } from '../network/network.ts';
import { unsignedInput } from '../network/quantisation.ts';
import { sizeOf } from '../network/shape.ts';
import type { NetworkPlanning, Quantisation } from '../plan/plan-network.ts';
import type { RangeRule } from '../plan/range.ts';

/** Every power more doubles the bits of a value. */
export const INTEGER_DEGREE = 2;
/** A quadratic is near ReLU on a short interval only; see `workloads/models/README.md`, "ReLU and polynomials". */
const FIT_MARGIN = 1.1;
const RANGE_MARGIN = 1.5;

/** Images as the network takes them: whole, or their middle. */
export function digitSource({ input }: Network, dataFolder: string | null): DigitSource {
  return { dataFolder, pixelsOf: centralImageValues(input.shape.height) };
}

/** The worst case; where polynomials are fitted to an interval, what training images reach: the worst case would leave nothing of ReLU. */
export function integerRanges({ layers }: Network, source: DigitSource): RangeRule {
  const fitted = layers.some((layer) => layer.kind === 'activation' && layer.activation !== 'square');
  return fitted ? { ...calibratedDigitRanges(RANGE_MARGIN, source), fitMargin: FIT_MARGIN } : { bound: 'proven' };
}

export interface QuantisationBits {
  readonly pixelBits: number;
  /** Of each linear layer in turn, sign included. */
  readonly weightBits: readonly number[];
}

export function digitQuantisation({ pixelBits, weightBits }: QuantisationBits): Quantisation {
  return { input: unsignedInput(pixelBits), weightBits };
}

/** As the integer schemes plan a digit network. */
export function digitPlanning(network: Network, bits: QuantisationBits): NetworkPlanning & { readonly quantisation: Quantisation } {
  return {
    inputs: sizeOf(network.input.shape),
    interval: network.input,
    quantisation: digitQuantisation(bits),
    realWeightBits: null,
    rule: integerRanges(network, digitSource(network, null)),
    degree: INTEGER_DEGREE,
  };
}
