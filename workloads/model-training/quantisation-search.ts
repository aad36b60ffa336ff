/**
 * The fewest bits that pixels and weights can be counted in, such that the planned network loses at most half a point to the float one.
 *
 * Bits are taken away one at a time, wherever that narrows the range of the outputs most without losing too much, because the range is
 * what plaintext primes must hold. Counted on training images: held-out images only measure.
 *
 * @module
 */
import { isRefusal } from '../../schemes/scheme.ts';
import type { Values } from '../../schemes/circuit.ts';
import { digitPlanning, digitSource } from '../cnn/digit-planning.ts';
import type { LabelledImages } from '../data/images.ts';
import { chainOf } from '../network/chain.ts';
import type { Network } from '../network/network.ts';
import { quantiseInput } from '../network/quantisation.ts';
import { evaluateNetwork, predictedClass } from '../network/reference.ts';
import { planNetwork } from '../plan/plan-network.ts';
import { outputFacts } from '../plan/planned-network.ts';
import { evaluatePlanned } from '../plan/planned-reference.ts';
import type { RecordedQuantisation, TriedBits } from '../models/quantisation.ts';

/** Share of images. */
const MOST_LOST = 0.005;
/** Where the search begins: nothing that can be seen is lost. */
const FIRST_PIXEL_BITS = 5;
const FIRST_WEIGHT_BITS = 8;
const LEAST_WEIGHT_BITS = 2;

type Bits = Pick<TriedBits, 'pixelBits' | 'weightBits'>;

/** @throws RangeError where even the first bits lose more. */
export function searchBits(network: Network, images: LabelledImages, onTried: (tried: TriedBits) => void): RecordedQuantisation {
  const { pixelsOf } = digitSource(network, null);
  const samples = Array.from({ length: images.count }, (_, index) => pixelsOf(images, index));
  const float = rightOf(samples, images, (sample) => evaluateNetwork(network, sample));
  const linear = chainOf(network).filter(({ kind }) => kind === 'linear').length;
  const judged = (bits: Bits): TriedBits => {
    const tried = { ...bits, ...judge(network, samples, images, bits) };
    onTried(tried);
    return tried;
  };
  const first = judged({ pixelBits: FIRST_PIXEL_BITS, weightBits: new Array<number>(linear).fill(FIRST_WEIGHT_BITS) });
  return { images: images.count, float, steps: descend(first, float - MOST_LOST * images.count, judged) };
}

/** From `first` down to where every bit less would leave fewer than `least` images right. */
export function descend(first: TriedBits, least: number, judged: (bits: Bits) => TriedBits): TriedBits[] {
  if (first.right < least) throw new RangeError(`the first bits leave ${first.right} images right, ${least} are needed`);
  const steps = [first];
  for (;;) {
    const enough = withOneBitLess(steps.at(-1)!)
      .map(judged)
      .filter(({ right }) => right >= least);
    if (enough.length === 0) return steps;
    steps.push(enough.reduce((best, other) => (other.range_log2 < best.range_log2 ? other : best)));
  }
}

function withOneBitLess({ pixelBits, weightBits }: Bits): readonly Bits[] {
  const fewerOfPixels = pixelBits > 1 ? [{ pixelBits: pixelBits - 1, weightBits }] : [];
  const fewerOfWeights = weightBits.flatMap((bits, layer) =>
    bits > LEAST_WEIGHT_BITS ? [{ pixelBits, weightBits: weightBits.with(layer, bits - 1) }] : [],
  );
  return [...fewerOfPixels, ...fewerOfWeights];
}

function judge(
  network: Network,
  samples: readonly Float64Array[],
  images: LabelledImages,
  bits: Bits,
): Pick<TriedBits, 'right' | 'range_log2'> {
  const planning = digitPlanning(network, bits);
  const planned = planNetwork(chainOf(network), planning);
  if (isRefusal(planned)) throw new Error(planned.reason);
  const { min, max } = outputFacts(planned);
  const right = rightOf(samples, images, (sample) => evaluatePlanned(planned, quantiseInput(sample, planning.quantisation.input)).at(-1)!);
  return { right, range_log2: Number(Math.log2(Math.max(-min, max)).toFixed(2)) };
}

function rightOf(samples: readonly Float64Array[], { labels }: LabelledImages, outputs: (sample: Float64Array) => Values): number {
  return samples.filter((sample, index) => predictedClass(Float64Array.from(outputs(sample), Number)) === labels[index]).length;
}
