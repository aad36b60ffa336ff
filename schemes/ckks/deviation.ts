/**
 * How far off values may be, where they are not all equally far off.
 *
 * Errors grow apart in two ways. The secret's embedding is large in few slots, and what a key switch or a division adds is larger there.
 * And values are multiplied: an error is multiplied by what stands beside it. Sums bring errors together again, over values or over
 * slots or both, as long as weights do not follow the sizes of values.
 *
 * @module
 */

/** Standard deviations of errors, in real numbers. */
export interface Deviation {
  /** Of the worst value in the worst slot. */
  readonly worst: number;
  /** Root mean square over the values in the worst slot. */
  readonly slot: number;
  /** Root mean square over all values and slots. */
  readonly mean: number;
  /** Whether errors are larger where values are, as after a multiplication. */
  readonly follows: boolean;
}

export function even(deviation: number): Deviation {
  return { worst: deviation, slot: deviation, mean: deviation, follows: false };
}

/** Of a sum of independent errors. */
export function sumOf(...deviations: readonly Deviation[]): Deviation {
  const over = (part: (deviation: Deviation) => number): number => Math.hypot(...deviations.map(part));
  return {
    worst: over(({ worst }) => worst),
    slot: over(({ slot }) => slot),
    mean: over(({ mean }) => mean),
    follows: deviations.some(({ follows }) => follows),
  };
}

export function times(factor: number, { worst, slot, mean, follows }: Deviation): Deviation {
  return { worst: factor * worst, slot: factor * slot, mean: factor * mean, follows };
}

/** The larger of each. */
export function largest(left: Deviation, right: Deviation): Deviation {
  return {
    worst: Math.max(left.worst, right.worst),
    slot: Math.max(left.slot, right.slot),
    mean: Math.max(left.mean, right.mean),
    follows: left.follows || right.follows,
  };
}

/** Errors multiplied by values of which the largest and the root mean square are known. */
export function multipliedBy(values: { readonly largest: number; readonly rms: number }, deviation: Deviation): Deviation {
  const { worst, slot, mean, follows } = deviation;
  // Where errors follow values, means do not multiply; then one of both factors is at most its largest.
  const spread = (part: number): number => (follows ? Math.min(values.largest * part, values.rms * worst) : values.rms * part);
  return { worst: values.largest * worst, slot: spread(slot), mean: spread(mean), follows: true };
}

/** ln of the number of slots, or thereabouts: how far into the tail the worst of them lies. */
const TAIL = 8.3;

/**
 * Worst of many sums of `terms` summands whose variances scatter as exponential ones do, which the secret's embedding and squares of
 * normal values have: their mean scatters less and less, by Bernstein's inequality (Boucheron, Lugosi and Massart, "Concentration
 * Inequalities", 2013, section 2.4). Never more than if all were the worst.
 */
function worstSum(terms: number, worst: number, mean: number): number {
  return Math.min(worst, mean * Math.sqrt(1 + Math.sqrt((2 * TAIL) / terms) + TAIL / terms));
}

/** 2-norms of the weights of a sum: the greatest of all sums, and their root mean square. */
export interface Weights {
  readonly greatest: number;
  readonly mean: number;
}

/** Of sums of `terms` values as they are. */
export function evenWeights(terms: number): Weights {
  return { greatest: Math.sqrt(terms), mean: Math.sqrt(terms) };
}

/** Sums over values, slot by slot. */
export function summedOverValues(weights: Weights, terms: number, { worst, slot, mean, follows }: Deviation): Deviation {
  return {
    worst: weights.greatest * worstSum(terms, worst, slot),
    slot: weights.mean * slot,
    mean: weights.mean * mean,
    follows: follows && terms === 1,
  };
}

/** Sums over slots, and thereby over values. */
export function summedOverSlots(weights: Weights, terms: number, { worst, slot, mean, follows }: Deviation): Deviation {
  return {
    worst: weights.greatest * worstSum(terms, worst, mean),
    slot: weights.mean * worstSum(terms, slot, mean),
    mean: weights.mean * mean,
    follows: follows && terms === 1,
  };
}
