/**
 * What the best known attacks on a ring key with few nonzero coefficients cost, by the formulas in the literature. `node
 * docs/ephemeral-key/estimate.ts` prints the table of docs/ephemeral-key.md.
 *
 * All guess which coefficients are zero, drop their columns, and reduce a lattice of what is left (Albrecht, EUROCRYPT 2017):
 *
 * - drop: the dropped ones are all zero, and the rest is the shortest vector of a lattice (Alkim et al., USENIX 2016).
 * - primal: some of the dropped ones are not; their places are searched by meeting in the middle, and the rest is rounded to the lattice
 *   (Howgrave-Graham, CRYPTO 2007; Son and Cheon, WAHC 2019, ia.cr/2019/1019).
 * - dual: the same search, on samples that short vectors of the dual lattice make of the given ones (Cheon, Hhan, Hong, Son, IEEE Access 2019,
 *   ia.cr/2019/1114).
 *
 * Costs of lattice reduction are those of the lattice estimator's model BDGL16. Memory is free.
 *
 * @module
 */
import { addProbabilities_log2, tail_log2 } from '../../schemes/probability.ts';

export interface SparseKey {
  /** N */
  readonly degree: number;
  /** Nonzero coefficients, each 1 or -1. */
  readonly weight: number;
  readonly modulus_log2: number;
}

export interface Attack {
  readonly kind: 'drop' | 'primal' | 'dual';
  readonly operations_log2: number;
  readonly blockSize: number;
  /** Coefficients that are dropped. */
  readonly dropped: number;
  /** Nonzero ones among them that are searched for, at most or exactly. */
  readonly searched: number;
}

/** Of SEAL's errors. */
const DEVIATION = 3.2;
const BLOCK_SIZES = { least: 40, most: 400, step: 8 } as const;
/** Numbers of dropped coefficients that are tried at first, and steps by which the best is refined. */
const GRID = 96;
const REFINEMENTS = 12;
const SUCCESS = 0.99;

/** Root Hermite factor that block reduction reaches (Chen, 2013); measured at the least block size. */
function hermiteFactor_ln(blockSize: number): number {
  if (blockSize <= 40) return Math.log(1.01295);
  const b = blockSize;
  return Math.log((b / (2 * Math.PI * Math.E)) * (Math.PI * b) ** (1 / b)) / (2 * (b - 1));
}

/** Of block reduction with sieving: 8 d calls (Becker, Ducas, Gama, Laarhoven, SODA 2016). */
function reduction_log2(blockSize: number, dimension: number): number {
  const exponent = (blockSize <= 90 ? 0.387 : 0.292) * blockSize + 16.4;
  return addProbabilities_log2(3 * Math.log2(dimension), exponent + 3 + Math.log2(dimension));
}

/** log2 of n! by n, as far as it was needed. */
const factorials_log2 = [0];

function factorial_log2(n: number): number {
  for (let next = factorials_log2.length; next <= n; next++) factorials_log2.push(factorials_log2[next - 1]! + Math.log2(next));
  return factorials_log2[n]!;
}

function binomial_log2(n: number, k: number): number {
  if (k < 0 || k > n) return -Infinity;
  return factorial_log2(n) - factorial_log2(k) - factorial_log2(n - k);
}

/** log2 of the chance that exactly so many of the dropped coefficients are not zero. */
function hits_log2({ degree, weight }: SparseKey, dropped: number, nonzero: number): number {
  return binomial_log2(dropped, nonzero) + binomial_log2(degree - dropped, weight - nonzero) - binomial_log2(degree, weight);
}

/** What the lattice of the kept coefficients looks like after reduction, scaled so that the secret is as long as the error. */
interface Lattice {
  readonly dimension: number;
  readonly blockSize: number;
  readonly hermite_ln: number;
  /** ln of the determinant, over the dimension. */
  readonly root_ln: number;
}

function latticeOf({ degree, weight, modulus_log2 }: SparseKey, dropped: number, blockSize: number): Lattice {
  const kept = degree - dropped;
  const hermite_ln = hermiteFactor_ln(blockSize);
  const scale_ln = Math.log(DEVIATION / Math.sqrt(weight / degree));
  const modulus_ln = modulus_log2 * Math.LN2;
  // As many samples as make the shortest vectors shortest, of the N that there are.
  const dimension = Math.min(Math.round(Math.sqrt((kept * (modulus_ln - scale_ln)) / hermite_ln)), degree + kept);
  return { dimension, blockSize, hermite_ln, root_ln: (kept * scale_ln + (dimension - kept) * modulus_ln) / dimension };
}

/** A way of attacking at some block size and number of dropped coefficients. */
interface Trial {
  readonly reduction_log2: number;
  /** Of the search in one trial. */
  readonly search_log2: number;
  /** Of one trial. */
  readonly success_log2: number;
  readonly searched: number;
}

/**
 * Trials until one succeeds. In a ring a secret times X^i is a secret of the same sample times X^i: `rotations` trials share one reduction,
 * and the search alone is repeated. With 1, a problem without a ring, as the lattice estimator counts.
 */
function total_log2({ reduction_log2: reduced, search_log2, success_log2 }: Trial, rotations: number): number {
  const trials = Math.max(0, Math.log2(Math.log(1 / (1 - SUCCESS))) - success_log2);
  return addProbabilities_log2(reduced + Math.max(0, trials - Math.log2(rotations)), search_log2 + trials);
}

/** The secret is found by reduction alone where its projection is the shortest vector of the last block. */
function dropTrial(key: SparseKey, dropped: number, blockSize: number): Trial | null {
  const { dimension, hermite_ln, root_ln } = latticeOf(key, dropped, blockSize);
  const found = Math.log(Math.sqrt(blockSize) * DEVIATION) <= (2 * blockSize - dimension - 1) * hermite_ln + root_ln;
  if (!found) return null;
  const reduced = reduction_log2(blockSize, dimension);
  // Every rotation is a target of its own: the last block is solved anew.
  return { reduction_log2: reduced, search_log2: reduction_log2(blockSize, 1), success_log2: hits_log2(key, dropped, 0), searched: 0 };
}

function primalTrial(key: SparseKey, dropped: number, blockSize: number, rotations: number): Trial {
  const lattice = latticeOf(key, dropped, blockSize);
  const rounding = roundingSuccess_log2(lattice);
  const reduced = reduction_log2(blockSize, lattice.dimension);
  const rounded_log2 = 2 * Math.log2(lattice.dimension);
  let best: Trial = {
    reduction_log2: reduced,
    search_log2: rounded_log2,
    success_log2: rounding + hits_log2(key, dropped, 0),
    searched: 0,
  };
  let [space, hits] = [0, hits_log2(key, dropped, 0)];
  for (let searched = 1; searched <= Math.min(key.weight, dropped); searched++) {
    space = addProbabilities_log2(space, binomial_log2(dropped, searched) + searched);
    hits = addProbabilities_log2(hits, hits_log2(key, dropped, searched));
    const trial = { reduction_log2: reduced, search_log2: rounded_log2 + space / 2, success_log2: rounding + hits, searched };
    if (total_log2(trial, rotations) < total_log2(best, rotations)) best = trial;
  }
  return best;
}

/**
 * log2 of the chance that rounding to the lattice finds the error, and that two halves of a guess are rounded alike. With s the length of a
 * Gram-Schmidt vector and z = s / deviation: the error stays within half of s, and moves nothing over the border of a box of that width.
 */
function roundingSuccess_log2({ dimension, hermite_ln, root_ln }: Lattice): number {
  let success = 0;
  for (let i = dimension - 1; i >= 0; i--) {
    const z = Math.exp((dimension - 1 - 2 * i) * hermite_ln + root_ln) / DEVIATION;
    const inside = 1 - 2 ** tail_log2(z / 2);
    const alike = 1 - 2 ** tail_log2(z) - (Math.sqrt(2 / Math.PI) * (1 - Math.exp((-z * z) / 2))) / z;
    if (!(inside > 0) || !(alike > 0)) return -Infinity;
    success += Math.log2(inside) + Math.log2(alike);
    // Lengths grow from here on.
    if (alike > 1 - 2 ** -40 / dimension || success < -1000) break;
  }
  return success;
}

/** In the lattice estimator's analytical form: tables of halves of the searched coefficients, and as many samples as tell them apart. */
function dualTrial(key: SparseKey, dropped: number, blockSize: number, searched: number): Trial {
  const { degree, weight, modulus_log2 } = key;
  const kept = degree - dropped;
  const hermite_ln = hermiteFactor_ln(blockSize);
  const secret = Math.sqrt((weight - searched) / kept);
  const ratio_ln = Math.log(secret / DEVIATION) + modulus_log2 * Math.LN2;
  const samples = Math.min(degree, Math.max(1, Math.ceil(Math.sqrt((kept * ratio_ln) / hermite_ln)) - kept));
  const dimension = samples + kept;
  // Sieves give many vectors at once, longer by sqrt(4/3). The error relative to the modulus:
  const error = Math.exp(0.5 * Math.log(4 / 3) + Math.log(secret) + dimension * hermite_ln - (samples / dimension) * ratio_ln);
  const width = 20 * error;
  if (!(width < 1) || searched === 0) {
    return { reduction_log2: Infinity, search_log2: Infinity, success_log2: 0, searched };
  }
  const share = 2 - width;
  const table_log2 =
    (searched * (Math.log2(dropped) - Math.log2(searched) + 1 + Math.LOG2E)) / share -
    Math.log2(searched) / 2 -
    (searched * searched * Math.LOG2E) / (2 * dropped * share * share);
  const needed_log2 = Math.log2(Math.max(1, table_log2 + Math.log2(Math.max(2, table_log2))));
  const [half, halfSearched] = [Math.round(dropped / share), Math.round(searched / share)];
  const split_log2 =
    binomial_log2(half, halfSearched) + binomial_log2(dropped - half, searched - halfSearched) - binomial_log2(dropped, searched);
  // Errors beyond five deviations are cut off in every sample.
  const cut_log2 = 2 ** needed_log2 * Math.log2(1 - 2 * Math.exp(-4 * Math.PI));
  const vectors_log2 = Math.max(0, needed_log2 - 0.2075 * blockSize);
  return {
    reduction_log2: reduction_log2(blockSize, dimension) + vectors_log2,
    search_log2: table_log2 + needed_log2 - Math.min(0, split_log2 + cut_log2),
    success_log2: hits_log2(key, dropped, searched),
    searched,
  };
}

/** The cheapest attack of each kind. @param rotations trials that share a reduction: 1, or N in a ring */
export function estimateAttacks(key: SparseKey, rotations: number): readonly Attack[] {
  const bestOf = (kind: Attack['kind'], trials: (dropped: number, blockSize: number) => readonly (Trial | null)[]): Attack => {
    let best: Attack = { kind, operations_log2: Infinity, blockSize: 0, dropped: 0, searched: 0 };
    const visit = (dropped: number, blockSize: number): void => {
      for (const trial of trials(dropped, blockSize)) {
        const operations_log2 = trial === null ? Infinity : total_log2(trial, rotations);
        if (trial !== null && operations_log2 < best.operations_log2)
          best = { kind, operations_log2, blockSize, dropped, searched: trial.searched };
      }
    };
    const { least, most, step } = BLOCK_SIZES;
    for (let blockSize: number = least; blockSize <= most; blockSize += step) {
      // Closer together where few are kept: these lattices can be reduced.
      for (let at = 1; at < GRID; at++) visit(key.degree - Math.round(key.degree * (at / GRID) ** 2), blockSize);
    }
    // Around the best, in ever smaller steps.
    for (let [width, blocks] = [key.degree / GRID, step as number], round = 0; round < REFINEMENTS; round++, width /= 2, blocks /= 2) {
      const { dropped, blockSize } = best;
      for (const side of [-1, 0, 1]) {
        for (const move of [-1, 0, 1]) {
          const [next, block] = [Math.round(dropped + side * width), Math.round(blockSize + move * blocks)];
          if (next > 0 && next < key.degree - 1 && block >= least) visit(next, block);
        }
      }
    }
    return best;
  };
  const weights = Array.from({ length: key.weight }, (_, at) => at + 1);
  return [
    bestOf('drop', (dropped, blockSize) => [dropTrial(key, dropped, blockSize)]),
    bestOf('primal', (dropped, blockSize) => [primalTrial(key, dropped, blockSize, rotations)]),
    bestOf('dual', (dropped, blockSize) => weights.map((searched) => dualTrial(key, dropped, blockSize, searched))),
  ];
}

/** Keys of bootstraps, and two that others have estimated. */
export const KEYS = [
  { name: 'bootstrap-31', degree: 32768, weight: 32, modulus_log2: 92 },
  { name: 'N = 65536, two primes of 50 bits', degree: 65536, weight: 32, modulus_log2: 100 },
  { name: 'HEaaN, by the lattice estimator 164.6', degree: 65536, weight: 32, modulus_log2: 117 },
  { name: 'by the lattice estimator 104.2', degree: 4096, weight: 184, modulus_log2: 128 },
] as const satisfies readonly (SparseKey & { readonly name: string })[];

/** The table of docs/ephemeral-key.md. */
export function estimateTable(): string {
  const rows = KEYS.map((key) => {
    const cells = [1, key.degree].map((rotations) =>
      estimateAttacks(key, rotations).map(({ operations_log2 }) => Math.floor(operations_log2)),
    );
    return `| ${key.name} | ${key.degree} | ${key.weight} | ${key.modulus_log2} | ${cells.map((three) => three.join(' / ')).join(' | ')} |`;
  });
  return [
    '| Key | N | Weight | Modulus (bits) | Drop / primal / dual | The same, by rotations |',
    '|---|---|---|---|---|---|',
    ...rows,
  ].join('\n');
}

if (import.meta.main) console.log(estimateTable());
