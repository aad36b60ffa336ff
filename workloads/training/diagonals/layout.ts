/**
 * Encrypted diagonals: a matrix of samples as ciphertexts that are multiplied with rotations of one ciphertext of weights, and backwards
 * with rotations of one ciphertext of errors (Halevi and Shoup, CRYPTO 2014, with both sides encrypted).
 *
 * The n slots are n / B blocks of B samples. A block holds T features, so slot V belongs to sample V mod B and to feature
 * V mod T + T * floor(V / B). All of it is cyclic over n: what crosses the border of a block meets the features of the next one, which
 * changes the order of blocks but not their sum. So nothing has to be masked.
 *
 * @module
 */

export interface DiagonalLayout {
  /** n */
  readonly slots: number;
  /** B, a power of two. */
  readonly samples: number;
  /** T, a power of two: ciphertexts of samples. */
  readonly diagonals: number;
  /** Rotations of weights; the diagonals are `babies` times `giants`. */
  readonly babies: number;
  /** Features, the bias among them. */
  readonly features: number;
}

/**
 * Layouts for a batch of so many samples, one for each way to cut the diagonals into babies and giants; none where samples or features
 * are more than fit `slots`.
 */
export function diagonalLayouts(slots: number, batch: number, features: number): readonly DiagonalLayout[] {
  const samples = powerOfTwo(batch);
  if (samples > slots) return [];
  const diagonals = powerOfTwo(Math.ceil(features / (slots / samples)));
  if (diagonals > samples) return [];
  const cuts = Array.from({ length: Math.log2(diagonals) + 1 }, (_, log2) => 2 ** log2);
  return cuts.map((babies) => ({ slots, samples, diagonals, babies, features }));
}

function powerOfTwo(least: number): number {
  return 2 ** Math.ceil(Math.log2(least));
}

/** The feature that a slot of weights or gradients belongs to; at least `features` where it is none's. */
export function featureOf({ diagonals, samples }: DiagonalLayout, slot: number): number {
  return (slot % diagonals) + diagonals * Math.floor(slot / samples);
}

/**
 * The ciphertexts of a batch. Diagonal t = babies * j + i holds, in slot V, sample V - babies * j and the feature of slot V + i: it is
 * rotated by babies * j beforehand, so that the sum over i can be rotated back as a whole.
 */
export function sampleSlots(layout: DiagonalLayout, rows: readonly Float64Array[]): Float64Array[] {
  const { slots, samples, diagonals, babies } = layout;
  return Array.from({ length: diagonals }, (_, t) => {
    const giant = babies * Math.floor(t / babies);
    return Float64Array.from({ length: slots }, (_unused, slot) => {
      const row = rows[(slot - giant + samples) % samples];
      return row?.[featureOf(layout, (slot + (t % babies)) % slots)] ?? 0;
    });
  });
}

/** A number for each sample, in every block; samples that there are none of have zero. */
export function perSampleSlots({ slots, samples }: DiagonalLayout, count: number, value: (sample: number) => number): Float64Array {
  return Float64Array.from({ length: slots }, (_, slot) => (slot % samples < count ? value(slot % samples) : 0));
}

/** A number for each feature. */
export function perFeatureSlots(layout: DiagonalLayout, values: Float64Array): Float64Array {
  return Float64Array.from({ length: layout.slots }, (_, slot) => values[featureOf(layout, slot)] ?? 0);
}

/** The sum of the slots of each feature, whole numbers of any size. */
export function wholeFeatureSums(layout: DiagonalLayout, slots: Iterable<number | bigint>): readonly bigint[] {
  const sums = Array.from({ length: layout.features }, () => 0n);
  for (const [slot, value] of [...slots].entries()) {
    const feature = featureOf(layout, slot);
    if (feature < layout.features) sums[feature]! += BigInt(value);
  }
  return sums;
}

/** The sum of the slots of each feature, times a factor. */
export function featureSums(layout: DiagonalLayout, slots: ArrayLike<number | bigint>, factor: number): Float64Array {
  const sums = new Float64Array(layout.features);
  for (let slot = 0; slot < layout.slots; slot++) {
    const feature = featureOf(layout, slot);
    if (feature < layout.features) sums[feature]! += factor * Number(slots[slot]);
  }
  return sums;
}
