/**
 * How long folds and transforms take on our kernels, which compute each as a whole: doublings taken together, digits shared by rotations,
 * one division for a sum.
 *
 * @module
 */
import type { Node, TransformTerm } from '../../circuit.ts';
import { conversionsAsTransforms, transform_ns, type InstructionTime } from './cost.ts';
import { foldGroups, summedRotations } from '../program/fold-groups.ts';
import { ownMatrixTime, TRANSFORM_SHARE } from './kernel-choice.ts';
import { positiveRotation } from '../program/keys.ts';
import { termsOf } from '../program/operations.ts';
import type { Instruction } from '../program/program.ts';
import { digitCount } from '../program/special-primes.ts';

/**
 * Nanoseconds per coefficient and limb, Node 24, Zen 4: a digit times both halves of a key, a product of two polynomials, a permutation.
 */
const KEY_NS = 1.2;
const PRODUCT_NS = 0.6;
const PERMUTATION_NS = 0.4;

/** Times of the parts of key switches at a level. */
interface Parts {
  readonly decomposition: number;
  readonly rotation: number;
  readonly division: number;
  /** A plain product of a whole ciphertext, and of one that is not divided by the special prime yet. */
  readonly product: number;
  readonly unfinishedProduct: number;
  /** Two polynomials of one prime modulo every other, and one digit times a key. */
  readonly raising: number;
  readonly digit: number;
}

/** Times of the instructions that take less than their operations one by one. `primes`: the data primes. */
export function ownInstructionTime(degree: number, primes: readonly number[], specialPrimes = 1): InstructionTime {
  const matrix = ownMatrixTime(degree, primes);
  return (instruction, node) => {
    if (instruction.op === 'fold' && node.op === 'fold') {
      const rotations = node.rotations.map((by) => positiveRotation(by, degree / 2));
      return instruction.width * foldTime_ns(rotations, degree / 2, partsAt(instruction, degree, specialPrimes));
    }
    if (instruction.op === 'rotateSum' && node.op === 'rotateSum')
      return rotateSumTime_ns(node, partsAt(instruction, degree, specialPrimes));
    if (instruction.op === 'transform' && node.op === 'transform')
      return transformTime_ns(node, node.outputs, partsAt(instruction, degree, specialPrimes));
    if (instruction.op === 'dftFactor') {
      const { steps, width } = instruction;
      return width * transformTime_ns(steps, [termsOf(steps)], partsAt(instruction, degree, specialPrimes));
    }
    if (instruction.op === 'raise') return instruction.width * raiseTime_ns(partsAt(instruction, degree, specialPrimes));
    return matrix(instruction, node);
  };
}

function partsAt({ limbs }: Instruction, degree: number, specialPrimes: number): Parts {
  const transform = TRANSFORM_SHARE * transform_ns(degree);
  const all = limbs + specialPrimes;
  const digits = digitCount(limbs, specialPrimes);
  return {
    decomposition: (digits * all + conversionsAsTransforms(digits * all - limbs, specialPrimes)) * transform,
    rotation: degree * (digits * all * KEY_NS + limbs * PERMUTATION_NS),
    division: 2 * (all + conversionsAsTransforms(limbs, specialPrimes)) * transform,
    product: degree * 2 * limbs * PRODUCT_NS,
    unfinishedProduct: degree * 2 * all * PRODUCT_NS,
    raising: (limbs + all) * transform,
    digit: degree * all * KEY_NS,
  };
}

function foldTime_ns(rotations: readonly number[], columns: number, { decomposition, rotation, division, product }: Parts): number {
  return foldGroups(rotations, columns).reduce((sum, group) => {
    const rotations = summedRotations(group, columns);
    return sum + (rotations === null ? product : decomposition + rotations.length * rotation + division);
  }, 0);
}

/** Both halves to every prime, and one digit times a key: the switch from the ephemeral secret. */
function raiseTime_ns({ raising, digit, division }: Parts): number {
  return raising + digit + division;
}

type RotatedTerms = readonly (readonly Pick<TransformTerm, 'from' | 'baby' | 'giant'>[])[];

/** @param owner what the terms are of: counted once */
function transformTime_ns(owner: object, outputs: RotatedTerms, parts: Parts): number {
  const counts = knownCounts.get(owner) ?? countsOf(outputs);
  knownCounts.set(owner, counts);
  const { decompositions, rotations, divisions, products, unfinishedProducts } = counts;
  return (
    decompositions * parts.decomposition +
    rotations * parts.rotation +
    divisions * parts.division +
    products * parts.product +
    unfinishedProducts * parts.unfinishedProduct
  );
}

type RotateSum = Extract<Node, { op: 'rotateSum' }>;

/** One decomposition for each rotated input, one division for each sum with a rotation. */
function rotateSumTime_ns({ outputs }: RotateSum, { decomposition, rotation, division, product }: Parts): number {
  const moving = outputs.map((terms) => terms.filter(({ by }) => by !== 0));
  const still = outputs.reduce((sum, terms, at) => sum + (terms.length > 1 ? terms.length - moving[at]!.length : 0), 0);
  return (
    new Set(moving.flat().map(({ from }) => from)).size * decomposition +
    moving.flat().length * rotation +
    moving.filter((terms) => terms.length > 0).length * division +
    still * product
  );
}

/** How often a transform needs each part. */
interface TransformCounts {
  decompositions: number;
  rotations: number;
  divisions: number;
  products: number;
  unfinishedProducts: number;
}

/** By node: the counts are the same at every level and scale that a search tries. */
const knownCounts = new WeakMap<object, TransformCounts>();

function countsOf(outputs: RotatedTerms): TransformCounts {
  const rotated = outputs.flat().filter(({ baby }) => baby !== 0);
  const counts: TransformCounts = {
    decompositions: new Set(rotated.map(({ from }) => from)).size,
    rotations: new Set(rotated.map(({ from, baby }) => `${from}/${baby}`)).size,
    divisions: 0,
    products: 0,
    unfinishedProducts: 0,
  };
  for (const output of outputs) {
    let switches = false;
    for (const [giant, terms] of Map.groupBy(output, (term) => term.giant)) {
      const unfinished = terms.some(({ baby }) => baby !== 0);
      if (unfinished) counts.unfinishedProducts += terms.length;
      else counts.products += terms.length;
      if (giant !== 0) {
        counts.decompositions++;
        counts.rotations++;
        // One half of a sum that a giant step moves is divided first.
        if (unfinished) counts.divisions += 1 / 2;
      }
      switches ||= unfinished || giant !== 0;
    }
    // The rest of an output shares one division.
    if (switches) counts.divisions++;
  }
  return counts;
}
