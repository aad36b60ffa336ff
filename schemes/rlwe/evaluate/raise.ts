/**
 * ModRaise: a ciphertext modulo the first prime, taken as whole numbers, modulo many. What it decrypts to is then the message plus a
 * multiple of that prime in every coefficient, by as much as the secret has nonzero coefficients: with encapsulation the sparse ephemeral
 * secret takes the place of the secret in between, and the multiples are small.
 *
 * @module
 */
import type { Chain } from '../ring/chain.ts';
import { allocatePolynomials, twoOf, type Ciphertext, type Polynomial } from '../ring/ciphertext.ts';
import type { Pair, Residues } from '../ring/residues.ts';
import { innerProduct } from '../ring/sums.ts';
import type { EncapsulationKeys } from '../wire/encapsulation-keys.ts';
import { divideOut } from './divide.ts';
import { addInnerProduct, beginSwitch, finishSwitch } from './key-switch.ts';

/** What becomes of a raised ciphertext. */
export interface Raised {
  /** Data primes that it is raised to. */
  readonly limbs: number;
  /** Whole number that it is multiplied by, exactly: times the first prime at most half of the product of the special primes. */
  readonly factor: bigint;
  readonly scale: number;
}

/**
 * A new ciphertext in transform form.
 *
 * @param ciphertext of two polynomials in transform form, modulo the first prime alone
 * @param keys null: it is raised under the secret itself
 */
export function raise(chain: Chain, ciphertext: Ciphertext, keys: EncapsulationKeys | null, { limbs, factor, scale }: Raised): Ciphertext {
  const [[c0], [c1]] = twoOf(ciphertext) as [[Residues], [Residues]];
  const pair = { first: c0, second: c1 };
  return chain.scratch.scoped(() => {
    const polynomials =
      keys === null
        ? raiseEach(chain, pair, limbs, factor)
        : backToSecret(chain, toEphemeral(chain, pair, keys.toEphemeral), keys, limbs, factor);
    return { polynomials, scale, correction: 1n };
  });
}

function raiseEach(chain: Chain, pair: Pair, limbs: number, factor: bigint): Polynomial[] {
  const polynomials = allocatePolynomials(chain, limbs, 2);
  const { first, second } = inCoefficients(chain, pair);
  const parts = [first, second].flatMap((source, index) => polynomials[index]!.map((target) => ({ source, target })));
  chain.parallelMap(parts, ({ source, target }) => {
    lift(chain, source, factor, target);
    chain.ring.reduce(target);
  });
  return polynomials;
}

/** Whole numbers, centred, as the residues of coefficients. */
function inCoefficients({ ring, scratch }: Chain, { first, second }: Pair): Pair {
  const coefficients = (values: Residues): Residues => {
    const target = scratch.take(values.modulus);
    ring.inverse(values, target);
    ring.reduce(target);
    return target;
  };
  return { first: coefficients(first), second: coefficients(second) };
}

/** target = factor * source, in transform form modulo the target's prime. */
function lift({ ring }: Chain, source: Residues, factor: bigint, target: Residues): void {
  ring.scale(source, target, target.modulus.constant(factor));
  ring.forward(target, target);
}

/** The pair modulo the first prime under the ephemeral secret: in scratch, in transform form. */
function toEphemeral(chain: Chain, pair: Pair, [modQ, modP]: EncapsulationKeys['toEphemeral']): Pair {
  const { ring, scratch } = chain;
  const q = pair.first.modulus;
  const p = modP.first.modulus;
  const digit = scratch.take(p);
  lift(chain, inCoefficients(chain, pair).second, 1n, digit);
  const [sumQ, sumP, target] = [q, p, q].map((modulus): Pair => ({ first: scratch.take(modulus), second: scratch.take(modulus) })) as [
    Pair,
    Pair,
    Pair,
  ];
  innerProduct(ring, [{ digit: pair.second, ...modQ }], sumQ, false);
  innerProduct(ring, [{ digit, ...modP }], sumP, false);
  const divisions = (['first', 'second'] as const).map((half) => ({
    divisors: [sumP[half]],
    rest: [sumQ[half]],
    addend: half === 'first' ? [pair.first] : null,
    target: [target[half]],
  }));
  divideOut(chain, divisions, 'values');
  return target;
}

/** Raised, and under the secret again. */
function backToSecret(chain: Chain, pair: Pair, { toSecret }: EncapsulationKeys, limbs: number, factor: bigint): Polynomial[] {
  const { scratch } = chain;
  const { first, second } = inCoefficients(chain, pair);
  const switched = beginSwitch(chain, limbs);
  const addend = scratch.takeEach(chain.data.slice(0, limbs));
  const moduli = chain.extended(limbs).map((modulus, j) => ({ modulus, j }));
  chain.parallelMap(moduli, ({ modulus, j }) => {
    const digit = scratch.take(modulus);
    lift(chain, second, factor, digit);
    addInnerProduct(chain, switched, j, [digit], toSecret);
    if (j < limbs) lift(chain, first, factor, addend[j]!);
  });
  switched.addends = [addend, null];
  return finishSwitch(chain, switched, 'values', false);
}
