/**
 * Linear layers of inputs in the ring that these arrive in: a product of polynomials computes as many rows as share it, and only the rows
 * become ciphertexts of TFHE.
 *
 * @module
 */
import type { Node } from '../circuit.ts';
import type { Residues } from '../rlwe/ring/residues.ts';
import { innerProduct } from '../rlwe/ring/sums.ts';
import type { AffineNode, InputProduct, InputProducts, Lwe } from '../tfhe/circuit-run.ts';
import { ArrivedLwe } from '../tfhe/input-reader.ts';
import { Coefficients, torusWords } from './extraction.ts';
import { RingArrival, type RingWorkspace } from './ring-reader.ts';
import { productsOf, type Product } from './row-groups.ts';

/** A product whose weights are in memory, as values at the roots. */
interface Prepared extends Pick<Product, 'outputs'> {
  readonly values: Residues;
}

/** @param counted Whether a plan computes the node so: how many products. */
export function ringProducts({ arena, ring, modulus }: RingWorkspace, counted: (node: AffineNode, of: Node) => number): InputProducts {
  const [first, second, product0, product1] = [0, 1, 2, 3].map(() => ring.allocate(modulus)) as [Residues, Residues, Residues, Residues];

  function load(residues: Float64Array, target: Residues): void {
    ring.set(target, residues, 'coefficients');
    ring.reduce(target);
    ring.forward(target, target);
  }
  function read(source: Residues): BigUint64Array {
    ring.inverse(source, source);
    return torusWords(arena.f64.subarray(source.address / 8, source.address / 8 + ring.n), modulus.p);
  }
  function prepareProduct({ weights, outputs }: Product): Prepared {
    const values = ring.allocate(modulus);
    load(weights, values);
    return { values, outputs };
  }

  return {
    prepare(node, of): InputProduct | null {
      const products = counted(node, of);
      if (products === 0) return null;
      const prepared = Array.from(productsOf(node.matrix, ring.n), prepareProduct);
      const empty = Array.from({ length: node.matrix.rows }, (_, row) => row).filter(
        (row) => node.matrix.offsets[row] === node.matrix.offsets[row + 1],
      );
      return {
        products,
        *apply(inputs) {
          const [c0, c1] = arrivalOf(inputs).residues;
          load(c0, first);
          load(c1, second);
          for (const { values, outputs } of prepared) {
            innerProduct(ring, [{ digit: values, first, second }], { first: product0, second: product1 }, false);
            const coefficients = new Coefficients(read(product0), read(product1));
            for (const { row, coefficient } of outputs) yield { row, words: coefficients.words(coefficient) };
          }
          for (const row of empty) yield { row, words: new BigUint64Array(ring.n + 1) };
        },
      };
    },
  };
}

/** An input that only clients send is what arrived. */
function arrivalOf([first]: readonly Lwe[]): RingArrival {
  if (!(first instanceof ArrivedLwe && first.arrival instanceof RingArrival)) throw new Error('products are of inputs as they arrived');
  return first.arrival;
}
