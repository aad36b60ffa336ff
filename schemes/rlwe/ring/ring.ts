/**
 * Residues of polynomials that carry their bound and form. Every operation checks both before it runs, for the kernel checks nothing:
 * a few additions for each polynomial of thousands of residues.
 *
 * @module
 */
import { Bounds, SLACK } from '../kernel/bound.ts';
import { OnePlace, type CallTables } from '../kernel/call-tables.ts';
import { callTensor, type Kernel } from '../kernel/kernel-calls.ts';
import type { Arena } from '../kernel/memory.ts';
import { coefficientPermutation, TransformModulus, valuePermutation, type Constant, type Modulus } from './ntt.ts';
import { Residues, type Form, type Pair } from './residues.ts';

export class Ring {
  readonly n: number;
  readonly arena: Arena;
  readonly bounds: Bounds;
  /** For operations in other modules: they check the bounds of operands themselves, and `declare` the bound of results. */
  readonly kernel: Kernel;
  /** Lists for calls with any number of operands. */
  readonly tables: CallTables;
  readonly #checking: boolean;

  /** `checking` reads every result and throws where a bound does not hold. Slow, for tests. */
  constructor(n: number, arena: Arena, kernel: Kernel, bounds = new Bounds(), checking = false, tables: CallTables = new OnePlace(arena)) {
    this.n = n;
    this.arena = arena;
    this.bounds = bounds;
    this.kernel = kernel;
    this.#checking = checking;
    this.tables = tables;
  }

  allocate(modulus: Modulus): Residues {
    return new Residues(this.arena.allocate(8 * this.n), modulus);
  }

  release(residues: Residues): void {
    this.arena.release(residues.address);
  }

  /** States bound and form of what an operation wrote to `target`. @throws {RangeError} where residues of this bound might not be exact. */
  declare(target: Residues, bound: number, form: Form): void {
    target.bound = this.bounds.require(bound, target.modulus.p, 'result');
    target.form = form;
    if (!this.#checking || this.tables.isDeferred) return;
    const largest = this.kernel.maximum(target.address, this.n);
    if (!(largest <= bound * SLACK * target.modulus.p)) {
      throw new RangeError(`a residue of ${String(largest / target.modulus.p)} p where the bound says ${String(bound)} p`);
    }
  }

  /** The form that all share. @throws where moduli or forms differ: a bug in the caller. */
  requireAlike(...operands: readonly Residues[]): Form {
    const first = operands[0]!;
    for (const operand of operands) {
      if (operand.modulus !== first.modulus) throw new Error('operands of different moduli');
      if (operand.form !== first.form) throw new Error(`operands in different forms: ${first.form}, ${operand.form}`);
    }
    return first.form;
  }

  requireForm(residues: Residues, form: Form): void {
    if (residues.form !== form) throw new Error(`expected ${form}, got ${residues.form}`);
  }

  /** Inside a task nothing is checked: its calls run later. */
  #requireNow(): void {
    if (this.tables.isDeferred) throw new Error('residues are looked at outside of tasks');
  }

  /**
   * u64 residues at an address of the arena, which may be the target's. `isRefused` says whether all were below p, after the task if this
   * is part of one. Until then the target must not be used.
   */
  read(source: number, target: Residues, form: Form): void {
    this.kernel.read(source, target.address, this.n, target.modulus.block);
    if (this.tables.isDeferred || !this.isRefused(target)) this.declare(target, this.bounds.reduced(1), form);
  }

  /** Whether `read` was given a number that is no residue of the target's prime. */
  isRefused(target: Residues): boolean {
    this.#requireNow();
    return Number.isNaN(this.arena.f64[target.address / 8]);
  }

  write(source: Residues, target: number): void {
    this.#requireNow();
    this.kernel.write(source.address, target, this.n, source.modulus.block);
  }

  /** Whole numbers of at most 2^53 in magnitude. */
  set(target: Residues, values: Float64Array, form: Form): void {
    this.#requireNow();
    this.arena.f64.set(values, target.address / 8);
    const largest = this.kernel.maximum(target.address, this.n);
    this.declare(target, largest / target.modulus.p, form);
  }

  clear(target: Residues, form: Form): void {
    this.kernel.clear(target.address, this.n);
    this.declare(target, 0, form);
  }

  copy(source: Residues, target: Residues): void {
    if (source.modulus !== target.modulus) throw new Error('a copy keeps its modulus');
    this.kernel.copy(source.address, target.address, this.n);
    this.declare(target, source.bound, source.form);
  }

  /** Residues nearest to zero, possibly of coefficients of another modulus. */
  reduce(source: Residues, target: Residues = source): void {
    if (source.modulus !== target.modulus) this.requireForm(source, 'coefficients');
    const bound = (source.bound * source.modulus.p) / target.modulus.p;
    this.kernel.reduceAll(source.address, target.address, this.n, target.modulus.block);
    this.declare(target, this.bounds.reduced(bound), source.form);
  }

  add(a: Residues, b: Residues, target: Residues): void {
    const form = this.requireAlike(a, b);
    this.bounds.require(a.bound + b.bound, a.modulus.p, 'add');
    this.kernel.addReduced(a.address, b.address, target.address, this.n, a.modulus.block);
    this.declare(target, this.bounds.reduced(a.bound + b.bound), form);
  }

  subtract(a: Residues, b: Residues, target: Residues): void {
    const form = this.requireAlike(a, b);
    this.bounds.require(a.bound + b.bound, a.modulus.p, 'subtract');
    this.kernel.subtractReduced(a.address, b.address, target.address, this.n, a.modulus.block);
    this.declare(target, this.bounds.reduced(a.bound + b.bound), form);
  }

  /** residues += constant, centred: to every value, or to the coefficient of X^0. */
  addConstant(residues: Residues, constant: number): void {
    const { p, block } = residues.modulus;
    const sum = residues.bound + Math.abs(constant) / p;
    // The multiple of p that is taken off is half a p larger.
    this.bounds.require(sum + 1 / 2, p, 'addConstant');
    this.kernel.addConstant(residues.address, residues.form === 'values' ? this.n : 1, block, constant);
    this.declare(residues, Math.max(residues.bound, this.bounds.reduced(sum)), residues.form);
  }

  /** Times a number; of coefficients of another modulus, what comes out is modulo the target's. */
  scale(source: Residues, target: Residues, factor: Constant): void {
    if (source.modulus !== target.modulus) this.requireForm(source, 'coefficients');
    const { p, block } = target.modulus;
    const reduced = this.bounds.reduced((source.bound * source.modulus.p) / p);
    this.kernel.scale(source.address, target.address, this.n, block, factor.w, factor.wOverP);
    this.declare(target, this.bounds.reduced(this.bounds.constantProduct(reduced, p)), source.form);
  }

  /** target = (a - remainder) * factor + addend. */
  subtractMultiply(a: Residues, remainder: Residues, factor: Constant, target: Residues, addend?: Residues): void {
    const form = this.requireAlike(a, remainder, ...(addend === undefined ? [] : [addend]));
    const { p, block } = a.modulus;
    const difference = this.bounds.require(this.bounds.reduced(a.bound) + remainder.bound, p, 'subtractMultiply');
    const product = this.bounds.constantProduct(difference, p);
    if (addend === undefined) {
      this.kernel.subtractMultiply(a.address, remainder.address, target.address, this.n, block, factor.w, factor.wOverP);
      this.declare(target, this.bounds.reduced(product), form);
      return;
    }
    // As in `permuteAdd`: an addend that many sums went into is brought back first.
    if (product + addend.bound >= this.bounds.limit(p)) this.reduce(addend);
    const sum = this.bounds.require(product + addend.bound, p, 'subtractMultiply');
    const { w, wOverP } = factor;
    this.kernel.subtractMultiplyAdd(a.address, remainder.address, addend.address, target.address, this.n, block, w, wOverP);
    this.declare(target, this.bounds.reduced(sum), form);
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
    this.declare(target, sum, a.form);
  }

  /** Products of (a0 + a1 s) (b0 + b1 s), by power of s. */
  tensor(a: Pair, b: Pair, target: readonly [Residues, Residues, Residues]): void {
    const form = this.requireAlike(a.first, a.second, b.first, b.second);
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
      callTensor(this.kernel, {
        a: [a.first.address, a.second.address],
        b: [b.first.address, b.second.address],
        targets: [t0.address, t1.address, t2.address],
        n: this.n,
        block,
      });
    }
    this.declare(t0, product, form);
    this.declare(t1, middle, form);
    this.declare(t2, product, form);
  }

  readonly #valueTables = new Map<number, number>();
  readonly #coefficientTables = new Map<number, number>();

  /** Coefficients, possibly of another modulus, to values; with `isTight` to values that sums of products take. */
  forward(source: Residues, target: Residues, isTight = false): void {
    this.requireForm(source, 'coefficients');
    this.#requireTables(target);
    const { p } = target.modulus;
    const bound = (source.bound * source.modulus.p) / p;
    const schedule = isTight ? this.bounds.tightForward(bound, p, this.n) : this.bounds.forward(bound, p, this.n);
    this.kernel.forwardNtt(source.address, target.address, target.modulus.block, this.n, schedule.reductions);
    this.declare(target, schedule.bound, 'values');
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
    this.declare(target, bound, 'coefficients');
  }

  #requireTables({ modulus }: Residues): void {
    if (!(modulus instanceof TransformModulus)) throw new Error(`${modulus.value} has no transform tables`);
  }

  /** X -> X^element; out of place. */
  permute(source: Residues, element: number, target: Residues): void {
    if (source.address === target.address) throw new Error('a permutation is out of place');
    if (source.form === 'values') this.kernel.permute(source.address, target.address, this.valueTable(element), this.n);
    else this.kernel.permuteSigned(source.address, target.address, this.#coefficientTable(element), this.n);
    this.declare(target, source.bound, source.form);
  }

  /** target = addend + source under X -> X^element, in transform form; target may be the addend, which may get reduced. */
  permuteAdd(source: Residues, element: number, addend: Residues, target: Residues): void {
    this.requireForm(source, 'values');
    this.requireAlike(source, addend);
    if (source.address === target.address) throw new Error('a permutation is out of place');
    if (source.bound + addend.bound >= this.bounds.limit(source.modulus.p)) this.reduce(addend);
    const bound = this.bounds.require(source.bound + addend.bound, source.modulus.p, 'permuteAdd');
    this.kernel.permuteAdd(source.address, addend.address, target.address, this.valueTable(element), this.n);
    this.declare(target, bound, 'values');
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
