/**
 * A network, the data that it is run on, and how it is counted where a scheme asks for whole numbers.
 *
 * @module
 */
import type { Network } from '../network/network.ts';
import type { Quantisation } from './plan-network.ts';
import type { RangeRule } from './range.ts';
import type { TableQuantisation } from './tables/table-network.ts';

export interface NetworkOverData {
  readonly network: Network;
  /** Distinct samples. */
  readonly samples: number;
  /** Real inputs of one sample, within the network's interval. */
  sample(index: number): Float64Array;
  /** Index of the right output by sample; null: there are none. */
  readonly labels: ArrayLike<number> | null;
  /** Right outputs of a sample, of networks that estimate numbers; absent: there are none. */
  readonly targets?: (index: number) => Float64Array;
  /** Of one output that tells two classes apart, from where on it is class 1; default: 0. */
  readonly threshold?: number;
  /** Inputs that no run measures; null: there are none, and what is measured on them is measured on the samples themselves. */
  readonly calibration: Calibration | null;
  /** Which data, in plain words. */
  readonly data: string;
  /** For schemes that compute on integers. */
  readonly quantisation: Quantisation;
  /** For schemes that compute on integers and look functions up; null: nothing is looked up. */
  readonly tables: TablesOverData | null;
  /** How ranges are found; samples are of real inputs. */
  ranges(arithmetic: 'real' | 'integer'): RangeRule;
  /** Absent: numbers are counted as above, whatever that leaves of the network. */
  readonly finer?: FinerCounting;
  /** Samples that one run of a batched plan serves; absent: as many as there are slots. */
  readonly batch?: number;
  /** Of polynomials that stand for activations, where the scheme bears it; null: the least that keeps the network (`search/degree-search.ts`). */
  readonly degree: number | null;
}

/** Other ways to count, where the usual one loses the network (`search/counting-search.ts`). */
export interface FinerCounting {
  /** Of the usual one. */
  readonly bits: number;
  /** False: bits were asked for, and others are only named. */
  readonly isAllowed: boolean;
  /** With so many bits for inputs and weights. */
  withBits(bits: number): Pick<NetworkOverData, 'quantisation' | 'tables'>;
}

/** Real inputs, within the network's interval. */
export interface Calibration {
  readonly inputs: readonly Float64Array[];
  /** '1000 training images' */
  readonly words: string;
}

/** How activations become tables. */
export interface TablesOverData {
  readonly quantisation: TableQuantisation;
  /** How the ranges of sums are found; samples are of real inputs. A range that is wider than sums are costs exactness. */
  ranges(): RangeRule;
}

/** Real inputs that no run measures, where there are such. */
export function calibrationInputs(of: NetworkOverData): readonly Float64Array[] {
  return of.calibration?.inputs ?? Array.from({ length: of.samples }, (_, index) => of.sample(index));
}
