/**
 * Polynomials that carry their bound and form: taken and given back, read and written, and the checks that every operation makes before
 * it runs. Costs a few additions per polynomial of thousands of residues.
 *
 * @module
 */
import { Bounds, SLACK } from '../kernel/bound.ts';
import { OnePlace, type CallTables } from '../kernel/call-tables.ts';
import type { Kernel } from '../kernel/kernel.ts';
import type { Arena } from '../kernel/memory.ts';
import type { Modulus } from './ntt.ts';
import { Residues, type Form } from './residues.ts';

export class Polynomials {
  readonly n: number;
  readonly arena: Arena;
  readonly bounds: Bounds;
  protected readonly kernel: Kernel;
  protected readonly tables: CallTables;
  readonly #checking: boolean;

  /** `checking` looks at every result and throws where a bound does not hold: for tests, slow. */
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

  protected sets(target: Residues, bound: number, form: Form): void {
    target.bound = this.bounds.require(bound, target.modulus.p, 'result');
    target.form = form;
    if (!this.#checking || this.tables.later) return;
    const largest = this.kernel.maximum(target.address, this.n);
    if (!(largest <= bound * SLACK * target.modulus.p)) {
      throw new RangeError(`a residue of ${String(largest / target.modulus.p)} p where the bound says ${String(bound)} p`);
    }
  }

  /** Says what a run of strips left in a polynomial. */
  declare(target: Residues, bound: number, form: Form): void {
    this.sets(target, bound, form);
  }

  protected same(...operands: readonly Residues[]): Form {
    const first = operands[0]!;
    for (const operand of operands) {
      if (operand.modulus !== first.modulus) throw new Error('operands of different moduli');
      if (operand.form !== first.form) throw new Error(`operands in different forms: ${first.form}, ${operand.form}`);
    }
    return first.form;
  }

  protected requireForm(residues: Residues, form: Form): void {
    if (residues.form !== form) throw new Error(`expected ${form}, got ${residues.form}`);
  }

  /** Tasks do not look at what their calls leave: these run later. */
  protected requireNow(): void {
    if (this.tables.later) throw new Error('residues are looked at outside of tasks');
  }

  /**
   * u64 residues at an address of the arena, which may be the target's. Whether all are below p says `isRefused`, after the task if there
   * is one: until then the target is nobody's.
   */
  read(source: number, target: Residues, form: Form): void {
    this.kernel.read(source, target.address, this.n, target.modulus.block);
    if (this.tables.later || !this.isRefused(target)) this.sets(target, this.bounds.reduced(1), form);
  }

  /** Whether the residues that `read` was given were none. */
  isRefused(target: Residues): boolean {
    this.requireNow();
    return Number.isNaN(this.arena.f64[target.address / 8]);
  }

  write(source: Residues, target: number): void {
    this.requireNow();
    this.kernel.write(source.address, target, this.n, source.modulus.block);
  }

  /** Whole numbers of at most 2^53 in magnitude. */
  set(target: Residues, values: Float64Array, form: Form): void {
    this.requireNow();
    this.arena.f64.set(values, target.address / 8);
    const largest = this.kernel.maximum(target.address, this.n);
    this.sets(target, largest / target.modulus.p, form);
  }

  clear(target: Residues, form: Form): void {
    this.kernel.clear(target.address, this.n);
    this.sets(target, 0, form);
  }

  copy(source: Residues, target: Residues): void {
    if (source.modulus !== target.modulus) throw new Error('a copy keeps its modulus');
    this.kernel.copy(source.address, target.address, this.n);
    this.sets(target, source.bound, source.form);
  }
}
