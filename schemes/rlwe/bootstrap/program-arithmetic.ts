/**
 * Sums and products as instructions of a program.
 *
 * @module
 */
import type { Emit, Place } from '../program/program.ts';
import type { Arithmetic, Sum, Valued } from './arithmetic.ts';

/** A bundle of real numbers in ciphertexts of two polynomials. */
export type RealPlace = Place & { readonly scale: number; readonly polynomials: 2 };

/** @throws where the place holds integers, or products that were not relinearised: a bug in the caller. */
export function realPlace(place: Place): RealPlace {
  const { scale, polynomials } = place;
  if (scale === null || polynomials !== 2) throw new Error('bootstrapping takes real numbers in two polynomials');
  return { ...place, scale, polynomials };
}

export class ProgramArithmetic implements Arithmetic<RealPlace> {
  readonly primes: readonly number[];
  readonly #node: number;
  readonly #emit: Emit;

  /**
   * @param primes the data primes
   * @param node of the circuit, which the instructions belong to
   */
  constructor(primes: readonly number[], node: number, emit: Emit) {
    this.primes = primes;
    this.#node = node;
    this.#emit = emit;
  }

  sum({ products, terms, constant }: Sum<RealPlace>, { limbs, scale }: Valued): RealPlace {
    const [of] = [...products.map(([left]) => left), ...terms.map(([value]) => value)];
    const { width } = of!;
    const node = this.#node;
    const before = { width, limbs: limbs + 1, scale: scale * this.primes[limbs]!, node } as const;
    const multiplied = products.map(([left, right, factor]) => {
      const [a, b] = [this.#dropped(left, limbs + 1), this.#dropped(right, limbs + 1)];
      const [first, second] = [a.result, left === right ? a.result : b.result];
      return [this.#emit({ ...before, op: 'multiply', left: first, right: second, polynomials: 3 }).result, BigInt(factor)] as const;
    });
    const all = [...multiplied, ...terms.map(([value, factor]) => [value.result, factor] as const)];
    const isAlone = all.length === 1 && all[0]![1] === 1n && constant === 0n;
    const polynomials = products.length > 0 ? 3 : 2;
    let register = isAlone ? all[0]![0] : this.#emit({ ...before, op: 'combine', terms: all, constant, polynomials }).result;
    if (polynomials === 3) register = this.#emit({ ...before, op: 'relinearize', of: register, polynomials: 2 }).result;
    return realPlace(this.#emit({ ...before, op: 'divide', of: register, primes: 1, limbs, scale, polynomials: 2 }));
  }

  #dropped(value: RealPlace, limbs: number): RealPlace {
    if (value.limbs === limbs) return value;
    const primes = value.limbs - limbs;
    return realPlace(this.#emit({ ...placeOf(value), op: 'drop', of: value.result, primes, limbs, node: this.#node }));
  }
}

/** Without the register. */
export function placeOf({ width, limbs, scale, polynomials }: RealPlace): Omit<RealPlace, 'result'> {
  return { width, limbs, scale, polynomials };
}
