/**
 * Times of node-seal's CKKS operations, for choosing between plans before anything runs.
 *
 * @module
 */
import { keySwitch_ns, transform_ns } from '../rlwe/compile/cost.ts';
import type { RlweParameters } from '../rlwe/program/program.ts';

/** Nanoseconds per coefficient and limb: node-seal 7.0.0, Node 24, Zen 4, N = 4096 to 16384. */
const PER_RESIDUE_NS: Readonly<Record<string, number>> = {
  add: 1.2,
  subtract: 1.2,
  addPlain: 0.9,
  multiplyPlain: 18.7,
  multiplyConstant: 18.7,
  multiply: 37,
  square: 28,
  drop: 0.3,
};

/** Predicted time of one operation in ns. */
export function operationTime_ns(operation: string, degree: number, limbs: number): number {
  switch (operation) {
    case 'rotate':
    case 'swapRows':
    case 'relinearize':
      return keySwitch_ns(degree, limbs);
    case 'divide':
      // Two polynomials: an inverse transform of the last limb, and one forward transform for each limb that stays.
      return 1.2 * 2 * limbs * transform_ns(degree);
    default:
      return (PER_RESIDUE_NS[operation] ?? 0) * degree * limbs;
  }
}

/** Encoding a vector: a complex transform, about two of ours, and one of ours for each prime of the chain. */
export function encodingTime_ns({ degree, modulus_bits }: RlweParameters): number {
  return (2 + modulus_bits.length - 1) * transform_ns(degree);
}
