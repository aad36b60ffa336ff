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
 * target (+)= sum of digit * (first, second), in calls of at most four terms. With an `element`, digits are read through
 * X -> X^element.
 */
export function innerProduct(ring: Ring, terms: readonly Term[], target: Pair, accumulate: boolean, element = 1): void {
  for (let from = 0; from < terms.length;) {
    const { count, bias, bound } = callFrom(ring, terms, from, target.first.modulus);
    addPartialProduct(ring, terms.slice(from, from + count), target, { bias, bound }, accumulate || from > 0, element);
    from += count;
  }
}

interface SumCall {
  readonly bias: number;
  /** Of the sum, in units of the prime. */
  readonly bound: number;
}

/** As many terms from one on as are exact in one call. */
function callFrom({ bounds }: Ring, terms: readonly Term[], from: number, { p }: Modulus): SumCall & { readonly count: number } {
  for (let count = Math.min(TERMS_PER_CALL, terms.length - from); count > 0; count--) {
    let total = 0;
    for (let at = from; at < from + count; at++) {
      const { digit, first, second } = terms[at]!;
      total += digit.bound * Math.max(first.bound, second.bound);
    }
    const sum = bounds.productSum(total, count, p);
    if (sum !== null) return { ...sum, count };
  }
  throw new RangeError(`innerProduct: a product of residues up to ${String(terms[from]!.digit.bound)} p is not exact for p = ${String(p)}`);
}

/** Of the limit, what a sum may become before its parts are reduced: it grows with every call. */
const CROWDED = 1 / 2;

function addPartialProduct(
  ring: Ring,
  terms: readonly Term[],
  target: Pair,
  { bias, bound: ofCall }: SumCall,
  accumulate: boolean,
  element: number,
): void {
  const { modulus } = target.first;
  const { p, block } = modulus;
  const { bounds } = ring;
  const { u32 } = ring.arena;
  const table = ring.tables.take();
  let at = table / 4;
  for (const { digit, first, second } of terms) {
    ring.requireAlike(digit, first, second);
    ring.requireForm(digit, 'values');
    if (digit.modulus !== modulus) throw new Error('operands of different moduli');
    u32[at++] = digit.address;
    u32[at++] = first.address;
    u32[at++] = second.address;
  }
  let before = accumulate ? Math.max(target.first.bound, target.second.bound) : 0;
  const isReduced = before + ofCall > CROWDED * bounds.limit(p);
  const added = isReduced ? bounds.reduced(ofCall) : ofCall;
  if (before + added >= bounds.limit(p)) {
    for (const residues of [target.first, target.second]) ring.reduce(residues);
    before = bounds.reduced(before);
  }
  const bound = before + added;
  const flags = [isReduced ? 1 : 0, accumulate ? 1 : 0] as const;
  const into = [target.first.address, target.second.address, 0, ring.n, block, bias, ...flags] as const;
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
    ring.kernel.combine(part.length, table, constants, target.address, 0, ring.n, block, from > 0 ? 1 : 0);
    ring.declare(target, ring.bounds.reduced(sum), form);
  }
}
