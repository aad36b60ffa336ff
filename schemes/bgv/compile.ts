/**
 * Circuits to BGV.
 *
 * @module
 */
import type { Circuit } from '../circuit.ts';
import { compileIntegers, type IntegerScheme } from '../rlwe/compile/compile-integers.ts';
import { polynomialBytes } from '../rlwe/compile/cost.ts';
import { productOf } from '../rlwe/compile/noise-parts.ts';
import type { ProductNoise } from '../rlwe/compile/noise.ts';
import type { Compiled, Refusal, Requirement } from '../scheme.ts';
import { operationTime_ns } from './cost.ts';
import { parameterSets } from './parameters.ts';

/**
 * Noises multiply (Brakerski, Gentry and Vaikuntanathan, ITCS 2012); the product of two polynomials of N random coefficients
 * adds sqrt(N), and four bits bring the greatest coefficient under the model for all sets.
 *
 * SEAL rounds downward: its divisions and key switches leave the secret, or the key's error, times a polynomial of equal coefficients.
 * Such polynomials are smooth and alike, so that their products grow by N, as the worst of all do.
 */
const product: ProductNoise = (left, right, { plainModulus, degree, runs }) =>
  productOf(left, right, Math.log2(plainModulus) + (runs === 'library' ? Math.log2(degree) : Math.log2(degree) / 2 + 4));

/** What sets this scheme apart from the other one on integers. */
export const integerScheme: IntegerScheme = {
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
  return compileIntegers(circuits, need, integerScheme);
}
