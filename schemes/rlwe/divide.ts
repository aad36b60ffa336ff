/**
 * Exact division of polynomials by primes of their modulus: (x - r) / q with r = x mod q, centred. Rescaling (CKKS), modulus switching
 * (BFV, BGV), and the division by the special prime that ends a key switch are all this.
 *
 * BGV replaces r by r + q kappa with kappa = -r / q mod t, centred, so that what is divided out is 0 modulo t and the message only gets
 * multiplied by 1/q mod t (Gentry, Halevi, Smart, CRYPTO 2012, appendix D).
 *
 * @module
 */
import type { Chain } from './chain.ts';
import type { Ciphertext, Polynomial } from './ciphertext.ts';
import { allocatePolynomial, formOf, limbsOf } from './ciphertext.ts';
import { centred, inverse } from './modular-integers.ts';
import type { Modulus } from './ntt.ts';
import type { Form, Residues } from './ring.ts';

/** What is divided: residues modulo the divisor and modulo the primes that stay, all in one form. */
export interface Dividend {
  readonly divisor: Residues;
  readonly rest: readonly Residues[];
}

/** target = (dividend - remainder) / divisor + addend, in the form that is asked for. */
export function divideOut(chain: Chain, dividend: Dividend, addend: Polynomial | null, target: Polynomial, form: Form): void {
  const { ring, scratch } = chain;
  scratch.within(() => {
    const { divisor, rest } = dividend;
    const { modulus } = divisor;
    const remainder = remainders(chain, asCoefficients(chain, divisor));
    for (const [j, residues] of target.entries()) {
      scratch.within(() => {
        const part = scratch.take(residues.modulus);
        const inverseOfDivisor = chain.inverseOf(modulus, residues.modulus);
        let whole = rest[j]!;
        if (form === 'values') {
          ring.forward(remainder(residues.modulus), part);
        } else {
          ring.reduce(remainder(residues.modulus), part);
          if (whole.form === 'values') whole = asCoefficients(chain, whole);
        }
        ring.subtractMultiply(whole, part, inverseOfDivisor, residues, addend?.[j]);
      });
    }
  });
}

/** What must be subtracted, as coefficients fit for arithmetic modulo a prime; `remainder` is scratch. */
export function remainders(chain: Chain, remainder: Residues): (modulo: Residues['modulus']) => Residues {
  const { ring, scratch, plain } = chain;
  if (chain.scheme === 'ckks' || plain === null) return () => remainder;
  ring.reduce(remainder);
  if (chain.scheme === 'bfv') return () => remainder;
  const divisor = remainder.modulus;
  const kappa = scratch.take(plain);
  ring.scale(remainder, kappa, plain.constant(-inverse(divisor.value, plain.value)));
  return (modulo) => {
    const sum = scratch.take(modulo);
    ring.addMultiple(remainder, kappa, chain.residueOf(divisor, modulo), sum);
    return sum;
  };
}

/** The same polynomial as coefficients, in scratch; only inside `scratch.within`. */
export function asCoefficients(chain: Chain, residues: Residues): Residues {
  const coefficients = chain.scratch.take(residues.modulus);
  if (residues.form === 'values') chain.ring.inverse(residues, coefficients);
  else chain.ring.copy(residues, coefficients);
  return coefficients;
}

/** Divides by the last prime: one level down. The scale is the caller's to set. */
export function divideByLast(chain: Chain, ciphertext: Ciphertext, scale: number): Ciphertext {
  const limbs = limbsOf(ciphertext) - 1;
  const divisor = chain.data[limbs]!;
  const polynomials = ciphertext.polynomials.map((polynomial) => {
    const target = allocatePolynomial(chain, limbs);
    divideOut(chain, { divisor: polynomial[limbs]!, rest: polynomial.slice(0, limbs) }, null, target, formOf(polynomial));
    return target;
  });
  return { polynomials, scale, correction: dividedCorrection(chain, ciphertext.correction, divisor) };
}

/** BGV's correction factor after a division: SEAL counts it as what decryption must divide by. */
export function dividedCorrection(chain: Chain, correction: bigint, divisor: Modulus): bigint {
  if (chain.scheme !== 'bgv') return correction;
  const t = chain.plain!.value;
  return (correction * inverse(divisor.value, t)) % t;
}

/** The smallest pair with left * a = right * b mod t: two ciphertexts times them get one correction factor. */
export function balancedFactors(a: bigint, b: bigint, t: bigint): readonly [left: bigint, right: bigint] {
  // Half-way through Euclid's algorithm on (t, b/a), remainder and cofactor are both near sqrt(t).
  let [before, now] = [t, (b * inverse(a, t)) % t];
  let [cofactorBefore, cofactor] = [0n, 1n];
  let best: readonly [bigint, bigint] = [now, cofactor];
  const size = ([left, right]: readonly [bigint, bigint]): bigint => (left < 0n ? -left : left) + (right < 0n ? -right : right);
  while (now !== 0n) {
    const candidate = [centred(now, t), cofactor] as const;
    if (size(candidate) < size([centred(best[0], t), best[1]])) best = candidate;
    const quotient = before / now;
    [before, now] = [now, before - quotient * now];
    [cofactorBefore, cofactor] = [cofactor, cofactorBefore - quotient * cofactor];
  }
  return [centred(best[0], t), best[1]];
}
