/**
 * Times of node-seal's BGV operations, for choosing between plans before anything runs.
 *
 * @module
 */
import { keySwitch_ns, transform_ns } from '../rlwe/compile/cost.ts';

/** Nanoseconds per coefficient and limb: node-seal 7.0.0, Node 24, Zen 4, N = 4096 to 16384. */
const PER_RESIDUE_NS: Readonly<Record<string, number>> = {
  add: 1.2,
  subtract: 1.2,
  addPlain: 23,
  multiplyPlain: 18.7,
  multiplyConstant: 18.7,
  multiply: 37,
  square: 28,
};
/** The corrections modulo t that CKKS does not need. */
const KEY_SWITCH_FACTOR = 1.08;
const DIVIDE_FACTOR = 1.4;

/** Predicted time of one operation in ns. */
export function operationTime_ns(operation: string, degree: number, limbs: number): number {
  switch (operation) {
    case 'rotate':
    case 'swapRows':
    case 'relinearize':
      return KEY_SWITCH_FACTOR * keySwitch_ns(degree, limbs);
    case 'divide':
      return DIVIDE_FACTOR * 2 * limbs * transform_ns(degree);
    default:
      return (PER_RESIDUE_NS[operation] ?? 0) * degree * limbs;
  }
}
