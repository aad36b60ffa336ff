/**
 * Times of node-seal's BFV operations, for choosing between plans before anything runs.
 *
 * @module
 */
import { keySwitch_ns, transform_ns } from '../rlwe/compile/cost.ts';

/** Nanoseconds per coefficient and limb: node-seal 7.0.0, Node 24, Zen 4, N = 4096 to 16384. */
const PER_RESIDUE_NS: Readonly<Record<string, number>> = {
  add: 1.2,
  subtract: 1.2,
  multiplyPlain: 18.7,
  multiplyConstant: 6,
  multiply: 850,
  square: 640,
  divide: 10,
};
/** Scaling a plaintext up to the modulus costs per coefficient, whatever the limbs. */
const ADD_PLAIN_PER_COEFFICIENT_NS = 200;

/** Predicted time of one operation in ns. */
export function operationTime_ns(operation: string, degree: number, limbs: number): number {
  switch (operation) {
    case 'rotate':
    case 'swapRows':
    case 'relinearize':
      return keySwitch_ns(degree, limbs);
    case 'toTransformed':
    case 'fromTransformed':
      return 2 * limbs * transform_ns(degree);
    case 'addPlain':
      return ADD_PLAIN_PER_COEFFICIENT_NS * degree;
    default:
      return (PER_RESIDUE_NS[operation] ?? 0) * degree * limbs;
  }
}
