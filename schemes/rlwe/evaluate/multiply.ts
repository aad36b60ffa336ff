/**
 * Products of ciphertexts, relinearisation, sums.
 *
 * @module
 */
import type { Chain } from '../ring/chain.ts';
import type { Ciphertext, Polynomial } from '../ring/ciphertext.ts';
import { allocatePolynomials, formOf, limbsOf, twoOf } from '../ring/ciphertext.ts';
import { balancedFactors } from '../numbers/modular-integers.ts';
import { addInnerProduct, beginSwitch, eachPrime, finishSwitch, switchedCiphertext, type EvaluatorKey } from './key-switch.ts';
import type { Pair, Residues } from '../ring/residues.ts';

/** The product of two ciphertexts of two polynomials in transform form: three polynomials (CKKS, BGV). */
export function multiply(chain: Chain, a: Ciphertext, b: Ciphertext): Ciphertext {
  const limbs = limbsOf(a);
  const polynomials = allocatePolynomials(chain, limbs, 3);
  const pair = (ciphertext: Ciphertext, j: number): Pair => {
    const [first, second] = twoOf(ciphertext);
    return { first: first[j]!, second: second[j]! };
  };
  chain.parallelMap(polynomials[0]!, (_, j) => {
    const target = polynomials.map((polynomial) => polynomial[j]!) as [Residues, Residues, Residues];
    chain.ring.tensor(pair(a, j), pair(b, j), target);
  });
  const correction = chain.scheme === 'bgv' ? (a.correction * b.correction) % chain.plain!.value : 1n;
  return { polynomials, scale: a.scale * b.scale, correction };
}

/** Three polynomials back to two; with `rescale`, divided by the last prime at the same time. */
export function relinearize(chain: Chain, ciphertext: Ciphertext, key: EvaluatorKey, scale: number, rescale: boolean): Ciphertext {
  const [c0, c1, c2] = ciphertext.polynomials as [Polynomial, Polynomial, Polynomial];
  return chain.scratch.scoped(() => {
    const switched = beginSwitch(chain, limbsOf(ciphertext));
    eachPrime(chain, c2, (j, digits) => addInnerProduct(chain, switched, j, digits, key));
    switched.addends = [c0, c1];
    const polynomials = finishSwitch(chain, switched, formOf(c0), rescale);
    return switchedCiphertext(chain, polynomials, ciphertext, scale, rescale);
  });
}

/** Sum or difference; a missing third polynomial is zero. */
export function add(chain: Chain, a: Ciphertext, b: Ciphertext, sign: 1 | -1): Ciphertext {
  const { ring, scratch } = chain;
  if (a.correction !== b.correction) return addCorrected(chain, a, b, sign);
  return scratch.scoped(() => {
    const count = Math.max(a.polynomials.length, b.polynomials.length);
    const polynomials = allocatePolynomials(chain, limbsOf(a), count);
    for (const [index, target] of polynomials.entries()) {
      for (const [j, residues] of target.entries()) {
        const [x, y] = [a.polynomials[index]?.[j] ?? zero(chain, residues, a), b.polynomials[index]?.[j] ?? zero(chain, residues, b)];
        if (sign === 1) ring.add(x, y, residues);
        else ring.subtract(x, y, residues);
      }
    }
    return { polynomials, scale: a.scale, correction: a.correction };
  });
}

function zero(chain: Chain, like: Residues, source: Ciphertext): Residues {
  const residues = chain.scratch.take(like.modulus);
  chain.ring.clear(residues, formOf(source.polynomials[0]!));
  return residues;
}

/** BGV: brought to one correction factor first, by small factors on both sides. */
function addCorrected(chain: Chain, a: Ciphertext, b: Ciphertext, sign: 1 | -1): Ciphertext {
  const t = chain.plain!.value;
  const [left, right] = balancedFactors(a.correction, b.correction, t);
  const correction = (((left * a.correction) % t) + t) % t;
  return chain.scratch.scoped(() => {
    const scaled = (ciphertext: Ciphertext, factor: bigint): Ciphertext => ({
      ...ciphertext,
      correction,
      polynomials: ciphertext.polynomials.map((polynomial) =>
        polynomial.map((residues) => {
          const target = chain.scratch.take(residues.modulus);
          chain.ring.scale(residues, target, residues.modulus.constant(factor));
          return target;
        }),
      ),
    });
    return add(chain, scaled(a, left), scaled(b, right), sign);
  });
}
