/**
 * What differs between the library's kernels and ours before anything runs: the sets they can take, and what they cost.
 *
 * @module
 */
import { refuse } from '../../refuse.ts';
import type { Kernels, ParameterSet, Refusal, Requirement } from '../../scheme.ts';
import { keySwitch_ns, transform_ns, type InstructionTime, type OperationTime } from './cost.ts';
import { fusedArithmetic } from '../kernel/kernel.ts';
import { MAXIMUM_PRIME_BITS } from '../ring/ntt.ts';
import type { RlweParameters } from '../program/program.ts';
import { specialPrimeCount } from '../program/special-primes.ts';
import { isWorthPacking } from '../program/strip-runs.ts';
import type { Form } from '../program/operations.ts';
import { greatestRowSum } from '../../sparse-matrix.ts';

/**
 * Which code evaluates a plan on this engine: without fused arithmetic the library's operations stand in for our kernels, and the plan
 * is made for their errors and costs.
 */
export function runningKernels(asked: Kernels): Kernels {
  return asked === 'own' && fusedArithmetic() ? 'own' : 'library';
}

/** Marks sets that were made for our kernels, by the bits of their primes; the library takes them where they are asked for. */
const OWN_SUFFIX = /-\d+$/;

/** The sets that the kernels of a requirement choose from; one that is asked for by name is left to them. */
export function setsForKernels<P extends RlweParameters>(
  sets: Readonly<Record<string, P>>,
  need: Requirement,
): Readonly<Record<string, P>> | Refusal {
  const library = runningKernels(need.kernels) === 'library';
  if (need.threads !== 1 && library) {
    return refuse('THREADS_UNSUPPORTED', `the library evaluates on one thread, not ${need.threads}`);
  }
  const forced = need.parameters === undefined ? undefined : sets[need.parameters];
  if (forced !== undefined && !runsHere(forced, need.kernels)) {
    const reason = `the library switches keys by one special prime; '${forced.id}' has ${specialPrimeCount(forced)}`;
    return refuse('KERNELS_UNSUPPORTED', reason);
  }
  if (need.kernels === 'own' && forced !== undefined && !fitsOwnKernels(forced)) {
    const reason = `our kernels take primes of at most ${MAXIMUM_PRIME_BITS} bits; '${forced.id}' has ${Math.max(...forced.modulus_bits)}`;
    return refuse('KERNELS_UNSUPPORTED', reason);
  }
  if (forced !== undefined) return sets;
  const serves = (set: P): boolean => runsHere(set, need.kernels) && (need.kernels === 'own' ? fitsOwnKernels(set) : !isForOwnKernels(set));
  return Object.fromEntries(Object.entries(sets).filter(([, set]) => serves(set)));
}

/** Whether this engine has kernels for the set: the library's switch keys by one special prime. */
export function runsHere(set: RlweParameters, asked: Kernels): boolean {
  return specialPrimeCount(set) === 1 || runningKernels(asked) === 'own';
}

function fitsOwnKernels({ modulus_bits }: RlweParameters): boolean {
  return Math.max(...modulus_bits) <= MAXIMUM_PRIME_BITS;
}

function isForOwnKernels({ id }: ParameterSet): boolean {
  return OWN_SUFFIX.test(id);
}

/** A transform on our kernels beside the library's: 26.5 of 178 us at N = 8192 (Node 24, Zen 4). */
export const TRANSFORM_SHARE = 0.15;

/** Nanoseconds per coefficient and limb on our kernels, Node 24, Zen 4. */
const PER_RESIDUE_NS: Readonly<Record<string, number>> = {
  add: 0.8,
  subtract: 0.8,
  addPlain: 0.5,
  multiplyPlain: 1.5,
  multiplyConstant: 0.6,
  multiply: 3,
  square: 2.2,
};
/** BFV extends its bases around a product: 2.4 and 1.9 ms at N = 8192 and three limbs. */
const PER_RESIDUE_COEFFICIENTS_NS: Readonly<Record<string, number>> = { multiply: 100, square: 77 };

/** Predicted times of our kernels, the same for all schemes but for BFV's products. */
export function ownOperationTime(form: Form, specialPrimes = 1): OperationTime {
  return (operation, degree, limbs) => {
    switch (operation) {
      case 'rotate':
      case 'swapRows':
      case 'relinearize':
        return TRANSFORM_SHARE * keySwitch_ns(degree, limbs, specialPrimes);
      case 'divide':
      case 'toTransformed':
      case 'fromTransformed':
        return TRANSFORM_SHARE * 2 * limbs * transform_ns(degree);
      default: {
        const own = form === 'coefficients' ? PER_RESIDUE_COEFFICIENTS_NS[operation] : undefined;
        return (own ?? PER_RESIDUE_NS[operation] ?? 0) * degree * limbs;
      }
    }
  };
}

/** Nanoseconds of our matrix kernel per coefficient, limb and polynomial: for each entry (twice where residues are halved), column, row. */
const MATRIX_NS = { entry: 0.075, column: 0.3, row: 0.5 };

/** `primes`: the data primes. Null for what is no matrix that the kernel packs. */
export function ownMatrixTime(degree: number, primes: readonly number[]): InstructionTime {
  return (instruction, node) => {
    if (instruction.op !== 'affine' || node.op !== 'affine') return null;
    const { rows, columns, values } = node.matrix;
    if (!isWorthPacking(rows, values.length)) return null;
    const rowWeight = greatestRowSum(node.matrix) * (instruction.plainScale ?? 1);
    const products = primes.slice(0, instruction.limbs).reduce((sum, p) => sum + (sumsWhole(rowWeight, p) ? 1 : 2), 0);
    const { entry, column, row } = MATRIX_NS;
    const perCoefficient = products * (values.length * entry + columns * column) + instruction.limbs * rows * row;
    return degree * instruction.polynomials * perCoefficient;
  };
}

/** Whether sums of reduced residues stay exact without halving them. */
function sumsWhole(rowWeight: number, p: number): boolean {
  return (rowWeight + 1) * (p / 2) * (1 + 2 ** -20) < 2 ** 53;
}

/** Rounding one entry of a matrix and reducing it by every prime. */
export const OWN_CONSTANT_NS = 200;
