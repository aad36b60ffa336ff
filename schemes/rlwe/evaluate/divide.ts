/**
 * Exact division of polynomials by primes of their modulus: (x - r) / q with r = x mod q, centred. Rescaling (CKKS), modulus switching
 * (BFV, BGV), and the division by the special prime that ends a key switch are all this.
 *
 * BGV replaces r by r + q kappa with kappa = -r / q mod t, centred, so that what is divided out is 0 modulo t and the message only gets
 * multiplied by 1/q mod t (Gentry, Halevi, Smart, CRYPTO 2012, appendix D).
 *
 * @module
 */
import type { BaseConversion } from '../ring/base-conversion.ts';
import type { Chain } from '../ring/chain.ts';
import type { Ciphertext, Polynomial } from '../ring/ciphertext.ts';
import { allocatePolynomials, formOf, limbsOf } from '../ring/ciphertext.ts';
import { inverse } from '../numbers/modular-integers.ts';
import type { Modulus } from '../ring/ntt.ts';
import type { Form, Residues } from '../ring/residues.ts';

/** One polynomial to divide: residues modulo the divisors and modulo the primes that stay, all in one form. */
export interface Division {
  /** Of primes that follow one another in the chain; their product is divided out. */
  readonly divisors: readonly Residues[];
  readonly rest: readonly Residues[];
  /** Added to the result; null: nothing is. */
  readonly addend: Polynomial | null;
  readonly target: Polynomial;
}

/** The remainder that is subtracted: as a number modulo the divisors, and BGV's kappa. */
interface Remainder {
  readonly conversion: BaseConversion;
  readonly coefficients: readonly Residues[];
  readonly terms: readonly Residues[];
  readonly kappa: Residues | null;
}

/** targets = (dividends - remainders) / divisors + addends, in the form that is asked for. */
export function divideOut(chain: Chain, divisions: readonly Division[], form: Form): void {
  const { scratch } = chain;
  scratch.scoped(() => {
    const begun = divisions.map((division) => ({ ...division, remainder: takeRemainder(chain, division.divisors) }));
    chain.parallelMap(begun, ({ divisors, remainder }) => findRemainder(chain, divisors, remainder));
    const parts = begun.flatMap((division) => division.target.map((residues, j) => ({ ...division, residues, j })));
    chain.parallelMap(parts, ({ rest, addend, remainder, residues, j }) =>
      dividePart(chain, { whole: rest[j]!, remainder, addend: addend?.[j], target: residues }, form),
    );
  });
}

interface Part {
  readonly whole: Residues;
  readonly remainder: Remainder;
  readonly addend: Residues | undefined;
  readonly target: Residues;
}

function dividePart(chain: Chain, { whole, remainder, addend, target }: Part, form: Form): void {
  const { ring, scratch } = chain;
  const part = scratch.take(target.modulus);
  const inverseOfDivisor = remainder.conversion.inverseModulo(target.modulus);
  const subtrahend = remainderModulo(chain, remainder, target.modulus);
  let dividend = whole;
  if (form === 'values') {
    ring.forward(subtrahend, part);
  } else {
    ring.reduce(subtrahend, part);
    if (whole.form === 'values') {
      dividend = scratch.take(whole.modulus);
      ring.inverse(whole, dividend);
    }
  }
  ring.subtractMultiply(dividend, part, inverseOfDivisor, target, addend);
}

function takeRemainder(chain: Chain, divisors: readonly Residues[]): Remainder {
  const { scratch, scheme, plain } = chain;
  const moduli = divisors.map(({ modulus }) => modulus);
  const conversion = chain.conversionFrom(moduli);
  const coefficients = scratch.takeEach(moduli);
  const terms = conversion.takeTerms(scratch, coefficients);
  return { conversion, coefficients, terms, kappa: scheme === 'bgv' && plain !== null ? scratch.take(plain) : null };
}

function findRemainder(
  { ring, scheme }: Chain,
  divisors: readonly Residues[],
  { conversion, coefficients, terms, kappa }: Remainder,
): void {
  for (const [i, divisor] of divisors.entries()) {
    if (divisor.form === 'values') ring.inverse(divisor, coefficients[i]!);
    else ring.copy(divisor, coefficients[i]!);
    if (scheme !== 'ckks') ring.reduce(coefficients[i]!);
  }
  conversion.findTerms(ring, coefficients, terms);
  if (kappa === null) return;
  const { modulus } = kappa;
  ring.scale(conversion.convert(ring, terms, kappa), kappa, modulus.constant(-inverse(conversion.whole, modulus.value)));
}

/** The remainder, as coefficients that arithmetic modulo a prime can take; in scratch. */
function remainderModulo({ ring, scratch }: Chain, { conversion, terms, kappa }: Remainder, modulo: Modulus): Residues {
  const target = scratch.take(modulo);
  const remainder = conversion.convert(ring, terms, target);
  if (kappa !== null) ring.addMultiple(remainder, kappa, conversion.wholeModulo(modulo), target);
  return kappa === null ? remainder : target;
}

/** The polynomial itself, or in scratch in the other form. */
export function inForm(chain: Chain, polynomial: Polynomial, form: Form): Polynomial {
  if (formOf(polynomial) === form) return polynomial;
  const converted = chain.scratch.takeEach(polynomial.map(({ modulus }) => modulus));
  chain.parallelMap(polynomial, (residues, j) => {
    if (form === 'coefficients') chain.ring.inverse(residues, converted[j]!);
    else chain.ring.forward(residues, converted[j]!);
  });
  return converted;
}

/** Divides by the last prime: one level down. The caller sets the scale. */
export function divideByLast(chain: Chain, ciphertext: Ciphertext, scale: number): Ciphertext {
  const limbs = limbsOf(ciphertext) - 1;
  const divisor = chain.data[limbs]!;
  const polynomials = allocatePolynomials(chain, limbs, ciphertext.polynomials.length);
  const divisions = ciphertext.polynomials.map((polynomial, index): Division => {
    return { divisors: [polynomial[limbs]!], rest: polynomial.slice(0, limbs), addend: null, target: polynomials[index]! };
  });
  divideOut(chain, divisions, formOf(ciphertext.polynomials[0]!));
  return { polynomials, scale, correction: dividedCorrection(chain, ciphertext.correction, divisor) };
}

/** BGV's correction factor after a division: SEAL counts it as what decryption must divide by. */
export function dividedCorrection(chain: Chain, correction: bigint, divisor: Modulus): bigint {
  if (chain.scheme !== 'bgv') return correction;
  const t = chain.plain!.value;
  return (correction * inverse(divisor.value, t)) % t;
}
