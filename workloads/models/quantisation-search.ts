/**
 * The fewest bits that pixels and weights can be counted in: of all pairs whose planned network loses at most half a point to the float
 * one, the pair whose outputs have the smallest range, because the range is what plaintext primes must hold.
 *
 * Counted on training images: held-out images only measure.
 *
 * @module
 */
import { isRefusal } from '../../schemes/scheme.ts';
import type { Values } from '../../schemes/circuit.ts';
import { digitPlanning } from '../cnn/digit-planning.ts';
import { imageValues, type LabelledImages } from '../data/images.ts';
import { chainOf } from '../network/chain.ts';
import type { Network } from '../network/network.ts';
import { quantiseInput } from '../network/quantisation.ts';
import { evaluateNetwork, predictedClass } from '../network/reference.ts';
import { planNetwork } from '../plan/plan-network.ts';
import { outputFacts } from '../plan/planned-network.ts';
import { evaluatePlanned } from '../plan/planned-reference.ts';
import type { RecordedQuantisation, TriedBits } from './quantisation.ts';

/** Share of images. */
const MOST_LOST = 0.005;
const PIXEL_BITS = [1, 2, 3, 4, 5] as const;
const WEIGHT_BITS = [3, 4, 5, 6, 7] as const;

/** Tries every pair of bits. @throws RangeError where all of them lose more. */
export function searchBits(network: Network, images: LabelledImages, onTried: (tried: TriedBits) => void): RecordedQuantisation {
  const samples = Array.from({ length: images.count }, (_, index) => imageValues(images, index));
  const float = rightOf(samples, images, (sample) => evaluateNetwork(network, sample));
  const tried: TriedBits[] = [];
  for (const pixelBits of PIXEL_BITS) {
    for (const weightBits of WEIGHT_BITS) {
      const bits = { pixelBits, weightBits, ...judge(network, samples, images, pixelBits, weightBits) };
      onTried(bits);
      tried.push(bits);
    }
  }
  return { images: images.count, float, chosen: fewest(tried, float - MOST_LOST * images.count), tried };
}

/** Index of the smallest range among what classifies at least `least` images rightly. */
export function fewest(tried: readonly TriedBits[], least: number): number {
  const enough = [...tried.keys()].filter((at) => tried[at]!.right >= least);
  if (enough.length === 0) throw new RangeError('every choice of bits loses more than half a point');
  return enough.reduce((best, at) => (tried[at]!.range_log2 < tried[best]!.range_log2 ? at : best));
}

function judge(
  network: Network,
  samples: readonly Float64Array[],
  images: LabelledImages,
  pixelBits: number,
  weightBits: number,
): Pick<TriedBits, 'right' | 'range_log2'> {
  const planning = digitPlanning(network, { pixelBits, weightBits });
  const planned = planNetwork(chainOf(network), planning);
  if (isRefusal(planned)) throw new Error(planned.reason);
  const { min, max } = outputFacts(planned);
  const right = rightOf(samples, images, (sample) => evaluatePlanned(planned, quantiseInput(sample, planning.quantisation.input)).at(-1)!);
  return { right, range_log2: Number(Math.log2(Math.max(-min, max)).toFixed(2)) };
}

function rightOf(samples: readonly Float64Array[], { labels }: LabelledImages, outputs: (sample: Float64Array) => Values): number {
  return samples.filter((sample, index) => predictedClass(Float64Array.from(outputs(sample), Number)) === labels[index]).length;
}
