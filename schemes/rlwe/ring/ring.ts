/**
 * All that the kernel does to polynomials; this module adds the sums of many products. Nothing else calls the arithmetic, but for
 * `strips.ts`.
 *
 * @module
 */
import { Forms } from './forms.ts';
import type { Constant, Modulus } from './ntt.ts';
import { summing, type ResidueMatrix } from '../evaluate/residue-matrix.ts';
import type { Pair, Residues } from './residues.ts';

/** Digit and pair of polynomials of one term of an inner product. */
export interface Term {
  readonly digit: Residues;
  readonly first: Residues;
  readonly second: Residues;
}

const TERMS_PER_CALL = 4;

export class Ring extends Forms {
  /**
   * target (+)= sum of digit * (first, second), reduced per call of four terms. With an `element`, digits are read through
   * X -> X^element.
   */
  innerProduct(terms: readonly Term[], target: Pair, accumulate: boolean, element = 1): void {
    const { modulus } = target.first;
    for (let from = 0; from < terms.length; from += TERMS_PER_CALL) {
      this.#partialProduct(terms.slice(from, from + TERMS_PER_CALL), target, modulus, accumulate || from > 0, element);
    }
  }

  #partialProduct(terms: readonly Term[], target: Pair, modulus: Modulus, accumulate: boolean, element: number): void {
    const { p, block } = modulus;
    const { bounds } = this;
    let sum = 0;
    const { u32 } = this.arena;
    const table = this.tables.take();
    let at = table / 4;
    for (const { digit, first, second } of terms) {
      this.same(digit, first, second);
      this.requireForm(digit, 'values');
      if (digit.modulus !== modulus) throw new Error('operands of different moduli');
      sum += bounds.product(digit.bound, Math.max(first.bound, second.bound), p);
      u32[at++] = digit.address;
      u32[at++] = first.address;
      u32[at++] = second.address;
    }
    bounds.require(sum, p, 'innerProduct');
    const before = accumulate ? Math.max(target.first.bound, target.second.bound) : 0;
    const crowded = before + bounds.reduced(sum) >= bounds.limit(p);
    if (crowded) for (const residues of [target.first, target.second]) this.reduce(residues);
    const bound = (crowded ? bounds.reduced(before) : before) + bounds.reduced(sum);
    const into = [target.first.address, target.second.address, this.n, block, accumulate ? 1 : 0] as const;
    if (element === 1) this.kernel.sumOfProducts(terms.length, table, ...into);
    else this.kernel.gatheredSum(terms.length, table, this.valueTable(element), ...into);
    this.sets(target.first, bound, 'values');
    this.sets(target.second, bound, 'values');
  }

  /** quotient = nearest whole numbers of sum of y / p(y): how often the product of the primes passes. */
  quotient(ys: readonly Residues[], target: Residues): void {
    ys.forEach((y, i) => {
      this.requireForm(y, 'coefficients');
      const last = i === ys.length - 1 ? 1 : 0;
      this.kernel.quotientTerm(y.address, target.address, this.n, 1 / y.modulus.p, i === 0 ? 1 : 0, last);
    });
    const sum = ys.reduce((all, y) => all + y.bound, 0);
    this.sets(target, (Math.ceil(sum) + 1) / target.modulus.p, 'coefficients');
  }

  /** target = sum of ys[i] * factors[i] modulo the target's prime; ys of other primes are coefficients. */
  combine(ys: readonly Residues[], factors: readonly Constant[], target: Residues): void {
    const { p, block } = target.modulus;
    const { form } = ys[0]!;
    for (let from = 0; from < ys.length; from += TERMS_PER_CALL) {
      const part = ys.slice(from, from + TERMS_PER_CALL);
      const { u32, f64 } = this.arena;
      const table = this.tables.take();
      const constants = table + 4 * TERMS_PER_CALL;
      let sum = from > 0 ? target.bound : 0;
      part.forEach((y, i) => {
        this.requireForm(y, y.modulus === target.modulus ? form : 'coefficients');
        sum += this.bounds.product((y.bound * y.modulus.p) / p, 0.5, p);
        u32[table / 4 + i] = y.address;
        f64[constants / 8 + i] = factors[from + i]!.w;
      });
      this.bounds.require(sum, p, 'combine');
      this.kernel.combine(part.length, table, constants, target.address, this.n, block, from > 0 ? 1 : 0);
      this.sets(target, this.bounds.reduced(sum), form);
    }
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
    const form = this.same(...sources);
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
    this.kernel.residueMatrix(...reads, ...writes, packed, matrix.tiles(halved), halved ? 1 : 0, w, wOverP);
    for (const address of [packed, lists, addends]) if (address !== 0) this.arena.release(address);
    for (const target of targets) this.sets(target, bound, form);
    if (constants !== null && inKernel === null) for (const [row, target] of targets.entries()) this.addConstant(target, constants[row]!);
    return true;
  }
}
