/**
 * Between the forms of a polynomial, and its automorphisms in either.
 *
 * @module
 */
import { Arithmetic } from './arithmetic.ts';
import { coefficientPermutation, TransformModulus, valuePermutation } from './ntt.ts';
import type { Residues } from './residues.ts';

export class Forms extends Arithmetic {
  readonly #valueTables = new Map<number, number>();
  readonly #coefficientTables = new Map<number, number>();

  /** Coefficients, possibly of another modulus, to values. */
  forward(source: Residues, target: Residues): void {
    this.requireForm(source, 'coefficients');
    this.#requireTables(target);
    const { p } = target.modulus;
    const bound = (source.bound * source.modulus.p) / p;
    const schedule = this.bounds.forward(bound, p, this.n);
    this.kernel.forwardNtt(source.address, target.address, target.modulus.block, this.n, schedule.reductions);
    this.sets(target, schedule.bound, 'values');
  }

  /** Values to coefficients. */
  inverse(source: Residues, target: Residues): void {
    this.requireForm(source, 'values');
    this.#requireTables(target);
    if (source.modulus !== target.modulus) throw new Error('operands of different moduli');
    const { p, block } = target.modulus;
    const direct = this.bounds.inverse(source.bound, p, this.n);
    const reduceInput = direct === Infinity;
    const bound = reduceInput ? this.bounds.inverse(this.bounds.reduced(source.bound), p, this.n) : direct;
    this.bounds.require(bound, p, 'inverse');
    this.kernel.inverseNtt(source.address, target.address, block, this.n, reduceInput ? 1 : 0);
    this.sets(target, bound, 'coefficients');
  }

  #requireTables({ modulus }: Residues): void {
    if (!(modulus instanceof TransformModulus)) throw new Error(`${modulus.value} has no transform tables`);
  }

  /** X -> X^element; out of place. */
  permute(source: Residues, element: number, target: Residues): void {
    if (source.address === target.address) throw new Error('a permutation is out of place');
    if (source.form === 'values') this.kernel.permute(source.address, target.address, this.valueTable(element), this.n);
    else this.kernel.permuteSigned(source.address, target.address, this.#coefficientTable(element), this.n);
    this.sets(target, source.bound, source.form);
  }

  /** target = addend + source under X -> X^element, in transform form; target may be the addend, which may get reduced. */
  permuteAdd(source: Residues, element: number, addend: Residues, target: Residues): void {
    this.requireForm(source, 'values');
    this.same(source, addend);
    if (source.address === target.address) throw new Error('a permutation is out of place');
    if (source.bound + addend.bound >= this.bounds.limit(source.modulus.p)) this.reduce(addend);
    const bound = this.bounds.require(source.bound + addend.bound, source.modulus.p, 'permuteAdd');
    this.kernel.permuteAdd(source.address, addend.address, target.address, this.valueTable(element), this.n);
    this.sets(target, bound, 'values');
  }

  /** Address of the permutation of X -> X^element in transform form, made once. */
  valueTable(element: number): number {
    let table = this.#valueTables.get(element);
    if (table === undefined) {
      table = valuePermutation(element, this.n, this.arena);
      this.#valueTables.set(element, table);
    }
    return table;
  }

  #coefficientTable(element: number): number {
    let table = this.#coefficientTables.get(element);
    if (table === undefined) {
      table = coefficientPermutation(element, this.n, this.arena);
      this.#coefficientTables.set(element, table);
    }
    return table;
  }
}
