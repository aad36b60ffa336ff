/**
 * Circuits to BFV.
 *
 * @module
 */
import type { Circuit } from '../circuit.ts';
import { compileIntegers, type IntegerScheme } from '../rlwe/compile/compile-integers.ts';
import { multiplied, total_log2 } from '../rlwe/compile/noise-parts.ts';
import type { ProductNoise } from '../rlwe/compile/noise.ts';
import type { Compiled, Refusal, Requirement } from '../scheme.ts';
import { operationTime_ns } from './cost.ts';
import { parameterSets } from './parameters.ts';

/**
 * A product multiplies the larger noise by about t * N, whatever the modulus (Fan and Vercauteren, ePrint 2012/144): by t, and by what the
 * other factor's mask and the secret make, divided by the modulus.
 */
const product: ProductNoise = (left, right, { plainModulus, degree }) =>
  multiplied(total_log2(left) > total_log2(right) ? left : right, Math.log2(plainModulus) + Math.log2(degree));

/** An encoded constant is one coefficient and its object. */
const CONSTANT_BYTES = 64;

/** What sets this scheme apart from the other one on integers. */
export const integerScheme: IntegerScheme = {
  id: 'bfv',
  parameterSets,
  form: 'coefficients',
  time: operationTime_ns,
  product,
  // Noise does not depend on the modulus: dividing early would gain nothing.
  divisionsPerProduct: [0],
  corrects: false,
  keysPerPass: false,
  constantBytes: () => CONSTANT_BYTES,
};

export function compile(circuits: readonly Circuit[], need: Requirement): Compiled | Refusal {
  return compileIntegers(circuits, need, integerScheme);
}
