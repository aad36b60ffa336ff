/**
 * The kernel's operations on polynomials that carry their bound and form: every one asserts both before it runs. Nothing else calls
 * the arithmetic. Costs a few additions per polynomial of thousands of residues.
 *
 * @module
 */
import { Bounds, SLACK } from './bound.ts';
import type { Kernel } from './kernel.ts';
import type { Arena } from './memory.ts';
import { coefficientPermutation, TransformModulus, valuePermutation } from './ntt.ts';
import type { Constant, Modulus } from './ntt.ts';
import { summing, type ResidueMatrix } from './residue-matrix.ts';

/** Coefficients, or values at the roots of X^n + 1 (transform form). */
export type Form = 'coefficients' | 'values';

/** A polynomial modulo one prime. |x| <= bound * p for every residue x. */
export class Residues {
  readonly address: number;
  readonly modulus: Modulus;
  bound = 0;
  form: Form = 'coefficients';

  constructor(address: number, modulus: Modulus) {
    this.address = address;
    this.modulus = modulus;
  }
}

/** Digit and pair of polynomials of one term of an inner product. */
export interface Term {
  readonly digit: Residues;
  readonly first: Residues;
  readonly second: Residues;
}

/** Room for two polynomials that products are summed into. */
export interface Pair {
  readonly first: Residues;
  readonly second: Residues;
}

const TERMS_PER_CALL = 4;
/** What the lists of any call fit in: three addresses, or an address and a number, for each term. */
export const TABLE_BYTES = 64;

/** Where calls keep their lists of operands. */
export interface CallTables {
  /** Whether calls run later: until then their lists and operands stay, and nothing can be looked at. */
  readonly later: boolean;
  /** Address of `TABLE_BYTES` for one call. */
  take(): number;
}

/** Calls run at once, so that all can use one place. */
class OnePlace implements CallTables {
  readonly later = false;
  readonly #address: number;

  constructor(arena: Arena) {
    this.#address = arena.allocate(TABLE_BYTES);
  }

  take(): number {
    return this.#address;
  }
}

export class Ring {
  readonly n: number;
  readonly arena: Arena;
  readonly bounds: Bounds;
  readonly #kernel: Kernel;
  readonly #tables: CallTables;
  readonly #valueTables = new Map<number, number>();
  readonly #coefficientTables = new Map<number, number>();
  readonly #checking: boolean;

  /** `checking` looks at every result and throws where a bound does not hold: for tests, slow. */
  constructor(n: number, arena: Arena, kernel: Kernel, bounds = new Bounds(), checking = false, tables: CallTables = new OnePlace(arena)) {
    this.n = n;
    this.arena = arena;
    this.bounds = bounds;
    this.#kernel = kernel;
    this.#checking = checking;
    this.#tables = tables;
  }

  allocate(modulus: Modulus): Residues {
    return new Residues(this.arena.allocate(8 * this.n), modulus);
  }

  release(residues: Residues): void {
    this.arena.release(residues.address);
  }

  #sets(target: Residues, bound: number, form: Form): void {
    target.bound = this.bounds.require(bound, target.modulus.p, 'result');
    target.form = form;
    if (!this.#checking || this.#tables.later) return;
    const largest = this.#kernel.maximum(target.address, this.n);
    if (!(largest <= bound * SLACK * target.modulus.p)) {
      throw new RangeError(`a residue of ${String(largest / target.modulus.p)} p where the bound says ${String(bound)} p`);
    }
  }

  #same(...operands: readonly Residues[]): Form {
    const first = operands[0]!;
    for (const operand of operands) {
      if (operand.modulus !== first.modulus) throw new Error('operands of different moduli');
      if (operand.form !== first.form) throw new Error(`operands in different forms: ${first.form}, ${operand.form}`);
    }
    return first.form;
  }

  #requireForm(residues: Residues, form: Form): void {
    if (residues.form !== form) throw new Error(`expected ${form}, got ${residues.form}`);
  }

  #requireTables({ modulus }: Residues): void {
    if (!(modulus instanceof TransformModulus)) throw new Error(`${modulus.value} has no transform tables`);
  }

  /** Tasks neither bring bytes nor fetch any: their calls run later. */
  #requireNow(): void {
    if (this.#tables.later) throw new Error('bytes are read and written outside of tasks');
  }

  /** u64 residues at an address of the arena. False when one is not below p. */
  read(source: number, target: Residues, form: Form): boolean {
    this.#requireNow();
    const wrong = this.#kernel.read(source, target.address, this.n, target.modulus.block);
    if (wrong !== 0) return false;
    this.#sets(target, this.bounds.reduced(1), form);
    return true;
  }

  write(source: Residues, target: number): void {
    this.#requireNow();
    this.#kernel.write(source.address, target, this.n, source.modulus.block);
  }

  /** Whole numbers of at most 2^53 in magnitude. */
  set(target: Residues, values: Float64Array, form: Form): void {
    this.#requireNow();
    this.arena.f64.set(values, target.address / 8);
    const largest = this.#kernel.maximum(target.address, this.n);
    this.#sets(target, largest / target.modulus.p, form);
  }

  clear(target: Residues, form: Form): void {
    this.#kernel.clear(target.address, this.n);
    this.#sets(target, 0, form);
  }

  copy(source: Residues, target: Residues): void {
    if (source.modulus !== target.modulus) throw new Error('a copy keeps its modulus');
    this.#kernel.copy(source.address, target.address, this.n);
    this.#sets(target, source.bound, source.form);
  }

  /** Coefficients, possibly of another modulus, to values. */
  forward(source: Residues, target: Residues): void {
    this.#requireForm(source, 'coefficients');
    this.#requireTables(target);
    const { p } = target.modulus;
    const bound = (source.bound * source.modulus.p) / p;
    const schedule = this.bounds.forward(bound, p, this.n);
    this.#kernel.forwardNtt(source.address, target.address, target.modulus.block, this.n, schedule.reductions);
    this.#sets(target, schedule.bound, 'values');
  }

  /** Values to coefficients. */
  inverse(source: Residues, target: Residues): void {
    this.#requireForm(source, 'values');
    this.#requireTables(target);
    if (source.modulus !== target.modulus) throw new Error('operands of different moduli');
    const { p, block } = target.modulus;
    const direct = this.bounds.inverse(source.bound, p, this.n);
    const reduceInput = direct === Infinity;
    const bound = reduceInput ? this.bounds.inverse(this.bounds.reduced(source.bound), p, this.n) : direct;
    this.bounds.require(bound, p, 'inverse');
    this.#kernel.inverseNtt(source.address, target.address, block, this.n, reduceInput ? 1 : 0);
    this.#sets(target, bound, 'coefficients');
  }

  /** Residues nearest to zero, possibly of coefficients of another modulus. */
  reduce(source: Residues, target: Residues = source): void {
    if (source.modulus !== target.modulus) this.#requireForm(source, 'coefficients');
    const bound = (source.bound * source.modulus.p) / target.modulus.p;
    this.#kernel.reduceAll(source.address, target.address, this.n, target.modulus.block);
    this.#sets(target, this.bounds.reduced(bound), source.form);
  }

  add(a: Residues, b: Residues, target: Residues): void {
    const form = this.#same(a, b);
    this.bounds.require(a.bound + b.bound, a.modulus.p, 'add');
    this.#kernel.addReduced(a.address, b.address, target.address, this.n, a.modulus.block);
    this.#sets(target, this.bounds.reduced(a.bound + b.bound), form);
  }

  /** Without a reduction: the bounds add up. */
  addLazily(a: Residues, b: Residues, target: Residues): void {
    const form = this.#same(a, b);
    this.bounds.require(a.bound + b.bound, a.modulus.p, 'addLazily');
    this.#kernel.add(a.address, b.address, target.address, this.n);
    this.#sets(target, a.bound + b.bound, form);
  }

  subtract(a: Residues, b: Residues, target: Residues): void {
    const form = this.#same(a, b);
    this.bounds.require(a.bound + b.bound, a.modulus.p, 'subtract');
    this.#kernel.subtractReduced(a.address, b.address, target.address, this.n, a.modulus.block);
    this.#sets(target, this.bounds.reduced(a.bound + b.bound), form);
  }

  multiply(a: Residues, b: Residues, target: Residues): void {
    this.#same(a, b);
    this.#requireForm(a, 'values');
    const bound = this.bounds.product(a.bound, b.bound, a.modulus.p);
    this.#kernel.multiplyReduced(a.address, b.address, target.address, this.n, a.modulus.block);
    this.#sets(target, this.bounds.reduced(bound), 'values');
  }

  /** target += a * b. */
  multiplyAdd(a: Residues, b: Residues, target: Residues): void {
    this.#same(a, b, target);
    this.#requireForm(target, 'values');
    const { p } = a.modulus;
    const sum = this.bounds.require(this.bounds.product(a.bound, b.bound, p) + target.bound, p, 'multiplyAdd');
    this.#kernel.multiplyAdd(a.address, b.address, target.address, this.n, a.modulus.block);
    this.#sets(target, this.bounds.reduced(sum), 'values');
  }

  /** Times a number; of coefficients of another modulus, what comes out is modulo the target's. */
  scale(source: Residues, target: Residues, factor: Constant): void {
    if (source.modulus !== target.modulus) this.#requireForm(source, 'coefficients');
    const { p, block } = target.modulus;
    const reduced = this.bounds.reduced((source.bound * source.modulus.p) / p);
    this.#kernel.scale(source.address, target.address, this.n, block, factor.w, factor.wOverP);
    this.#sets(target, this.bounds.reduced(this.bounds.constantProduct(reduced, p)), source.form);
  }

  /** target = (a - remainder) * factor + addend. */
  subtractMultiply(a: Residues, remainder: Residues, factor: Constant, target: Residues, addend?: Residues): void {
    const form = this.#same(a, remainder, ...(addend === undefined ? [] : [addend]));
    const { p, block } = a.modulus;
    const difference = this.bounds.require(this.bounds.reduced(a.bound) + remainder.bound, p, 'subtractMultiply');
    const product = this.bounds.constantProduct(difference, p);
    if (addend === undefined) {
      this.#kernel.subtractMultiply(a.address, remainder.address, target.address, this.n, block, factor.w, factor.wOverP);
      this.#sets(target, this.bounds.reduced(product), form);
      return;
    }
    // As in `permuteAdd`: an addend that many sums went into is brought back first.
    if (product + addend.bound >= this.bounds.limit(p)) this.reduce(addend);
    const sum = this.bounds.require(product + addend.bound, p, 'subtractMultiply');
    const { w, wOverP } = factor;
    this.#kernel.subtractMultiplyAdd(a.address, remainder.address, addend.address, target.address, this.n, block, w, wOverP);
    this.#sets(target, this.bounds.reduced(sum), form);
  }

  /** target = a + b * factor; coefficients may be of other moduli than the target's. */
  addMultiple(a: Residues, b: Residues, factor: Constant, target: Residues): void {
    if (a.form !== b.form) throw new Error('operands in different forms');
    if (a.modulus !== target.modulus || b.modulus !== target.modulus) this.#requireForm(a, 'coefficients');
    const { p, block } = target.modulus;
    const product = this.bounds.constantProduct((b.bound * b.modulus.p) / p, p);
    const sum = this.bounds.reduced((a.bound * a.modulus.p) / p) + product;
    this.bounds.require((b.bound * b.modulus.p) / p, p, 'addMultiple');
    this.#kernel.addMultiple(a.address, b.address, target.address, this.n, block, factor.w, factor.wOverP);
    this.#sets(target, sum, a.form);
  }

  /** Products of (a0 + a1 s) (b0 + b1 s), by power of s. */
  tensor(a: Pair, b: Pair, target: readonly [Residues, Residues, Residues]): void {
    const form = this.#same(a.first, a.second, b.first, b.second);
    this.#requireForm(a.first, 'values');
    const { p, block } = a.first.modulus;
    const reduced = Math.max(...[a.first, a.second, b.first, b.second].map((x) => this.bounds.reduced(x.bound)));
    const product = this.bounds.product(reduced, reduced, p);
    const [t0, t1, t2] = target;
    let middle = 2 * product;
    if (a.first === b.first && a.second === b.second) {
      middle = this.bounds.product(2 * reduced, reduced, p);
      this.#kernel.tensorSquare(a.first.address, a.second.address, t0.address, t1.address, t2.address, this.n, block);
    } else {
      const operands = [a.first.address, a.second.address, b.first.address, b.second.address] as const;
      this.#kernel.tensor(...operands, t0.address, t1.address, t2.address, this.n, block);
    }
    this.#sets(t0, product, form);
    this.#sets(t1, middle, form);
    this.#sets(t2, product, form);
  }

  /**
   * target (+)= sum of digit * (first, second), reduced per call of four terms. With an `element`, digits are read through
   * X -> X^element; with a `weight` as well, the sum is multiplied by it.
   */
  innerProduct(terms: readonly Term[], target: Pair, accumulate: boolean, element = 1, weight?: Residues): void {
    const { modulus } = target.first;
    for (let from = 0; from < terms.length; from += TERMS_PER_CALL) {
      this.#partialProduct(terms.slice(from, from + TERMS_PER_CALL), target, modulus, accumulate || from > 0, element, weight);
    }
  }

  #partialProduct(
    terms: readonly Term[],
    target: Pair,
    modulus: Modulus,
    accumulate: boolean,
    element: number,
    weight: Residues | undefined,
  ): void {
    const { p, block } = modulus;
    const { bounds } = this;
    let sum = 0;
    const { u32 } = this.arena;
    const table = this.#tables.take();
    let at = table / 4;
    for (const { digit, first, second } of terms) {
      this.#same(digit, first, second);
      this.#requireForm(digit, 'values');
      if (digit.modulus !== modulus) throw new Error('operands of different moduli');
      sum += bounds.product(digit.bound, Math.max(first.bound, second.bound), p);
      u32[at++] = digit.address;
      u32[at++] = first.address;
      u32[at++] = second.address;
    }
    bounds.require(sum, p, 'innerProduct');
    let bound: number;
    const into = [target.first.address, target.second.address, this.n, block, accumulate ? 1 : 0] as const;
    const before = accumulate ? Math.max(target.first.bound, target.second.bound) : 0;
    if (weight !== undefined) {
      this.#same(weight, terms[0]!.digit);
      const weighted = bounds.product(sum, weight.bound, p);
      bound = bounds.reduced(bounds.require(weighted + before, p, 'innerProduct'));
      this.#kernel.weightedSum(terms.length, table, this.valueTable(element), weight.address, ...into);
    } else {
      if (accumulate && before + bounds.reduced(sum) >= bounds.limit(p)) {
        this.reduce(target.first);
        this.reduce(target.second);
        bound = bounds.reduced(before) + bounds.reduced(sum);
      } else {
        bound = before + bounds.reduced(sum);
      }
      if (element === 1) this.#kernel.sumOfProducts(terms.length, table, ...into);
      else this.#kernel.gatheredSum(terms.length, table, this.valueTable(element), ...into);
    }
    this.#sets(target.first, bound, 'values');
    this.#sets(target.second, bound, 'values');
  }

  /** target += weight * source under X -> X^element, in transform form. */
  gatheredMultiplyAdd(weight: Residues, source: Residues, element: number, target: Residues): void {
    this.#same(weight, source, target);
    this.#requireForm(target, 'values');
    const { p, block } = target.modulus;
    const sum = this.bounds.require(this.bounds.product(weight.bound, source.bound, p) + target.bound, p, 'gatheredMultiplyAdd');
    this.#kernel.gatheredMultiplyAdd(weight.address, source.address, this.valueTable(element), target.address, this.n, block);
    this.#sets(target, this.bounds.reduced(sum), 'values');
  }

  /** X -> X^element; out of place. */
  permute(source: Residues, element: number, target: Residues): void {
    if (source.address === target.address) throw new Error('a permutation is out of place');
    if (source.form === 'values') this.#kernel.permute(source.address, target.address, this.valueTable(element), this.n);
    else this.#kernel.permuteSigned(source.address, target.address, this.#coefficientTable(element), this.n);
    this.#sets(target, source.bound, source.form);
  }

  /** target = addend + source under X -> X^element, in transform form; target may be the addend, which may get reduced. */
  permuteAdd(source: Residues, element: number, addend: Residues, target: Residues): void {
    this.#requireForm(source, 'values');
    this.#same(source, addend);
    if (source.address === target.address) throw new Error('a permutation is out of place');
    if (source.bound + addend.bound >= this.bounds.limit(source.modulus.p)) this.reduce(addend);
    const bound = this.bounds.require(source.bound + addend.bound, source.modulus.p, 'permuteAdd');
    this.#kernel.permuteAdd(source.address, addend.address, target.address, this.valueTable(element), this.n);
    this.#sets(target, bound, 'values');
  }

  /** quotient = nearest whole numbers of sum of y / p(y): how often the product of the primes passes. */
  quotient(ys: readonly Residues[], target: Residues): void {
    ys.forEach((y, i) => {
      this.#requireForm(y, 'coefficients');
      const last = i === ys.length - 1 ? 1 : 0;
      this.#kernel.quotientTerm(y.address, target.address, this.n, 1 / y.modulus.p, i === 0 ? 1 : 0, last);
    });
    const sum = ys.reduce((all, y) => all + y.bound, 0);
    this.#sets(target, (Math.ceil(sum) + 1) / target.modulus.p, 'coefficients');
  }

  /** target = sum of ys[i] * factors[i] modulo the target's prime; ys of other primes are coefficients. */
  combine(ys: readonly Residues[], factors: readonly Constant[], target: Residues): void {
    const { p, block } = target.modulus;
    const { form } = ys[0]!;
    for (let from = 0; from < ys.length; from += TERMS_PER_CALL) {
      const part = ys.slice(from, from + TERMS_PER_CALL);
      const { u32, f64 } = this.arena;
      const table = this.#tables.take();
      const constants = table + 4 * TERMS_PER_CALL;
      let sum = from > 0 ? target.bound : 0;
      part.forEach((y, i) => {
        this.#requireForm(y, y.modulus === target.modulus ? form : 'coefficients');
        sum += this.bounds.product((y.bound * y.modulus.p) / p, 0.5, p);
        u32[table / 4 + i] = y.address;
        f64[constants / 8 + i] = factors[from + i]!.w;
      });
      this.bounds.require(sum, p, 'combine');
      this.#kernel.combine(part.length, table, constants, target.address, this.n, block, from > 0 ? 1 : 0);
      this.#sets(target, this.bounds.reduced(sum), form);
    }
  }

  /** residues += constant, centred: to every value, or to the coefficient of X^0. */
  addConstant(residues: Residues, constant: number): void {
    const { p, block } = residues.modulus;
    const sum = residues.bound + Math.abs(constant) / p;
    // The multiple of p that is taken off is half a p larger.
    this.bounds.require(sum + 1 / 2, p, 'addConstant');
    this.#kernel.addConstant(residues.address, residues.form === 'values' ? this.n : 1, block, constant);
    this.#sets(residues, Math.max(residues.bound, this.bounds.reduced(sum)), residues.form);
  }

  /**
   * targets = matrix * sources + constants, reduced; constants are centred. False where the weights are too large for exact sums, and
   * nothing is done.
   */
  multiplyMatrix(
    matrix: ResidueMatrix,
    sources: readonly Residues[],
    targets: readonly Residues[],
    constants: Float64Array | null,
  ): boolean {
    const form = this.#same(...sources);
    const { modulus } = sources[0]!;
    const sums = summing(
      matrix,
      sources.reduce((most, { bound }) => Math.max(most, bound), 0),
      modulus.p,
      this.bounds,
    );
    if (sums === null) return false;
    const { halved, factor, bound } = sums;
    const inKernel = form === 'values' ? constants : null;
    const [packed, lists, addends] = [
      this.arena.allocate(matrix.packed_bytes(halved)),
      this.arena.allocate(4 * (sources.length + targets.length)),
      inKernel === null ? 0 : this.arena.allocate(8 * inKernel.length),
    ];
    const { u32, f64 } = this.arena;
    for (const [at, { address }] of [...sources, ...targets].entries()) u32[lists / 4 + at] = address;
    if (inKernel !== null) f64.set(inKernel, addends / 8);
    const { w, wOverP } = modulus.constant(factor);
    const reads = [lists, 0, sources.length, matrix.groups, matrix.groupCount] as const;
    const writes = [lists + 4 * sources.length, 0, addends, 0, this.n, modulus.block] as const;
    this.#kernel.residueMatrix(...reads, ...writes, packed, matrix.tiles(halved), halved ? 1 : 0, w, wOverP);
    for (const address of [packed, lists, addends]) if (address !== 0) this.arena.release(address);
    for (const target of targets) this.#sets(target, bound, form);
    if (constants !== null && inKernel === null) for (const [row, target] of targets.entries()) this.addConstant(target, constants[row]!);
    return true;
  }

  /** Says what a run of strips left in a polynomial. */
  declare(target: Residues, bound: number, form: Form): void {
    this.#sets(target, bound, form);
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
