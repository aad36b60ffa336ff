/**
 * Key switching: a polynomial is cut into digits, one per prime, whose inner product with a key lies modulo the data primes and the
 * special prime; a division by the special prime ends it (Bajard et al., SAC 2016; SEAL's `switch_key_inplace`). Digits are centred:
 * half of SEAL's, and of mean zero, so the noise is smaller than SEAL's.
 *
 * Everything until the division is linear, so that sums of switched polynomials share one division.
 *
 * @module
 */
import type { Chain } from './chain.ts';
import type { Ciphertext, Polynomial } from './ciphertext.ts';
import { allocatePolynomials, formOf } from './ciphertext.ts';
import { asCoefficients, dividedCorrection, divideOut, remainders } from './divide.ts';
import type { SwitchingKey } from './key-wire.ts';
import type { TransformModulus } from './ntt.ts';
import type { Form, Pair, Residues } from './ring.ts';

/** digits[j][i]: digit i in transform form modulo prime j of the extended level. */
export type Digits = readonly (readonly Residues[])[];

/** Two polynomials in the making: P * addends + sums, modulo the extended level, before the division by P. */
export interface Switched {
  readonly limbs: number;
  /** One pair per prime of the extended level. */
  readonly sums: readonly Pair[];
  /** Whether sums[j] holds anything yet. */
  readonly started: boolean[];
  addends: readonly [Polynomial | null, Polynomial | null];
}

/**
 * Transforms digits modulo one prime after the other, and calls `use` while those of a prime are in the cache. They are scratch and
 * gone with the next prime.
 */
export function eachPrime(chain: Chain, polynomial: Polynomial, use: (j: number, digits: readonly Residues[]) => void): void {
  const coefficients = digitsOf(chain, polynomial);
  for (const [j, modulus] of chain.extended(polynomial.length).entries()) {
    chain.scratch.within(() => use(j, transformed(chain, polynomial, coefficients, j, modulus)));
  }
}

/** The digits of a polynomial modulo every prime, for several uses. They are scratch. */
export function decompose(chain: Chain, polynomial: Polynomial): Digits {
  const coefficients = digitsOf(chain, polynomial);
  return chain.extended(polynomial.length).map((modulus, j) => transformed(chain, polynomial, coefficients, j, modulus));
}

/** Digit i: the coefficients modulo prime i. */
function digitsOf(chain: Chain, polynomial: Polynomial): Polynomial {
  return formOf(polynomial) === 'coefficients' ? polynomial : polynomial.map((residues) => asCoefficients(chain, residues));
}

function transformed(chain: Chain, polynomial: Polynomial, coefficients: Polynomial, j: number, modulus: TransformModulus): Residues[] {
  return coefficients.map((digit, i) => {
    const own = polynomial[i]!;
    // A digit modulo its own prime is what the transform came from.
    if (i === j && own.form === 'values') return own;
    const values = chain.scratch.take(modulus);
    chain.ring.forward(digit, values);
    return values;
  });
}

/** Room for a sum of switched polynomials, in scratch. */
export function beginSwitch(chain: Chain, limbs: number): Switched {
  const sums = chain.extended(limbs).map((modulus) => ({ first: chain.scratch.take(modulus), second: chain.scratch.take(modulus) }));
  return { limbs, sums, started: sums.map(() => false), addends: [null, null] };
}

/** sums[j] += inner product of digits with a key, through X -> X^element, times a weight. */
export function addInnerProduct(
  chain: Chain,
  into: Switched,
  j: number,
  digits: readonly Residues[],
  key: SwitchingKey,
  element = 1,
  weight?: Residues,
): void {
  const { limbs } = into;
  if (limbs > key.limbs) throw new Error(`a key kept for ${key.limbs} primes is used at ${limbs}`);
  const at = j === limbs ? key.limbs : j;
  const terms = digits.map((digit, i) => ({ digit, ...key.pairs[i]![at]! }));
  chain.ring.innerProduct(terms, into.sums[j]!, into.started[j]!, element, weight);
  into.started[j] = true;
}

/** Divides by the special prime, and by the last data prime as well where `rescale` says so. New polynomials. */
export function finishSwitch(chain: Chain, switched: Switched, form: Form, rescale: boolean): Polynomial[] {
  const { limbs, sums, addends } = switched;
  if (rescale && chain.scheme === 'ckks') return finishRescaled(chain, switched);
  const halves = (['first', 'second'] as const).map((half) => sums.map((pair) => pair[half]));
  return chain.scratch.within(() => {
    const polynomials = allocatePolynomials(chain, limbs, 2);
    for (const [index, residues] of halves.entries()) {
      const addend = addends[index] ?? null;
      const dividend = { divisor: residues[limbs]!, rest: residues.slice(0, limbs) };
      divideOut(chain, dividend, addend && inForm(chain, addend, form), polynomials[index]!, form);
    }
    if (!rescale) return polynomials;
    const divided = allocatePolynomials(chain, limbs - 1, 2);
    for (const [index, polynomial] of polynomials.entries()) {
      divideOut(chain, { divisor: polynomial[limbs - 1]!, rest: polynomial.slice(0, limbs - 1) }, null, divided[index]!, form);
      for (const residues of polynomial) chain.ring.release(residues);
    }
    return divided;
  });
}

/** The polynomial itself, or in scratch in the other form. */
export function inForm(chain: Chain, polynomial: Polynomial, form: Form): Polynomial {
  if (formOf(polynomial) === form) return polynomial;
  return polynomial.map((residues) => {
    if (form === 'coefficients') return asCoefficients(chain, residues);
    const values = chain.scratch.take(residues.modulus);
    chain.ring.forward(residues, values);
    return values;
  });
}

/**
 * Division by P q at once, q the last data prime, in transform form: with x = sums + P addends and its remainders r modulo P and
 * u = (x - r) / P modulo q, the remainder modulo P q is r + P u. Saves the transforms of an intermediate result at the higher level.
 */
function finishRescaled(chain: Chain, { limbs, sums, addends }: Switched): Polynomial[] {
  const { ring, scratch, specialPrime } = chain;
  const last = limbs - 1;
  const divisor = chain.data[last]!;
  return addends.map((addend, index) =>
    scratch.within(() => {
      const [target] = allocatePolynomials(chain, last, 1) as [Polynomial];
      const residues = sums.map((pair) => (index === 0 ? pair.first : pair.second));
      if (addend !== null) {
        for (let j = 0; j < limbs; j++) {
          ring.addMultiple(residues[j]!, addend[j]!, chain.residueOf(specialPrime, residues[j]!.modulus), residues[j]!);
        }
      }
      const remainder = remainders(chain, asCoefficients(chain, residues[limbs]!))(divisor);
      const upper = asCoefficients(chain, residues[last]!);
      const part = scratch.take(divisor);
      ring.reduce(remainder, part);
      ring.subtractMultiply(upper, part, chain.inverseOf(specialPrime, divisor), upper);
      for (const [j, out] of target.entries()) {
        scratch.within(() => {
          const whole = scratch.take(out.modulus);
          ring.addMultiple(remainder, upper, chain.residueOf(specialPrime, out.modulus), whole);
          ring.forward(whole, whole);
          ring.subtractMultiply(residues[j]!, whole, chain.inverseWithSpecial(divisor, out.modulus), out);
        });
      }
      return target;
    }),
  );
}

/** What becomes of a ciphertext's bookkeeping when `finishSwitch` rescales: scale is the caller's. */
export function switchedCiphertext(
  chain: Chain,
  polynomials: Polynomial[],
  source: Ciphertext,
  scale: number,
  rescale: boolean,
): Ciphertext {
  const limbs = source.polynomials[0]!.length;
  const correction = rescale ? dividedCorrection(chain, source.correction, chain.data[limbs - 1]!) : source.correction;
  return { polynomials, scale, correction };
}
