/**
 * What a user is told of samples that leave calibrated ranges: before anything is encrypted, and where the run is incorrect.
 *
 * @module
 */
import type { PassedRange } from '../../../workloads/workload.ts';

/** Layers that are named; of more the rest is counted. */
const MOST_NAMED = 3;

/**
 * null: no sample leaves a range.
 *
 * @example "14 samples leave the range that calibration gave layer 'a' (also 'b': 3); they decrypt to anything. Give calibration ..."
 */
export function passedWords(passed: readonly PassedRange[]): string | null {
  const [worst, ...others] = passed.toSorted((left, right) => right.samples - left.samples);
  if (worst === undefined) return null;
  const named = others.slice(0, MOST_NAMED - 1).map(({ layer, samples }) => `'${layer}': ${samples}`);
  const more = others.length - named.length;
  const also = [...named, ...(more > 0 ? [`${more} more`] : [])];
  const count = worst.samples === 1 ? '1 sample leaves' : `${worst.samples} samples leave`;
  const where = `the range that calibration gave layer '${worst.layer}'${also.length > 0 ? ` (also ${also.join(', ')})` : ''}`;
  return `${count} ${where}, and what it decrypts to may be far off: give calibration inputs that reach as far as the samples, or a network of your own wider ranges with --margin`;
}
