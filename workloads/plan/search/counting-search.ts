/**
 * How finely a network must be counted. Six bits keep most networks; where answers are small differences, or numbers that are to be
 * estimated, they may leave nothing of one. So what planning leaves is looked at in the clear, and where that is too little, finer ways to
 * count are: more bits, and tables for neurons apart. What a scheme cannot bear falls back to the best that it does, which is then said to
 * have lost the network, before anything is encrypted.
 *
 * @module
 */
import { isRefusal, type Refusal } from '../../../schemes/scheme.ts';
import type { Chain } from '../../network/chain.ts';
import type { NetworkOverData } from '../network-over-data.ts';
import { separateRanges } from '../tables/separate-ranges.ts';
import { type Kept, keptWords } from './kept.ts';

/** Less of the classes, or of the variance of outputs, is another network. */
export const LEAST_KEPT = 0.95;
/** As many more bits at a time. */
const MORE_BITS = 2;
const MOST_BITS = 16;

/** A way to count a network. */
export interface Counting {
  readonly bits: number;
  readonly of: NetworkOverData;
  /** As its neurons are looked up. */
  readonly chain: Chain;
}

export interface TriedCounting extends Counting {
  readonly kept: Kept;
}

export interface CountingSearch {
  readonly of: NetworkOverData;
  readonly chain: Chain;
  /** Real inputs. */
  readonly samples: readonly Float64Array[];
  /** Whether activations are looked up. */
  readonly hasTables: boolean;
  /** What a plan so counted leaves of the network. */
  readonly keptWith: (counting: Counting) => Kept | Refusal;
}

/** What was found. */
export interface FoundCountings {
  /** The one to plan with first: the least bits that keep the network. Behind it those that fall short, the better ones first. */
  readonly countings: readonly TriedCounting[];
  /** The fewest bits that keep the network, also where they may not be taken; null: no number that was tried does. */
  readonly keeping: TriedCounting | null;
}

/** Refused as plans of the usual counting are. */
export function rankCountings(search: CountingSearch): FoundCountings | Refusal {
  const { finer } = search.of;
  if (finer === undefined) throw new RangeError('the network is counted in one way only');
  const tried: TriedCounting[] = [];
  for (let { bits } = finer; bits <= Math.max(MOST_BITS, finer.bits); bits += MORE_BITS) {
    const best = bestOf(search, {
      bits,
      of: bits === finer.bits ? search.of : { ...search.of, ...finer.withBits(bits) },
      chain: search.chain,
    });
    if (isRefusal(best)) {
      if (tried.length === 0) return best;
      break;
    }
    tried.push(best);
    if (best.kept.share >= LEAST_KEPT) break;
  }
  const last = tried.at(-1)!;
  const keeping = last.kept.share >= LEAST_KEPT ? last : null;
  const allowed = finer.isAllowed ? tried : tried.slice(0, 1);
  return { countings: allowed.toSorted((a, b) => rankOf(b, keeping) - rankOf(a, keeping)), keeping };
}

function rankOf(tried: TriedCounting, keeping: TriedCounting | null): number {
  return tried === keeping ? Infinity : tried.kept.share;
}

/** With neurons apart where that keeps more. */
function bestOf({ samples, hasTables, keptWith }: CountingSearch, counting: Counting): TriedCounting | Refusal {
  const together = keptWith(counting);
  if (isRefusal(together)) return together;
  if (!hasTables || together.share >= LEAST_KEPT) return { ...counting, kept: together };
  const separated = { ...counting, chain: separateRanges(counting.chain, samples) };
  const apart = separated.chain === counting.chain ? together : keptWith(separated);
  return isRefusal(apart) || apart.share <= together.share ? { ...counting, kept: together } : { ...separated, kept: apart };
}

/** What a record says of the counting that was taken; nothing where it is the usual one and keeps the network. */
export function countingWords({ bits, kept }: TriedCounting, finer: NonNullable<NetworkOverData['finer']>): readonly string[] {
  if (kept.share < LEAST_KEPT || bits === finer.bits) return [];
  return [`counted in ${bits} bits, because ${finer.bits} leave less than ${100 * LEAST_KEPT}% of it: they keep ${keptWords(kept)}`];
}

function percent(share: number): string {
  return `${(100 * share).toFixed(1)}%`;
}

/**
 * What is lost, in one sentence; null: the network is kept.
 *
 * @example 'counted in 6 bits planning keeps none of the variance of outputs of 64 calibration samples, less than ...; 10 bits would keep 99.1%'
 */
export function lostWords({ bits, kept }: TriedCounting, { keeping }: FoundCountings): string | null {
  if (kept.share >= LEAST_KEPT) return null;
  const cure =
    keeping === null
      ? `no number of bits up to ${MOST_BITS} would keep ${100 * LEAST_KEPT}%`
      : keeping.bits === bits
        ? `polynomials of a higher degree would keep ${percent(keeping.kept.share)}, and this scheme cannot compute them`
        : `${keeping.bits} bits would keep ${percent(keeping.kept.share)}`;
  return `counted in ${bits} bits planning keeps ${keptWords(kept)}, less than the ${100 * LEAST_KEPT}% that are asked of a network; ${cure}`;
}
