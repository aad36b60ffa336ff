/**
 * Which layers are computed in the ring of the inputs, by the cost of both ways.
 *
 * @module
 */
import type { Node } from '../circuit.ts';
import type { AffineNode } from '../tfhe/circuit-run.ts';
import { PRODUCT_NS_PER_COEFFICIENT, terms_ns } from '../tfhe/model/cost.ts';
import { bigDimension, type TfheParameters } from '../tfhe/parameters.ts';
import { productCount } from './row-groups.ts';

/**
 * Products that compute the node; 0 where weighted sums of TFHE's ciphertexts are quicker, and where the node reads something else than an
 * input of one ciphertext that the client sends.
 */
export function countProducts({ matrix }: AffineNode, of: Node, set: TfheParameters): number {
  if (of.op !== 'input' || of.sources.some((source) => source !== 'client')) return 0;
  const degree = bigDimension(set);
  const products = productCount(matrix, degree);
  if (products === null) return 0;
  return products * degree * PRODUCT_NS_PER_COEFFICIENT < terms_ns(matrix.values.length, set) ? products : 0;
}
