/**
 * Arithmetic residue by residue: sums, products, multiples.
 *
 * @module
 */
import type { Constant } from './ntt.ts';
import { Polynomials } from './polynomials.ts';
import type { Pair, Residues } from './residues.ts';

export class Arithmetic extends Polynomials {
  /** Residues nearest to zero, possibly of coefficients of another modulus. */
  reduce(source: Residues, target: Residues = source): void {
    if (source.modulus !== target.modulus) this.requireForm(source, 'coefficients');
    const bound = (source.bound * source.modulus.p) / target.modulus.p;
    this.kernel.reduceAll(source.address, target.address, this.n, target.modulus.block);
    this.sets(target, this.bounds.reduced(bound), source.form);
  }

  add(a: Residues, b: Residues, target: Residues): void {
    const form = this.same(a, b);
    this.bounds.require(a.bound + b.bound, a.modulus.p, 'add');
    this.kernel.addReduced(a.address, b.address, target.address, this.n, a.modulus.block);
    this.sets(target, this.bounds.reduced(a.bound + b.bound), form);
  }

  /** Without a reduction: the bounds add up. */
  addLazily(a: Residues, b: Residues, target: Residues): void {
    const form = this.same(a, b);
    this.bounds.require(a.bound + b.bound, a.modulus.p, 'addLazily');
    this.kernel.add(a.address, b.address, target.address, this.n);
    this.sets(target, a.bound + b.bound, form);
  }

  subtract(a: Residues, b: Residues, target: Residues): void {
    const form = this.same(a, b);
    this.bounds.require(a.bound + b.bound, a.modulus.p, 'subtract');
    this.kernel.subtractReduced(a.address, b.address, target.address, this.n, a.modulus.block);
    this.sets(target, this.bounds.reduced(a.bound + b.bound), form);
  }

  multiply(a: Residues, b: Residues, target: Residues): void {
    this.same(a, b);
    this.requireForm(a, 'values');
    const bound = this.bounds.product(a.bound, b.bound, a.modulus.p);
    this.kernel.multiplyReduced(a.address, b.address, target.address, this.n, a.modulus.block);
    this.sets(target, this.bounds.reduced(bound), 'values');
  }

  /** residues += constant, centred: to every value, or to the coefficient of X^0. */
  addConstant(residues: Residues, constant: number): void {
    const { p, block } = residues.modulus;
    const sum = residues.bound + Math.abs(constant) / p;
    // The multiple of p that is taken off is half a p larger.
    this.bounds.require(sum + 1 / 2, p, 'addConstant');
    this.kernel.addConstant(residues.address, residues.form === 'values' ? this.n : 1, block, constant);
    this.sets(residues, Math.max(residues.bound, this.bounds.reduced(sum)), residues.form);
  }

  /** Times a number; of coefficients of another modulus, what comes out is modulo the target's. */
  scale(source: Residues, target: Residues, factor: Constant): void {
    if (source.modulus !== target.modulus) this.requireForm(source, 'coefficients');
    const { p, block } = target.modulus;
    const reduced = this.bounds.reduced((source.bound * source.modulus.p) / p);
    this.kernel.scale(source.address, target.address, this.n, block, factor.w, factor.wOverP);
    this.sets(target, this.bounds.reduced(this.bounds.constantProduct(reduced, p)), source.form);
  }

  /** target = (a - remainder) * factor + addend. */
  subtractMultiply(a: Residues, remainder: Residues, factor: Constant, target: Residues, addend?: Residues): void {
    const form = this.same(a, remainder, ...(addend === undefined ? [] : [addend]));
    const { p, block } = a.modulus;
    const difference = this.bounds.require(this.bounds.reduced(a.bound) + remainder.bound, p, 'subtractMultiply');
    const product = this.bounds.constantProduct(difference, p);
    if (addend === undefined) {
      this.kernel.subtractMultiply(a.address, remainder.address, target.address, this.n, block, factor.w, factor.wOverP);
      this.sets(target, this.bounds.reduced(product), form);
      return;
    }
    // As in `permuteAdd`: an addend that many sums went into is brought back first.
    if (product + addend.bound >= this.bounds.limit(p)) this.reduce(addend);
    const sum = this.bounds.require(product + addend.bound, p, 'subtractMultiply');
    const { w, wOverP } = factor;
    this.kernel.subtractMultiplyAdd(a.address, remainder.address, addend.address, target.address, this.n, block, w, wOverP);
    this.sets(target, this.bounds.reduced(sum), form);
  }

  /** target = a + b * factor; coefficients may be of other moduli than the target's. */
  addMultiple(a: Residues, b: Residues, factor: Constant, target: Residues): void {
    if (a.form !== b.form) throw new Error('operands in different forms');
    if (a.modulus !== target.modulus || b.modulus !== target.modulus) this.requireForm(a, 'coefficients');
    const { p, block } = target.modulus;
    const product = this.bounds.constantProduct((b.bound * b.modulus.p) / p, p);
    const sum = this.bounds.reduced((a.bound * a.modulus.p) / p) + product;
    this.bounds.require((b.bound * b.modulus.p) / p, p, 'addMultiple');
    this.kernel.addMultiple(a.address, b.address, target.address, this.n, block, factor.w, factor.wOverP);
    this.sets(target, sum, a.form);
  }

  /** Products of (a0 + a1 s) (b0 + b1 s), by power of s. */
  tensor(a: Pair, b: Pair, target: readonly [Residues, Residues, Residues]): void {
    const form = this.same(a.first, a.second, b.first, b.second);
    this.requireForm(a.first, 'values');
    const { p, block } = a.first.modulus;
    const reduced = Math.max(...[a.first, a.second, b.first, b.second].map((x) => this.bounds.reduced(x.bound)));
    const product = this.bounds.product(reduced, reduced, p);
    const [t0, t1, t2] = target;
    let middle = 2 * product;
    if (a.first === b.first && a.second === b.second) {
      middle = this.bounds.product(2 * reduced, reduced, p);
      this.kernel.tensorSquare(a.first.address, a.second.address, t0.address, t1.address, t2.address, this.n, block);
    } else {
      const operands = [a.first.address, a.second.address, b.first.address, b.second.address] as const;
      this.kernel.tensor(...operands, t0.address, t1.address, t2.address, this.n, block);
    }
    this.sets(t0, product, form);
    this.sets(t1, middle, form);
    this.sets(t2, product, form);
  }
}
