/**
 * Sums of many products of residues: inner products with keys, and conversions between primes.
 *
 * @module
 */
import type { Constant, Modulus } from './ntt.ts';
import type { Pair, Residues } from './residues.ts';
import type { Ring } from './ring.ts';

/** Digit and pair of polynomials of one term of an inner product. */
export interface Term {
  readonly digit: Residues;
  readonly first: Residues;
  readonly second: Residues;
}

const TERMS_PER_CALL = 4;

/**
 * target (+)= sum of digit * (first, second), reduced per call of four terms. With an `element`, digits are read through
 * X -> X^element.
 */
export function innerProduct(ring: Ring, terms: readonly Term[], target: Pair, accumulate: boolean, element = 1): void {
  const { modulus } = target.first;
  for (let from = 0; from < terms.length; from += TERMS_PER_CALL) {
    addPartialProduct(ring, terms.slice(from, from + TERMS_PER_CALL), target, modulus, accumulate || from > 0, element);
  }
}

function addPartialProduct(ring: Ring, terms: readonly Term[], target: Pair, modulus: Modulus, accumulate: boolean, element: number): void {
  const { p, block } = modulus;
  const { bounds } = ring;
  let sum = 0;
  const { u32 } = ring.arena;
  const table = ring.tables.take();
  let at = table / 4;
  for (const { digit, first, second } of terms) {
    ring.requireAlike(digit, first, second);
    ring.requireForm(digit, 'values');
    if (digit.modulus !== modulus) throw new Error('operands of different moduli');
    sum += bounds.product(digit.bound, Math.max(first.bound, second.bound), p);
    u32[at++] = digit.address;
    u32[at++] = first.address;
    u32[at++] = second.address;
  }
  bounds.require(sum, p, 'innerProduct');
  const before = accumulate ? Math.max(target.first.bound, target.second.bound) : 0;
  const crowded = before + bounds.reduced(sum) >= bounds.limit(p);
  if (crowded) for (const residues of [target.first, target.second]) ring.reduce(residues);
  const bound = (crowded ? bounds.reduced(before) : before) + bounds.reduced(sum);
  const into = [target.first.address, target.second.address, ring.n, block, accumulate ? 1 : 0] as const;
  if (element === 1) ring.kernel.sumOfProducts(terms.length, table, ...into);
  else ring.kernel.gatheredSum(terms.length, table, ring.valueTable(element), ...into);
  ring.declare(target.first, bound, 'values');
  ring.declare(target.second, bound, 'values');
}

/** quotient = nearest whole numbers of sum of y / p(y): how often the product of the primes fits in. */
export function quotient(ring: Ring, ys: readonly Residues[], target: Residues): void {
  ys.forEach((y, i) => {
    ring.requireForm(y, 'coefficients');
    const last = i === ys.length - 1 ? 1 : 0;
    ring.kernel.quotientTerm(y.address, target.address, ring.n, 1 / y.modulus.p, i === 0 ? 1 : 0, last);
  });
  const sum = ys.reduce((all, y) => all + y.bound, 0);
  ring.declare(target, (Math.ceil(sum) + 1) / target.modulus.p, 'coefficients');
}

/** target = sum of ys[i] * factors[i] modulo the target's prime; ys of other primes are coefficients. */
export function combine(ring: Ring, ys: readonly Residues[], factors: readonly Constant[], target: Residues): void {
  const { p, block } = target.modulus;
  const { form } = ys[0]!;
  for (let from = 0; from < ys.length; from += TERMS_PER_CALL) {
    const part = ys.slice(from, from + TERMS_PER_CALL);
    const { u32, f64 } = ring.arena;
    const table = ring.tables.take();
    const constants = table + 4 * TERMS_PER_CALL;
    let sum = from > 0 ? target.bound : 0;
    part.forEach((y, i) => {
      ring.requireForm(y, y.modulus === target.modulus ? form : 'coefficients');
      sum += ring.bounds.product((y.bound * y.modulus.p) / p, 0.5, p);
      u32[table / 4 + i] = y.address;
      f64[constants / 8 + i] = factors[from + i]!.w;
    });
    ring.bounds.require(sum, p, 'combine');
    ring.kernel.combine(part.length, table, constants, target.address, ring.n, block, from > 0 ? 1 : 0);
    ring.declare(target, ring.bounds.reduced(sum), form);
  }
}
