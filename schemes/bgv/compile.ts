/**
 * Circuits to BGV.
 *
 * @module
 */
import type { Circuit } from '../circuit.ts';
import { compileIntegers, type IntegerScheme } from '../rlwe/compile/compile-integers.ts';
import { polynomialBytes } from '../rlwe/compile/cost.ts';
import type { ProductNoise } from '../rlwe/compile/noise.ts';
import type { Compiled, Refusal, Requirement } from '../scheme.ts';
import { operationTime_ns } from './cost.ts';
import { parameterSets } from './parameters.ts';

/**
 * Noises multiply (Brakerski, Gentry and Vaikuntanathan, ITCS 2012); the product of two polynomials of N random coefficients
 * adds sqrt(N), and four bits bring the greatest coefficient under the model for all sets.
 */
const product: ProductNoise = (left_log2, right_log2, { plainModulus, degree }) =>
  left_log2 + right_log2 + Math.log2(plainModulus) + Math.log2(degree) / 2 + 4;

const bgv: IntegerScheme = {
  id: 'bgv',
  parameterSets,
  form: 'points',
  time: operationTime_ns,
  product,
  divisionsPerProduct: [1, 0, 2],
  corrects: true,
  keysPerPass: true,
  constantBytes: (degree, limbs) => polynomialBytes(degree, limbs, 1),
};

export function compile(circuits: readonly Circuit[], need: Requirement): Compiled | Refusal {
  return compileIntegers(circuits, need, bgv);
}
